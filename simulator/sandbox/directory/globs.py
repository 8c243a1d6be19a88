"""Patterns of requests, compared with each other."""

from collections.abc import Iterator
from functools import lru_cache

#: Stands for one digit or more.
DIGITS = "\ue000"
#: Stands for one sign or more, none of them a slash.
SEGMENT = "\ue001"
_RUNS = (DIGITS, SEGMENT)


@lru_cache(maxsize=20_000)
def overlap(one: str, other: str) -> bool:
    """Tell whether there is a text that both patterns fit.

    Both are read at once, from the places up to which a text fits both of them. It takes no more
    steps than there are pairs of places, and no stack: patterns may be long.

    Args:
        one: with `*` for anything and `?` for a sign, DIGITS and SEGMENT.
        other: the same.
    """
    places = [(0, 0)]
    seen = set(places)
    while places:
        at, beside = places.pop()
        if at == len(one) or beside == len(other):
            if not (one[at:] + other[beside:]).strip("*"):
                return True
            continue
        for ahead, further in _steps(one[at], other[beside]):
            place = (at + ahead, beside + further)
            if place not in seen:
                seen.add(place)
                places.append(place)
    return False


def _steps(sign: str, other: str) -> Iterator[tuple[int, int]]:
    """How far one can go on in both patterns, where they have these signs."""
    if "*" in (sign, other):
        yield from ((0, 1), (1, 0))
    elif sign in _RUNS and other in _RUNS:
        yield from ((0, 1), (1, 0), (1, 1))
    elif sign in _RUNS:
        if _fits_run(other, sign):
            yield from ((0, 1), (1, 1))
    elif other in _RUNS:
        if _fits_run(sign, other):
            yield from ((1, 0), (1, 1))
    elif sign == other or "?" in (sign, other):
        yield 1, 1


def _fits_run(sign: str, run: str) -> bool:
    return sign == "?" or (sign.isdigit() if run == DIGITS else sign != "/")

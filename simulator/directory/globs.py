"""Patterns of requests, compared with each other."""

from functools import lru_cache

#: Stands for one digit or more.
DIGITS = "\ue000"
#: Stands for one sign or more, none of them a slash.
SEGMENT = "\ue001"
_RUNS = (DIGITS, SEGMENT)


@lru_cache(maxsize=20_000)
def overlap(one: str, other: str) -> bool:
    """Tell whether there is a text that both patterns fit.

    Args:
        one: with `*` for anything and `?` for a sign, DIGITS and SEGMENT.
        other: the same.
    """
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*" or (other[0] in _RUNS and one[0] not in _RUNS):
        return overlap(other, one)
    if one[0] not in _RUNS:
        return (one[0] == other[0] or "?" in (one[0], other[0])) and overlap(one[1:], other[1:])
    both = overlap(one[1:], other[1:])
    if other[0] in _RUNS:
        return both or overlap(one[1:], other) or overlap(one, other[1:])
    taken = other[0] == "?" or (other[0].isdigit() if one[0] == DIGITS else other[0] != "/")
    return taken and (both or overlap(one, other[1:]))

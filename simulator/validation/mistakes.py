"""Mistakes in what people wrote: where, and a sentence that says what was expected."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

#: Where a value stands: keys and indices from the top of the file.
Place = tuple[str | int, ...]
#: Mistakes as (where, sentence).
Mistakes = Iterator[tuple[Place, str]]


def format_value(value: Any) -> str:
    """Return a value as messages show it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return f"the date {value.isoformat()}"
    text = str(value).replace("\n", " ")
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


def expect_one_of(known: Sequence[str], name: str) -> str:
    """`expected …, found '…'` for a name that is none of the known ones, the nearest first."""
    near = difflib.get_close_matches(name, known, n=3)
    listed = near + [other for other in known if other not in near]
    if not listed:
        return f"expected nothing here, as there is none; found {format_value(name)}"
    more = f" … ({len(listed)} in all)" if len(listed) > 12 else ""
    quoted = ", ".join(f"'{name}'" for name in listed[:12])
    expected = quoted if len(listed) == 1 else f"one of {quoted}{more}"
    return f"expected {expected}, found {format_value(name)}"


def find_repeated(place: Place, values: Iterable[Any], key: str | None = None) -> Mistakes:
    """Values of a list that an earlier item has too; letters count the same in either case."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if str(value).lower() in seen:
            where = (*place, index, key) if key else (*place, index)
            yield where, f"expected it once, found '{value}' again"
        seen.add(str(value).lower())


def find_unknown(place: Place, name: str | None, known: Iterable[str]) -> Mistakes:
    """Return the mistake of naming something that is not there; None names nothing."""
    names = list(known)
    if name is not None and name not in names:
        yield place, expect_one_of(names, name)

"""What pydantic found wrong, in sentences that say what was expected."""

import difflib
from collections.abc import Iterator, Sequence
from datetime import date
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simulator.scenarios.reading import Place

#: Mistakes as (where, sentence).
Mistakes = Iterator[tuple[Place, str]]

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "date_type": "a date such as 2026-08-31",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "at least {min_length} of them",
    "literal_error": "{expected}",
    "finite_number": "a finite number",
}
_SECRET = ("password", "secret")


def sentences(error: ValidationError, model: type[BaseModel]) -> list[tuple[Place, str]]:
    """Every mistake as (where, sentence)."""
    return [_sentence(item, model) for item in error.errors(include_url=False)]


def found(value: Any) -> str:
    """A value as messages show it."""
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


def one_of(known: Sequence[str], wanted: str) -> str:
    """`expected …, found '…'` for a name that is none of the known ones, the nearest first."""
    near = difflib.get_close_matches(wanted, known, n=3)
    listed = near + [name for name in known if name not in near]
    if not listed:
        return f"expected nothing here, as there is none; found {found(wanted)}"
    more = f" … ({len(listed)} in all)" if len(listed) > 12 else ""
    quoted = ", ".join(f"'{name}'" for name in listed[:12])
    expected = quoted if len(listed) == 1 else f"one of {quoted}{more}"
    return f"expected {expected}, found {found(wanted)}"


def _sentence(item: Any, model: type[BaseModel]) -> tuple[Place, str]:
    place: Place = tuple(item["loc"])
    kind, context = item["type"], item.get("ctx", {})
    if kind == "missing":
        return place, "expected this key, found nothing"
    if kind == "extra_forbidden":
        return place, "unknown key; " + one_of(_keys(model, place[:-1]), str(place[-1]))
    if kind == "value_error":
        expected = str(context["error"])
        if not isinstance(item["input"], str | int | float):
            return place, expected
    elif kind in _EXPECTED:
        expected = "expected " + _EXPECTED[kind].format(**context)
    else:
        expected = str(item["msg"])
    value = item["input"]
    if isinstance(value, str) and place and place[-1] in _SECRET:
        return place, f"{expected}, found one of {len(value)} characters"
    return place, f"{expected}, found {found(value)}"


def _keys(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that the model at a place has."""
    kind: Any = model
    for part in place:
        kind = _inside(kind, part)
    kind = _plain(kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]


def _inside(kind: Any, part: str | int) -> Any:
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part == (field.alias or name):
                return field.annotation
        return None
    arguments = get_args(kind)
    return arguments[-1] if arguments else None


def _plain(kind: Any) -> Any:
    """A type without `Annotated` and without `| None`."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return _plain(next(one for one in get_args(kind) if one is not type(None)))
    return kind

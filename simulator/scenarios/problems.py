"""What pydantic found wrong, in sentences that say what was expected."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simulator.systems.apps._kit.scenario import App
from simulator.validation.mistakes import Place, expect_one_of, format_value

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


def sentences(
    error: ValidationError, model: type[BaseModel], written: object
) -> list[tuple[Place, str]]:
    """Every mistake as (where, sentence).

    Args:
        error: of the model.
        model: what should have been written.
        written: what was.
    """
    return [_sentence(item, model, written) for item in error.errors(include_url=False)]


def _sentence(item: Any, model: type[BaseModel], written: object) -> tuple[Place, str]:
    place: Place = tuple(item["loc"])
    kind, context = item["type"], item.get("ctx", {})
    if kind == "missing":
        return place, "expected this key, found nothing"
    if kind == "extra_forbidden":
        return place, "unknown key; " + expect_one_of(
            _keys(model, place[:-1], written), str(place[-1])
        )
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
    return place, f"{expected}, found {format_value(value)}"


def _keys(model: type[BaseModel], place: Place, written: Any) -> list[str]:
    """The keys that the model at a place has."""
    kind: Any = model
    for part in place:
        kind, written = _plain(_inside(kind, part)), written[part]
        if isinstance(kind, type) and issubclass(kind, App):
            kind = kind.narrowed(written)
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

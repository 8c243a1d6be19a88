"""Fields that a sample document has, as the connector SDK asks for them."""

import csv
import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.domain.editing.outputs import make_label
from simulator.domain.editing.schemas import MEMBERS
from simulator.errors import FieldError
from simulator.validation.parsing import NotJson, parse_strict_json

#: What may stand between the columns of a CSV sample, by its name (Workato docs).
SEPARATORS: Mapping[str, str] = {
    "comma": ",",
    "semicolon": ";",
    "space": " ",
    "tab": "\t",
    "colon": ":",
    "pipe": "|",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")

Fields = list[dict[str, Any]]


def describe_json(sample: str) -> Fields:
    """Return the fields of a JSON object, or of the objects of a list.

    Numbers are `number`; texts that are dates or moments are these (our choice), all others and
    null are texts.

    Args:
        sample: the document; an empty one has no fields.

    Raises:
        FieldError: on `sample`: it is no JSON, and neither an object nor a list of objects.
    """
    if not sample.strip():
        return []
    try:
        value = parse_strict_json(sample.encode("utf-8", "replace"), "The sample")
    except NotJson as error:
        raise FieldError("sample", str(error)) from None
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in rows):
        raise FieldError("sample", "must be a JSON object, or a list of them.")
    return _describe_object(_join(rows))


def describe_csv(sample: str, separator: str = "comma") -> Fields:
    """Return the columns that the first line of a CSV document names; all of them are texts.

    Args:
        sample: the document; an empty one has no columns.
        separator: a key of `SEPARATORS`.

    Raises:
        FieldError: on `sample`: a column has no name, or two have the same.
    """
    try:
        lines = csv.reader(sample.splitlines(keepends=True), delimiter=SEPARATORS[separator])
        names = [name.strip() for name in next(lines, [])]
    except csv.Error as error:
        raise FieldError("sample", f"is no CSV: {error}.") from None
    if not all(names):
        raise FieldError("sample", "has a column without a name in its first line.")
    if len(set(names)) < len(names):
        raise FieldError("sample", "has two columns of the same name in its first line.")
    return [_describe(name, "") for name in names]


def _join(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the members that any of the objects has, each with the first value that says more."""
    joined: dict[str, Any] = {}
    for row in rows:
        for name, value in row.items():
            if joined.get(name) in (None, [], {}):
                joined[name] = value
    return joined


def _describe_object(value: Mapping[str, Any]) -> Fields:
    return [_describe(name, each) for name, each in value.items()]


def _describe(name: str, value: Any) -> dict[str, Any]:
    own = {"label": make_label(name), "name": name}
    match value:
        case dict():
            return {**own, "type": "object", "properties": _describe_object(value)}
        case [dict(), *_]:
            objects = [each for each in value if isinstance(each, dict)]
            inner = _describe_object(_join(objects))
            return {**own, "type": "array", "of": "object", "properties": inner}
        case list():
            kind = _find_type(next((each for each in value if each is not None), None))
            return {**own, "type": "array", "of": kind, **MEMBERS[kind]}
    kind = _find_type(value)
    found = {**own, "type": kind, **MEMBERS[kind]}
    if isinstance(toggled := found.get("toggle_field"), Mapping):
        found["toggle_field"] = {**toggled, **own}
    return found


def _find_type(value: Any) -> str:
    """Return the type of a value; a list in a list is taken for a text (our choice)."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str) and _DATE.fullmatch(value):
        return "date"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return "date_time"
    return "string"

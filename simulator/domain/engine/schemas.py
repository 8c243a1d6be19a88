"""Read Workato's schemas (lists of fields), convert them to JSON Schema, and cast values to them.

A recipe's code has schemas as JSON text (`parameters_schema_json`, `request.schema`, `body_schema`
…): a list of fields with `name`, `type`, `label`, `hint`, `optional`, `control_type`, `pick_list`,
`of`, `properties`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from simulator.domain.formulas.fields import SOURCE

Caster = Callable[[Any], Any]
Fields = list[Mapping[str, Any]]

#: Types of fields that JSON Schema has as strings with a format.
_FORMATS = {"date": "date", "date_time": "date-time", "timestamp": "date-time"}
_TYPES = ("string", "integer", "number", "boolean", "array", "object")
#: Value of `parse_output`, which some fields have instead of a type → the type.
_CONVERSIONS = {
    "integer_conversion": "integer",
    "float_conversion": "number",
    "boolean_conversion": "boolean",
}
_DEEPEST = 30


def read_fields(text: Any) -> Fields:
    """Return the fields that a schema declares.

    Args:
        text: JSON text; or the list itself, as in some exports; or None.

    Returns:
        The fields that have a name; empty if the schema is not a list of fields.
    """
    if isinstance(text, str):
        try:
            text = json.loads(text)
        except (ValueError, RecursionError):
            return []
    if not isinstance(text, list):
        return []
    return [field for field in text if isinstance(field, Mapping) and field.get("name")]


def to_json_schema(fields: Fields, depth: int = 0, *, nullable: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of an object with these fields; unknown properties are refused.

    Args:
        fields: the result of `read_fields`.
        depth: the number of objects around this one.
        nullable: whether every value may be null. Recipes return `=null` for a missing value,
            whatever the field's type; an empty text would be an error (exported recipes).
    """
    required = [str(field["name"]) for field in fields if not _is_optional(field)]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {str(field["name"]): _property(field, depth, nullable) for field in fields},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    return schema


def list_required(fields: Fields) -> frozenset[str]:
    """Return the names of the fields that are not optional.

    Args:
        fields: the result of `read_fields`.
    """
    return frozenset(str(field["name"]) for field in fields if not _is_optional(field))


def _is_optional(field: Mapping[str, Any]) -> bool:
    return field.get("optional") in (True, "true")


def _property(field: Mapping[str, Any], depth: int, nullable: bool) -> dict[str, Any]:
    schema = _type_schema(field, depth, nullable)
    for source, target in (("label", "title"), ("hint", "description")):
        if field.get(source):
            schema[target] = field[source]
    values = _pick_values(field.get("pick_list"))
    if values and "enum" not in schema and schema.get("type") not in ("array", "object"):
        schema["enum"] = values
    if nullable:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _type_schema(field: Mapping[str, Any], depth: int, nullable: bool) -> dict[str, Any]:
    kind = str(field.get("type") or "string")
    inner = read_fields(field.get("properties")) if depth < _DEEPEST else []
    if kind == "array":
        of = str(field.get("of") or "object")
        if inner:
            return {"type": "array", "items": to_json_schema(inner, depth + 1, nullable=nullable)}
        return {"type": "array", "items": {"type": of if of in _TYPES else "string"}}
    if kind == "object":
        if not inner:
            return {"type": "object"}
        return to_json_schema(inner, depth + 1, nullable=nullable)
    if kind in _FORMATS:
        return {"type": "string", "format": _FORMATS[kind]}
    return {"type": kind if kind in _TYPES else "string"}


def _pick_values(choices: Any) -> list[Any]:
    """Return the values of a pick list `[[label, value], …]`; none for a dynamic list."""
    if not isinstance(choices, list):
        return []
    return [each[1] for each in choices if isinstance(each, list) and len(each) >= 2]


def compile_cast(fields: Fields, *, drops_others: bool = False) -> Caster:
    """Return a function that casts the values of an object to the types of its fields.

    Values in a recipe's code are text: `"12"` becomes `12` for a field of type integer, and
    `"true"` becomes `True` for a boolean. A value that cannot be cast stays as it is.

    Args:
        fields: the result of `read_fields`; if empty, the object stays as it is.
        drops_others: for results, which must match the declared schema because MCP clients refuse
            others. Members that no field declares are dropped, numbers and booleans become text for
            text fields, and a single value becomes a list for list fields.
    """
    if not fields:
        return _as_it_is
    scalars = _ANSWERS if drops_others else _SCALARS
    casters = {str(field["name"]): _compile_value(field, 0, scalars) for field in fields}
    return _object_caster(casters, drops_others)


def _object_caster(casters: Mapping[str, Caster], drops_others: bool = False) -> Caster:
    changing = {name: cast for name, cast in casters.items() if cast is not _as_it_is}

    def cast(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {
            name: changing[name](inner) if name in changing else inner
            for name, inner in value.items()
            if not drops_others or name in casters
        }

    return cast


@dataclass(frozen=True, slots=True)
class InputSchema:
    """The schema of a step's inputs that its code contains (`extended_input_schema`).

    Attributes:
        types: name of an input → its type, such as `date_time`.
        cast: casts the inputs to numbers, booleans, dates and times. A time given for a date
            becomes its day; a date given for a time becomes midnight in UTC.
    """

    types: Mapping[str, str]
    cast: Caster


def list_single_items(
    fields: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return inputs in which a single item that stands in place of a list becomes a list.

    Args:
        fields: the action's input fields.
        inputs: the step's inputs in the recipe's code (exported recipes do so for `attachments`).
    """
    known = {str(each["name"]): each for each in fields}
    listed = dict(inputs)
    for name, value in inputs.items():
        if name not in known or not isinstance(value, Mapping) or SOURCE in value:
            continue
        if known[name].get("type") == "array":
            listed[name] = [value] if any(value.values()) else []
        else:
            listed[name] = list_single_items(read_fields(known[name].get("properties")), value)
    return listed


def read_input_schema(written: Any) -> InputSchema | None:
    """Return the input schema of a step; None if the step has none.

    Args:
        written: the value of `extended_input_schema`; anything but a schema counts as none.
    """
    fields = read_fields(written)
    if not fields:
        return None
    types = {str(field["name"]): str(field.get("type") or "string") for field in fields}
    casters = {str(field["name"]): _compile_value(field, 0, _INPUTS) for field in fields}
    return InputSchema(types=types, cast=_object_caster(casters))


def _compile_value(
    field: Mapping[str, Any], depth: int, scalars: Mapping[str, Caster] | None = None
) -> Caster:
    scalars = scalars or _SCALARS
    kind = _CONVERSIONS.get(str(field.get("parse_output"))) or str(field.get("type") or "string")
    inner = read_fields(field.get("properties")) if depth < _DEEPEST else []
    if kind == "array":
        item: Caster = scalars.get(str(field.get("of")), _as_it_is)
        if inner:
            item = _object_caster(
                {str(one["name"]): _compile_value(one, depth + 1, scalars) for one in inner}
            )
        return _one_as_list(item) if scalars is _ANSWERS else _list_caster(item)
    if kind == "object":
        if not inner:
            return _as_it_is
        return _object_caster(
            {str(one["name"]): _compile_value(one, depth + 1, scalars) for one in inner}
        )
    return scalars.get(kind, _as_it_is)


def _list_caster(item: Caster) -> Caster:
    if item is _as_it_is:
        return _as_it_is
    return lambda value: [item(each) for each in value] if isinstance(value, list) else value


def _one_as_list(item: Caster) -> Caster:
    """Return what makes a list of a single value, as of a pill outside of the loop that has it."""

    def cast(value: Any) -> Any:
        if value is None:
            return None
        values = value if isinstance(value, list) else [] if value == "" else [value]
        return [item(each) for each in values]

    return cast


def _as_it_is(value: Any) -> Any:
    return value


def _to_integer(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    number = _to_number(value) if isinstance(value, str) else value
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _to_number(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > 40:
        return value
    try:
        return int(value) if value.strip().lstrip("+-").isdigit() else _finite(value)
    except ValueError:
        return value


def _finite(text: str) -> Any:
    number = float(text)
    return number if abs(number) < float("inf") else text


def _to_boolean(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


_SCALARS: dict[str, Caster] = {
    "integer": _to_integer,
    "number": _to_number,
    "boolean": _to_boolean,
}


def _to_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


#: What results and responses are cast to beside.
_ANSWERS: dict[str, Caster] = {**_SCALARS, "string": _to_text}


def _to_date(value: Any) -> Any:
    found = _read_moment(value)
    return found.date().isoformat() if found is not None else value


def _to_moment(value: Any) -> Any:
    found = _read_moment(value)
    if found is None:
        return value
    return found.replace(tzinfo=found.tzinfo or UTC).isoformat(timespec="seconds")


def _read_moment(value: Any) -> datetime | None:
    """Return a date or time, given as an object or in ISO 8601; None for anything else."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # the caller says of where
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return None


#: What inputs of connector actions are cast to beside.
_INPUTS: dict[str, Caster] = {
    **_SCALARS,
    "date": _to_date,
    "date_time": _to_moment,
    "timestamp": _to_moment,
}

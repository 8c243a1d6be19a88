"""Queries of lists: `attr=value`, `attr[op]=value`, through associations and into collections."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    String,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from simulator.db.base import Json
from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.systems.apps.coupa.fields import Field, fields_of
from simulator.systems.apps.coupa.json_items import json_items
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import resource_of
from simulator.systems.apps.coupa.sources import (
    Path,
    Source,
    line_columns,
    make_source,
    source_of,
)

_KEY = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(\[[^\[\]]+\])*)")
#: Coupa, "Querying options": what may stand in the last pair of brackets.
_TEXTUAL = ("contains", "starts_with", "ends_with")
_COMPARING: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "gt": lambda sql, value: sql > value,
    "lt": lambda sql, value: sql < value,
    "gt_or_eq": lambda sql, value: sql >= value,
    "lt_or_eq": lambda sql, value: sql <= value,
}
OPERATORS = (*_TEXTUAL, "blank", *_COMPARING, "not_eq", "in", "not_in")
#: So many values may stand behind `in` (our choice).
_MOST_VALUES = 500


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A field in SQL.

    Attributes:
        kind: the kind as that of a `Field`, or `cents`.
        sql: what is compared.
    """

    kind: str
    sql: Any


class _Unknown(Exception):
    """There is no such field."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a path begins: a row with columns and details, or an item of a collection.

    Attributes:
        type: what is there, of `fields`.
        details: its JSON.
        columns: paths of what has a column.
    """

    type: str
    details: Any
    columns: Mapping[Path, Any]

    @property
    def fields(self) -> Mapping[str, Field]:
        """What is there, by name."""
        return fields_of(self.type)


def start(resource: Resource) -> Place:
    """Return where paths into a row of a resource begin."""
    return _start(source_of(resource), resource.type_name)


def conditions(place: Place, query: Iterable[tuple[str, str]]) -> list[ColumnElement[bool]]:
    """Return the conditions of a query, all of which a row must meet.

    Args:
        place: where the paths begin.
        query: keys and values, without the parameters that every list has.

    Raises:
        ApiError: 400 naming each wrong key, operator and value.
    """
    found: list[ColumnElement[bool]] = []
    errors: dict[str, Any] = {}
    for key, value in query:
        try:
            found.append(condition(place, key, value))
        except ApiError as error:
            errors.update(error.errors)
    if errors:
        raise ApiError(400, errors)
    return found


def condition(place: Place, key: str, value: str) -> ColumnElement[bool]:
    """Return what one parameter asks of a row.

    Raises:
        ApiError: 400; it names no field or no operator, or the value fits neither.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise ApiError(400, {key: ["is not written as attribute[operator]=value"]})
    names = [match["first"], *re.findall(r"\[([^\[\]]+)\]", match["rest"])]
    operator = names.pop() if len(names) > 1 and names[-1] in OPERATORS else "eq"
    path = tuple(name.replace("_", "-") for name in names)
    if "\x00" in value:
        raise ApiError(400, {key: ["must not contain control characters"]})
    try:
        return _resolve(place, path, operator, value)
    except (_Unknown, ValueError) as error:
        raise ApiError(400, {key: [str(error)]}) from None


def order(place: Place, name: str) -> ColumnElement[Any]:
    """Return what a list is ordered by.

    Raises:
        ApiError: 400; the field is unknown, or no single value.
    """
    path = tuple(part.replace("_", "-") for part in re.findall(r"[^\[\]]+", name))
    try:
        if not path:
            raise _Unknown("is empty")
        found: ColumnElement[Any] = _operand(place, path).sql
    except _Unknown as error:
        raise ApiError(400, {"order_by": [str(error)]}) from None
    return found


def _start(source: Source, type_name: str) -> Place:
    return Place(type=type_name, details=source.details, columns=source.columns)


def _resolve(place: Place, path: Path, operator: str, value: str) -> ColumnElement[bool]:
    field = place.fields.get(path[0])
    if field is not None and field.is_list:
        return _in_collection(place, field, path, operator, value)
    if path not in place.columns and field is not None and field.kind == "object":
        if len(path) == 1:
            return _whole_object(place, field, operator, value)
        if (further := _through(place, field, path, operator, value)) is not None:
            return further
    found: ColumnElement[bool] = compare(_operand(place, path), operator, value)
    return found


def _operand(place: Place, path: Path) -> Operand:
    """A single value: in a column, in the details, or in an object there."""
    if path in place.columns:
        column = place.columns[path]
        if column.kind == "lines":
            raise _Unknown("is a collection, not a single value")
        return Operand(kind=column.kind, sql=column.sql)
    if path[0] == "custom-fields" and len(path) > 1:
        return _in_json(place.details, path, "text")
    fields: Mapping[str, Field] = place.fields
    field: Field | None = None
    for depth, name in enumerate(path):
        if field is not None and field.kind != "object":
            raise _Unknown(f"has no operator {name}; the operators are {', '.join(OPERATORS)}")
        if field is not None and not fields:
            break  # an object whose fields nobody lists
        field = fields.get(name)
        if field is None or field.is_list:
            raise _unknown(path[: depth + 1], fields)
        fields = fields_of(field.type)
    assert field is not None
    if field.kind == "object" and path[-1] == field.name:
        raise _Unknown(f"is an object: name one of its attributes, as {path[-1]}[id]")
    kind = "text" if field.kind == "object" else field.kind
    return _in_json(place.details, path, kind)


def _unknown(path: Path, fields: Mapping[str, Field]) -> _Unknown:
    near = difflib.get_close_matches(path[-1], list(fields), n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return _Unknown(f"is unknown: there is no attribute {path[-1]}{hint}")


def _in_json(details: ColumnElement[Any], path: Path, kind: str) -> Operand:
    found: Any = type_coerce(details, Json)[path if len(path) > 1 else path[0]]
    match kind:
        case "integer":
            return Operand(kind=kind, sql=found.as_integer())
        case "decimal":
            return Operand(kind=kind, sql=cast(func.nullif(found.as_string(), ""), Numeric(20, 6)))
        case "boolean":
            return Operand(kind=kind, sql=found.as_boolean())
        case "moment":
            return Operand(kind="moment in text", sql=found.as_string())
        case "day":
            return Operand(kind="day in text", sql=found.as_string())
    return Operand(kind="text", sql=found.as_string())


def _in_collection(
    place: Place, field: Field, path: Path, operator: str, value: str
) -> ColumnElement[bool]:
    """Whether an item meets the rest of the path: `order_lines[account][code]=…`."""
    has_lines = (path[0],) in place.columns
    array = type_coerce(place.details, Json)[field.name]
    if has_lines:
        array = place.columns[(path[0],)].sql
    items = json_items(array).table_valued("value")
    if len(path) == 1:
        if operator != "blank":
            raise _Unknown(f"is a collection: name an attribute, as {path[0]}[id], or use [blank]")
        some = exists(select(1).select_from(items))
        return ~some if _boolean(value) else some
    value_of_item = type_coerce(items.c.value, Json)
    columns = line_columns(place.columns["id",].sql, value_of_item) if has_lines else {}
    item = Place(type=field.type, details=value_of_item, columns=columns)
    return exists(select(1).select_from(items).where(_resolve(item, path[1:], operator, value)))


def _whole_object(place: Place, field: Field, operator: str, value: str) -> ColumnElement[bool]:
    """`supplier[blank]=true`: whether there is one."""
    if operator != "blank":
        raise _Unknown(f"is an object: name one of its attributes, as {field.name}[id]")
    named = [column.sql for path, column in place.columns.items() if path[0] == field.name]
    inner: Any = type_coerce(place.details, Json)[(field.name, "id")]
    texts = [func.coalesce(cast(each, String), "") != "" for each in named]
    there = or_(inner.as_integer().is_not(None), *texts)
    return ~there if _boolean(value) else there


def _through(
    place: Place, field: Field, path: Path, operator: str, value: str
) -> ColumnElement[bool] | None:
    """Look an attribute up that the reference itself does not repeat; None where it does."""
    target, has_column = resource_of(field.type), (field.name, "id") in place.columns
    if target is None or path[1] in ("id", *target.keys):
        return None
    if target.path == "users" and not has_column:
        return None  # a reference to a person repeats all that people are told of them
    source = make_source(target)
    number: Any = type_coerce(place.details, Json)[(field.name, "id")].as_integer()
    if has_column:
        number = place.columns[field.name, "id"].sql
    further = _resolve(_start(source, target.type_name), path[1:], operator, value)
    return exists(source.rows.with_only_columns(source.id).where(source.id == number, further))


def compare(operand: Operand, operator: str, raw: str) -> Any:
    """Return a comparison.

    Args:
        operand: what is compared.
        operator: one of `OPERATORS`, or `eq`.
        raw: with what, as it stands in the query.

    Raises:
        ValueError: the operator does not go with the kind, or the value is none of it.
    """
    sql: Any = operand.sql
    if operator == "blank":
        empty = sql.is_(None)
        if operand.kind == "text":
            empty = or_(empty, sql == "")
        return empty if _boolean(raw) else ~empty
    if operator in _TEXTUAL:
        if operand.kind != "text":
            raise ValueError(f"is no text, and [{operator}] is for texts alone")
        # Without regard to case, as the collation of the real one's database (our choice).
        methods = {"contains": sql.icontains, "starts_with": sql.istartswith}
        return methods.get(operator, sql.iendswith)(raw, autoescape=True)
    if operator in ("in", "not_in"):
        values = [_parse(operand.kind, each.strip()) for each in raw.split(",")]
        if len(values) > _MOST_VALUES:
            raise ValueError(f"has more than {_MOST_VALUES} values")
        return sql.in_(values) if operator == "in" else or_(sql.is_(None), sql.not_in(values))
    value = _parse(operand.kind, raw)
    if operator in _COMPARING:
        if operand.kind == "boolean":
            raise ValueError(f"is true or false, which [{operator}] does not compare")
        return _COMPARING[operator](sql, value)
    if operand.kind == "boolean":
        sql = func.coalesce(sql, false())
    if operator == "not_eq":
        return or_(sql.is_(None), sql != value)
    return sql == value


def _parse(kind: str, raw: str) -> Any:
    match kind:
        case "integer":
            if not re.fullmatch(r"-?\d{1,18}", raw, re.ASCII):
                raise ValueError(f"must be a whole number, not {raw[:60]}")
            return int(raw)
        case "decimal" | "cents":
            if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", raw, re.ASCII):
                raise ValueError(f"must be a number, not {raw[:60]}")
            return Decimal(raw) * 100 if kind == "cents" else Decimal(raw)
        case "boolean":
            return true() if _boolean(raw) else false()
        case "moment":
            return _moment(raw)
        case "moment in text":
            return _moment(raw).isoformat(timespec="seconds")
        case "day":
            return _moment(raw).date()
        case "day in text":
            return _moment(raw).date().isoformat()
    return raw


def _boolean(raw: str) -> bool:
    if raw.lower() not in ("true", "false", "1", "0"):
        raise ValueError(f"must be true or false, not {raw[:60]}")
    return raw.lower() in ("true", "1")


def _moment(raw: str) -> datetime:
    """ISO 8601; a date alone is midnight UTC (Coupa, "Querying options").

    A plus sign that nobody encoded arrives as a blank.
    """
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", raw)
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"must be a date such as 2026-12-31, or a moment, not {raw[:60]}"
        ) from None

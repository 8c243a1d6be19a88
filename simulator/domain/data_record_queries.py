"""Find records of a data table: conditions, order and pages, all in SQL (Workato docs)."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from simulator.db.listing import Found
from simulator.db.tables import DataRecord, DataTable
from simulator.domain import data_records, data_values
from simulator.domain.data_records import META
from simulator.errors import FieldError
from simulator.world import World

#: How values are compared with one.
_COMPARISONS = {
    "$eq": operator.eq,
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
OPERATORS = (*_COMPARISONS, "$ne", "$in", "$starts_with")
_JOINS = {"$and": and_, "$or": or_}
#: Conditions in one request, and how deep they nest (our choice).
_MOST, _DEEPEST = 100, 10
#: A number below `data_values.LARGEST`: PostgreSQL fails at one that is none of its own.
_NUMBER = (
    r"^-?([0-9]{1,250}(\.[0-9]+)?"
    r"|[0-9](\.[0-9]+)?[eE]([+-]?[0-9]{1,2}|[+-]?1[0-9]{2}|[+-]?2[0-4][0-9]|-[23][0-9]{2}))$"
)
_META = {
    "$record_id": DataRecord.id,
    "$created_at": DataRecord.created_at,
    "$updated_at": DataRecord.updated_at,
}


@dataclass(frozen=True, kw_only=True)
class Order:
    """By what records are sorted.

    Attributes:
        by: a column, or one of `META`.
        descending: whether the largest comes first.
        case_sensitive: whether capitals make another text.
    """

    by: str
    descending: bool = False
    case_sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class _Operand:
    """A column in SQL, and how what is compared with it is read."""

    name: str
    type: str
    sql: ColumnElement[Any]


class _Conditions:
    """Reads conditions once: `{column: {operator: value}}`, joined by `$and` and `$or`."""

    def __init__(self, table: DataTable, offset: timedelta) -> None:
        self._table, self._offset, self._count = table, offset, 0

    def read(self, where: Any, depth: int = 0) -> ColumnElement[bool]:
        if not isinstance(where, Mapping) or depth > _DEEPEST:
            raise FieldError("where", f"must be an object of conditions, at most {_DEEPEST} deep")
        parts: list[ColumnElement[bool]] = []
        for name, value in where.items():
            self._count += 1
            if self._count > _MOST:
                raise FieldError("where", f"has more than {_MOST} conditions")
            if name in _JOINS:
                if not isinstance(value, list) or not value:
                    raise FieldError("where", f"{name} must be a list of conditions")
                parts.append(_JOINS[name](*(self.read(each, depth + 1) for each in value)))
                continue
            operand = _find_operand(self._table, str(name), "where")
            compared = value if isinstance(value, Mapping) else {"$eq": value}
            parts += [self._compare(operand, str(how), what) for how, what in compared.items()]
        return and_(literal(value=True), *parts)

    def _compare(self, operand: _Operand, how: str, what: Any) -> ColumnElement[bool]:
        if how not in OPERATORS:
            known = ", ".join(OPERATORS)
            raise FieldError("where", f"'{how}' is no operator. There are: {known}.")
        is_exact = False
        if isinstance(what, Mapping) and "value" in what:
            is_exact, what = bool(what.get("case_sensitive")), what["value"]
        if how == "$in":
            if not isinstance(what, list) or len(what) > _MOST:
                raise FieldError("where", f"$in takes a list of at most {_MOST} values")
            each_one = (self._compare(operand, "$eq", each) for each in what)
            return or_(literal(value=False), *each_one)
        if what is None:
            if how not in ("$eq", "$ne"):
                raise FieldError("where", f"{how} cannot compare with null")
            return operand.sql.is_(None) if how == "$eq" else operand.sql.is_not(None)
        if operand.type == "boolean" and how not in ("$eq", "$ne"):
            raise FieldError("where", f"{how} cannot compare '{operand.name}': true or false")
        sql, value = operand.sql, self._read(operand, what)
        if operand.type == "string" and not is_exact:
            sql, value = func.lower(sql), str(value).lower()
        if how == "$ne":
            return or_(sql.is_(None), sql != value)
        if how == "$starts_with":
            if operand.type != "string":
                raise FieldError("where", f"$starts_with is for texts; '{operand.name}' is none")
            beginning: ColumnElement[bool] = func.substr(sql, 1, len(value)) == value
            return beginning
        compared: ColumnElement[bool] = _COMPARISONS[how](sql, value)
        return compared

    def _read(self, operand: _Operand, what: Any) -> Any:
        match operand.type:
            case "number" if data_values.is_number(what):
                return float(what)
            case "boolean" if isinstance(what, bool):
                return what
            case "string" if isinstance(what, str):
                return what
            case "date" | "moment" | "written moment" if isinstance(what, str):
                return self._read_time(operand, what)
        raise FieldError("where", f"'{operand.name}' cannot be compared with such a value")

    def _read_time(self, operand: _Operand, what: str) -> Any:
        try:
            if operand.type == "date":
                return data_values.read_moment(what).date().isoformat()
            moment = data_values.read_moment(what)
            if len(what) == len("2026-08-31"):  # a day begins at midnight of the caller's zone
                moment -= self._offset
        except (ValueError, OverflowError):
            raise FieldError("where", f"'{operand.name}' is compared with a time") from None
        return moment if operand.type == "moment" else data_values.write_moment(moment)


def find(
    world: World,
    table: DataTable,
    *,
    where: Any = None,
    order: Order | None = None,
    timezone_offset_secs: int = 0,
) -> Found[DataRecord]:
    """Return the records of a table that fit.

    Args:
        table: the table.
        where: conditions, as a program sends them; None for all.
        order: None for the order in which they were created.
        timezone_offset_secs: of the days that moments are compared with.

    Raises:
        FieldError: on `where` or `order`.
    """
    found = select(DataRecord).where(DataRecord.table_id == table.id)
    if where is not None:
        offset = timedelta(seconds=timezone_offset_secs)
        found = found.where(_Conditions(table, offset).read(where))
    by: Sequence[ColumnElement[Any]] = ()
    if order is not None:
        operand = _find_operand(table, order.by, "order")
        sql = operand.sql
        if operand.type == "string" and not order.case_sensitive:
            sql = func.lower(sql)
        # NULL is smallest, as on SQLite (Workato docs, data tables, sort); on PostgreSQL it is not.
        empty = sql.is_(None)
        by = (empty, sql.desc()) if order.descending else (empty.desc(), sql.asc())
    return Found(world.db.session, found.order_by(*by, DataRecord.sequence))


def _find_operand(table: DataTable, name: str, member: str) -> _Operand:
    """Return a column, or one of `META`, as SQL; errors name the request's `member`."""
    if name in META:
        kind = "string" if name == "$record_id" else "moment"
        return _Operand(name=name, type=kind, sql=_META[name].expression)
    field = data_records.find_field(table, name, member)
    text = cast(DataRecord.fields[field.id].as_string(), Text)
    match field.type:
        case "integer" | "number":
            number = case((text.regexp_match(_NUMBER), cast(text, Float)), else_=None)
            return _Operand(name=name, type="number", sql=number)
        case "boolean":  # SQLite has 0 and 1
            truth = case((text.in_(["true", "1"]), True), (text.in_(["false", "0"]), False))
            return _Operand(name=name, type="boolean", sql=truth)
        case "date":
            return _Operand(name=name, type="date", sql=text)
        case "date_time":
            return _Operand(name=name, type="written moment", sql=text)
    return _Operand(name=name, type="string", sql=text)

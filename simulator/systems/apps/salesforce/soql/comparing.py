"""Compare a field with values, by its type."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, not_, or_, true

from simulator.systems.apps.salesforce import ids
from simulator.systems.apps.salesforce.moments import read_moment, write_moment
from simulator.systems.apps.salesforce.objects.fields import DECIMALS, TEXTS, TYPES, Field
from simulator.systems.apps.salesforce.soql.errors import (
    MALFORMED,
    NO_FIELD,
    QueryError,
    point_at,
    unexpected,
)
from simulator.systems.apps.salesforce.soql.periods import Period, read_period
from simulator.systems.apps.salesforce.soql.syntax import Comparison, Literal

Column = ColumnElement[Any]
_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_NO_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"
_IDS = ("id", "reference")
_DATES = ("date", "datetime")


@dataclass(frozen=True, kw_only=True)
class Comparer:
    """Makes conditions of comparisons.

    Attributes:
        query: the whole query, to show what is wrong in it.
        now: the current moment.
    """

    query: str
    now: datetime

    def compare(self, column: Column, field: Field, comparison: Comparison) -> ColumnElement[bool]:
        """Return the condition that a comparison is.

        Args:
            column: the field's values.
            field: what they are.
            comparison: the comparison of this field.

        Raises:
            QueryError: the field does not have the operator, or no such value.
        """
        sign, path = comparison.operator, comparison.path
        if not field.is_filterable:
            sentence = f"field '{path.text}' can not be filtered in a query call"
            raise QueryError(NO_FIELD, point_at(self.query, path.at, sentence))
        self._check_operator(sign, field)
        if sign == "LIKE":
            return self._like(column, field, comparison.values[0])
        if sign in ("INCLUDES", "EXCLUDES"):
            found = or_(*(self._includes(column, one) for one in comparison.values))
            return found if sign == "INCLUDES" else not_(func.coalesce(found, false()))
        if sign in _ORDERED:
            return self._ordered(column, field, sign, comparison.values[0])
        equal = or_(*(self._equal(column, field, one) for one in comparison.values))
        if sign in ("=", "IN"):
            return equal
        # Records without a value are not equal to one, either.
        return not_(func.coalesce(equal, false()))

    def _check_operator(self, sign: str, field: Field) -> None:
        kind = field.type
        refused = {
            "LIKE": kind not in TEXTS,
            "INCLUDES": kind != "multipicklist",
            "EXCLUDES": kind != "multipicklist",
        }.get(sign, sign in _ORDERED and kind in (*_IDS, "boolean", "multipicklist"))
        if refused:
            what = "id" if kind in _IDS else kind
            raise QueryError(_NO_OPERATOR, f"invalid operator on {what} field")

    def _like(self, column: Column, field: Field, value: Literal) -> ColumnElement[bool]:
        if value.kind != "string":
            raise self._wrong_value(field, value)
        return column.ilike(value.text, escape="\\")

    def _includes(self, column: Column, value: Literal) -> ColumnElement[bool]:
        whole = literal(";") + column + literal(";")
        return and_(*(whole.contains(f";{one};", autoescape=True) for one in value.text.split(";")))

    def _equal(self, column: Column, field: Field, value: Literal) -> ColumnElement[bool]:
        if value.kind == "null" or (value.kind == "string" and value.text == ""):
            return column.is_(None)
        if field.type in _DATES:
            found = self._period(field, value)
            if isinstance(found, Period):
                begin, end = self._written(field, found.begin), self._written(field, found.end)
                return and_(column >= begin, column < end)
            same: ColumnElement[bool] = column == found
            return same
        found = self._value(field, value)
        if field.type in TEXTS:
            column = func.lower(column)
        if field.type == "boolean":
            return column.is_(true() if found else false())
        equal: ColumnElement[bool] = column == found
        return equal

    def _ordered(
        self, column: Column, field: Field, sign: str, value: Literal
    ) -> ColumnElement[bool]:
        if field.type in _DATES:
            found = self._period(field, value)
            if isinstance(found, Period):
                moment = found.end if sign in (">", "<=") else found.begin
                sign = {">": ">=", "<=": "<"}.get(sign, sign)
                found = self._written(field, moment)
        else:
            found = self._value(field, value)
        compared = func.lower(column) if field.type in TEXTS else column
        condition: ColumnElement[bool] = _ORDERED[sign](compared, found)
        return condition

    def _period(self, field: Field, value: Literal) -> Period | str:
        """Return a period, or a day or moment as records have it."""
        if value.kind == "period":
            period = read_period(value.text, self.now)
            if period is None:
                raise unexpected(value.text)
            return period
        if value.kind != field.type:
            raise self._wrong_value(field, value)
        moment = read_moment(value.text)
        if moment is None:
            raise QueryError(MALFORMED, f"Invalid {value.kind}: {value.text}")
        return self._written(field, moment)

    @staticmethod
    def _written(field: Field, moment: datetime) -> str:
        return moment.date().isoformat() if field.type == "date" else write_moment(moment)

    def _value(self, field: Field, value: Literal) -> Any:
        if value.kind == "period":
            raise unexpected(value.text)
        if field.type in _IDS and value.kind == "string":
            found = ids.normalize(value.text)
            if found is None:
                raise QueryError(
                    _NO_OPERATOR, point_at(self.query, value.at, f"invalid ID field: {value.text}")
                )
            return found
        if field.type in TEXTS and value.kind == "string":
            return value.text.lower()
        if field.type in (*DECIMALS, "int") and value.kind == "number":
            return float(value.text)
        if field.type == "boolean" and value.kind == "boolean":
            return value.text == "TRUE"
        raise self._wrong_value(field, value)

    def _wrong_value(self, field: Field, value: Literal) -> QueryError:
        kind = "string" if field.type in (*TEXTS, *_IDS) else TYPES[field.type].split(":")[1]
        quotes = "should be" if kind == "string" else "should not be"
        sentence = (
            f"value of filter criterion for field '{field.name}' must be of type {kind} and "
            f"{quotes} enclosed in quotes"
        )
        return QueryError(NO_FIELD, point_at(self.query, value.at, sentence))

"""Filters of a data table's records as people choose them (Workato docs, data tables, filters)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.db.tables import DataTable
from simulator.domain import data_records, data_values
from simulator.domain.data_values import Field
from simulator.errors import FieldError, list_choices

#: Filters at the same time (Workato docs, limits of data tables).
MOST = 10
_TEXT = ("equals", "is_not_equal_to", "starts_with")
_NUMBER = ("equals", "is_not_equal_to", "less", "greater", "less_or_equal", "greater_or_equal")
_TIME = ("equals", "is_not_equal_to", "before", "after", "on_or_before", "on_or_after")
_EMPTY = ("is_null", "is_not_null")
#: Type of a column → its operands; all have those of `_EMPTY`, too.
_OF_TYPES: Mapping[str, Sequence[str]] = {
    "string": _TEXT,
    "integer": _NUMBER,
    "number": _NUMBER,
    "boolean": ("is_true", "is_false"),
    "date": _TIME,
    "date_time": _TIME,
}
#: Operand → what people call it.
OPERANDS: Mapping[str, str] = {
    "equals": "Equals",
    "is_not_equal_to": "Is not equal to",
    "starts_with": "Starts with",
    "less": "Is less than",
    "greater": "Is greater than",
    "less_or_equal": "Is less or equals",
    "greater_or_equal": "Is greater or equals",
    "before": "Is before",
    "after": "Is after",
    "on_or_before": "Is on or before",
    "on_or_after": "Is on or after",
    "is_true": "Is true",
    "is_false": "Is false",
    "is_null": "Is null",
    "is_not_null": "Is not null",
}
_OPERATORS = {
    "equals": "$eq",
    "is_not_equal_to": "$ne",
    "starts_with": "$starts_with",
    "less": "$lt",
    "greater": "$gt",
    "less_or_equal": "$lte",
    "greater_or_equal": "$gte",
    "before": "$lt",
    "after": "$gt",
    "on_or_before": "$lte",
    "on_or_after": "$gte",
}
_FIXED: Mapping[str, Mapping[str, Any]] = {
    "is_true": {"$eq": True},
    "is_false": {"$eq": False},
    "is_null": {"$eq": None},
    "is_not_null": {"$ne": None},
}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One condition.

    Attributes:
        by: id of a column.
        how: one of `OPERANDS`.
        value: the value as typed; nothing where the operand needs none.
    """

    by: str
    how: str
    value: str = ""


def to_condition(table: DataTable, chosen: Filter) -> Mapping[str, Any]:
    """Return a filter as `data_record_queries.find` takes it; capitals make another text.

    Args:
        table: the table with the column.
        chosen: the filter.

    Raises:
        FieldError: on `by`, `how` or `value`.
    """
    if not chosen.by:
        raise FieldError("by", "Select a column.")
    found = data_records.find_field(table, chosen.by, "by")
    known = (*_OF_TYPES.get(found.type, _TEXT[:2]), *_EMPTY)
    if chosen.how not in known:
        choices = list_choices(OPERANDS[each] for each in known)
        raise FieldError("how", f"'{found.name}' cannot be filtered like this. {choices}")
    if chosen.how in _FIXED:
        return {found.id: _FIXED[chosen.how]}
    return {found.id: {_OPERATORS[chosen.how]: _read(found, chosen.value)}}


def _read(found: Field, typed: str) -> Any:
    try:
        value = data_values.check(found, data_values.read_typed(found, typed))
    except FieldError as error:
        raise FieldError("value", f"The value {error.message}.") from None
    if value is None:
        raise FieldError("value", "Enter a value.")
    return {"value": value, "case_sensitive": True} if found.type == "string" else value

"""Conditions of IF, ELSE IF and Repeat while, and their operands (Workato docs, Conditions)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from simulator.domain.formulas import Field, FormulaError, Scope, compile_field
from simulator.errors import list_choices


@dataclass(frozen=True, slots=True)
class Condition:
    """A list of comparisons, of which all or at least one must be true.

    Attributes:
        needs_all: True for `and`, False for `or`.
        comparisons: `(operand, left side, right side)`.
    """

    needs_all: bool
    comparisons: tuple[tuple[str, Field, Field], ...]

    def holds(self, scope: Scope) -> bool:
        """Return whether the condition is true; evaluation stops once that is certain.

        Args:
            scope: the values that data pills read.

        Raises:
            FormulaError: a side cannot be evaluated, or the two sides cannot be compared.
        """
        for operand, left, right in self.comparisons:
            outcome = OPERANDS[operand](left.evaluate(scope), right.evaluate(scope))
            if outcome is not self.needs_all:
                return outcome
        return self.needs_all


def compile_condition(written: Mapping[str, Any]) -> Condition:
    """Compile the condition in a block's `input`.

    Args:
        written: `{type: "compound", operand: "and" | "or", conditions: [{operand, lhs, rhs}]}`.

    Raises:
        FormulaError: there is no comparison, or an unknown operand.
    """
    comparisons = written.get("conditions")
    if not isinstance(comparisons, list) or not comparisons:
        raise FormulaError("The condition has no comparison; `conditions` must be a list of them.")
    joined = str(written.get("operand") or "and")
    if joined not in ("and", "or"):
        raise FormulaError(f"Comparisons are joined by 'and' or 'or', not by '{joined}'.")
    return Condition(joined == "and", tuple(map(_compile_comparison, comparisons)))


def _compile_comparison(written: Any) -> tuple[str, Field, Field]:
    if not isinstance(written, Mapping):
        raise FormulaError("A comparison must be an object with operand, lhs and rhs.")
    operand = str(written.get("operand"))
    if operand not in OPERANDS:
        raise FormulaError(f"There is no operand '{operand}'. {list_choices(OPERANDS)}")
    return operand, compile_field(written.get("lhs")), compile_field(written.get("rhs"))


def is_present(value: Any) -> bool:
    """Return whether a value is present: not null, blank text, or an empty list or object.

    `false` is present (our choice).

        Args:
            value: the value of a field.
    """
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {})


def is_true(value: Any) -> bool:
    """Return whether a value is `True`, or the text "true" in upper or lower case.

    Args:
        value: the value of a field.
    """
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _contains(left: Any, right: Any) -> bool:
    """Return whether a text contains a text, or a list an item; else False (Workato docs)."""
    if isinstance(left, list):
        return any(_equals(item, right) for item in left)
    return isinstance(left, str) and right is not None and to_text(right) in left


def _starts_with(left: Any, right: Any) -> bool:
    return left is not None and to_text(left).startswith(to_text(right))


def _ends_with(left: Any, right: Any) -> bool:
    return left is not None and to_text(left).endswith(to_text(right))


def _equals(left: Any, right: Any) -> bool:
    """Compare as floats if both are numeric and not both are text; else as text, with case.

    Null equals null and empty text (our choice).
    """
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return bool(left == right)
    if not (isinstance(left, str) and isinstance(right, str)):
        numbers = _number(left), _number(right)
        if None not in numbers:
            return numbers[0] == numbers[1]
    return to_text(left) == to_text(right)


def _compare(left: Any, right: Any) -> int:
    """Return -1, 0 or 1: compared as numbers, as moments, or as text (in the order of ASCII).

    Raises:
        FormulaError: one of them is null, a list or an object.
    """
    for value in (left, right):
        if value is None or isinstance(value, list | dict):
            what = "null" if value is None else "a list or an object"
            raise FormulaError(f"greater than and less than compare values, and one is {what}.")
    for read in (_number, _moment, to_text):
        ends = read(left), read(right)
        if None not in ends:
            return (ends[0] > ends[1]) - (ends[0] < ends[1])  # type: ignore[operator]
    raise AssertionError("every value has a text")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001  # like an ISO date
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
    else:
        return None
    from datetime import UTC

    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def to_text(value: Any) -> str:
    """Return a value as text: null is empty, booleans are in lower case, dates in ISO 8601.

    Args:
        value: the value of a field.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


OPERANDS: dict[str, Callable[[Any, Any], bool]] = {
    "contains": _contains,
    "not_contains": lambda left, right: not _contains(left, right),
    "starts_with": _starts_with,
    "not_starts_with": lambda left, right: not _starts_with(left, right),
    "ends_with": _ends_with,
    "not_ends_with": lambda left, right: not _ends_with(left, right),
    "equals_to": _equals,
    "not_equals_to": lambda left, right: not _equals(left, right),
    "greater_than": lambda left, right: _compare(left, right) > 0,
    "less_than": lambda left, right: _compare(left, right) < 0,
    "is_true": lambda left, _: is_true(left),
    "is_not_true": lambda left, _: not is_true(left),
    "present": lambda left, _: is_present(left),
    "blank": lambda left, _: not is_present(left),
}

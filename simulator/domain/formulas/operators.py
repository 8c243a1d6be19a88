"""What operators, literals and calls of a formula are compiled to."""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from simulator.domain.formulas import dates
from simulator.domain.formulas.calls import Frame, Link, Run
from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.limits import LONG, LONGEST_TEXT, WIDEST_NUMBER
from simulator.domain.formulas.values import (
    SKIP,
    Duration,
    Span,
    Symbol,
    describe,
    identity,
    is_same,
    is_truthy,
    limit_number,
    limit_text,
    render_text,
)

_NUMBERS = (int, float, Fraction)


def chain(base: Run, links: Sequence[tuple[bool, Link]]) -> Run:
    """Return what applies calls to a value, one after the other.

    Args:
        base: calculates the value.
        links: each with whether the rest is left alone where the value is null (`&.`).
    """
    if len(links) == 1 and not links[0][0]:
        only = links[0][1]
        return lambda frame: only(frame, base(frame))

    def run(frame: Frame) -> Any:
        value = base(frame)
        for safe, link in links:
            if safe and value is None:
                return None
            value = link(frame, value)
        return value

    return run


def combine(left: Run, rest: Sequence[tuple[str, Run]]) -> Run:
    """Return what calculates `left operator right operator right …`, of one level, in order."""
    name, right = rest[0]
    if name in ("||", "or"):
        return _either(left, [run for _, run in rest]) if _alike(rest) else _words(left, rest)
    if name in ("&&", "and"):
        return _both(left, [run for _, run in rest]) if _alike(rest) else _words(left, rest)
    if len(rest) == 1:
        operation = _OPERATIONS[name]
        return lambda frame: operation(left(frame), right(frame))
    steps = [(_OPERATIONS[name], right) for name, right in rest]

    def run(frame: Frame) -> Any:
        value = left(frame)
        for operation, right in steps:
            value = operation(value, right(frame))
            if isinstance(value, str | list) and len(value) > LONG:
                frame.charge(len(value))
        return value

    return run


def _alike(rest: Sequence[tuple[str, Run]]) -> bool:
    return len({name for name, _ in rest}) == 1


def _either(left: Run, rest: Sequence[Run]) -> Run:
    def run(frame: Frame) -> Any:
        value = left(frame)
        for right in rest:
            if is_truthy(value):
                return value
            value = right(frame)
        return value

    return run


def _both(left: Run, rest: Sequence[Run]) -> Run:
    def run(frame: Frame) -> Any:
        value = left(frame)
        for right in rest:
            if not is_truthy(value):
                return value
            value = right(frame)
        return value

    return run


def _words(left: Run, rest: Sequence[tuple[str, Run]]) -> Run:
    """`and` and `or` bind alike, and are taken from left to right."""
    for name, right in rest:
        left = (_either if name == "or" else _both)(left, [right])
    return left


def choose(condition: Run, then: Run, otherwise: Run) -> Run:
    """Return what calculates `condition ? then : otherwise`."""
    return lambda frame: then(frame) if is_truthy(condition(frame)) else otherwise(frame)


def invert(operand: Run) -> Run:
    """Return what calculates `!operand`."""
    return lambda frame: not is_truthy(operand(frame))


def negate(operand: Run) -> Run:
    """Return what calculates `-operand`."""

    def run(frame: Frame) -> Any:
        value = operand(frame)
        if isinstance(value, bool) or not isinstance(value, (*_NUMBERS, Duration)):
            raise FormulaError(f"`-` needs a number, not {describe(value)}.")
        return -value

    return run


def make_list(items: Sequence[Run]) -> Run:
    """Return what calculates `[items]`."""
    return lambda frame: [_member(run(frame)) for run in items]


def make_object(members: Sequence[tuple[Run, Run]]) -> Run:
    """Return what calculates `{key => value}`."""
    return lambda frame: {_key(key(frame)): _member(value(frame)) for key, value in members}


def _member(value: Any) -> Any:
    if value is SKIP:
        raise FormulaError(
            "`skip` leaves a whole field out; it cannot be part of a list or object."
        )
    return value


def _key(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | date):
        return value
    raise FormulaError(f"The key of an object's member is text or a number, not {describe(value)}.")


def interpolate(pieces: Sequence[str | Run]) -> Run:
    """Return what calculates `"literal #{formula} …"`."""

    def run(frame: Frame) -> str:
        text = "".join(
            each if isinstance(each, str) else render_text(each(frame)) for each in pieces
        )
        if len(text) > LONG:
            frame.charge(len(text))
        return limit_text(text)

    return run


def as_symbol(run: Run) -> Run:
    """Return what calculates the key `'text':`."""
    return lambda frame: Symbol(run(frame))


def parameter(name: str) -> Run:
    """Return what calculates the parameter of a block."""
    return lambda frame: frame.parameters[name]


def block(name: str, body: Run) -> Run:
    """Return what calculates `{ |name| body }`: something that can be called with a value."""

    def run(frame: Frame) -> Callable[[Any], Any]:
        def call(value: Any) -> Any:
            frame.charge_block()
            outer = frame.parameters
            frame.parameters = {**outer, name: value}
            try:
                return _member(body(frame))
            finally:
                frame.parameters = outer

        return call

    return run


def nothing(_: Frame) -> None:
    """Calculate null."""


def fail(message: str) -> Callable[..., Any]:
    """Return what fails for a part of a formula that cannot be calculated."""

    def run(*_: Any) -> Any:
        raise FormulaError(message)

    return run


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def _mismatch(name: str, left: Any, right: Any) -> FormulaError:
    hint = ""
    if isinstance(left, str) and _is_number(right):
        hint = " Turn the number into text with `to_s`, or the text into a number with `to_i`."
    elif right is None or left is None:
        hint = " Check for null with `present?`."
    return FormulaError(
        f"`{name}` cannot be applied to {describe(left)} and {describe(right)}.{hint}"
    )


def add(left: Any, right: Any) -> Any:
    """Return `left + right`."""
    if isinstance(left, str) and isinstance(right, str):
        return limit_text(left + right)
    if _is_number(left) and _is_number(right):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    if isinstance(right, Duration):
        if isinstance(left, Duration):
            return left + right
        return dates.shift(left, right)
    if isinstance(left, date) and _is_number(right):
        return dates.shift(left, _as_duration(left, right))
    raise _mismatch("+", left, right)


def _as_duration(moment: date, number: Any) -> Duration:
    """Return what a number beside a date is: days; beside a time, seconds."""
    if isinstance(number, float) and not math.isfinite(number):
        raise FormulaError("A date must be between the years 1 and 9999.")
    if isinstance(moment, datetime):
        return Duration(seconds=float(number))
    return Duration(days=int(number))


def subtract(left: Any, right: Any) -> Any:
    """Return `left - right`."""
    if _is_number(left) and _is_number(right):
        return left - right
    if isinstance(left, list) and isinstance(right, list):
        others = {identity(each) for each in right}
        return [each for each in left if identity(each) not in others]
    if isinstance(right, Duration):
        if isinstance(left, Duration):
            return left + -right
        return dates.shift(left, -right)
    if isinstance(left, date) and _is_number(right):
        return dates.shift(left, -_as_duration(left, right))
    if isinstance(left, date) or isinstance(right, date):
        return dates.difference(left, right)
    raise _mismatch("-", left, right)


def multiply(left: Any, right: Any) -> Any:
    """Return `left * right`."""
    if _is_number(left) and _is_number(right):
        result = left * right
        return limit_number(result) if isinstance(result, int) else result
    if isinstance(left, str) and isinstance(right, int) and not isinstance(right, bool):
        if right < 0:
            raise FormulaError("`*` cannot repeat a text less than 0 times.")
        if len(left) * right > LONGEST_TEXT:
            raise FormulaError(f"A text has more than {LONGEST_TEXT:,} characters.")
        return left * right
    raise _mismatch("*", left, right)


def divide(left: Any, right: Any) -> Any:
    """Return `left / right`; whole numbers are divided with a whole result, rounded down."""
    if not (_is_number(left) and _is_number(right)):
        raise _mismatch("/", left, right)
    if isinstance(left, float) or isinstance(right, float):
        if right:
            return left / right
        return float("nan") if not left else float("inf") if left > 0 else float("-inf")
    if not right:
        raise FormulaError("A number was divided by 0.")
    return left // right if isinstance(left, int) and isinstance(right, int) else left / right


def remainder(left: Any, right: Any) -> Any:
    """Return `left % right`, which has the sign of the divisor."""
    if not (_is_number(left) and _is_number(right)):
        raise _mismatch("%", left, right)
    if not right:
        raise FormulaError("A number was divided by 0.")
    return left % right


def power(left: Any, right: Any) -> Any:
    """Return `left ** right`; a whole number to a negative power is a fraction."""
    if not (_is_number(left) and _is_number(right)):
        raise _mismatch("**", left, right)
    if isinstance(right, int) and isinstance(left, int | Fraction):
        size = left if isinstance(left, int) else max(left.numerator, left.denominator, key=abs)
        if abs(size) > 1 and size.bit_length() * abs(right) > WIDEST_NUMBER * 2:
            limit_number(1 << (WIDEST_NUMBER + 1))
        if right < 0:
            if not left:
                raise FormulaError("A number was divided by 0.")
            return Fraction(left) ** right
        return left**right
    try:
        result = float(left) ** float(right)
    except (OverflowError, ZeroDivisionError):
        return float("inf")
    if isinstance(result, complex):
        raise FormulaError("`**` has no real result for these numbers.")
    return result


def are_equal(left: Any, right: Any) -> bool:
    """Return whether `left == right`."""
    return is_same(*dates.align(left, right))


def _order(name: str, test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def run(left: Any, right: Any) -> bool:
        left, right = dates.align(left, right)
        if (
            (_is_number(left) and _is_number(right))
            or (isinstance(left, str) and isinstance(right, str))
            or (isinstance(left, date) and isinstance(right, date))
        ):
            return test(left, right)
        raise FormulaError(f"`{name}` cannot compare {describe(left)} with {describe(right)}.")

    return run


def is_less(left: Any, right: Any) -> bool:
    """Return whether `left < right`."""
    return bool(_OPERATIONS["<"](left, right))


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "**": power,
    "==": are_equal,
    "!=": lambda left, right: not are_equal(left, right),
    "<": _order("<", lambda left, right: left < right),
    "<=": _order("<=", lambda left, right: left <= right),
    ">": _order(">", lambda left, right: left > right),
    ">=": _order(">=", lambda left, right: left >= right),
    "..": lambda left, right: Span(left, right, exclusive=False),
    "...": lambda left, right: Span(left, right, exclusive=True),
}

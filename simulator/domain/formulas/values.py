"""The values of formulas beside those of JSON, and how each is written as text."""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from simulator.domain.formulas.errors import FormulaError, Misuse
from simulator.domain.formulas.limits import (
    DEEPEST_VALUE,
    LARGEST_VALUE,
    LONGEST_TEXT,
    WIDEST_NUMBER,
)


class _Skip:
    """A field that is left out."""

    def __repr__(self) -> str:
        return "SKIP"


#: What a field evaluates to that is to be left out of its step's input.
SKIP = _Skip()


class Symbol(str):
    """`:name`, and a key `name:`; equal to the text, so that data has either (our choice)."""

    __slots__ = ()


class PacificDate(date):
    """`today`: the date in US Pacific time, which knows where its day begins."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time, such as `2.months`; months and days are those of the calendar."""

    months: int = 0
    days: int = 0
    seconds: float = 0

    def __add__(self, other: "Duration") -> "Duration":
        return Duration(
            self.months + other.months, self.days + other.days, self.seconds + other.seconds
        )

    def __neg__(self) -> "Duration":
        return Duration(-self.months, -self.days, -self.seconds)

    @property
    def total_seconds(self) -> float:
        """In seconds; a month is a twelfth of a Gregorian year on average, as in Rails."""
        return self.months * 2_629_746 + self.days * 86_400 + self.seconds


@dataclass(frozen=True, slots=True)
class Span:
    """`first..last`, or `first...last` without the last."""

    first: Any
    last: Any
    exclusive: bool


@dataclass(frozen=True, slots=True)
class SymbolCall:
    """`&:name`, as the last argument."""

    name: str
    call: Callable[[Any], Any]


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (Fraction, "a number"),
    (str, "text"),
    (bytes, "binary data"),
    (datetime, "a time"),
    (date, "a date"),
    (Duration, "a duration"),
    (list, "a list"),
    (Mapping, "an object"),
    (Span, "a range"),
)


def kind_words(kind: type) -> str:
    """Return what values of a type are called, in words."""
    if kind is type(None):
        return "null"
    return next((words for each, words in _KINDS if issubclass(kind, each)), "anything")


def describe(value: Any) -> str:
    """Return what kind of value this is, in words, for messages."""
    if value is None:
        return "null"
    if value is SKIP:
        return "skip"
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "a pattern")


def render_text(value: Any) -> str:
    """Return a value as the text that it is among other text, as `to_s` has it.

    Raises:
        FormulaError: it is too large, or no value at all.
    """
    if type(value) is str:
        return value
    if value is None:
        return ""
    if value is SKIP:
        raise FormulaError("`skip` leaves a whole field out; it cannot be part of a text.")
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, list | Mapping):
        check_size(value)
    return limit_text(_inspect(value))


def join_text(values: Iterable[Any]) -> str:
    """Return values as one text, without anything between them.

    Args:
        values: each as `render_text` takes it.

    Raises:
        FormulaError: one of them or all together are too large, or one is no value at all.
    """
    return limit_text("".join(map(render_text, values)))


def _inspect(value: Any) -> str:  # noqa: PLR0912
    """Return a value as Ruby writes it within a list."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _write_float(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Symbol):
        return f":{value}"
    if isinstance(value, str | bytes):
        return quote(value if isinstance(value, str) else value.decode("utf-8", "replace"))
    if isinstance(value, list):
        return f"[{', '.join(map(inspect, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{_inspect(key)}=>{inspect(inner)}" for key, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Duration):
        return _inspect(_plain(value))
    if isinstance(value, Span):
        dots = "..." if value.exclusive else ".."
        return f"{_inspect(value.first)}{dots}{_inspect(value.last)}"
    raise FormulaError(f"{describe(value)} cannot be written as text.".capitalize())


def inspect(value: Any) -> str:
    """Return a member of a list or object as Ruby writes it: dates are quoted, too."""
    written = _inspect(value)
    return quote(written) if isinstance(value, date) else written


def quote(text: str) -> str:
    """Return text in double quotes, with what has to be escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.replace("\t", "\\t").replace("\r", "\\r").replace("#{", "\\#{")


def _write_float(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    written = repr(number)
    mantissa, found, exponent = written.partition("e")
    if not found:
        return written
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{mantissa}e{int(exponent):+03d}"


def write_time(moment: datetime) -> str:
    """Return a moment as Workato writes it: ISO 8601 with microseconds and an offset."""
    return moment.isoformat(timespec="microseconds")


def to_plain(value: Any) -> Any:
    """Return a result as JSON has it: numbers, text, lists and objects.

    Binary data that is no UTF-8 becomes Base64 (our choice).

    Raises:
        FormulaError: it is too large or too deep, or is no value.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None or value is SKIP:
        return value
    if isinstance(value, list | Mapping):
        check_size(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {
            key if type(key) is str else render_text(key): _plain(inner)
            for key, inner in value.items()
        }
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            import base64

            return base64.b64encode(value).decode()
    if isinstance(value, Duration):
        seconds = value.total_seconds
        return int(seconds) if seconds % 1 == 0 else seconds
    return _inspect(value)


def check_size(value: Any) -> None:
    """Look through a list or object.

    Raises:
        FormulaError: it has too many values, or is nested too deep.
    """
    waiting = [iter((value,))]
    seen = 0
    while waiting:
        for each in waiting[-1]:
            seen += 1
            if seen > LARGEST_VALUE:
                raise FormulaError(
                    f"A value has more than {LARGEST_VALUE:,} items, all levels together."
                )
            if isinstance(each, list):
                waiting.append(iter(each))
            elif isinstance(each, Mapping):
                waiting.append(iter(each.values()))
            else:
                continue
            break
        else:
            waiting.pop()
        if len(waiting) > DEEPEST_VALUE:
            raise FormulaError(f"A value is nested deeper than {DEEPEST_VALUE} levels.")


def limit_text(text: str) -> str:
    """Return the text.

    Raises:
        FormulaError: it is too long.
    """
    if len(text) > LONGEST_TEXT:
        raise FormulaError(f"A text has more than {LONGEST_TEXT:,} characters.")
    return text


def limit_number(number: int) -> int:
    """Return the number.

    Raises:
        FormulaError: it is too large.
    """
    if number.bit_length() > WIDEST_NUMBER:
        raise FormulaError(f"A whole number has more than {WIDEST_NUMBER:,} binary digits.")
    return number


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are equal: 1 and 1.0 are, 1 and true are not.

    Raises:
        FormulaError: they are too large to be compared.
    """
    if isinstance(one, list | Mapping):
        check_size(one)
        check_size(other)
    return _same(one, other)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return len(one) == len(other) and all(
            key in other and _same(inner, other[key]) for key, inner in one.items()
        )
    if isinstance(one, date) and isinstance(other, date):
        return one == other if isinstance(one, datetime) == isinstance(other, datetime) else False
    return bool(one == other)


def identity(value: Any) -> Any:
    """Return what two values share if, and only if, they are alike and of one type.

    Raises:
        FormulaError: the value is too large.
    """
    if isinstance(value, list | Mapping):
        return list, json.dumps(to_plain(value), sort_keys=True)
    return str if isinstance(value, str) else type(value), value


def is_truthy(value: Any) -> bool:
    """Return whether a condition holds: everything does but null and false."""
    return value is not None and value is not False


def as_text(value: Any) -> str:
    """Return the argument.

    Raises:
        Misuse: it is no text.
    """
    if not isinstance(value, str):
        raise Misuse(f"takes text, not {describe(value)}")
    return value


def as_whole(value: Any) -> int:
    """Return the argument, without what is behind its point.

    Raises:
        Misuse: it is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise Misuse(f"takes a number, not {describe(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise Misuse("takes a number that is finite")
    return int(value)


def as_list(value: Any) -> list[Any]:
    """Return the argument.

    Raises:
        Misuse: it is no list.
    """
    if not isinstance(value, list):
        raise Misuse(f"takes a list, not {describe(value)}")
    return value

"""Conditions: whether something is there, is in something, is true."""

import math
from typing import Any

from simulator.domain.formulas import operators
from simulator.domain.formulas.calls import LIST, NUMBER, SEEN, STRING, method
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.patterns import as_pattern
from simulator.domain.formulas.values import Span, as_text, as_whole, describe, is_same

_TRUE = {"true", "t", "yes", "y", "1"}
_FALSE = {"false", "f", "no", "n", "0"}


@method("blank?", object, page=STRING)
def is_blank(value: Any) -> bool:
    """Whether it is null, false, an empty list or object, or text of nothing but white space."""
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or value is False or (isinstance(value, list | dict) and not value)


@method("present?", object, page=STRING)
def is_present(value: Any) -> bool:
    """The opposite of `blank?`."""
    return not is_blank(value)


@method("presence", object, page=STRING)
def presence(value: Any) -> Any:
    """The value itself; null if it is blank."""
    return None if is_blank(value) else value


@method("nil?", object, page=SEEN)
def is_null(value: Any) -> bool:
    """Whether it is null."""
    return value is None


@method("empty?", str, list, dict, page=SEEN)
def is_empty(value: Any) -> bool:
    """Whether a text, list or object has nothing in it."""
    return not value


@method("is_true?", object, page=STRING)
def is_true(value: Any) -> bool:
    """Whether it is true: `true`, 1, "true", "t", "yes", "y", "1"."""
    if isinstance(value, bool) or value is None:
        return value is True
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise Misuse('takes true, false, 1, 0, or a text such as "yes" and "no"')


@method("is_not_true?", object, page=STRING)
def is_not_true(value: Any) -> bool:
    """The opposite of `is_true?`; null is not true."""
    return not is_true(value)


@method("include?", str, page=STRING)
def text_includes(text: str, part: Any) -> bool:
    """Whether a text has this part, or a list this item; upper and lower case differ."""
    return as_text(part) in text


@method("include?", list, page=LIST)
def list_includes(items: list[Any], item: Any) -> bool:
    """Whether a text has this part, or a list this item; upper and lower case differ."""
    return any(is_same(each, item) for each in items)


@method("include?", dict, page=SEEN)
def object_includes(members: dict[Any, Any], key: Any) -> bool:
    """Whether an object has this key."""
    return key in members


@method("include?", Span, page=SEEN)
def range_includes(span: Span, value: Any) -> bool:
    """Whether a value is within a range."""
    inside = not operators.is_less(value, span.first)
    if span.exclusive:
        return inside and operators.is_less(value, span.last)
    return inside and not operators.is_less(span.last, value)


@method("exclude?", str, page=STRING)
def text_excludes(text: str, part: Any) -> bool:
    """The opposite of `include?`."""
    return as_text(part) not in text


@method("exclude?", list, page=LIST)
def list_excludes(items: list[Any], item: Any) -> bool:
    """The opposite of `include?`."""
    return not list_includes(items, item)


@method("match?", str, page=STRING)
def is_match(text: str, pattern: Any) -> bool:
    """Whether a pattern matches somewhere in the text."""
    return as_pattern(pattern).search(text) is not None


@method("starts_with?", str, page=STRING)
@method("start_with?", str, page=SEEN)
def starts_with(text: str, beginning: Any) -> bool:
    """Whether the text begins so."""
    return text.startswith(as_text(beginning))


@method("ends_with?", str, page=STRING)
@method("end_with?", str, page=SEEN)
def ends_with(text: str, ending: Any) -> bool:
    """Whether the text ends so."""
    return text.endswith(as_text(ending))


@method("even?", int, page=NUMBER)
def is_even(number: int) -> bool:
    """Whether a whole number is even."""
    return number % 2 == 0


@method("odd?", int, page=NUMBER)
def is_odd(number: int) -> bool:
    """Whether a whole number is odd."""
    return number % 2 == 1


@method("between?", object, page=SEEN)
def is_between(value: Any, least: Any, most: Any) -> bool:
    """Whether it is neither less than the first nor greater than the second."""
    return not operators.is_less(value, least) and not operators.is_less(most, value)


def count_of(value: Any) -> int:
    """Return an argument that says how many.

    Raises:
        Misuse: it is no number, or negative.
    """
    number = as_whole(value)
    if number < 0:
        raise Misuse(f"takes a number of 0 or more, not {describe(value)} below it")
    return number

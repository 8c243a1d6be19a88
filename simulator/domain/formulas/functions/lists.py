"""Functions of lists."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simulator.domain.formulas import operators
from simulator.domain.formulas.calls import LIST, SEEN, method
from simulator.domain.formulas.errors import FormulaError, Misuse
from simulator.domain.formulas.functions.conditions import count_of, range_includes
from simulator.domain.formulas.functions.texts import cut_sequence
from simulator.domain.formulas.limits import LARGEST_VALUE
from simulator.domain.formulas.patterns import Pattern
from simulator.domain.formulas.values import (
    Span,
    SymbolCall,
    as_list,
    as_text,
    as_whole,
    check_size,
    describe,
    identity,
    is_same,
    is_truthy,
    limit_text,
    render_text,
)

_ORDINALS = ("second", "third", "fourth", "fifth")
_COMPARISONS = ("==", "!=", ">=", "<=", ">", "<")
_PLACE = re.compile(r"%\{([^{}]*)\}")


@method("first", list, page=LIST)
def first(items: list[Any], count: Any = None) -> Any:
    """The first item, null if there is none; with a number, a list of so many."""
    if count is None:
        return items[0] if items else None
    return items[: count_of(count)]


@method("last", list, page=LIST)
def last(items: list[Any], count: Any = None) -> Any:
    """The last item, null if there is none; with a number, a list of so many."""
    if count is None:
        return items[-1] if items else None
    return items[max(0, len(items) - count_of(count)) :]


def _enter_ordinal(name: str, position: int) -> None:
    def at(items: list[Any]) -> Any:
        return items[position] if position < len(items) else None

    at.__doc__ = f"The {name} item, null if there is none."
    method(name, list, page=LIST)(at)


for _position, _name in enumerate(_ORDINALS, 1):
    _enter_ordinal(_name, _position)


@method("[]", list, page=LIST)
def item_at(items: list[Any], position: Any, count: Any = None) -> Any:
    """The item at a position, from the end if it is negative; a list, for a range."""
    if count is not None or isinstance(position, Span):
        return cut_sequence(items, position, count)
    index = as_whole(position)
    return items[index] if -len(items) <= index < len(items) else None


@method("slice", list, page=SEEN)
def slice_of(items: list[Any], position: Any, count: Any = None) -> Any:
    """As with square brackets."""
    return item_at(items, position, count)


@method("index", list, page=LIST)
def index(items: list[Any], item: Any) -> int | None:
    """Where an item is first in the list, from 0; null if it is not."""
    return next((at for at, each in enumerate(items) if is_same(each, item)), None)


@method("count", list, page=LIST)
@method("length", list, dict, page=LIST)
@method("size", list, dict, page=SEEN)
def length(items: Any) -> int:
    """How many items it has."""
    return len(items)


@dataclass(frozen=True, slots=True)
class Unfiltered:
    """`list.where`, before `.not(…)`."""

    rows: list[Any]


@method("where", list, page=LIST)
def where(rows: list[Any], conditions: Any = None) -> Any:
    """The objects of a list for which every condition holds, such as `'price >': 10`."""
    if conditions is None:
        return Unfiltered(rows)
    tests = _read_conditions(conditions)
    return [row for row in rows if all(test(row) for test in tests)]


@method("not", Unfiltered, page=LIST)
def where_not(unfiltered: Unfiltered, conditions: Any) -> list[Any]:
    """After `where`: the objects for which the conditions do not hold."""
    tests = _read_conditions(conditions)
    return [row for row in unfiltered.rows if not all(test(row) for test in tests)]


def _read_conditions(conditions: Any) -> list[Callable[[Any], bool]]:
    if not isinstance(conditions, dict):
        raise Misuse(f"takes conditions such as 'state': 'CA', not {describe(conditions)}")
    return [_read_condition(as_text(key), value) for key, value in conditions.items()]


def _read_condition(key: str, value: Any) -> Callable[[Any], bool]:
    name = key.strip()
    comparison = next((each for each in _COMPARISONS if name.endswith(each)), "")
    column = name.removesuffix(comparison).rstrip()
    if comparison in ("", "==", "!="):
        positive = comparison != "!="
        matches = _matcher(value)
        return lambda row: matches(_column(row, column)) is positive
    return lambda row: _compares(comparison, _column(row, column), value)


def _matcher(value: Any) -> Callable[[Any], bool]:
    if isinstance(value, list):
        return lambda cell: any(is_same(cell, each) for each in value)
    if isinstance(value, Pattern):
        return lambda cell: isinstance(cell, str) and value.search(cell) is not None
    if isinstance(value, Span):
        return lambda cell: cell is not None and range_includes(value, cell)
    return lambda cell: operators.are_equal(cell, value)


def _compares(comparison: str, cell: Any, value: Any) -> bool:
    if cell is None or value is None:
        return False
    if comparison in ("<", ">="):
        return operators.is_less(cell, value) is (comparison == "<")
    return operators.is_less(value, cell) is (comparison == ">")


def _column(row: Any, name: str) -> Any:
    if not isinstance(row, dict):
        raise Misuse(f"needs a list of objects, and this has {describe(row)}")
    return row.get(name)


@method("pluck", list, page=LIST)
def pluck(rows: list[Any], *columns: Any) -> list[Any]:
    """One field of each object in a list, or a list of several; a nested one as a list of names."""
    if not columns:
        raise Misuse("takes the name of a field or more")
    if len(columns) == 1:
        return [_nested(row, columns[0]) for row in rows]
    if len(rows) * len(columns) > LARGEST_VALUE:
        raise FormulaError(f"A value has more than {LARGEST_VALUE:,} items, all levels together.")
    return [[_nested(row, each) for each in columns] for row in rows]


def _nested(row: Any, column: Any) -> Any:
    names = column if isinstance(column, list) else [column]
    for name in names:
        if row is None:
            return None
        row = _column(row, as_text(name))
    return row


@method("format_map", list, page=LIST)
def format_map(rows: list[Any], pattern: Any) -> list[str]:
    """A text for each object in a list, with fields in place of `%{name}`."""
    template = as_text(pattern)
    texts = []
    total = 0
    for row in rows:
        text = _PLACE.sub(lambda found, row=row: render_text(_column(row, found[1])), template)  # type: ignore[misc]
        total += len(text)
        if total > LARGEST_VALUE * 10:
            raise FormulaError(f"The texts have more than {LARGEST_VALUE * 10:,} characters.")
        texts.append(text)
    return texts


@method("join", list, page=LIST)
def join(items: list[Any], separator: Any = "") -> str:
    """All items as one text, with a separator between them."""
    return _joined([render_text(each) for each in flatten(items)], as_text(separator))


@method("smart_join", list, page=LIST)
def smart_join(items: list[Any], separator: Any = " ") -> str:
    """As `join`, without blank items and without white space around them."""
    texts = (render_text(each).strip() for each in flatten(items))
    return _joined([each for each in texts if each], as_text(separator))


def _joined(texts: list[str], separator: str) -> str:
    if len(texts) * len(separator) > LARGEST_VALUE * 4:
        raise FormulaError("The text is too long.")
    return limit_text(separator.join(texts))


@method("concat", list, page=LIST)
def concat(items: list[Any], *others: Any) -> list[Any]:
    """The items of this list, then those of others."""
    return [*items, *(each for other in others for each in as_list(other))]


@method("reverse", list, page=LIST)
def reverse(items: list[Any]) -> list[Any]:
    """The items from the last to the first."""
    return items[::-1]


@method("sum", list, page=LIST)
def total(items: list[Any]) -> Any:
    """All numbers added, or all texts put together."""
    if not items:
        return 0
    if isinstance(items[0], str):
        return limit_text("".join(map(as_text, items)))
    result: Any = 0
    for each in items:
        if isinstance(each, bool) or not isinstance(each, int | float | Fraction):
            raise Misuse(f"needs numbers alone, or texts alone, and there is {describe(each)}")
        result += each
    return result


@method("uniq", list, page=LIST)
def unique(items: list[Any]) -> list[Any]:
    """Each item once."""
    found: dict[Any, Any] = {}
    for each in items:
        found.setdefault(identity(each), each)
    return list(found.values())


@method("flatten", list, page=LIST)
def flatten(items: list[Any]) -> list[Any]:
    """The items of lists within the list in their place."""
    check_size(items)
    return list(_iter_flat(items))


def _iter_flat(items: list[Any]) -> Any:
    for each in items:
        if isinstance(each, list):
            yield from _iter_flat(each)
        else:
            yield each


@method("max", list, page=LIST)
def greatest(items: list[Any]) -> Any:
    """The greatest item; of texts the one that is last in the order of characters."""
    result = items[0] if items else None
    for each in items[1:]:
        result = each if operators.is_less(result, each) else result
    return result


@method("min", list, page=LIST)
def least(items: list[Any]) -> Any:
    """The least item."""
    result = items[0] if items else None
    for each in items[1:]:
        result = each if operators.is_less(each, result) else result
    return result


@method("compact", list, page=LIST)
def compact(items: list[Any]) -> list[Any]:
    """Without nulls."""
    return [each for each in items if each is not None]


def _block(value: Any) -> Callable[[Any], Any]:
    if isinstance(value, SymbolCall):
        return value.call
    if callable(value):
        return value  # type: ignore[no-any-return]
    raise Misuse("takes a block such as { |item| item['name'] }")


@method("map", list, page=SEEN)
def map_items(items: list[Any], block: Any) -> list[Any]:
    """What a block makes of each item."""
    call = _block(block)
    results = []
    characters = 0
    for each in items:
        result = call(each)
        characters += len(result) if isinstance(result, str | list) else 0
        if characters > LARGEST_VALUE * 10:
            raise FormulaError("The list is too large.")
        results.append(result)
    return results


@method("select", list, page=SEEN)
@method("filter", list, page=SEEN)
def select(items: list[Any], block: Any) -> list[Any]:
    """The items for which a block holds."""
    call = _block(block)
    return [each for each in items if is_truthy(call(each))]


@method("reject", list, page=SEEN)
def reject(items: list[Any], block: Any) -> list[Any]:
    """The items for which a block does not hold."""
    call = _block(block)
    return [each for each in items if not is_truthy(call(each))]


@method("find", list, page=SEEN)
@method("detect", list, page=SEEN)
def find(items: list[Any], block: Any) -> Any:
    """The first item for which a block holds; null if there is none."""
    call = _block(block)
    return next((each for each in items if is_truthy(call(each))), None)


@method("any?", list, page=SEEN)
def is_any(items: list[Any], block: Any = None) -> bool:
    """Whether a block holds for an item; without one, whether an item is neither null nor false."""
    call = _block(block) if block is not None else (lambda each: each)
    return any(is_truthy(call(each)) for each in items)


@method("all?", list, page=SEEN)
def is_all(items: list[Any], block: Any = None) -> bool:
    """Whether a block holds for every item; without one, whether none is null or false."""
    call = _block(block) if block is not None else (lambda each: each)
    return all(is_truthy(call(each)) for each in items)

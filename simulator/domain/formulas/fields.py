"""The fields of a step's input, compiled: text, pills, formulas, objects and mapped lists."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.pills import Pill, read_pill
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import SKIP, join_text

#: The member of an object that makes a list of it: the list whose items it is made from.
SOURCE = "____source"
#: How deep an input may be nested.
_DEEPEST = 60
_INTERPOLATION = re.compile(r"#\{\s*(?=_(?:dp)?\()")
#: Nearly every interpolation is one pill: no parser is needed, nor imported.
_LONE_PILL = re.compile(r"#\{\s*_(?:dp)?\('((?:[^'\\]|\\.)*)'\)\s*\}", re.DOTALL)
_LONE_PILL_FORMULA = re.compile(r"=\s*_(?:dp)?\('((?:[^'\\]|\\.)*)'\)\s*", re.DOTALL)
_ESCAPED = re.compile(r"\\(['\\])")


class Field(ABC):
    """A field, or a whole input, that can be calculated again and again.

    Attributes:
        pills: the pills that occur in it, in order, also those of fields within it.
        problems: a sentence for each thing in it that cannot be read or is not supported; an
            evaluation fails with the first.
    """

    __slots__ = ("pills", "problems")

    def __init__(self, pills: tuple[Pill, ...] = (), problems: tuple[str, ...] = ()) -> None:
        self.pills, self.problems = pills, problems

    @abstractmethod
    def evaluate(self, scope: Scope) -> Any:
        """Return the field's value, as JSON has it; SKIP where it is to be left out.

        Dates and times become text as Workato writes them, such as `2026-01-31` and
        `2026-01-31T12:00:00.000000-08:00`. Lists and objects are new ones at each call, as far as
        they do not come out of a pill as they are.

        Args:
            scope: what the pills point to.

        Raises:
            FormulaError: it cannot be calculated, and why; the message names the field.
        """


class _Constant(Field):
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value

    def evaluate(self, scope: Scope) -> Any:
        return self.value


class _LonePill(Field):
    """One pill: its value keeps its type."""

    __slots__ = ()

    def evaluate(self, scope: Scope) -> Any:
        return scope.pill(self.pills[0])


class _Broken(Field):
    __slots__ = ()

    def evaluate(self, scope: Scope) -> Any:
        raise FormulaError(self.problems[0])


class _Calculated(Field):
    """A formula."""

    __slots__ = ("calculate", "name")

    def __init__(
        self, name: str, calculate: Callable[[Scope], Any], pills: tuple[Pill, ...]
    ) -> None:
        super().__init__(pills)
        self.name, self.calculate = name, calculate

    def evaluate(self, scope: Scope) -> Any:
        try:
            return self.calculate(scope)
        except FormulaError as error:
            raise FormulaError(_located(self.name, str(error))) from None


class _Text(Field):
    """Text around pills, which become text as well."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[str | Field]) -> None:
        super().__init__(*_gather(each for each in pieces if isinstance(each, Field)))
        self.pieces = pieces

    def evaluate(self, scope: Scope) -> str:
        return join_text(
            [each if isinstance(each, str) else each.evaluate(scope) for each in self.pieces]
        )


class _Object(Field):
    __slots__ = ("members",)

    def __init__(self, members: dict[str, Field]) -> None:
        super().__init__(*_gather(members.values()))
        self.members = members

    def evaluate(self, scope: Scope) -> dict[str, Any]:
        return {
            name: value
            for name, field in self.members.items()
            if (value := field.evaluate(scope)) is not SKIP
        }


class _List(Field):
    __slots__ = ("items",)

    def __init__(self, items: list[Field]) -> None:
        super().__init__(*_gather(items))
        self.items = items

    def evaluate(self, scope: Scope) -> list[Any]:
        return [value for field in self.items if (value := field.evaluate(scope)) is not SKIP]


class _MappedList(Field):
    """A list made of another: an object for each of its items."""

    __slots__ = ("item", "name", "source")

    def __init__(self, name: str, source: Field, item: _Object) -> None:
        super().__init__(*_gather([source, item]))
        self.name, self.source, self.item = name, source, item

    def evaluate(self, scope: Scope) -> Any:
        items = self.source.evaluate(scope)
        if items is SKIP:
            return SKIP
        if items is None:
            return []
        if isinstance(items, Mapping):
            items = [items]
        if not isinstance(items, list):
            raise FormulaError(_located(self.name, "The source of a mapped list must be a list."))
        if not self.source.pills:
            return [self.item.evaluate(scope) for _ in items]
        key = self.source.pills[0].key
        return [self.item.evaluate(scope.at(key, each)) for each in items]


def compile_field(value: Any, name: str = "") -> Field:
    """Read a field, or a whole input, once.

    Args:
        value: the value as the recipe has it: text (with pills, or `=` and a formula), object,
            list, or anything else that JSON has; whatever is in an object or list is a field as
            well.
        name: the field's name, for messages; of an input, nothing.

    Returns:
        What can be evaluated. Nothing is raised for what cannot be read: `problems` has it, and
        the evaluation of that field fails, as a recipe may never come there.
    """
    return _compile(value, name, 0)


def iter_pills(value: Any) -> Iterator[Pill]:
    """Yield the data pills that occur in a field or input, in order."""
    yield from compile_field(value).pills


def list_problems(value: Any, name: str = "") -> list[str]:
    """Return a sentence for each formula and pill in a field or input that would always fail."""
    return list(compile_field(value, name).problems)


def _compile(value: Any, name: str, depth: int) -> Field:
    if isinstance(value, str):
        return _compile_text(value, name)
    if not isinstance(value, Mapping | list):
        return _Constant(value)
    if depth > _DEEPEST:
        return _Broken(problems=(_located(name, "The input is nested too deep."),))
    if isinstance(value, list):
        return _List([_compile(each, f"{name}[{at}]", depth + 1) for at, each in enumerate(value)])
    prefix = f"{name}." if name else ""
    members = {
        str(key): _compile(inner, f"{prefix}{key}", depth + 1)
        for key, inner in value.items()
        if key != SOURCE
    }
    if SOURCE not in value:
        return _Object(members)
    source = _compile(value[SOURCE], f"{prefix}{SOURCE}", depth + 1)
    return _MappedList(name, source, _Object(members))


def _compile_text(text: str, name: str) -> Field:
    try:
        if text.startswith("="):
            lone = _LONE_PILL_FORMULA.fullmatch(text)
            return _pill_field(lone) if lone else _formula_field(text[1:], name)
        if "#{" not in text:
            return _Constant(text)
        pieces = list(_iter_pieces(text, name))
    except FormulaError as error:
        return _Broken(problems=(_located(name, str(error)),))
    if not pieces or pieces == [text]:
        return _Constant(text)
    only = pieces[0]
    return only if len(pieces) == 1 and isinstance(only, Field) else _Text(pieces)


def _iter_pieces(text: str, name: str) -> Iterator[str | Field]:
    """Yield literal text and fields in turn."""
    position = 0
    while found := _INTERPOLATION.search(text, position):
        if found.start() > position:
            yield text[position : found.start()]
        lone = _LONE_PILL.match(text, found.start())
        if lone:
            yield _pill_field(lone)
            position = lone.end()
        else:
            from simulator.domain.formulas.formula import read_interpolation

            formula, position = read_interpolation(text, found.end())
            yield _calculated(formula, name)
    if position < len(text):
        yield text[position:]


def _pill_field(found: re.Match[str]) -> Field:
    return _LonePill(pills=(read_pill(_ESCAPED.sub(r"\1", found[1])),))


def _formula_field(text: str, name: str) -> Field:
    from simulator.domain.formulas.formula import read_formula

    return _calculated(read_formula(text), name)


def _calculated(formula: Any, name: str) -> Field:
    if formula.problems:
        return _Broken(formula.pills, tuple(_located(name, each) for each in formula.problems))
    return _Calculated(name, formula.calculate, formula.pills)


def _located(name: str, message: str) -> str:
    return f"Field '{name}': {message}" if name else message


def _gather(fields: Any) -> tuple[tuple[Pill, ...], tuple[str, ...]]:
    """Return the pills and the problems of several fields."""
    pills: list[Pill] = []
    problems: list[str] = []
    for field in fields:
        pills += field.pills
        problems += field.problems
    return tuple(pills), tuple(problems)

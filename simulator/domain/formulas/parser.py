"""Formulas are parsed here: a Pratt parser for the documented part of Ruby.

By hand, and no parser library: what a `/`, a `{`, a `:` or a `?` means depends on what stands
before it, and texts hold formulas that hold texts, which a lexer apart from the grammar cannot
tell. It runs once per version of a recipe. Measured beside lark 1.3 with a part of this grammar, in
the processor's time: 45 ms to import and 19 to build, and 60 µs to parse a formula; here 4 ms to
import, and 32 µs to read and compile it.
"""

import re
from typing import Any

from simulator.domain.formulas import operators
from simulator.domain.formulas.calls import (
    METHODS,
    WORDS,
    Arguments,
    Link,
    Run,
    make_link,
    make_word,
    suggest,
)
from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.limits import DEEPEST_NESTING
from simulator.domain.formulas.literals import read_number
from simulator.domain.formulas.quoted import QuotedReader
from simulator.domain.formulas.values import SKIP, Symbol, SymbolCall

_OPERATOR = re.compile(r"\*\*|\.\.\.?|&&|\|\||==|!=|<=|>=|[-+*/%<>?]|(?:and|or)\b")
_NAME = re.compile(r"[A-Za-z_]\w*(?:[?!](?!=(?!=)))?")
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?")
_LABEL = re.compile(r"([A-Za-z_]\w*):(?!:)")
_PARAMETERS = re.compile(r"\{\s*\|\s*([a-z_]\w*)\s*\|")
_LEVELS = {
    "or": 1, "and": 1, "?": 3, "..": 4, "...": 4, "||": 5, "&&": 6, "==": 8, "!=": 8,
    "<": 9, "<=": 9, ">": 9, ">=": 9, "+": 11, "-": 11, "*": 12, "/": 12, "%": 12, "**": 14,
}  # fmt: skip
_NOT, _TERNARY, _MINUS, _POWER, _BANG = 2, 3, 13, 14, 15
CONSTANTS: dict[str, Any] = {
    "true": True, "false": False, "nil": None, "null": None, "clear": None, "skip": SKIP,
}  # fmt: skip
#: Ruby's own names of what formulas call otherwise, as the vendor's examples have them.
_ALIASES = {"Date.today": "today", "Time.now": "now"}


class Parser(QuotedReader):
    """Reads one formula.

    Args:
        text: the text that begins with the formula.

    Attributes:
        position: how far it was read.
        pills: the pills that were read so far.
        problems: what was read, but is not supported.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._parameters: list[str] = []

    def parse_whole(self) -> Run:
        """Return what calculates the formula, which goes as far as the text.

        Raises:
            FormulaError: it is no formula.
        """
        if not self.text.strip():
            raise FormulaError("The formula is empty.")
        run = self.expression(0)
        if self.peek():
            raise self.unexpected()
        return run

    def parse_interpolated(self) -> Run:
        """Return what calculates the formula that ends at a `}`, and go behind that.

        Raises:
            FormulaError: it is no formula, or the `}` lacks.
        """
        run = self.expression(0)
        self.expect("}")
        return run

    def expression(self, floor: int) -> Run:
        """Read an operand, and operators that bind at least so tight, with their operands."""
        self._go_deeper()
        left = self._operand()
        while (level := _LEVELS.get(name := self._operator(), -1)) >= floor:
            if name == "?":
                left = self._ternary(left)
                continue
            rest: list[tuple[str, Run]] = []
            while _LEVELS.get(name := self._operator()) == level:
                self.position += len(name)
                rest.append((name, self.expression(level if level == _POWER else level + 1)))
            left = operators.combine(left, rest)
        self._depth -= 1
        return left

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise FormulaError(f"The formula is nested deeper than {DEEPEST_NESTING} levels.")

    def _operator(self) -> str:
        self.peek()
        found = _OPERATOR.match(self.text, self.position)
        return found[0] if found else ""

    def _ternary(self, condition: Run) -> Run:
        self.expect("?")
        then = self.expression(_TERNARY)
        self.expect(":")
        return operators.choose(condition, then, self.expression(_TERNARY))

    def _operand(self) -> Run:
        """Read a prefix operator with its operand, or a value with its calls."""
        first = self.peek()
        if first == "-":
            self.position += 1
            if _DIGIT.match(self.text, self.position):
                number = read_number(self)
                if self._operator() == "**":  # binds tighter than the sign
                    return operators.negate(operators.combine(lambda frame: number, self._power()))
                literal = -number
                return self._chain(lambda frame: literal)
            return operators.negate(self.expression(_MINUS))
        if first == "!":
            self.position += 1
            return operators.invert(self.expression(_BANG))
        if self.text.startswith("not", self.position) and self._is_word("not"):
            self.position += 3
            return operators.invert(self.expression(_NOT))
        return self._chain(self._primary(first))

    def _power(self) -> list[tuple[str, Run]]:
        self.expect("**")
        return [("**", self.expression(_POWER))]

    def _is_word(self, text: str) -> bool:
        found = _NAME.match(self.text, self.position)
        return found is not None and found[0] == text

    def _primary(self, first: str) -> Run:
        if first == "(":
            self.position += 1
            run = self.expression(0)
            self.expect(")")
            return run
        if first == "[":
            self.position += 1
            items = tuple(self._arguments("]").positional)
            return operators.make_list(items)
        if first == "{":
            self.position += 1
            return operators.make_object(self._arguments("}").options)
        if first in ("'", '"'):
            return self.string(first)
        if first == "/":
            return self.regex()
        if first.isascii() and first.isdigit():
            number = read_number(self)
            return lambda frame: number
        if first == ":" and (
            found := re.compile(r":([A-Za-z_]\w*[?!]?)").match(self.text, self.position)
        ):
            self.position = found.end()
            symbol = Symbol(found[1])
            return lambda frame: symbol
        if first.isascii() and (first.isalpha() or first == "_"):
            return self._name()
        raise self.unexpected()

    def _name(self) -> Run:
        found = _WORD.match(self.text, self.position)
        assert found is not None
        name = found[0]
        begin = self.position
        if name in WORDS or name in _ALIASES:
            self.position = found.end()
            name = _ALIASES.get(name, name)
            return self._call_word(name)
        simple = _NAME.match(self.text, begin)
        assert simple is not None
        name = simple[0].rstrip("?!")
        self.position = begin + len(name)
        if name in self._parameters:
            return operators.parameter(name)
        if name in CONSTANTS:
            value = CONSTANTS[name]
            return lambda frame: value
        if name in ("_dp", "_") and self.text.startswith("(", self.position):
            return self.pill()
        if name in WORDS:
            return self._call_word(name)
        if name == "if":
            return self._if()
        self.problems.append(
            f"There is no formula `{name}`.{suggest(name, {**WORDS, **CONSTANTS})}"
        )
        self._call_arguments()
        return operators.fail(self.problems[-1])

    def _if(self) -> Run:
        """Read what follows `if`: `a then b elsif c then d else e end`."""
        condition = self.expression(0)
        self._expect_word("then")
        then = self.expression(0)
        otherwise: Run = operators.nothing
        if self._accept_word("elsif"):
            self._go_deeper()
            otherwise = self._if()
            self._depth -= 1
            return operators.choose(condition, then, otherwise)
        if self._accept_word("else"):
            otherwise = self.expression(0)
        self._expect_word("end")
        return operators.choose(condition, then, otherwise)

    def _accept_word(self, text: str) -> bool:
        self.peek()
        return self._is_word(text) and self.accept(text)

    def _expect_word(self, text: str) -> None:
        if not self._accept_word(text):
            raise self.unexpected(f"; `{text}` was expected")

    def _call_word(self, name: str) -> Run:
        run: Run = self.guarded(make_word, name, self._call_arguments())
        return run

    def _chain(self, base: Run) -> Run:
        """Read the calls that follow a value: `.name`, `&.name`, `[…]`."""
        links: list[tuple[bool, Link]] = []
        while True:
            first = self.peek()
            if first == "[":
                self.position += 1
                links.append((False, self._link("[]", self._arguments("]"))))
                continue
            safe = self.text.startswith("&.", self.position)
            if not safe and (first != "." or self.text.startswith("..", self.position)):
                return operators.chain(base, links) if links else base
            self.position += 2 if safe else 1
            self.peek()
            if self.text.startswith("[]", self.position):
                name, self.position = "[]", self.position + 2
            else:
                found = self.match(_NAME)
                if found is None:
                    raise self.unexpected("; the name of a formula was expected")
                name = found[0]
            links.append((safe, self._link(name, self._call_arguments())))

    def _link(self, name: str, arguments: Arguments) -> Link:
        if name not in METHODS:
            self.problems.append(f"There is no formula `{name}`.{suggest(name, METHODS)}")
            failing = operators.fail(self.problems[-1])
            return lambda frame, value: failing(frame)
        link: Link = self.guarded(make_link, name, arguments)
        return link

    def _call_arguments(self) -> Arguments:
        """Read arguments, in parentheses or, if it is a text or a number, without; and a block."""
        arguments = Arguments()
        if self.text.startswith("(", self.position):
            self.position += 1
            arguments = self._arguments(")")
        elif re.compile(r" +(?=['\"\d])").match(self.text, self.position):
            arguments = Arguments((self.expression(_TERNARY),))
        self.peek()
        if found := self.match(_PARAMETERS):
            return Arguments(arguments.positional, arguments.options, self._block(found[1]))
        return arguments

    def _block(self, name: str) -> Run:
        self._parameters.append(name)
        body = self.expression(0)
        self._parameters.pop()
        self.expect("}")
        return operators.block(name, body)

    def _arguments(self, end: str) -> Arguments:
        positional: list[Run] = []
        options: list[tuple[Run, Run]] = []
        block: Run | None = None
        while not self.accept(end):
            if self.accept("&:"):
                block = self._symbol_call()
            else:
                key = self._label()
                value = self.expression(0)
                if key is None and self.accept("=>"):
                    key, value = value, self.expression(0)
                if key is None:
                    positional.append(value)
                else:
                    options.append((key, value))
            if not self.accept(","):
                self.expect(end)
                break
        if end == "]" and options:
            positional.append(operators.make_object(tuple(options)))
        if end == "}" and positional:
            raise FormulaError(
                "Each member of an object needs a key: `key => value` or `key: value`."
            )
        return Arguments(tuple(positional), tuple(options), block)

    def _symbol_call(self) -> Run:
        found = self.match(_NAME)
        if found is None:
            raise self.unexpected("; the name of a formula was expected")
        link = self._link(found[0], Arguments())
        name = found[0]
        return lambda frame: SymbolCall(name, lambda value: link(frame, value))

    def _label(self) -> Run | None:
        """Read `name:` or `'name':`, if that is what comes."""
        self.peek()
        found = _LABEL.match(self.text, self.position)
        if found:
            self.position = found.end()
            symbol = Symbol(found[1])
            return lambda frame: symbol
        begin = self.position
        if self.text[begin : begin + 1] in ("'", '"'):
            count, known = len(self.pills), len(self.problems)
            key = self.string(self.text[begin])
            if self.text.startswith(":", self.position) and not self.text.startswith(
                "::", self.position
            ):
                self.position += 1
                return operators.as_symbol(key)
            del self.pills[count:], self.problems[known:]
            self.position = begin
        return None

"""What stands in quotes or slashes in a formula: texts, patterns, data pills."""

import re
from abc import ABC, abstractmethod
from typing import Any

from simulator.domain.formulas import operators
from simulator.domain.formulas.calls import Frame, Run
from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.literals import unescape, unescape_single
from simulator.domain.formulas.patterns import Pattern, compile_pattern
from simulator.domain.formulas.pills import Pill, read_pill
from simulator.domain.formulas.reader import Reader
from simulator.domain.formulas.values import render_text

_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_DOUBLE = re.compile(r'(?:[^"\\#]|\\.|#(?!\{))+', re.DOTALL)
_REGEX = re.compile(r"(?:[^/\\#]|\\.|#(?!\{))+", re.DOTALL)
_OPTIONS = re.compile(r"[a-z]*")


class QuotedReader(Reader, ABC):
    """Reads what is quoted; formulas within texts are read by whoever extends this.

    Args:
        text: the text that begins with the formula.

    Attributes:
        position: how far it was read.
        pills: the pills that were read so far.
        problems: what was read, but is not supported.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.pills: list[Pill] = []
        self.problems: list[str] = []

    @abstractmethod
    def expression(self, floor: int) -> Run:
        """Read a formula whose operators bind at least so tight."""

    def guarded(self, make: Any, *given: Any) -> Any:
        """Return what a function makes; if it refuses, what fails, and note the problem."""
        try:
            return make(*given)
        except FormulaError as error:
            self.problems.append(str(error))
            return operators.fail(str(error))

    def pill(self) -> Run:
        """Read `('…')`, and return what calculates the data pill."""
        self.expect("(")
        if (found := self.peek() and self.match(_SINGLE)) is not None and found:
            text = unescape_single(found[1])
        else:
            self.expect('"')
            found = self.match(_DOUBLE)
            text = unescape(found[0]) if found else ""
            self.expect('"')
        self.expect(")")
        try:
            pill = read_pill(text)
        except FormulaError as error:
            self.problems.append(str(error))
            return operators.fail(str(error))
        self.pills.append(pill)
        return lambda frame: frame.scope.pill(pill)

    def string(self, mark: str) -> Run:
        """Read a text that begins with this quote, and return what calculates it.

        Raises:
            FormulaError: it has no end.
        """
        if mark == "'":
            found = self.match(_SINGLE)
            if found is None:
                raise FormulaError("A text has no closing quote.")
            literal = unescape_single(found[1])
            return lambda frame: literal
        self.position += 1
        pieces = self._pieces(_DOUBLE, '"')
        if not pieces or (len(pieces) == 1 and isinstance(pieces[0], str)):
            text = unescape(pieces[0]) if pieces else ""  # type: ignore[arg-type]
            return lambda frame: text
        return operators.interpolate(
            [unescape(each) if isinstance(each, str) else each for each in pieces]
        )

    def _pieces(self, literal: re.Pattern[str], end: str) -> list[str | Run]:
        """Read literal text and `#{…}` in turn, up to the closing mark."""
        pieces: list[str | Run] = []
        while not self.text.startswith(end, self.position):
            if self.text.startswith("#{", self.position):
                self.position += 2
                pieces.append(self.expression(0))
                self.expect("}")
            elif found := self.match(literal):
                pieces.append(found[0])
            else:
                raise FormulaError(f"What begins with {end} has no closing {end}.")
        self.position += len(end)
        return pieces

    def regex(self) -> Run:
        """Read `/pattern/options`, and return what calculates it.

        Raises:
            FormulaError: it has no end.
        """
        self.position += 1
        pieces = self._pieces(_REGEX, "/")
        flags = self.match(_OPTIONS)
        options = flags[0] if flags else ""
        if all(isinstance(each, str) for each in pieces):
            source = "".join(map(str, pieces))
            pattern: Pattern = self.guarded(compile_pattern, source, options)
            return lambda frame: pattern

        def run(frame: Frame) -> Any:
            parts = (each if isinstance(each, str) else render_text(each(frame)) for each in pieces)
            return compile_pattern("".join(parts), options)

        return run

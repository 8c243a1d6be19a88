"""The text of a formula, and how far it is read."""

import re

from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.limits import LONGEST_FORMULA

_SPACE = re.compile(r"\s*")


class Reader:
    """A text that is being read.

    Args:
        text: the text.

    Raises:
        FormulaError: it is too long.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_FORMULA:
            raise FormulaError(f"A formula has at most {LONGEST_FORMULA:,} characters.")
        self.text, self.position = text, 0

    def peek(self) -> str:
        """Go to the next character that is no space, and return it; nothing at the end."""
        found = _SPACE.match(self.text, self.position)
        self.position = found.end() if found else self.position
        return self.text[self.position : self.position + 1]

    def accept(self, text: str) -> bool:
        """Go behind this text, if it comes next; return whether it did."""
        if self.peek() and self.text.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def expect(self, text: str) -> None:
        """Go behind this text.

        Raises:
            FormulaError: something else comes next.
        """
        if not self.accept(text):
            raise self.unexpected(f"; `{text}` was expected")

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go behind what a pattern matches here, and return the match; None if it does not."""
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def unexpected(self, more: str = "") -> FormulaError:
        """Return the error for what comes next; `more` follows in the sentence."""
        rest = self.text[self.position : self.position + 12].strip()
        what = f"`{rest}` is unexpected" if rest else "The formula ends too soon"
        return FormulaError(f"{what} (at character {self.position + 1}){more}.")

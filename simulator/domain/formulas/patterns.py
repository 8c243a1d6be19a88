"""Regular expressions of formulas, and the bound on how long a search may take.

Ruby's engine goes back and forth, and so must ours: look-around and back references are in use, so
an engine of linear time (RE2) would refuse what the product takes. `regex` gives up after a time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simulator.domain.formulas.errors import FormulaError, Misuse
from simulator.domain.formulas.limits import LARGEST_PATTERN, LONGEST_PATTERN, LONGEST_SEARCH
from simulator.domain.formulas.values import describe

if TYPE_CHECKING:  # pragma: no cover
    import regex

_TOKEN = re.compile(r"\\k<(\w+)>|\\(.)|(\[)|(\])", re.DOTALL)
_PART = re.compile(r"\{(?P<count>\d+)(?:,\d*)?\}|\\.|\[(?:\\.|[^\]\\])*\]|.", re.DOTALL)
#: Ruby's classes know ASCII alone.
_CLASSES = {"d": "0-9", "w": "a-zA-Z0-9_", "s": r" \t\r\n\f\v", "h": "0-9a-fA-F"}
_ANCHORS = {"z": r"\Z", "Z": r"(?=\n?\Z)"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression.

    Attributes:
        source: the source as the formula has it.
        compiled: by the module `regex`.
    """

    source: str
    compiled: "regex.Pattern[str]"

    def search(self, text: str) -> "regex.Match[str] | None":
        """Return the first match in a text.

        Raises:
            FormulaError: the search takes too long.
        """
        return self._bounded(lambda: self.compiled.search(text, timeout=LONGEST_SEARCH))

    def find_all(self, text: str) -> "list[regex.Match[str]]":
        """Return all matches, in order.

        Raises:
            FormulaError: the search takes too long.
        """
        found: list[regex.Match[str]] = self._bounded(
            lambda: list(self.compiled.finditer(text, timeout=LONGEST_SEARCH))
        )
        return found

    def split(self, text: str) -> list[str]:
        """Return the parts between matches, and what groups matched.

        Raises:
            FormulaError: the search takes too long.
        """
        parts = []
        position = 0
        for found in self.find_all(text):
            if found.end() == found.start() and found.start() in (position, len(text)):
                continue  # nothing parts nothing from the rest
            parts += [text[position : found.start()], *(each or "" for each in found.groups())]
            position = found.end()
        return [*parts, text[position:]]

    def _bounded(self, search: Any) -> Any:
        try:
            return search()
        except TimeoutError:
            raise FormulaError(
                f"The pattern /{self.source[:40]}/ searches for more than {LONGEST_SEARCH} "
                "seconds: make it simpler."
            ) from None


@lru_cache(maxsize=256)
def compile_pattern(source: str, options: str = "") -> Pattern:
    """Read a regular expression.

    Args:
        source: between the slashes, in Ruby's notation.
        options: behind them: any of `i`, `m` and `x`.

    Raises:
        FormulaError: it is none.
    """
    import regex

    flags = regex.MULTILINE  # Ruby's ^ and $ are those of lines
    known = {"i": regex.IGNORECASE, "m": regex.DOTALL, "x": regex.VERBOSE}
    for option in options:
        if option not in known:
            raise FormulaError(f"A pattern has no option '{option}'; there are: i, m, x.")
        flags |= known[option]
    if len(source) > LONGEST_PATTERN or _least_length(source) > LARGEST_PATTERN:
        raise FormulaError(f"/{source[:40]}/ is too long a pattern, or repeats too often.")
    try:
        return Pattern(source, regex.compile(_translate(source), flags))
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise FormulaError(f"/{source[:40]}/ is no pattern: {error}.") from None


def literal_pattern(text: str) -> Pattern:
    """Return the pattern that matches this text and nothing else."""
    return compile_pattern(re.sub(r"([^\w\s])", r"\\\1", text))


def as_pattern(value: Any) -> Pattern:
    """Return an argument that is a pattern, or text that is looked for as it is.

    Raises:
        Misuse: it is neither.
    """
    if isinstance(value, Pattern):
        return value
    if isinstance(value, str):
        return literal_pattern(value)
    raise Misuse(f"takes a text or a pattern like /a+/, not {describe(value)}")


def _least_length(source: str) -> int:
    """Return how long a text the pattern asks for, about: the engine's memory grows with it."""
    outer: list[int] = []
    total = last = 0
    for found in _PART.finditer(source):
        if found["count"]:
            last *= max(1, int(found["count"][:9]))
        elif found[0] == "(":
            outer.append(total + last)
            total = last = 0
        elif found[0] == ")" and outer:
            total, last = outer.pop(), total + last
        else:
            total, last = total + last, 1
    return sum(outer) + total + last


def _translate(source: str) -> str:
    return "".join(_iter_translated(source))


def _iter_translated(source: str) -> Iterator[str]:
    depth = position = 0
    for found in _TOKEN.finditer(source):
        yield source[position : found.start()]
        position = found.end()
        name = found[2]
        if found[1]:
            yield f"(?P={found[1]})"
        elif name in _CLASSES:
            yield _CLASSES[name] if depth else f"[{_CLASSES[name]}]"
        elif name and name.lower() in _CLASSES and not depth:
            yield f"[^{_CLASSES[name.lower()]}]"
        elif name in _ANCHORS and not depth:
            yield _ANCHORS[name]
        elif name == "/":
            yield "/"
        else:
            depth = max(0, depth + bool(found[3]) - bool(found[4]))
            yield found[0]
    yield source[position:]

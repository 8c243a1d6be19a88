"""Numbers and the escapes of texts, as Ruby writes them."""

import re
from typing import Protocol

from simulator.domain.formulas.errors import FormulaError

_NUMBER = re.compile(r"(\d(?:_?\d)*)(\.\d(?:_?\d)*)?([eE][+-]?\d+)?")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F ]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{1,2}|\n|.)", re.DOTALL)
_SINGLE_ESCAPE = re.compile(r"\\(['\\])")
_CONTROLS = {
    "n": "\n", "t": "\t", "r": "\r", "s": " ", "0": "\0", "e": "\x1b", "a": "\a", "b": "\b",
    "f": "\f", "v": "\v", "\n": "",
}  # fmt: skip
_MOST_DIGITS = 1_000


class Reading(Protocol):
    """A text that is being read."""

    text: str
    position: int


def read_number(reading: Reading) -> int | float:
    """Read a number, and go behind it.

    Raises:
        FormulaError: it has too many digits.
    """
    found = _NUMBER.match(reading.text, reading.position)
    assert found is not None
    whole, fraction, exponent = found.groups()
    if len(found[0]) > _MOST_DIGITS:
        raise FormulaError(f"A number has at most {_MOST_DIGITS:,} digits.")
    reading.position = found.end()
    if fraction is None and exponent is None:
        return int(whole.replace("_", ""))
    return float(found[0].replace("_", ""))


def unescape_single(text: str) -> str:
    """Return what stands between single quotes: `\\'` and `\\\\` alone are escapes."""
    return _SINGLE_ESCAPE.sub(r"\1", text) if "\\" in text else text


def unescape(text: str) -> str:
    """Return what stands between double quotes.

    A byte that is no character by itself, such as `\\x81`, becomes a lone surrogate, as `scrub`
    replaces it.
    """
    return _ESCAPE.sub(_meaning, text) if "\\" in text else text


def _meaning(found: re.Match[str]) -> str:
    name = found[1]
    if name[0] == "u" and len(name) > 1:
        digits = name[2:-1].split() if name[1] == "{" else [name[1:]]
        return "".join(map(_character, digits))
    if name[0] == "x" and len(name) > 1:
        return bytes([int(name[1:], 16)]).decode("utf-8", "surrogateescape")
    return _CONTROLS.get(name, name)


def _character(digits: str) -> str:
    number = int(digits, 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise FormulaError(f"There is no character with the number {digits}.")
    return chr(number)

"""Read JSON that anybody may have sent: no depth, number or character in it can make that fail."""

import json
import re
from typing import Any

#: Objects and arrays are shown to this depth.
DEEPEST = 64
#: Stands for what is deeper.
TOO_DEEP = "… (nested too deep)"
#: Numbers of more digits are shown as text: programs that read them as a double, or as an integer
#: with a limit (Python: 4,300 digits), could not.
_LONGEST_NUMBER = 300
#: A string, whole or cut off, or brackets. Possessive: a string is never read twice.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]+|[\]}]+', re.DOTALL)


def read_json(sent: bytes | str) -> Any:
    """What a JSON text says (RFC 8259); None if it is none.

    Args:
        sent: the text, in UTF-8, UTF-16 or UTF-32 if it is bytes.

    Returns:
        What it is made of; `TOO_DEEP` in the place of what is nested deeper than `DEEPEST`.
        Numbers that other programs could not read (NaN, infinite, very long) are text. Of a key
        that is there twice, the last value.
    """
    try:
        text = sent if isinstance(sent, str) else sent.decode(json.detect_encoding(sent), "replace")
        return json.loads(
            _cut(text.removeprefix("\ufeff")),
            parse_int=_whole,
            parse_float=_real,
            parse_constant=str,
        )
    except (ValueError, RecursionError):  # the latter: its caller is almost too deep already
        return None


def is_container(value: Any) -> bool:
    """Whether a value has members or elements."""
    return isinstance(value, dict | list | tuple)


def well_formed(text: str) -> str:
    """The text with whole characters alone: half a surrogate pair has no encoding."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _cut(text: str) -> str:
    """The text without what is too deep in it; one that is no JSON does not become any."""
    pieces: list[str] = []
    depth = start = 0
    for token in _TOKENS.finditer(text):
        brackets = len(token[0])
        if token[0][0] in "[{":
            if depth <= DEEPEST < depth + brackets:
                pieces.append(text[start : token.start() + DEEPEST - depth])
            depth += brackets
        elif token[0][0] in "]}":
            if depth - brackets <= DEEPEST < depth:
                pieces.append(json.dumps(TOO_DEEP))
                start = token.start() + depth - DEEPEST
            depth -= brackets
    if depth > DEEPEST:
        raise ValueError("brackets are open at the end")
    return "".join([*pieces, text[start:]])


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _real(digits: str) -> float | str:
    value = float(digits)
    return digits if value in (float("inf"), float("-inf")) else value

"""Numbers and JSON out of foreign text, and foreign text short enough to be repeated."""

import json
import math
from functools import partial
from typing import Any

#: Answers of other systems are read to this depth: what is done with them must bear it, too.
_DEEPEST = 100


class NotJson(ValueError):
    """A body that is no JSON which every reader understands alike; the message says why."""


def parse_whole_number(text: str | None) -> int | None:
    """Return the number that up to nine ASCII digits spell, or None: small enough for any id."""
    if text and text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    return None


def parse_strict_json(text: bytes, what: str = "The body") -> Any:
    """Return what JSON says that means the same to every reader (RFC 8259, RFC 7493).

    Args:
        text: the body of a request, or a document.
        what: how an error calls it, as the subject of a sentence.

    Returns:
        What it is made of; no deeper than 100 levels.

    Raises:
        NotJson: it is no UTF-8 or no JSON, nests too deeply, has a key twice, half a character, or
            a number that is none.
    """
    try:
        value = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=partial(_without_duplicates, what),
            parse_constant=_refuse,
            parse_float=partial(_finite, what),
        )
        if b"\\u" in text:  # such an escape can stand for half of a surrogate pair
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except NotJson:
        raise
    except (ValueError, RecursionError):
        raise NotJson(f"{what} is not JSON in UTF-8.") from None
    if _nests_deeper(value, _DEEPEST):
        raise NotJson(f"{what} nests deeper than {_DEEPEST} levels.")
    return value


def _without_duplicates(what: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson(f"An object in {what[0].lower()}{what[1:]} has the same key twice.")
    return found


def _refuse(constant: str) -> None:
    raise NotJson(f"{constant} is no number in JSON (RFC 8259 6).")


def _finite(what: str, text: str) -> float:
    number = float(text)
    if math.isinf(number):
        where = f"{what[0].lower()}{what[1:]}"
        raise NotJson(f"A number in {where} is too large for a double (RFC 8259 6).")
    return number


def parse_foreign_json(text: bytes) -> Any:
    """Return what the JSON of another system says.

    Args:
        text: the body of its answer.

    Returns:
        What it is made of; None if it is no JSON, or nests deeper than 100 levels.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return None if _nests_deeper(value, _DEEPEST + 1) else value


def parse_foreign_object(text: bytes) -> dict[str, Any]:
    """As `parse_foreign_json`, for an object; empty if it is something else."""
    value = parse_foreign_json(text)
    return value if isinstance(value, dict) else {}


def _nests_deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [each for one in level if isinstance(one, dict | list) for each in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def shorten(text: object, length: int = 100) -> str:
    """Return foreign text as an error may repeat it: its beginning and its end, at most.

    Args:
        text: what a caller sent, or a sentence that has some of it.
        length: the length of the longest text that is repeated whole, in characters.
    """
    whole = str(text)
    if len(whole) <= length:
        return whole
    half = (length - 1) // 2
    return f"{whole[: length - 1 - half]}…{whole[-half:]}"

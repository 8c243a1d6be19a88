"""Numbers and JSON out of foreign text, and foreign text short enough to be repeated."""

import json
from typing import Any

#: Answers of other systems are read to this depth: what is done with them must bear it, too.
_DEEPEST = 100


def whole_number(text: str | None) -> int | None:
    """The number that up to nine ASCII digits spell, or None: small enough for any id."""
    if text and text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    return None


def foreign_json(text: bytes) -> Any:
    """What the JSON of another system says.

    Args:
        text: the body of its answer.

    Returns:
        What it is made of; None if it is no JSON, or nests deeper than 100 levels.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = [each for one in level if isinstance(one, dict | list) for each in _inside(one)]
        if not level:
            return value
    return None


def foreign_object(text: bytes) -> dict[str, Any]:
    """As `foreign_json`, where an object is expected: an empty one if it is something else."""
    value = foreign_json(text)
    return value if isinstance(value, dict) else {}


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def shortened(text: object, length: int = 100) -> str:
    """Return foreign text as an error may repeat it: its beginning and its end, at most.

    Args:
        text: what a caller sent, or a sentence that has some of it.
        length: of the longest text that is repeated whole, in characters.
    """
    whole = str(text)
    if len(whole) <= length:
        return whole
    half = (length - 1) // 2
    return f"{whole[: length - 1 - half]}…{whole[-half:]}"

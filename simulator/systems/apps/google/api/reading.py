"""What requests of Google's APIs say."""

from collections.abc import Mapping
from typing import Any

from flask import request

from simulator.systems.apps.google.api.refusals import Refused
from simulator.validation.parsing import NotJson, parse_strict_json, parse_whole_number


def read_body() -> dict[str, Any]:
    """The JSON object that was sent; an empty one where nothing was.

    Raises:
        Refused: it is no JSON object.
    """
    return parse_object(request.get_data())


def parse_object(sent: bytes) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        Refused: it is none.
    """
    if not sent.strip():
        return {}
    try:
        found = parse_strict_json(sent)
    except NotJson as error:
        raise Refused(400, f"Invalid JSON payload received. {error}", "parseError") from None
    if not isinstance(found, dict):
        raise Refused(400, "Invalid JSON payload received. It must be an object.", "parseError")
    return found


def read_number(name: str, default: int, most: int) -> int:
    """A whole number of the query, from 1 on; one above `most` counts as that.

    Raises:
        Refused: it is none.
    """
    value = request.args.get(name)
    number = default if value is None else parse_whole_number(value)
    if number is None or number < 1:
        raise _bad(name, value or "")
    return min(number, most)


def read_flag(name: str) -> bool:
    """A boolean of the query.

    Raises:
        Refused: it is none.
    """
    value = request.args.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise _bad(name, value)
    return value in ("true", "1")


def read_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of several words of the query, in any case; by default the first.

    Raises:
        Refused: it is none of them.
    """
    value = request.args.get(name, choices[0]).lower()
    for choice in choices:
        if choice.lower() == value:
            return choice
    raise _bad(name, value)


def text_of(members: Mapping[str, Any], name: str, default: str = "") -> str:
    """A text in an object.

    Raises:
        Refused: something else is there.
    """
    found = members.get(name)
    if found is None:
        return default
    if not isinstance(found, str):
        raise Refused(400, f"Invalid value at '{name}' (TYPE_STRING).")
    return found


def texts_of(members: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts in an object; a text alone is one of one.

    Raises:
        Refused: something else is there.
    """
    found = members.get(name)
    if isinstance(found, str):
        return [found]
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Refused(400, f"Invalid value at '{name}' (TYPE_STRING).")
    return found


def object_of(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object in an object; an empty one where there is none.

    Raises:
        Refused: something else is there.
    """
    found = members.get(name)
    if found is not None and not isinstance(found, dict):
        raise Refused(400, f"Invalid value at '{name}': it must be an object.")
    return found or {}


def _bad(name: str, value: str) -> Refused:
    return Refused(
        400,
        f"Invalid value at '{name}': {value[:100]}",
        "invalidParameter",
        location=name,
        locationType="parameter",
    )

"""NUL characters: PostgreSQL stores none, so no database here does."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DontWrapMixin

from simulator.errors import SimulatorError

_NUL = "\x00"


class NulCharacter(SimulatorError, DontWrapMixin):
    """Somebody sent a text with a NUL character."""

    status = 400

    def __init__(self) -> None:
        super().__init__("A text has a NUL character (U+0000), which cannot be stored or found.")


def refuse_on(engine: Engine) -> None:
    """Refuse such texts before a statement is sent, in the same way on every database.

    Args:
        engine: before its first connection; made with `serialize_json`.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _check(_c: Any, _cursor: Any, _statement: str, parameters: Any, *_: Any) -> None:
        for each in parameters if isinstance(parameters, list) else (parameters,):
            for value in _values(each):
                if isinstance(value, str) and _NUL in value:
                    raise NulCharacter


def _values(parameters: Any) -> Iterable[Any]:
    return parameters.values() if isinstance(parameters, Mapping) else parameters or ()


def serialize_json(value: Any) -> str:
    """Return a value as JSON, for a column.

    Args:
        value: made of what JSON has.

    Raises:
        NulCharacter: a text or a name in it has one.
    """
    text = json.dumps(value)
    if "\\u0000" in text and _has_nul(value):
        raise NulCharacter
    return text


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_nul, value))
    return isinstance(value, str) and _NUL in value

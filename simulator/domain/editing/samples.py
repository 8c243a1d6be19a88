"""The fields of a value that a step gave once, where nothing else says which it gives."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.schemas import Fields

_DEEPEST = 4
#: Fields of one object: what has more is no record, but a table by its keys.
_MOST = 100


def infer_fields(value: Any, depth: int = 0) -> Fields:
    """Return the fields of an object, those of the first item for a list; no value of it.

    Args:
        value: the value of JSON.
        depth: how many objects it is in.
    """
    if isinstance(value, list):
        value = next(iter(value), None)
    if not isinstance(value, Mapping) or depth > _DEEPEST or len(value) > _MOST:
        return []
    return [
        {"name": str(name), "type": _name_type(inner), "properties": infer_fields(inner, depth + 1)}
        for name, inner in value.items()
    ]


def _name_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = ((int, "integer"), (float, "number"), (Mapping, "object"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "string")

"""Whether an action gives what its connector says of its output."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.connectors import Connector
from simulator.connectors.outputs import list_outputs

_KINDS = {"integer": int, "number": float, "array": list, "object": dict, "boolean": bool}


def find_missing(
    connector: Connector, action: str, inputs: Mapping[str, Any], given: Any
) -> Iterator[str]:
    """Names of fields that an output has not, or has with another type; any may be null."""
    fields = list_outputs(connector, action, inputs)
    assert fields, action
    yield from _find(fields, given)


def _find(fields: Sequence[Mapping[str, Any]], given: Any) -> Iterator[str]:
    for each in fields:
        value = given.get(each["name"], KeyError)
        if not isinstance(value, (_KINDS.get(each["type"], str), type(None))):
            yield each["name"]
        elif value and each.get("properties"):
            inner = value[0] if isinstance(value, list) else value
            yield from (f"{each['name']}.{one}" for one in _find(each["properties"], inner))

"""What an app's action is known to give: the fields of its output, before it ever ran."""

from collections.abc import Mapping
from typing import Any

from simulator.connectors.base import Connector


def list_outputs(connector: Connector, action_name: str) -> list[Mapping[str, Any]]:
    """Return the fields of an action's output, as schemas of recipes have them.

    Args:
        connector: of the app.
        action_name: of the action.

    Returns:
        Empty where nothing is known of it.
    """
    action = connector.actions.get(action_name)
    fields: list[dict[str, Any]] = []
    for written in connector.outputs.get(action_name, "").split():
        _add(fields, written)
    if action is None or not action.wrap:
        return [*fields]
    return [{"name": action.wrap, "type": "array", "of": "object", "properties": fields}]


def _add(fields: list[dict[str, Any]], written: str) -> None:
    """Add a field such as `id:integer` or `lines[].account.code`."""
    outer, _, inner = written.partition(".")
    name, _, kind = outer.partition(":")
    if not inner:
        fields.append({"name": name, "type": kind or "string"})
        return
    is_list = name.endswith("[]")
    name = name.removesuffix("[]")
    found = next((each for each in fields if each["name"] == name), None)
    if found is None:
        found = {"name": name, "type": "array" if is_list else "object", "properties": []}
        fields.append(found)
    _add(found["properties"], inner)

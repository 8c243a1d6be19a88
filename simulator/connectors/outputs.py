"""What an app's action is known to give: the fields of its output, before it ever ran."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.connectors.base import Connector
from simulator.connectors.shorthand import read_outputs


def list_outputs(
    connector: Connector, action_name: str, inputs: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """Return the fields of an action's output, as schemas of recipes have them.

    Args:
        connector: the app's connector.
        action_name: the name of the action.
        inputs: the inputs of the step, where its output depends on them.

    Returns:
        Empty where nothing is known of it.
    """
    action = connector.actions.get(action_name)
    if action is not None and (described := action.describe_output(inputs)):
        return described
    fields = read_outputs(connector.outputs.get(action_name, ""))
    if action is None or not action.wrap or action.takes_content:
        return fields
    return [{"name": action.wrap, "type": "array", "of": "object", "properties": fields}]

"""Which inputs of an app's action are known."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.connectors.base import Connector
from simulator.connectors.shorthand import add_field, read_inputs


def list_inputs(
    connector: Connector, action_name: str, inputs: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """Return the inputs that are known of an action, as schemas of recipes have them.

    What is needed has `optional` false: also in an object, which then is needed itself. What
    exports give under another name is not needed where they do.

    Args:
        connector: the app's connector.
        action_name: the name of the action; without any where there is none of that name.
        inputs: the inputs of the step, as far as the others depend on them.
    """
    action = connector.actions.get(action_name)
    if action is None:
        return []
    fields = read_inputs(connector.inputs.get(action_name, ""))
    listed = {each["name"] for each in fields}
    needed = dict.fromkeys((*action.needs, *re.findall(r"{(\w+)}", action.path)))
    for name in dict.fromkeys((*needed, *action.query, *action.body)):
        if name not in listed:
            add_field(fields, name, {"type": "string", "optional": name not in needed})
    listed |= {each["name"] for each in fields}
    for each in fields:
        if any(inputs.get(other) for other in action.instead.get(each["name"], ())):
            each["optional"] = True
    described = action.describe_inputs(inputs)
    return [*fields, *(each for each in described if each["name"] not in listed)]

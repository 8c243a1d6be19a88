"""Which inputs of an app's action are known."""

import re

from simulator.connectors.base import Action


def list_inputs(action: Action) -> dict[str, bool]:
    """Return the inputs that are known of an action, and whether it needs them.

    Args:
        action: of a connector.
    """
    needed = dict.fromkeys((*action.needs, *re.findall(r"{(\w+)}", action.path)), True)
    others = (*action.usual, *action.query, *action.body)
    return needed | {name: False for name in others if name not in needed}

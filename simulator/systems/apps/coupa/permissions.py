"""What each scope opens in the API: pairs of a resource and what may be done with it."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from simulator.systems.apps.coupa import actions, order_lines
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.scopes import CORE

_ORDER = ("index", "show", "create", "update", "delete")


@cache
def permissions() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return scope → (resource, action), in the order of the scopes; none opens nothing here."""
    opened: dict[str, list[tuple[str, str]]] = {name: [] for name in CORE}
    for resource in (*RESOURCES.values(), order_lines.RESOURCE):
        for verb in _ORDER:
            if verb in resource.methods:
                opened[_scope_of(resource, verb)].append((resource.path, verb))
    for (path, name), action in (*actions.LIST_ACTIONS.items(), *actions.MEMBER_ACTIONS.items()):
        opened[action.scope or RESOURCES[path].writing].append((path, name))
    for name in order_lines.ACTIONS:
        opened[order_lines.RESOURCE.writing].append((order_lines.RESOURCE.path, name))
    opened[RESOURCES["requisitions"].reading].append(("requisitions", "mine"))
    opened[RESOURCES["approvals"].reading].append(("approvals", "approver_search"))
    return MappingProxyType({name: tuple(pairs) for name, pairs in opened.items()})


def _scope_of(resource: Resource, verb: str) -> str:
    return {
        "index": resource.reading,
        "show": resource.reading,
        "create": resource.creating,
        "update": resource.writing,
        "delete": resource.deleting,
    }[verb]

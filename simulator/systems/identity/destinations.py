"""To which workspace somebody is on the way who signs in: its people alone may get there."""

from urllib.parse import parse_qs, urlsplit

from simulator.domain import access_methods, connection_attempts
from simulator.systems.identity.provider import Person
from simulator.world import World

_CONNECTIONS, _SETUP = "connections", "setup"


def find_workspace(world: World, target: str) -> int | None:
    """Return the workspace of a page; None for one that is for the people of all workspaces.

    Args:
        target: path of the page: an authorization request for an MCP server, or a setup link.
    """
    parts = urlsplit(target)
    if resources := parse_qs(parts.query).get("resource", []):
        return _find_workspace_of(world, resources[0])
    first, *rest = parts.path.strip("/").split("/")
    if first != _CONNECTIONS or not rest:
        return None
    return connection_attempts.find_workspace(world, rest[-1] if rest[0] == _SETUP else rest[0])


def accepts(world: World, who: Person, resource: str | None) -> bool:
    """Return whether somebody has their account where an MCP server is.

    Args:
        who: the person who is signed in.
        resource: the MCP server's URL; None where the sign-in is for itself.
    """
    workspace_id = _find_workspace_of(world, resource) if resource else None
    return workspace_id in (None, who.user.workspace_id)


def _find_workspace_of(world: World, resource: str) -> int | None:
    number = world.addresses.server_number(resource)
    found = access_methods.find_access_method(world, number) if number else None
    return found.workspace_id if found else None

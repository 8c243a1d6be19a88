"""Identifiers of MCP servers: a number, which is in the address, and a handle."""

import hashlib

from sqlalchemy import func, select, union_all

from simulator.db.tables import DeletedServer, McpServer
from simulator.domain import project_scope
from simulator.world import World

_HANDLE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
#: Of the first server of a database that has none (our choice).
_FIRST_NUMBER = 2101


def find_next_number(world: World) -> int:
    """Return the number behind the highest that a server has or had; nobody has claimed it yet.

    Servers that whoever asks does not see have theirs, too.
    """
    taken = union_all(select(McpServer.number), select(DeletedServer.number)).subquery()
    with project_scope.lifted(world):
        highest = world.db.session.scalar(select(func.max(taken.c.number)))
    return (highest or _FIRST_NUMBER - 1) + 1


def make_handle(number: int, name: str) -> str:
    """Return a server's handle in the live format, `mcps-AbkMBExx-THQ-CD` (docs: data centers).

    Args:
        number: the number of the server, which no other has.
        name: the name of the server.
    """
    digest = hashlib.sha256("\0".join(("server", str(number), name)).encode()).digest()
    letters = "".join(_HANDLE_ALPHABET[byte % len(_HANDLE_ALPHABET)] for byte in digest)
    return f"mcps-{letters[:8]}-{letters[8:11]}-CD"

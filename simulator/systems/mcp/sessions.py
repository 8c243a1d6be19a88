"""Sessions of the handshake era: what a client declared when it initialized; no authentication."""

from typing import Any

from simulator.crypto import fingerprint
from simulator.db.tables import McpSession
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.service import Service
from simulator.world import World

__all__ = ["McpSession", "begin", "end", "find"]


def begin(
    world: World, service: Service, capabilities: dict[str, Any], protocol_version: str
) -> str:
    """Begin a session; return its id, random and visible ASCII.

    Args:
        world: shared by all systems.
        service: the server, and whose session it is.
        capabilities: what the client declared.
        protocol_version: what `initialize` agreed on.
    """
    session_id = world.randomness.secret("MCP session")
    world.db.session.add(
        McpSession(
            id_hash=fingerprint(session_id),
            place=service.place,
            end_user_id=service.person_id,
            capabilities=capabilities,
            protocol_version=protocol_version,
            created_at=world.clock.now(),
        )
    )
    return session_id


def find(world: World, service: Service, session_id: str) -> McpSession:
    """Return the live session of this server and person.

    Raises:
        RpcError: unknown, ended, or somebody else's (MCP transports: 404, then initialize anew).
    """
    row = world.db.session.get(McpSession, fingerprint(session_id))
    if (
        row is None
        or row.ended_at is not None
        or (row.place, row.end_user_id) != (service.place, service.person_id)
    ):
        raise RpcError(
            Code.UNKNOWN_SESSION, "This session is unknown or ended: initialize a new one."
        )
    return row


def end(world: World, service: Service, session_id: str) -> None:
    """End a session.

    Raises:
        RpcError: as `find`.
    """
    find(world, service, session_id).ended_at = world.clock.now()

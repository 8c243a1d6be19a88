"""Sessions of MCP versions that have them: what a client declared in `initialize`."""

from typing import Any

from sqlalchemy import bindparam, insert, update

from simulator.crypto import fingerprint
from simulator.db.base import table_of
from simulator.db.tables import McpSession
from simulator.domain.request_context import Session
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.service import Service
from simulator.world import World

#: The header that names one.
HEADER = "Mcp-Session-Id"

_TABLE = table_of(McpSession)
_INSERT = insert(_TABLE)
_END = (
    update(_TABLE)
    .where(_TABLE.c.id_hash == bindparam("own"), _TABLE.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


def begin(
    world: World, service: Service, capabilities: dict[str, Any], protocol_version: str
) -> str:
    """Create a session; return its random id.

    Args:
        world: shared by all systems.
        service: the server, and whose session it is.
        capabilities: what the client declared.
        protocol_version: what `initialize` agreed on.
    """
    session_id = world.randomness.secret("MCP session")
    row = {
        "id_hash": fingerprint(session_id),
        "place": service.place,
        "end_user_id": service.person_id,
        "capabilities": capabilities,
        "protocol_version": protocol_version,
        "created_at": world.clock.now(),
    }
    world.db.write(_INSERT, row)
    return session_id


def check(service: Service) -> Session:
    """Return the session that the request names, if it is live and of this server and person.

    Raises:
        RpcError: unknown, ended, or somebody else's (MCP transports: 404, then initialize anew).
    """
    found = service.session
    if (
        found is None
        or found.has_ended
        or (found.place, found.end_user_id) != (service.place, service.person_id)
    ):
        raise RpcError(
            Code.UNKNOWN_SESSION, "This session is unknown or ended: initialize a new one."
        )
    return found


def end(world: World, service: Service) -> None:
    """End a session.

    Raises:
        RpcError: as `check`.
    """
    world.db.write(_END, {"own": check(service).id_hash, "now": world.clock.now()})

"""Which tool calls their clients cancelled (MCP 2025-11-25, utilities/cancellation).

Kept in the database: the notification may reach another process than the call did. A cancellation
stops only what came before it, by the order in which rows are inserted: ids that were never used,
or will be used later, are none of its business.
"""

import json

from sqlalchemy import func, select

from simulator.db.tables import McpCancellation
from simulator.world import World

#: In the WSGI environment of a request that a fault may hold up: what `latest` said before.
ARRIVED = "simulator.systems.mcp.arrived"


def get_latest_id(world: World) -> int:
    """Return the number of the newest cancellation; a call stores that of its arrival.

    Returns:
        0 where there was none yet.
    """
    newest = world.db.session.scalar(select(func.max(McpCancellation.id)))
    return newest or 0


def cancel(world: World, session_hash: str, request_id: str | int) -> None:
    """Cancel the calls of a session that have this id and are under way; else nothing happens.

    Args:
        world: shared by all systems.
        session_hash: fingerprint of the session's id; its holder was checked.
        request_id: `requestId` of the notification.
    """
    row = McpCancellation(session_hash=session_hash, request_id=json.dumps(request_id))
    world.db.session.add(row)


def is_cancelled(world: World, session_hash: str, request_id: str | int, since: int) -> bool:
    """Return whether a call was cancelled after it arrived.

    Args:
        world: shared by all systems.
        session_hash: fingerprint of its session's id.
        request_id: the `id` of its request.
        since: what `get_latest_id` returned when it arrived.
    """
    found = world.db.session.scalar(
        select(McpCancellation.id).where(
            McpCancellation.session_hash == session_hash,
            McpCancellation.request_id == json.dumps(request_id),
            McpCancellation.id > since,
        )
    )
    return found is not None

"""Sessions of the handshake era: what a client declared when it initialized; no authentication."""

from typing import Any

from simulator.db.tables import McpSession
from simulator.errors import NotFound
from simulator.keys import fingerprint, new_secret
from simulator.recipes import Actor
from simulator.world import World


def begin(world: World, actor: Actor, capabilities: dict[str, Any]) -> str:
    """A new session of this actor; returns its id, random and visible ASCII."""
    session_id = new_secret()
    world.db.session.add(
        McpSession(
            id_hash=fingerprint(session_id),
            server_number=actor.server.number,
            end_user_id=actor.end_user.id if actor.end_user else None,
            capabilities=capabilities,
            created_at=world.clock.now(),
        )
    )
    return session_id


def find(world: World, actor: Actor, session_id: str) -> McpSession:
    """The live session of this actor on this server.

    Raises:
        NotFound: unknown, ended, or somebody else's (MCP transports: 404, then initialize anew).
    """
    row = world.db.session.get(McpSession, fingerprint(session_id))
    person = actor.end_user.id if actor.end_user else None
    if (
        row is None
        or row.ended_at is not None
        or (row.server_number, row.end_user_id) != (actor.server.number, person)
    ):
        raise NotFound("This session is unknown or ended: initialize a new one.")
    return row


def end(world: World, actor: Actor, session_id: str) -> None:
    """End a session.

    Raises:
        NotFound: as `find`.
    """
    find(world, actor, session_id).ended_at = world.clock.now()

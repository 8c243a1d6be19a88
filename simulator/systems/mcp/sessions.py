"""Sessions of the handshake era: what a client declared when it initialized; no authentication."""

from dataclasses import dataclass
from typing import Any, Self

from simulator.crypto import fingerprint
from simulator.db.tables import McpSession
from simulator.domain.recipe_engine import Actor
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.world import World

__all__ = ["Holder", "McpSession", "begin", "end", "find"]


@dataclass(frozen=True)
class Holder:
    """To whom a session belongs.

    Attributes:
        place: the last part of the MCP server's address.
        end_user_id: the verified person; None with token access.
    """

    place: str
    end_user_id: str | None

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """Return the holder of an actor's sessions."""
        return cls(str(actor.server.number), actor.end_user.id if actor.end_user else None)


def begin(world: World, holder: Holder, capabilities: dict[str, Any], protocol_version: str) -> str:
    """Begin a session; return its id, random and visible ASCII.

    Args:
        world: shared by all systems.
        holder: to whom it belongs.
        capabilities: what the client declared.
        protocol_version: what `initialize` agreed on.
    """
    session_id = world.randomness.secret("MCP session")
    world.db.session.add(
        McpSession(
            id_hash=fingerprint(session_id),
            place=holder.place,
            end_user_id=holder.end_user_id,
            capabilities=capabilities,
            protocol_version=protocol_version,
            created_at=world.clock.now(),
        )
    )
    return session_id


def find(world: World, holder: Holder, session_id: str) -> McpSession:
    """Return the live session of this holder.

    Raises:
        RpcError: unknown, ended, or somebody else's (MCP transports: 404, then initialize anew).
    """
    row = world.db.session.get(McpSession, fingerprint(session_id))
    if row is None or row.ended_at is not None or Holder(row.place, row.end_user_id) != holder:
        raise RpcError(
            Code.UNKNOWN_SESSION, "This session is unknown or ended: initialize a new one."
        )
    return row


def end(world: World, holder: Holder, session_id: str) -> None:
    """End a session.

    Raises:
        RpcError: as `find`.
    """
    find(world, holder, session_id).ended_at = world.clock.now()

"""How MCP servers are accessed, as an authorization server has to know it; read once a version."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from simulator.db.remembered import current_version
from simulator.db.tables import McpServer
from simulator.db.tables.servers import WORKATO_IDP
from simulator.world import World

Value = TypeVar("Value")


@dataclass(frozen=True)
class AccessMethod:
    """How one server is accessed.

    Attributes:
        name: the name of the server.
        uses_workato_identity: whether people sign in; else there is one token for all.
        environment_id: the id of its environment.
        workspace_id: the id of its workspace.
        collection_path: the path of its API collection, in its address; None for one of project
            assets.
    """

    name: str
    uses_workato_identity: bool
    environment_id: int
    workspace_id: int
    collection_path: str | None


def find_access_method(world: World, number: int) -> AccessMethod | None:
    """Return how the server with this number is accessed, or None if there is none.

    Args:
        number: as in its Remote MCP URL.
    """

    def read() -> AccessMethod | None:
        own = select(
            McpServer.name,
            McpServer.auth_type,
            McpServer.environment_id,
            McpServer.workspace_id,
            McpServer.collection_path,
        )
        row = world.db.session.execute(own.where(McpServer.number == number)).first()
        if row is None:
            return None
        return AccessMethod(
            name=row.name,
            uses_workato_identity=row.auth_type == WORKATO_IDP,
            environment_id=row.environment_id,
            workspace_id=row.workspace_id,
            collection_path=row.collection_path,
        )

    return _remember(world, ("access method", number), read)


def find_only_with_workato_identity(world: World) -> int | None:
    """Return the number of the server, of any workspace, at which people sign in.

    Returns:
        None where there is no such server, or more than one.
    """

    def read() -> int | None:
        found = select(McpServer.number).where(McpServer.auth_type == WORKATO_IDP).limit(2)
        numbers = world.db.session.scalars(found).all()
        return numbers[0] if len(numbers) == 1 else None

    return _remember(world, "only server with Workato Identity", read)


def _remember(world: World, key: Hashable, read: Callable[[], Value]) -> Value:
    session = world.db.session
    return world.remembered.read(session, current_version(session), key, read)

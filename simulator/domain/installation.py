"""Installation links: what an end user adds to their MCP client to use a server."""

from dataclasses import dataclass

from sqlalchemy import and_, not_, select

from simulator.db.tables import EndUser, McpServer
from simulator.domain import server_access, servers
from simulator.errors import NotFound
from simulator.net.addresses import IDENTITY
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A server as its installation link shows it to one person.

    Attributes:
        server: the MCP server.
        may_use: whether the person has access; whoever has its token does, where it has one.
        url: the Remote MCP URL.
    """

    server: McpServer
    may_use: bool
    url: str


def make_link(world: World, server: McpServer) -> str:
    """Return a server's installation link.

    The Overview tab names one (Workato docs, MCP server access and configuration); where it leads
    to is our choice.

    Args:
        server: the MCP server.
    """
    return f"{world.addresses.base_url(IDENTITY)}/install/{server.handle}"


def read_link(world: World, handle: str, person: EndUser) -> Installation:
    """Return what an installation link shows to a person who is signed in.

    Args:
        handle: the last part of the link.
        person: the end user.

    Raises:
        NotFound: the person's workspace has no such server.
    """
    session = world.db.session
    found = session.scalar(
        select(McpServer).where(
            McpServer.handle == handle, McpServer.workspace_id == person.workspace_id
        )
    )
    if found is None:
        raise NotFound("This installation link leads to no MCP server. Ask who gave it to you.")
    may_use = not found.uses_workato_identity or session.scalar(
        select(
            and_(
                server_access.has_grant(found.number, person.id),
                not_(server_access.has_lost_environment(found.number, person.id)),
            )
        )
    )
    return Installation(server=found, may_use=bool(may_use), url=servers.get_url(world, found))

"""MCP servers: their access method, their groups, their tools."""

import hmac
from collections.abc import Sequence

from sqlalchemy import delete, select

from simulator.crypto import Purpose, fingerprint
from simulator.db.claim import did_change
from simulator.db.tables import (
    EndUserGroup,
    McpServer,
    McpTool,
    Project,
    Recipe,
    ServerGroup,
)
from simulator.db.tables.servers import HASHED_TOKEN, WORKATO_IDP
from simulator.db.upsert import insert_missing
from simulator.domain import asset_folders, end_user_groups
from simulator.domain.catalogue import PublishedServer
from simulator.domain.folders import Place
from simulator.domain.server_numbers import find_next_number, make_handle
from simulator.errors import FieldError, Forbidden, NotFound
from simulator.world import World

#: Recipes that are named where there may be many.
_NAMED_RECIPES = 10
_LONGEST_NAME = 100


def create(
    world: World, project: Project, environment_id: int, name: str, description: str
) -> McpServer:
    """Create a server with no tools and, as a new one has, token-based access.

    Of several who do so at once each gets a number: whoever comes second finds the first one's
    taken, once that is committed, and tries the next.

    Args:
        project: its Location.
        environment_id: where it is.
        name: for people.
        description: for models.
    """
    session, now = world.db.session, world.clock.now()
    while True:
        number = find_next_number(world)
        is_mine = insert_missing(
            session,
            McpServer,
            {"number": number},
            handle=make_handle(number, name),
            workspace_id=project.workspace_id,
            environment_id=environment_id,
            project_id=project.id,
            name=name,
            description=description,
            created_at=now,
            updated_at=now,
        )
        if is_mine:
            return session.get_one(McpServer, number)


def check_name(name: str) -> str:
    """Return a name for a server as it is stored.

    Args:
        name: the name as it was typed.

    Raises:
        FieldError: on `name`: it is empty, too long (100 characters, our choice), or not one line.
    """
    name = name.strip()
    if not name:
        raise FieldError("name", "Enter a name for the MCP server.")
    if len(name) > _LONGEST_NAME:
        raise FieldError("name", f"A server's name has at most {_LONGEST_NAME} characters.")
    if not name.isprintable():
        raise FieldError("name", "A server's name stands in one line.")
    return name


def get_server(world: World, workspace_id: int, handle: str) -> McpServer:
    """Return the server with this handle.

    Args:
        workspace_id: the workspace's id.
        handle: the server's handle, as in its page's address.

    Raises:
        NotFound: the workspace has none.
    """
    found = world.db.session.scalar(
        select(McpServer).where(McpServer.workspace_id == workspace_id, McpServer.handle == handle)
    )
    if found is None:
        raise NotFound(f"There is no MCP server '{handle}' in this workspace.")
    return found


def lock(world: World, server: McpServer) -> None:
    """Lock a server: others who change its tools or delete it wait until this transaction ends.

    Args:
        server: the MCP server, which is as it is in the database then.

    Raises:
        NotFound: it is deleted meanwhile.
    """
    own = select(McpServer).where(McpServer.number == server.number).with_for_update()
    current = {"populate_existing": True}
    if world.db.session.scalars(own, execution_options=current).first() is None:
        raise NotFound("This MCP server is deleted already.")


def find_server_by_number(world: World, number: int) -> McpServer | None:
    """Return the server with this number, or None.

    Args:
        number: as in its Remote MCP URL.
    """
    return world.db.session.get(McpServer, number)


def get_tool(world: World, server: McpServer, tool_id: int) -> McpTool:
    """Return a tool of this server.

    Args:
        server: the MCP server.
        tool_id: the tool's id.

    Raises:
        NotFound: the server has none with this id.
    """
    found = world.db.session.get(McpTool, tool_id)
    if found is None or found.server_number != server.number:
        raise NotFound("This tool is not on this MCP server.")
    return found


def change(
    world: World, server: McpServer, *, name: str | None = None, description: str | None = None
) -> None:
    """Change a server's name and description.

    Args:
        server: the MCP server.
        name: None leaves it unchanged.
        description: None leaves it unchanged.
    """
    if name is not None:
        server.name = name.strip()
    if description is not None:
        server.description = description
    server.updated_at = world.clock.now()


def move(world: World, server: McpServer, place: Place) -> None:
    """Move a server to another Location; its tools must be of that project, as all its assets.

    Args:
        server: the MCP server.
        place: its new Location.

    Raises:
        FieldError: on `location`: a tool is of another project.
    """
    foreign = world.db.session.scalars(
        select(Recipe.name)
        .join(McpTool, McpTool.recipe_id == Recipe.id)
        .where(McpTool.server_number == server.number, Recipe.project_id != place.project.id)
        .order_by(Recipe.name)
        .limit(_NAMED_RECIPES)
    ).all()
    if foreign:
        raise FieldError(
            "location",
            "All assets of an MCP server must be in the same project, its Location. Not in "
            f"{place.project.name}: {', '.join(foreign)}. Remove these tools first.",
        )
    asset_folders.move(world, server, place)
    server.updated_at = world.clock.now()


def describe_tool(world: World, tool: McpTool, description: str) -> None:
    """Change the description that models read; the recipe keeps its own.

    Args:
        tool: a tool of a server.
        description: the new one.
    """
    tool.description = description
    tool.server.updated_at = world.clock.now()


def set_tools_enabled(
    world: World, server: McpServer, tool_ids: Sequence[int], *, enabled: bool
) -> list[McpTool]:
    """Start or stop tools; started ones alone are visible to models (Workato docs, MCP servers).

    Starting a tool also starts its recipe; stopping one leaves the recipe to its other uses
    (our choice).

    Args:
        server: the MCP server.
        tool_ids: the tools' ids.
        enabled: True to start them, False to stop them.

    Returns:
        The tools that were named.

    Raises:
        FieldError: on `tools`, when none is chosen.
        NotFound: a tool is not on this server.
    """
    if not tool_ids:
        raise FieldError("tools", "Select at least one tool.")
    changed = [get_tool(world, server, tool_id) for tool_id in dict.fromkeys(tool_ids)]
    for one in changed:
        one.enabled = enabled
        if enabled:
            one.recipe.running = True
    server.updated_at = world.clock.now()
    return changed


def switch_to_workato_identity(world: World, server: McpServer) -> None:
    """Make Workato Identity the access method; the MCP token dies at once (docs: MCP servers).

    Args:
        server: the MCP server.
    """
    server.auth_type = WORKATO_IDP
    revoke_token(world, server)


def switch_to_token_access(world: World, server: McpServer) -> None:
    """Make token-based access the access method; a token, shown once, must then be generated.

    Args:
        server: the MCP server.
    """
    server.auth_type = HASHED_TOKEN
    server.updated_at = world.clock.now()


def generate_token(world: World, server: McpServer) -> str:
    """Generate a new MCP token, 64 lower-case hex digits; the old one stops working at once.

    A server with a legacy token gets a legacy one again (Workato docs, Developer API).

    Args:
        server: the MCP server.

    Raises:
        Forbidden: the server's access method is Workato Identity.
    """
    if server.uses_workato_identity:
        raise Forbidden("This server uses Workato Identity; switch it to token-based access first.")
    token = world.randomness.hex("MCP token", 32)
    server.token_hash = fingerprint(token)
    server.token_sealed = (
        world.keys.seal(Purpose.MCP_TOKEN, token) if server.shows_its_token else None
    )
    server.token_created_at = server.updated_at = world.clock.now()
    return token


def revoke_token(world: World, server: McpServer) -> None:
    """Revoke a server's MCP token: its clients are refused from their next request on.

    Args:
        server: the MCP server.
    """
    server.token_hash = server.token_sealed = None
    server.token_created_at = None
    server.updated_at = world.clock.now()


def get_url(world: World, server: McpServer) -> str:
    """Return a server's Remote MCP URL, without a token, for the client of this request.

    Args:
        server: the MCP server.
    """
    return world.addresses.mcp_url(server.number) + server.url_path


def add_token(world: World, server: McpServer, url: str) -> str:
    """Return a server's URL with its legacy MCP token in it, if it has one.

    Args:
        server: the MCP server.
        url: the server's Remote MCP URL.
    """
    if server.token_sealed is None:
        return url
    return f"{url}?wkt_token={world.keys.unseal(Purpose.MCP_TOKEN, server.token_sealed)}"


def token_matches(server: McpServer | PublishedServer, token: str) -> bool:
    """Return whether this is the server's live MCP token.

    Args:
        server: the MCP server.
        token: the token as the client sent it.
    """
    return (
        not server.uses_workato_identity
        and server.token_hash is not None
        and hmac.compare_digest(server.token_hash, fingerprint(token))
    )


def assign_groups(world: World, server: McpServer, group_ids: Sequence[str]) -> list[EndUserGroup]:
    """Give end-user groups access; groups that have it keep it.

    Args:
        server: the MCP server.
        group_ids: the groups' ids.

    Returns:
        Those that are new.

    Raises:
        FieldError: on `groups`, when none is chosen.
        NotFound: a group is not of the server's environment.
    """
    if not group_ids:
        raise FieldError("groups", "Select at least one user group.")
    added = []
    for group_id in dict.fromkeys(group_ids):
        group = end_user_groups.get_group(world, server.workspace_id, group_id)
        if group.environment_id != server.environment_id:
            raise NotFound(f"The group '{group.name}' belongs to another environment.")
        key = {"server_number": server.number, "group_id": group.id}
        if insert_missing(world.db.session, ServerGroup, key):
            added.append(group)
    world.db.session.expire(server, ["groups"])
    server.updated_at = world.clock.now()
    return added


def remove_group(world: World, server: McpServer, group_id: str) -> EndUserGroup:
    """Remove a group's access; its members are refused from their next request on.

    Args:
        server: the MCP server.
        group_id: the group's id.

    Returns:
        The group.

    Raises:
        NotFound: the group has no access to this server.
    """
    session = world.db.session
    group = session.get(EndUserGroup, group_id)
    own = ServerGroup.server_number == server.number, ServerGroup.group_id == group_id
    if group is None or not did_change(session, delete(ServerGroup).where(*own)):
        raise NotFound("This group has no access to the server any more.")
    session.expire(server, ["groups"])
    server.updated_at = world.clock.now()
    return group

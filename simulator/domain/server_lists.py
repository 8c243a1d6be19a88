"""MCP servers as lists have them: searched, counted and cut in the database."""

from collections.abc import Collection, Sequence
from contextlib import closing

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload

from simulator.db.listing import Found, contains
from simulator.db.tables import (
    EndUserGroup,
    McpServer,
    McpTool,
    Project,
    Recipe,
    ServerEndUser,
    ServerGroup,
)
from simulator.db.tables.servers import WORKATO_IDP
from simulator.domain import recipes, server_access
from simulator.world import World

#: How many recipes are read at once.
_RECIPES = 20


def list_servers(
    world: World,
    workspace_id: int,
    text: str = "",
    *,
    environment_id: int | None = None,
    project_id: int | None = None,
    inside: ColumnElement[bool] | None = None,
    uses_workato_identity: bool | None = None,
    whole: bool = False,
) -> Found[McpServer]:
    """Return a workspace's servers, by name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name, a description or a project's name.
        environment_id: the id of one environment; None for all.
        project_id: the id of one project; None for all.
        inside: a condition that they are in one folder; None for everywhere.
        uses_workato_identity: of one access method; None for both.
        whole: fetch the tools, recipes and groups of a page along, each with one statement.
    """
    found = (
        select(McpServer)
        .join(McpServer.project)
        .options(contains_eager(McpServer.project), joinedload(McpServer.environment))
        .where(McpServer.workspace_id == workspace_id)
        .where(*contains(text, McpServer.name, McpServer.description, Project.name))
        .order_by(McpServer.name, McpServer.number)
    )
    if environment_id is not None:
        found = found.where(McpServer.environment_id == environment_id)
    if project_id is not None:
        found = found.where(McpServer.project_id == project_id)
    if inside is not None:
        found = found.where(inside)
    if uses_workato_identity is not None:
        found = found.where((McpServer.auth_type == WORKATO_IDP).is_(uses_workato_identity))
    if whole:
        found = found.options(
            selectinload(McpServer.groups),
            selectinload(McpServer.tools).selectinload(McpTool.recipe),
        )
    return Found(world.db.session, found)


def count_tools(world: World, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many tools servers have: number of the server → tools.

    Args:
        numbers: the numbers of the servers.
    """
    return _count(world, McpTool.server_number, numbers)


def count_groups(world: World, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many end-user groups have access to servers: number of the server → groups.

    Args:
        numbers: the numbers of the servers.
    """
    return _count(world, ServerGroup.server_number, numbers)


def count_end_users(world: World, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many people have access to servers by themselves: number of the server → people.

    Args:
        numbers: the numbers of the servers.
    """
    return _count(world, ServerEndUser.server_number, numbers)


def _count(
    world: World, column: InstrumentedAttribute[int], numbers: Sequence[int]
) -> dict[int, int]:
    found = select(column, func.count()).where(column.in_(numbers)).group_by(column)
    return dict.fromkeys(numbers, 0) | dict(world.db.session.execute(found).all())


def list_tools(world: World, server: McpServer) -> Found[McpTool]:
    """Return a server's tools, in their order.

    Args:
        server: the MCP server.
    """
    found = select(McpTool).where(McpTool.server_number == server.number)
    return Found(world.db.session, found.order_by(McpTool.position, McpTool.id))


def get_tools(world: World, numbers: Collection[int], most: int) -> dict[int, list[McpTool]]:
    """Return the first tools of servers, in their order: number of the server → tools.

    Args:
        numbers: the numbers of the servers.
        most: tools of each server.
    """
    order = McpTool.position, McpTool.id
    place = func.row_number().over(partition_by=McpTool.server_number, order_by=order)
    ranked = (
        select(McpTool.id, place.label("place"))
        .where(McpTool.server_number.in_(numbers))
        .subquery()
    )
    first = select(ranked.c.id).where(ranked.c.place <= most)
    found: dict[int, list[McpTool]] = {number: [] for number in numbers}
    for tool in world.db.session.scalars(
        select(McpTool).where(McpTool.id.in_(first)).order_by(*order)
    ):
        found[tool.server_number].append(tool)
    return found


def find_ready(world: World, workspace_id: int) -> McpServer | None:
    """Return the first server by name that some group may use through Workato Identity, or None.

    Args:
        workspace_id: the workspace's id.
    """
    return world.db.session.scalar(_ready(workspace_id).limit(1))


def has_verified_tool(world: World, workspace_id: int) -> bool:
    """Return whether a server as `find_ready` returns has a tool with verified user access.

    Recipes are looked at one after the other until one is found.

    Args:
        workspace_id: the workspace's id.
    """
    numbers = _ready(workspace_id).with_only_columns(McpServer.number).order_by(None)
    published = select(McpTool.recipe_id).where(McpTool.server_number.in_(numbers))
    found = select(Recipe).where(Recipe.id.in_(published)).order_by(Recipe.id)
    with closing(world.db.session.scalars(found.execution_options(yield_per=_RECIPES))) as those:
        return any(map(recipes.acts_as_any_end_user, those))


def _ready(workspace_id: int) -> Select[McpServer]:
    return (
        select(McpServer)
        .where(
            McpServer.workspace_id == workspace_id,
            McpServer.auth_type == WORKATO_IDP,
            server_access.is_given_to_anybody(McpServer.number),
        )
        .order_by(McpServer.name, McpServer.number)
    )


def count_online(world: World, workspace_id: int, text: str = "") -> int:
    """Return how many servers can take calls now.

    Our choice of what that is: a tool is started and its recipe runs, and somebody may call it: a
    group or a person has access, or there is an MCP token.

    Args:
        workspace_id: the workspace's id.
        text: part of their names; empty for all.
    """
    return _count_online(
        world, McpServer.workspace_id == workspace_id, *contains(text, McpServer.name)
    )


def is_online(world: World, server: McpServer) -> bool:
    """Return whether a server can take calls now, as `count_online` counts them.

    Args:
        server: the MCP server.
    """
    return _count_online(world, McpServer.number == server.number) == 1


def _count_online(world: World, *those: ColumnElement[bool]) -> int:
    live = (
        select(McpTool.id)
        .join(Recipe, Recipe.id == McpTool.recipe_id)
        .where(McpTool.server_number == McpServer.number, McpTool.enabled, Recipe.running)
    )
    uses_identity = McpServer.auth_type == WORKATO_IDP
    found = select(func.count(McpServer.number)).where(
        *those,
        live.exists(),
        or_(
            and_(uses_identity, server_access.is_given_to_anybody(McpServer.number)),
            and_(~uses_identity, McpServer.token_hash.is_not(None)),
        ),
    )
    return world.db.session.execute(found).scalar_one()


def find_publishing(world: World, recipe: Recipe, handle: str = "") -> McpServer | None:
    """Return a server that publishes a recipe as a tool, or None.

    Args:
        recipe: the recipe.
        handle: the handle of the server that is preferred; else it is the first by name.
    """
    numbers = select(McpTool.server_number).where(McpTool.recipe_id == recipe.id)
    return world.db.session.scalar(
        select(McpServer)
        .where(McpServer.number.in_(numbers))
        .order_by((McpServer.handle == handle).desc(), McpServer.name, McpServer.number)
        .limit(1)
    )


def list_with_recipe(world: World, recipe: Recipe) -> Found[McpServer]:
    """Return the servers that a recipe is a tool of, by name.

    Args:
        recipe: the recipe.
    """
    numbers = select(McpTool.server_number).where(McpTool.recipe_id == recipe.id)
    found = select(McpServer).where(McpServer.number.in_(numbers))
    return Found(world.db.session, found.order_by(McpServer.name, McpServer.number))


def list_with_group(world: World, group: EndUserGroup) -> Found[McpServer]:
    """Return the servers that a group has access to, by name.

    Args:
        group: the end-user group.
    """
    found = select(McpServer).join(ServerGroup, ServerGroup.server_number == McpServer.number)
    found = found.where(ServerGroup.group_id == group.id)
    return Found(world.db.session, found.order_by(McpServer.name, McpServer.number))

"""Tools of an MCP server: recipes that are added to it and removed, and what they may be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, delete, func, select

from simulator.db.claim import did_change
from simulator.db.listing import Found, contains
from simulator.db.tables import McpServer, McpTool, Recipe
from simulator.domain import servers
from simulator.domain.engine.steps import MCP_PROXY, TRIGGER_NAMES
from simulator.domain.recipes import make_tool_name
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: What a tool may tell of itself, as clients read it (MCP specification, tool annotations).
HINTS = ("read_only", "destructive", "idempotent", "open_world")

#: Why tools of some servers are neither added nor removed.
OF_A_COLLECTION = (
    "The tools of this MCP server are the endpoints of its API collection. Stop those that models "
    "must not see."
)
OF_A_PROXY = (
    "The tools of this MCP server are those of the external server that it is in front of. Stop "
    "those that models must not see."
)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """What is to become a tool.

    Attributes:
        recipe_id: the id of the recipe behind it.
        kind: the provider of its trigger, where the caller says it; empty where not.
    """

    recipe_id: int
    kind: str = ""


class InvalidAssets(FieldError):
    """Some of what was chosen cannot be a tool.

    Args:
        assets: those, in order.
        message: for people; for programs the API words it as Workato does.
    """

    def __init__(self, assets: Sequence[Asset], message: str) -> None:
        super().__init__("tools", message)
        self.assets = assets


def find_publishable(
    world: World,
    workspace_id: int,
    text: str = "",
    *,
    project_id: int | None = None,
    not_on: McpServer | None = None,
    except_ids: Collection[int] = (),
) -> Found[Recipe]:
    """Return the recipes that can be tools, by name: recipe functions, API recipes and skills.

    Args:
        workspace_id: the workspace's id.
        text: part of a name.
        project_id: the id of one project; None for all.
        not_on: a server of which they are no tools yet.
        except_ids: the ids of recipes that are left out.
    """
    provider = cast(Recipe.code["provider"], String)
    # As JSON writes a text; a proxied tool is its own server's alone.
    kinds = [f'"{each}"' for each in TRIGGER_NAMES if each != MCP_PROXY]
    found = select(Recipe).where(
        Recipe.workspace_id == workspace_id, provider.in_(kinds), *contains(text, Recipe.name)
    )
    if project_id is not None:
        found = found.where(Recipe.project_id == project_id)
    if not_on is not None:
        there = select(McpTool.recipe_id).where(McpTool.server_number == not_on.number)
        found = found.where(Recipe.id.not_in(there))
    if except_ids:
        found = found.where(Recipe.id.not_in(except_ids))
    return Found(world.db.session, found.order_by(Recipe.name, Recipe.id))


def list_recipes(world: World, workspace_id: int, ids: Iterable[int]) -> list[Recipe]:
    """Return the existing recipes of a workspace, in the order of the given ids.

    Args:
        workspace_id: the workspace's id.
        ids: the ids of recipes.
    """
    numbers = list(dict.fromkeys(ids))
    own = select(Recipe).where(Recipe.id.in_(numbers), Recipe.workspace_id == workspace_id)
    there = {each.id: each for each in world.db.session.scalars(own)}
    return [there[number] for number in numbers if number in there]


def list_tools(world: World, server: McpServer, ids: Iterable[int]) -> Sequence[McpTool]:
    """Return the existing tools of this server, in the server's order.

    Args:
        server: the MCP server.
        ids: the ids of tools.
    """
    own = McpTool.server_number == server.number, McpTool.id.in_(list(ids))
    found = select(McpTool).where(*own).order_by(McpTool.position, McpTool.id)
    return world.db.session.scalars(found).all()


def check_assets(
    world: World, workspace_id: int, project_id: int, assets: Sequence[Asset]
) -> list[Recipe]:
    """Return the recipes of what is to become tools, if all of it can.

    All assets of a server are of its project (Workato docs, MCP servers); a kind that is not
    supported is refused.

    Args:
        workspace_id: the workspace's id.
        project_id: the project id of the server.
        assets: what was chosen.

    Raises:
        InvalidAssets: on `tools`: something is not there, of another project, or of another kind.
    """
    recipes = list_recipes(world, workspace_id, [each.recipe_id for each in assets])
    there = {each.id: each for each in recipes}
    missing = [
        each
        for each in assets
        if each.recipe_id not in there
        or (each.kind and each.kind != there[each.recipe_id].trigger_application)
    ]
    if missing:
        raise InvalidAssets(missing, "One of the chosen assets does not exist. Reload the page.")
    unsupported = [one for one in recipes if one.trigger_application not in TRIGGER_NAMES]
    if unsupported:
        names = ", ".join(f"'{one.name}'" for one in unsupported)
        kinds = "recipe functions, API recipes and skills"
        raise InvalidAssets(
            _of(assets, unsupported), f"Only {kinds} can be tools. Not supported: {names}."
        )
    if foreign := [one for one in recipes if one.project_id != project_id]:
        places = ", ".join(f"'{one.name}' (in {one.project.name})" for one in foreign)
        raise InvalidAssets(
            _of(assets, foreign),
            "All assets of an MCP server must be in the same project, its Location. "
            f"In another one: {places}.",
        )
    return recipes


def _check_source(server: McpServer) -> None:
    """Refuse a server whose tools are not chosen one by one."""
    if server.collection_id is not None:
        raise FieldError("tools", OF_A_COLLECTION)
    if server.proxy_connection_id is not None:
        raise FieldError("tools", OF_A_PROXY)


def _of(assets: Sequence[Asset], recipes: Sequence[Recipe]) -> list[Asset]:
    ids = {each.id for each in recipes}
    return [each for each in assets if each.recipe_id in ids]


def add_tools(world: World, server: McpServer, assets: Sequence[Asset]) -> list[McpTool]:
    """Add recipes to a server as tools, behind those it has; what is a tool already stays so.

    A new tool is started as far as it can be: models see it once its recipe runs (our choice).

    Args:
        server: the MCP server.
        assets: what was chosen.

    Returns:
        The new ones.

    Raises:
        FieldError: on `tools`: none is chosen, or as `check_assets`.
    """
    if not assets:
        raise FieldError("tools", "Select at least one tool.")
    session = world.db.session
    servers.lock(world, server)  # of two who add at once, the second one waits
    _check_source(server)
    recipes = check_assets(world, server.workspace_id, server.project_id, assets)
    own = McpTool.server_number == server.number
    there = session.execute(select(McpTool.recipe_id, McpTool.name).where(own)).all()
    names, published = {each.name for each in there}, {each.recipe_id for each in there}
    last = session.scalar(select(func.max(McpTool.position)).where(own)) or 0
    added: list[McpTool] = []
    for recipe in recipes:
        if recipe.id in published:
            continue
        name = make_unique(make_tool_name(recipe.name), names)
        names.add(name)
        tool = McpTool(
            server_number=server.number,
            recipe=recipe,
            name=name,
            description=recipe.description,
            position=last + len(added) + 1,
            enabled=True,
            hints={},
        )
        session.add(tool)
        added.append(tool)
    session.flush()
    session.expire(server, ["tools"])
    server.updated_at = world.clock.now()
    return added


def remove_tool(world: World, tool: McpTool) -> None:
    """Remove a tool from its server; the recipe, and the connections of its people, stay.

    Args:
        tool: a tool of a server.

    Raises:
        FieldError: on `tools`: it is an endpoint of the server's API collection.
        NotFound: somebody else removes it at the same moment.
    """
    server, session = tool.server, world.db.session
    _check_source(server)
    session.expunge(tool)
    if not did_change(session, delete(McpTool).where(McpTool.id == tool.id)):
        raise NotFound("This tool is not on this MCP server any more.")
    session.expire(server, ["tools"])
    server.updated_at = world.clock.now()


def set_hints(world: World, tool: McpTool, hints: Mapping[str, bool] | None) -> None:
    """Set the hints (annotations) of a tool; None for no hints.

    Args:
        tool: a tool of a server.
        hints: each of `HINTS`; those that are left out are False.
    """
    tool.hints = {} if hints is None else {name: hints.get(name, False) for name in HINTS}
    tool.server.updated_at = world.clock.now()


def make_unique(name: str, taken: Collection[str]) -> str:
    """Return a name that no other tool of the server has, by a number if need be (our choice).

    Args:
        name: on the wire.
        taken: the names of the other tools.
    """
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique

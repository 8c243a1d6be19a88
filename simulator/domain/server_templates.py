"""Templates of MCP servers: ready projects that are shipped, and what is made of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, McpServer, PackageAsset, Project, Recipe
from simulator.domain import recipes, servers
from simulator.domain.packages import importing, reading
from simulator.domain.packages.model import Asset, Package
from simulator.errors import FieldError, NotFound
from simulator.package_data import find_folder
from simulator.world import World

#: Those of our packages that make a server which somebody would want, in the gallery's order.
_KEYS = ("helpdesk", "procurement_api", "field_team", "cost_centres", "unit_converter")
_FOLDER = "fixtures/packages"
#: Kinds of files of which something was made that is changed afterwards.
_MADE = ("recipe", "mcp_server")


@dataclass(frozen=True, kw_only=True)
class Template:
    """A project that makes an MCP server.

    Attributes:
        key: in addresses.
        name: the name of the server.
        description: the description of the server.
        tools: what its tools are called.
        connections: provider → the package's own connection to that app.
        personalized: providers that its recipes call with End user's connection.
        package: what is imported.
    """

    key: str
    name: str
    description: str
    tools: tuple[str, ...]
    connections: Mapping[str, Asset]
    personalized: frozenset[str]
    package: Package


@dataclass(frozen=True, kw_only=True)
class ConnectionChoice:
    """How a server that is made from a template acts in an app.

    Attributes:
        connection: an established one of the builders'; None for one that is still to be made.
        is_users: whether each user has their own (User's connection), or all act with the
            builder's (Your connection).
    """

    connection: Connection | None
    is_users: bool


def list_templates() -> list[Template]:
    """Return the templates whose apps are installed here."""
    return [
        each for each in map(_read, _KEYS) if all(app in CONNECTORS for app in each.connections)
    ]


def get_template(key: str) -> Template:
    """Return a template.

    Args:
        key: as in its address.

    Raises:
        NotFound: it does not exist.
    """
    for each in list_templates():
        if each.key == key:
            return each
    raise NotFound("There is no such template.")


@cache
def _read(key: str) -> Template:
    package = reading.read_path(find_folder(_FOLDER) / key)
    (project,) = package.projects
    server = project.of_kind("mcp_server")[0]
    entries = [
        entry
        for each in project.of_kind("recipe")
        for entry in (each.document or {}).get("config") or []
    ]
    kinds = ("agentic_skill", "api_endpoint")
    tools = [each for kind in kinds for each in project.of_kind(kind)] or project.of_kind("recipe")
    return Template(
        key=key,
        name=server.name,
        description=str((server.document or {}).get("description") or ""),
        tools=tuple(each.name for each in tools),
        connections={
            str((each.document or {}).get("provider")): each
            for each in project.of_kind("connection")
        },
        personalized=frozenset(
            str(entry.get("provider")) for entry in entries if recipes.is_personalized(entry)
        ),
        package=package,
    )


def use_template(
    world: World,
    workspace_id: int,
    environment_id: int,
    template: Template,
    name: str,
    project_name: str,
    choices: Mapping[str, ConnectionChoice],
) -> McpServer:
    """Make an MCP server from a template: its recipes, started, as tools, in a project.

    Args:
        workspace_id: the workspace's id.
        environment_id: the environment id of the server, and of connections that are still to be
            made.
        template: the template.
        name: the name of the server.
        project_name: its Location: a project that is there, or a new one's name.
        choices: provider → how it acts in that app, for each app of the template.

    Raises:
        FieldError: on `location`: the project has assets of these files already.
    """
    named = Project.workspace_id == workspace_id, Project.name == project_name
    _check_is_free(world, template, world.db.session.scalar(select(Project).where(*named)))
    outcome = importing.import_package(
        world,
        workspace_id,
        environment_id,
        template.package.named(project_name),
        connections={
            template.connections[app].name: choice.connection
            for app, choice in choices.items()
            if choice.connection is not None
        },
    )
    session = world.db.session
    made = {kind: [each.row_id for each in outcome.changes if each.kind == kind] for kind in _MADE}
    for number in made["recipe"]:
        _personalize(session.get_one(Recipe, number), choices)
    server = session.get_one(McpServer, made["mcp_server"][0])
    servers.change(world, server, name=name)
    return server


def _check_is_free(world: World, template: Template, project: Project | None) -> None:
    """An import updates what is there; a template must not."""
    if project is None:
        return
    (packaged,) = template.package.projects
    files = [each.zip_name for each in packaged.assets]
    names = [each.name for each in packaged.of_kind("recipe")]
    of_file = select(PackageAsset.id).where(
        PackageAsset.project_id == project.id, PackageAsset.zip_name.in_(files)
    )
    of_name = select(Recipe.id).where(Recipe.project_id == project.id, Recipe.name.in_(names))
    if any(world.db.session.scalar(each.limit(1)) is not None for each in (of_file, of_name)):
        raise FieldError(
            "location",
            f"{project.name} has recipes of this template already. Select another project, or a "
            "new one.",
        )


def _personalize(recipe: Recipe, choices: Mapping[str, ConnectionChoice]) -> None:
    config = []
    for entry in recipe.config:
        choice = choices.get(str(entry.get("provider")))
        own = {name: value for name, value in entry.items() if name != "personalization"}
        if choice is None:
            config.append(entry)
        else:
            config.append(own | ({"personalization": True} if choice.is_users else {}))
    if config != recipe.config:
        recipe.config = config

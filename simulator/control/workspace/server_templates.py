"""The gallery of MCP servers' templates, and servers made from them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing
from simulator.control.workspace.servers import ServerOut, environment_called, to_response
from simulator.db.tables import Connection
from simulator.domain import connections, folders, server_templates, servers, workspaces
from simulator.domain.server_templates import ConnectionChoice, Template
from simulator.errors import FieldError, NotFound, list_choices
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
GALLERY = Table(Endpoint, CONTROL_PATH)


class TemplateApp(ResponseModel):
    """An app that a template's tools act in."""

    provider: str
    end_user: Annotated[bool, Field(description="Whether each user has their own connection.")]


class ServerTemplate(ResponseModel):
    """A ready project that makes an MCP server."""

    key: str
    name: str
    description: str
    tools: list[str]
    apps: list[TemplateApp]


class ServerTemplates(ResponseModel):
    """The templates, in the gallery's order."""

    server_templates: list[ServerTemplate]


class TemplateConnection(Body):
    """How the server acts in an app, as in a scenario's recipes."""

    connection: Annotated[
        str | None,
        Field(description="Name of a connected one; null for one that is still to be made."),
    ] = None
    end_user: Annotated[
        bool | None, Field(description="User's connection, or Your connection; as the template.")
    ] = None


class UseTemplate(Body):
    """What is made."""

    name: Annotated[
        str | None,
        Field(
            min_length=1, max_length=100, description="Of the server; by default the template's."
        ),
    ] = None
    project: Annotated[
        str | None,
        Field(description="Name of its Location; by default a new project, named like the server."),
    ] = None
    environment: Annotated[
        str | None, Field(description="Name of its environment; by default the first one.")
    ] = None
    connections: Annotated[
        dict[str, TemplateConnection], Field(description="App (`provider`) → how it acts there.")
    ] = {}


@GALLERY.add("GET", "server_templates")
def list_server_templates(_simulator: Simulator) -> ServerTemplates:
    """List the templates of MCP servers."""
    return ServerTemplates(
        server_templates=[
            ServerTemplate(
                key=each.key,
                name=each.name,
                description=each.description,
                tools=list(each.tools),
                apps=[
                    TemplateApp(provider=app, end_user=app in each.personalized)
                    for app in each.connections
                ],
            )
            for each in server_templates.list_templates()
        ]
    )


@ENDPOINTS.add(
    "POST",
    "server_templates/:template/use",
    problems=missing("template")
    | {422: "the project has it already, or there is no such project, connection or environment"},
)
def use_server_template(
    simulator: Simulator, workspace: int, template: str, body: UseTemplate
) -> Reply[ServerOut]:
    """Make an MCP server from a template: a project of recipes, started, as its tools.

    Raises:
        FieldError: on `name`, `project`, `environment` or `connections`.
    """
    found = server_templates.get_template(template)
    with changing(simulator, workspace) as world:
        name = servers.check_name(body.name or found.name)
        choices = _choose(world, workspace, found, body.connections)
        environment = environment_called(world, workspace, body.environment)
        project = _find_project(world, workspace, name, body.project)
        try:
            made = server_templates.use_template(
                world, workspace, environment.id, found, name, project, choices
            )
        except FieldError as error:
            raise FieldError("project", error.message) from None
        return Reply(value=to_response(world, made), status=201)


def _find_project(world: World, workspace: int, name: str, project: str | None) -> str:
    """Return the name of the project that is the server's Location."""
    try:
        if project is not None:
            return workspaces.get_project_called(world, workspace, project).name
        return folders.create(world, workspace, name.replace("/", "-"), None).name
    except NotFound as error:
        raise FieldError("project", str(error)) from None
    except FieldError:
        raise FieldError(
            "project",
            f"There is a project named '{name}' already. Name it here, or the server differently.",
        ) from None


def _choose(
    world: World, workspace: int, template: Template, sent: Mapping[str, TemplateConnection]
) -> dict[str, ConnectionChoice]:
    if unknown := [each for each in sent if each not in template.connections]:
        known = list_choices(template.connections)
        raise FieldError(
            "connections", f"The template has no tool that acts in '{unknown[0]}'. {known}"
        )
    choices = {}
    for provider in template.connections:
        choice = sent.get(provider, TemplateConnection())
        is_users = choice.end_user
        choices[provider] = ConnectionChoice(
            connection=_find_connection(world, workspace, provider, choice.connection),
            is_users=provider in template.personalized if is_users is None else is_users,
        )
    return choices


def _find_connection(
    world: World, workspace: int, provider: str, name: str | None
) -> Connection | None:
    if name is None:
        return None
    there = connections.list_builder_connections(world, workspace, provider, name).first(500)
    connected = [each for each in there if each.name == name and each.connected]
    if not connected:
        raise FieldError("connections", f"No connection of {provider} named '{name}' is connected.")
    return connected[0]

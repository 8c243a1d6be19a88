"""Proxy servers: MCP servers in front of an external one, which people sign in to themselves."""

from typing import Annotated

from pydantic import Field

from simulator.control.listing import Name, Next, Part, cut
from simulator.control.models import Body, ResponseModel
from simulator.control.problems import Problem
from simulator.control.workspace.scope import BELOW, changing, conflicting, missing, reading
from simulator.control.workspace.servers import ServerOut, describe, environment_called
from simulator.db.tables import Connection, McpServer
from simulator.domain import external_servers, folders, proxy_servers, servers, workspaces
from simulator.domain.external_servers import CannotList
from simulator.errors import NotFound, naming
from simulator.net.addresses import AIHUB, CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("proxy server")


class ProxyServer(ServerOut):
    """An MCP server in front of an external one."""

    external_url: str
    connection_id: int
    connected: Annotated[
        bool, Field(description="Whether a builder has signed in to the external server.")
    ]
    page: Annotated[str, Field(description="Where a builder does so: *Sign in again*.")]


class ProxyServers(ResponseModel):
    """A page of the proxy servers, by number."""

    proxy_servers: list[ProxyServer]
    next: Next


class NewProxyServer(Body):
    """The proxy server that is created."""

    name: Name
    description: str = ""
    url: Annotated[str, Field(description="The address of the external MCP server.")]
    project: Annotated[str, Field(description="Name of its Location.")]
    environment: Annotated[
        str | None, Field(description="Name of its environment; by default the first one.")
    ] = None


@ENDPOINTS.add("GET", "proxy_servers", problems=missing())
def list_proxy_servers(simulator: Simulator, workspace: int, query: Part) -> ProxyServers:
    """List a page of a workspace's proxy servers."""
    with reading(simulator, workspace) as world:
        rows, behind = cut(proxy_servers.find_servers(world, workspace), query)
        listed = [_to_response(world, each, _get_connection(world, each)) for each in rows]
        return ProxyServers(proxy_servers=listed, next=behind)


@ENDPOINTS.add("GET", "proxy_servers/:handle", problems=_MISSING)
def get_proxy_server(simulator: Simulator, workspace: int, handle: str) -> ProxyServer:
    """Tell of one proxy server."""
    with reading(simulator, workspace) as world:
        server, connection = _get(world, workspace, handle)
        return _to_response(world, server, connection)


@ENDPOINTS.add(
    "POST",
    "proxy_servers",
    problems=missing() | {422: "the address cannot be proxied, or a name is unknown or none"},
)
def create_proxy_server(
    simulator: Simulator, workspace: int, body: NewProxyServer
) -> Reply[ProxyServer]:
    """Create a proxy server, and register at the external one; a builder signs in there next.

    Raises:
        FieldError: on `name`, `url`, `project` or `environment`.
    """
    with changing(simulator, workspace) as world:
        name = servers.check_name(body.name)
        environment_id = environment_called(world, workspace, body.environment).id
        with naming("project"):
            project_id = workspaces.get_project_called(world, workspace, body.project).id
        sign_in = external_servers.prepare_sign_in(world, body.url, f"Workato: {name}")
        server, connection = proxy_servers.create(
            world,
            workspaces.get_owner(world, workspace),
            environment_id,
            folders.get_place(world, workspace, project_id),
            name=name,
            description=body.description,
            url=body.url,
            sign_in=sign_in,
        )
        made = _to_response(world, server, connection)
        path = f"{CONTROL_PATH}workspaces/{workspace}/proxy_servers/{made.handle}"
        return Reply(value=made, status=201, location=path)


@ENDPOINTS.add(
    "POST",
    "proxy_servers/:handle/register",
    problems=_MISSING | {409: "the external server does not register anybody now"},
)
def register_proxy_server(simulator: Simulator, workspace: int, handle: str) -> ProxyServer:
    """Register at the external server again, if it forgot Workato; a builder signs in next.

    Raises:
        Problem: 409, with what stands against it.
    """
    with changing(simulator, workspace) as world:
        server, connection = _get(world, workspace, handle)
        if not proxy_servers.knows_client(connection):
            url, name = str(connection.input["host"]), f"Workato: {server.name}"
            with conflicting():
                sign_in = external_servers.prepare_sign_in(world, url, name)
            builder = workspaces.get_owner(world, workspace)
            proxy_servers.change_sign_in(world, builder, connection, sign_in)
        return _to_response(world, server, connection)


@ENDPOINTS.add(
    "POST",
    "proxy_servers/:handle/refresh_tools",
    problems=_MISSING | {409: "nobody has signed in to the external server, or it does not answer"},
)
def refresh_proxy_tools(simulator: Simulator, workspace: int, handle: str) -> ProxyServer:
    """Take over the tools that the external server has now.

    Raises:
        Problem: 409, with what stands against it.
    """
    with changing(simulator, workspace) as world:
        server, connection = _get(world, workspace, handle)
        try:
            proxy_servers.refresh_tools(world, server, connection)
        except CannotList as error:
            raise Problem(409, str(error)) from None
        return _to_response(world, server, connection)


def _get(world: World, workspace: int, handle: str) -> tuple[McpServer, Connection]:
    server = servers.get_server(world, workspace, handle)
    return server, _get_connection(world, server)


def _get_connection(world: World, server: McpServer) -> Connection:
    connection = proxy_servers.get_connection(world, server)
    if connection is None:
        raise NotFound(f"The MCP server '{server.name}' is in front of no external MCP server.")
    return connection


def _to_response(world: World, server: McpServer, connection: Connection) -> ProxyServer:
    hub = world.addresses.base_url(AIHUB)
    return ProxyServer(
        **describe(world, server),
        external_url=str(connection.input["host"]),
        connection_id=connection.id,
        connected=connection.connected,
        page=f"{hub}/ai_hub/mcp/{server.handle}/overview",
    )

"""Proxy servers: MCP servers in front of an external one, which each person signs in to themselves.

Workato has them (Workato docs, MCP proxy); how they are made there is not public. Here each tool of
the external server becomes a recipe of one step with End user's connection, so that access, limits,
prompts, jobs and logs are those of every other tool (our choice).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.connectors.mcp import MCP
from simulator.db.listing import Found
from simulator.db.tables import Collaborator, Connection, McpServer, McpTool, Recipe
from simulator.db.tables.connections import LostCause
from simulator.domain import (
    asset_folders,
    connection_forms,
    external_servers,
    locations,
    recipe_changes,
    recipe_versions,
    servers,
)
from simulator.domain.connection_forms import ConnectionForm
from simulator.domain.engine.steps import MCP_PROXY, make_connection_entry
from simulator.domain.external_servers import SignIn
from simulator.domain.folders import Place
from simulator.world import World

_HINTS = {
    "read_only": "readOnlyHint",
    "destructive": "destructiveHint",
    "idempotent": "idempotentHint",
    "open_world": "openWorldHint",
}
#: Why a connection is lost whose client the external server knows.
_OF_TOKENS = (LostCause.GRANT_REVOKED, LostCause.EXPIRED, LostCause.TOKEN_REFUSED)
#: Of a recipe, in characters, where a tool's is longer (our choice).
_LONGEST_NAME = 100
#: What the hints mean where a tool does not say (MCP, Tool annotations).
_UNSAID = {"destructive": True, "open_world": True}


def create(
    world: World,
    builder: Collaborator,
    environment_id: int,
    place: Place,
    *,
    name: str,
    description: str,
    url: str,
    sign_in: SignIn,
) -> tuple[McpServer, Connection]:
    """Create a proxy server without tools, and its connection, which is to be authorized.

    Args:
        builder: the collaborator who creates it.
        environment_id: where both are.
        place: their Location.
        name: the name of the server, checked.
        description: for models.
        url: the URL of the external MCP server.
        sign_in: the result of `external_servers.prepare_sign_in`.
    """
    form = _form(name, place.project.id, url, sign_in)
    connection = connection_forms.save(world, builder, environment_id, MCP, form, None)
    server = servers.create(world, place.project, environment_id, name, description)
    server.proxy_connection_id = connection.id
    asset_folders.move(world, server, place)
    return server, connection


def knows_client(connection: Connection) -> bool:
    """Return whether the external server still knows Workato, as far as it has told.

    Args:
        connection: the connection of a proxy server.
    """
    return connection.connected or connection.connection_lost_cause in _OF_TOKENS


def change_sign_in(
    world: World, builder: Collaborator, connection: Connection, sign_in: SignIn
) -> None:
    """Sign in to the external server as another client from now on, which is to be authorized.

    Args:
        builder: the collaborator who changes it.
        connection: the connection of the proxy server.
        sign_in: the result of `external_servers.prepare_sign_in`.
    """
    url = str(connection.input["host"])
    form = _form(connection.name, connection.project_id, url, sign_in)
    environment_id = connection.environment_id
    connection_forms.save(world, builder, environment_id, MCP, form, connection)


def _form(name: str, project_id: int, url: str, sign_in: SignIn) -> ConnectionForm:
    return ConnectionForm(
        name=name,
        project_id=str(project_id),
        auth_type=AUTHORIZATION_CODE_GRANT,
        client_id=sign_in.client_id,
        client_secret=sign_in.client_secret,
        host=url,
        scopes=sign_in.scopes,
        fields={
            "resource": sign_in.resource,
            "authorize_url": sign_in.authorize_url,
            "token_url": sign_in.token_url,
        },
    )


def find_by_connection(world: World, connection: Connection) -> McpServer | None:
    """Return the proxy server whose external server a connection leads to, or None.

    Args:
        connection: a builder's.
    """
    own = McpServer.proxy_connection_id == connection.id
    found = select(McpServer).where(McpServer.workspace_id == connection.workspace_id, own)
    return world.db.session.scalar(found.order_by(McpServer.number).limit(1))


def find_servers(world: World, workspace_id: int) -> Found[McpServer]:
    """Return the proxy servers of a workspace, by number; not those whose connection was deleted.

    Args:
        workspace_id: the workspace's id.
    """
    found = select(McpServer).join(Connection, Connection.id == McpServer.proxy_connection_id)
    own = McpServer.workspace_id == workspace_id
    return Found(world.db.session, found.where(own).order_by(McpServer.number))


def get_connection(world: World, server: McpServer) -> Connection | None:
    """Return the connection of a proxy server; None for any other server, or once it is deleted.

    Args:
        server: the MCP server.
    """
    number = server.proxy_connection_id
    return None if number is None else world.db.session.get(Connection, number)


def refresh_tools(world: World, server: McpServer, connection: Connection) -> int:
    """Ask the external server for its tools, and take them over; returns how many.

    Args:
        server: a proxy server.
        connection: its own, authorized by a builder.

    Raises:
        CannotList: the external server's tools are not known.
    """
    listed = external_servers.list_tools(world, connection)
    take_over(world, server, connection, listed)
    return len(listed)


def take_over(
    world: World,
    server: McpServer,
    connection: Connection,
    tools: Iterable[Mapping[str, Any]],
) -> None:
    """Have a proxy server the tools that the external server has now.

    A tool that is new is started, one that is there gets what the external server says of it now,
    and one that is gone there is removed here; its recipe stays, with its jobs.

    Args:
        server: a proxy server.
        connection: its own.
        tools: the tools as `external_servers.list_tools` returns them.
    """
    listed = {str(each["name"]): each for each in tools}
    session = world.db.session
    servers.lock(world, server)
    own = select(McpTool).where(McpTool.server_number == server.number)
    there = {tool.name: tool for tool in session.scalars(own)}
    for name, tool in there.items():
        if name not in listed:
            session.delete(tool)
    last = max((tool.position for tool in there.values()), default=0)
    place = locations.get_server_places(world, [server])[server.number]
    for position, (name, described) in enumerate(listed.items(), last + 1):
        if name in there:
            tool = there[name]
            recipe_versions.change(world, tool.recipe, code=_code(described))
        else:
            recipe = _add_recipe(world, place, connection, described)
            tool = McpTool(server_number=server.number, recipe=recipe, name=name, enabled=True)
            tool.position = position
            session.add(tool)
        tool.description = str(described.get("description") or "")
        tool.hints = _read_hints(described.get("annotations"))
    session.flush()
    session.expire(server, ["tools"])
    server.updated_at = world.clock.now()


def _add_recipe(
    world: World, place: Place, connection: Connection, described: Mapping[str, Any]
) -> Recipe:
    recipe = recipe_changes.create_recipe(
        world,
        place,
        name=(str(described.get("title") or "").strip() or described["name"])[:_LONGEST_NAME],
        code=_code(described),
        config=[make_connection_entry(MCP.provider, connection.id, end_users=True)],
        description=str(described.get("description") or ""),
    )
    recipe.running = True
    return recipe


def _code(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the recipe of a tool: the trigger, the call, and the call's result as its own."""
    schemas = {
        "input_schema": described.get("inputSchema"),
        "output_schema": described.get("outputSchema"),
    }
    call = {"tool": described["name"], "arguments": _pill(MCP_PROXY, "trigger", "parameters")}
    return {
        "number": 0,
        "provider": MCP_PROXY,
        "name": "call_tool",
        "as": "trigger",
        "keyword": "trigger",
        "input": {name: schema for name, schema in schemas.items() if isinstance(schema, dict)},
        "block": [
            {
                "number": 1,
                "provider": "mcp",
                "name": "call_tool",
                "as": "call",
                "keyword": "action",
                "input": call,
            },
            {
                "number": 2,
                "provider": MCP_PROXY,
                "name": "return_tool_result",
                "as": "return",
                "keyword": "action",
                "input": {"result": _pill("mcp", "call", "result")},
            },
        ],
    }


def _pill(provider: str, line: str, member: str) -> str:
    pill = {"pill_type": "output", "provider": provider, "line": line, "path": [member]}
    return f"#{{_dp('{json.dumps(pill)}')}}"


def _read_hints(annotations: Any) -> dict[str, bool]:
    """Return the hints of a tool as they are kept: all four, or none."""
    described = annotations if isinstance(annotations, Mapping) else {}
    if not any(isinstance(described.get(name), bool) for name in _HINTS.values()):
        return {}
    return {
        own: described[name] if isinstance(described.get(name), bool) else _UNSAID.get(own, False)
        for own, name in _HINTS.items()
    }

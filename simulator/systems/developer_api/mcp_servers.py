"""MCP servers, their tools, policies and user groups (Workato docs, Developer API, MCP servers)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.db.tables import CallLimit, McpServer, McpTool
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import end_user_groups, limits, recipes, servers
from simulator.errors import FieldError, NotFound
from simulator.systems.developer_api import iam
from simulator.systems.developer_api.endpoint import MCP, Body, Call, Endpoint
from simulator.validation.fields import matches
from simulator.validation.parsing import parse_whole_number

Name = Annotated[str, Field(min_length=1, max_length=100), matches(r"(?s).*\S.*", "some text")]


class ServerChange(Body):
    """What is to change of a server; members that are left out stay as they are."""

    name: Name | None = None
    description: str | None = None
    auth_type: Literal["workato_idp", "hashed_token"] | None = None


class ToolChange(Body):
    """What is to change of a tool."""

    description: Annotated[str, Field(min_length=1)]


class Groups(Body):
    """End-user groups by id."""

    idp_user_group_ids: Annotated[list[str], Field(min_length=1)]


class Limit(Body):
    """Tool calls of all users together; both members are mandatory."""

    limit: int
    interval: str


class Policy(Body):
    """What is to change of a server's limits; null takes one away (our choice)."""

    rate_limits: Limit | None = None
    quota_limits: Limit | None = None
    ip_allow_list: list[str] | None = None
    ip_deny_list: list[str] | None = None


class PolicyChange(Body):
    """The envelope of a policy."""

    mcp_server_policy: Policy


def list_servers(call: Call) -> dict[str, Any]:
    """Return the servers of the client's environment, by name."""
    project, method = call.parameter("project_id") or call.parameter("folder_id"), None
    if value := call.parameter("authentication_method"):
        if value not in ("token", "workato_idp"):
            raise FieldError("authentication_method", "must be 'token' or 'workato_idp'")
        method = value
    found = [
        each
        for each in servers.list_servers(call.world, call.workspace_id)
        if each.environment_id == call.client.environment_id
        and project in (None, str(each.project_id))
        and method in (None, _method(each))
    ]
    shown = [_server(call, each) for each in call.page.of(found)]
    return _envelope("data", shown, call, len(found))


def get_server(call: Call, handle: str) -> dict[str, Any]:
    """One server."""
    return {"data": _server(call, _found(call, handle))}


def change_server(call: Call, handle: str) -> dict[str, Any]:
    """Change its name, description or access method."""
    server, change = _found(call, handle), call.body
    servers.change(call.world, server, name=change.name, description=change.description)
    if change.auth_type == "workato_idp" and not server.uses_workato_identity:
        servers.switch_to_workato_identity(call.world, server)
    if change.auth_type == "hashed_token" and server.uses_workato_identity:
        servers.switch_to_token_access(call.world, server)
    return {"data": _server(call, server)}


def list_tools(call: Call, handle: str) -> dict[str, Any]:
    """Return the tools of a server, in their order."""
    tools = _found(call, handle).tools
    return _envelope("items", [_tool(each) for each in call.page.of(tools)], call, len(tools))


def change_tool(call: Call, handle: str, tool_id: str) -> dict[str, Any]:
    """Change the description that models read; the recipe keeps its own."""
    server = _found(call, handle)
    tool = servers.get_tool(call.world, server, parse_whole_number(tool_id) or 0)
    servers.describe_tool(call.world, tool, call.body.description)
    return _tool(tool)


def assign_groups(call: Call, handle: str) -> dict[str, Any]:
    """Give end-user groups access to a server."""
    server = _found(call, handle)
    servers.assign_groups(call.world, server, call.body.idp_user_group_ids)
    return {"data": _server(call, server)}


def remove_groups(call: Call, handle: str) -> dict[str, Any]:
    """Take end-user groups' access to a server away."""
    server = _found(call, handle)
    for group_id in dict.fromkeys(call.body.idp_user_group_ids):
        servers.remove_group(call.world, server, group_id)
    return {"data": _server(call, server)}


def get_policy(call: Call, handle: str) -> dict[str, Any]:
    """Return the limits of a server."""
    return _policy(call, _found(call, handle))


def change_policy(call: Call, handle: str) -> dict[str, Any]:
    """Change the limits of a server."""
    server, change = _found(call, handle), call.body.mcp_server_policy
    for kind, name in _LIMITS.items():
        if name not in change.model_fields_set:
            continue
        limit = getattr(change, name)
        if limit is None:
            limits.remove_limit(call.world, server, kind)
            continue
        with _mistakes_at(f"mcp_server_policy.{name}."):
            limits.set_limit(call.world, server, kind, limit.limit, limit.interval)
    allow, deny = change.ip_allow_list, change.ip_deny_list
    with _mistakes_at("mcp_server_policy."):
        limits.restrict_addresses(
            call.world,
            server,
            allow=server.ip_allow_list if allow is None else allow,
            deny=server.ip_deny_list if deny is None else deny,
        )
    return _policy(call, server)


def list_groups(call: Call) -> dict[str, Any]:
    """Return the end-user groups that can be given access."""
    groups = end_user_groups.list_groups(call.world, call.client.environment_id)
    counts = end_user_groups.count_members(call.world, [each.id for each in groups])
    shown = [iam.build_group_row(each) | {"users_count": counts[each.id]} for each in groups]
    return {"data": call.page.of(shown), "count": len(groups)}


@contextmanager
def _mistakes_at(place: str) -> Iterator[None]:
    """Report a mistake by its member of the body."""
    try:
        yield
    except FieldError as error:
        member = "limit" if error.field == "tool_calls" else error.field
        raise FieldError(place + member, error.message) from None


def _found(call: Call, handle: str) -> McpServer:
    server = servers.get_server(call.world, call.workspace_id, handle)
    if server.environment_id != call.client.environment_id:
        raise NotFound(f"There is no MCP server '{handle}' in this environment.")
    return server


def _envelope(key: str, shown: list[dict[str, Any]], call: Call, count: int) -> dict[str, Any]:
    return {key: shown, "count": count, "page": call.page.number, "per_page": call.page.size}


def _method(server: McpServer) -> str:
    return "workato_idp" if server.uses_workato_identity else "token"


def _server(call: Call, server: McpServer) -> dict[str, Any]:
    url = call.world.addresses.mcp_url(server.number)
    return {
        "id": server.handle,
        "name": server.name,
        "description": server.description,
        "asset_type": "project_assets",
        "logo_url": None,
        "mcp_url": servers.add_token(call.world, server, url),
        "auth_type": server.auth_type,
        "authentication_method": _method(server),
        "folder_id": server.project_id,
        "project_id": server.project_id,
        "folders": [{"id": server.project_id, "name": server.project.name}],
        "has_vua_dependent_tools": any(map(recipes.needs_verified_access, server.tools)),
        "idp_user_group_ids": [group.id for group in server.groups],
        "api_collection": None,
        "tools_count": len(server.tools),
        "created_at": server.created_at.isoformat(),
        "updated_at": server.updated_at.isoformat(),
    }


def _tool(tool: McpTool) -> dict[str, Any]:
    apps = [step.provider for step in recipes.iter_steps(tool.recipe) if step.calls_app]
    return {
        "id": tool.id,
        "name": tool.name,
        "description": tool.description,
        "original_description": tool.recipe.description,
        "trigger_application": tool.recipe.trigger_application,
        "action_applications": list(dict.fromkeys(apps)),
        "flow_id": tool.recipe_id,
        "active": tool.recipe.running,
        "enabled": tool.enabled,
        "vua_required": recipes.needs_verified_access(tool),
        "incompatibility_reasons": [],
    }


#: Kind of limit → its member of a policy.
_LIMITS = {RATE_LIMIT: "rate_limits", USAGE_QUOTA: "quota_limits"}


def _policy(call: Call, server: McpServer) -> dict[str, Any]:
    there = limits.get_limits(call.world, server)
    return {
        "id": server.number,
        "mcp_server_id": server.handle,
        **{name: _limit(there.get(kind)) for kind, name in _LIMITS.items()},
        "ip_allow_list": server.ip_allow_list,
        "ip_deny_list": server.ip_deny_list,
        "created_at": server.created_at.isoformat(),
        "updated_at": server.updated_at.isoformat(),
    }


def _limit(limit: CallLimit | None) -> dict[str, Any] | None:
    return {"limit": limit.tool_calls, "interval": limit.interval} if limit else None


_SERVERS = "/api/mcp/mcp_servers"

ENDPOINTS = (
    Endpoint(
        method="GET",
        path=_SERVERS,
        summary="Lists the MCP servers of the client's environment, by name.",
        quota=MCP,
        view=list_servers,
        query=("project_id", "folder_id", "authentication_method"),
        most=50,
    ),
    Endpoint(
        method="GET",
        path=f"{_SERVERS}/:handle",
        summary="Tells of one MCP server.",
        quota=MCP,
        view=get_server,
    ),
    Endpoint(
        method="PUT",
        path=f"{_SERVERS}/:handle",
        summary="Changes an MCP server's name, description or access method.",
        quota=MCP,
        view=change_server,
        body=ServerChange,
    ),
    Endpoint(
        method="GET",
        path=f"{_SERVERS}/:handle/tools",
        summary="Lists the tools of an MCP server, in their order.",
        quota=MCP,
        view=list_tools,
        most=100,
    ),
    Endpoint(
        method="PUT",
        path=f"{_SERVERS}/:handle/tools/:tool_id",
        summary="Changes the description of a tool that models read.",
        quota=MCP,
        view=change_tool,
        body=ToolChange,
    ),
    Endpoint(
        method="POST",
        path=f"{_SERVERS}/:handle/assign_user_groups",
        summary="Gives end-user groups access to an MCP server.",
        quota=MCP,
        view=assign_groups,
        body=Groups,
    ),
    Endpoint(
        method="POST",
        path=f"{_SERVERS}/:handle/remove_user_groups",
        summary="Takes end-user groups' access to an MCP server away.",
        quota=MCP,
        view=remove_groups,
        body=Groups,
    ),
    Endpoint(
        method="GET",
        path=f"{_SERVERS}/:handle/server_policies",
        summary="Tells of an MCP server's limits.",
        quota=MCP,
        view=get_policy,
    ),
    Endpoint(
        method="PUT",
        path=f"{_SERVERS}/:handle/server_policies",
        summary="Changes an MCP server's limits.",
        quota=MCP,
        view=change_policy,
        body=PolicyChange,
    ),
    Endpoint(
        method="GET",
        path="/api/mcp/user_groups",
        summary="Lists the end-user groups that can be given access, and counts their members.",
        quota=MCP,
        view=list_groups,
        most=100,
    ),
)

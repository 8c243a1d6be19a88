"""Limits of MCP servers, as policies (Workato docs, Developer API, MCP servers)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.db.tables import CallLimit, McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import MCP, ApiEndpoint, Body, Call
from simulator.systems.developer_api.mcp_servers import get_found
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/mcp/", quota=MCP)

#: Kind of limit → its member of a policy.
_LIMITS = {RATE_LIMIT: "rate_limits", USAGE_QUOTA: "quota_limits"}


class Limit(Body):
    """Tool calls of all users together; both members are mandatory."""

    limit: int
    interval: str


class Policy(Body):
    """Changes to a server's limits; null takes one away (our choice)."""

    rate_limits: Limit | None = None
    quota_limits: Limit | None = None
    ip_allow_list: list[str] | None = None
    ip_deny_list: list[str] | None = None


class PolicyChange(Body):
    """The envelope of a policy."""

    mcp_server_policy: Policy


@ENDPOINTS.add("GET", "mcp_servers/:handle/server_policies")
def get_policy(call: Call, handle: str) -> dict[str, Any]:
    """Return an MCP server's limits."""
    return _policy(call, get_found(call, handle))


@ENDPOINTS.add("PUT", "mcp_servers/:handle/server_policies")
def change_policy(call: Call, handle: str, body: PolicyChange) -> dict[str, Any]:
    """Change an MCP server's limits."""
    server, change = get_found(call, handle), body.mcp_server_policy
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


@contextmanager
def _mistakes_at(place: str) -> Iterator[None]:
    """Report a mistake by its member of the body."""
    try:
        yield
    except FieldError as error:
        member = "limit" if error.field == "tool_calls" else error.field
        raise FieldError(place + member, error.message) from None


def _policy(call: Call, server: McpServer) -> dict[str, Any]:
    there = limits.get_limits(call.world, server)
    return {
        "id": server.number,
        "mcp_server_id": server.handle,
        **{name: _limit(there.get(kind)) for kind, name in _LIMITS.items()},
        "ip_allow_list": server.ip_allow_list,
        "ip_deny_list": server.ip_deny_list,
        "created_at": server.created_at,
        "updated_at": server.updated_at,
    }


def _limit(limit: CallLimit | None) -> dict[str, Any] | None:
    return {"limit": limit.tool_calls, "interval": limit.interval} if limit else None

"""MCP servers, their tools and the groups that may use them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.db.tables import CallLimit, McpServer, McpTool, ServerGroup
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.db.tables.servers import HASHED_TOKEN, LEGACY_TOKEN, WORKATO_IDP
from simulator.domain import servers
from simulator.domain.recipes import make_tool_name
from simulator.domain.server_numbers import make_handle
from simulator.scenarios.ids import group_id
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios import schema

#: Access method in a scenario → `auth_type` (Workato docs, Developer API).
AUTH_TYPES = {
    "workato_identity": WORKATO_IDP,
    "token": HASHED_TOKEN,
    "legacy_token": LEGACY_TOKEN,
}


def add_rows(context: SeedContext) -> None:
    """Add the servers; tools keep the scenario's order."""
    tools: list[McpTool] = []
    for server in context.scenario.servers:
        context.rows.append(_row(context, server))
        context.rows.extend(_limits(server))
        context.rows.extend(
            ServerGroup(server_number=server.number, group_id=group_id(server.environment, name))
            for name in server.groups
        )
        for position, tool in enumerate(server.tools, 1):
            tools.append(_tool(context, len(tools) + 1, server.number, position, tool))
    context.rows.extend(tools)


def _row(context: SeedContext, server: "schema.Server") -> McpServer:
    row = McpServer(
        number=server.number,
        handle=make_handle(server.number, server.name),
        workspace_id=WORKSPACE_ID,
        environment_id=context.environments[server.environment],
        project_id=context.projects[server.project],
        name=server.name,
        description=server.description,
        auth_type=AUTH_TYPES[server.access_method],
        ip_allow_list=list(server.limits.ip_allow_list),
        ip_deny_list=list(server.limits.ip_deny_list),
        allow_same_user_token_inheritance=server.allow_same_user_token_inheritance,
        created_at=context.now,
        updated_at=context.now,
    )
    if row.shows_its_token:  # such servers are older than tokens that are shown once
        servers.generate_token(context.world, row)
    return row


def _limits(server: "schema.Server") -> Iterator[CallLimit]:
    limits = server.limits
    for kind, limit in ((RATE_LIMIT, limits.rate_limit), (USAGE_QUOTA, limits.usage_quota)):
        if limit is not None:
            yield CallLimit(
                server_number=server.number,
                kind=kind,
                tool_calls=limit.tool_calls,
                interval=limit.interval,
            )


def _tool(
    context: SeedContext, identifier: int, server_number: int, position: int, tool: "schema.Tool"
) -> McpTool:
    recipe = next(one for one in context.scenario.recipes if one.name == tool.recipe)
    return McpTool(
        id=identifier,
        server_number=server_number,
        recipe_id=context.recipes[tool.recipe],
        name=make_tool_name(tool.recipe),
        description=tool.description or recipe.description,
        position=position,
        enabled=tool.enabled,
        hints=tool.hints.model_dump() if tool.hints else {},
    )

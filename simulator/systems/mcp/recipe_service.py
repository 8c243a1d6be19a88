"""Workato's MCP servers: every started tool runs a recipe for its caller, and may open an app."""

from collections.abc import Mapping
from typing import Any

from mcp_types import (
    CallToolRequest,
    ListResourcesRequest,
    ListResourcesResult,
    ListToolsRequest,
    ListToolsResult,
    ReadResourceRequest,
    ResourcesCapability,
    ServerCapabilities,
    ToolsCapability,
)
from pydantic import BaseModel

from simulator.domain import limits
from simulator.domain.request_context import RequestContext
from simulator.systems.mcp import apps, tools
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.service import Conversation
from simulator.world import World

_OF_TOOLS = frozenset({"tools/list", "tools/call"})
_OF_APPS = frozenset({"resources/list", "resources/read"})


class RecipeService:
    """The tools and MCP apps of one server, for one caller.

    Args:
        world: shared by all systems.
        context: the verified person, or the holder of the server's token.
    """

    def __init__(self, world: World, context: RequestContext) -> None:
        self._world, self._context = world, context
        self.place = str(context.server.number)
        self.person_id = context.person.id if context.person else None
        self.session = context.session
        # As seen live: a server of an API collection has the platform's name, not its own.
        of_collection = context.server.of_collection
        self.name = "API_platform" if of_collection else context.server.name
        self.version = "1_0" if of_collection else "1.0"
        self.instructions = context.server.description or None
        self.methods = _OF_TOOLS | _OF_APPS if context.server.live_apps else _OF_TOOLS

    def capabilities(self, dialect: Dialect) -> ServerCapabilities:
        """Tools, apps where there are some, and no word when their list changes."""
        has_apps = bool(self._context.server.live_apps)
        return ServerCapabilities(
            tools=ToolsCapability(list_changed=False),
            resources=ResourcesCapability() if has_apps else None,
        )

    def admit(self, message: Mapping[str, Any]) -> None:
        """Count a tool call against the server's limits, before it is checked.

        Every one counts: one with wrong arguments, one that fails, one answered with a prompt.
        A used-up usage quota blocks all other requests, too; they are not counted.

        Raises:
            LimitReached: one is reached.
        """
        if not self._context.is_limited:
            return
        if message["method"] == "tools/call":
            limits.count_call(self._world, self._context.server)
        else:
            limits.check_quota(self._world, self._context.server)

    def answer(self, request: Any, dialect: Dialect) -> BaseModel | Conversation:
        """List the tools or apps, call a tool, or read an app."""
        match request:
            case ListToolsRequest():
                cursor = request.params.cursor if request.params else None
                page, following = tools.list_tools(self._world, self._context.server, cursor)
                return ListToolsResult(tools=page, next_cursor=following)
            case CallToolRequest():
                return tools.call_tool(self._world, self._context, dialect, request.params)
            case ListResourcesRequest():
                return ListResourcesResult(
                    resources=list(apps.list_resources(self._context.server))
                )
            case ReadResourceRequest():
                uri = str(request.params.uri)
                return apps.read_resource(self._world, self._context.server, uri, dialect)
        raise AssertionError(request)

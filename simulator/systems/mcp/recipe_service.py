"""Workato's MCP servers: every started tool runs a recipe for its caller."""

from collections.abc import Mapping
from typing import Any

from mcp_types import (
    CallToolRequest,
    ListToolsRequest,
    ListToolsResult,
    ServerCapabilities,
    ToolsCapability,
)
from pydantic import BaseModel

from simulator.domain import limits
from simulator.domain.request_context import RequestContext
from simulator.systems.mcp import tools
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.service import Conversation
from simulator.world import World


class RecipeService:
    """The tools of one server, for one caller.

    Args:
        world: shared by all systems.
        context: the verified person, or the holder of the server's token.
    """

    methods = frozenset({"tools/list", "tools/call"})

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

    def capabilities(self, dialect: Dialect) -> ServerCapabilities:
        """Tools, and no word when their list changes."""
        return ServerCapabilities(tools=ToolsCapability(list_changed=False))

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
        """List the tools, or call one."""
        match request:
            case ListToolsRequest():
                cursor = request.params.cursor if request.params else None
                page, following = tools.list_tools(self._world, self._context.server, cursor)
                return ListToolsResult(tools=page, next_cursor=following)
            case CallToolRequest():
                return tools.call_tool(self._world, self._context, dialect, request.params)
        raise AssertionError(request)

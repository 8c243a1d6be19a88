"""The MCP servers of Workato: started tools, each of which runs a recipe for its caller."""

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

from simulator.domain.recipe_engine import Actor
from simulator.systems.mcp import limits, tools
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.service import Caller, Conversation
from simulator.world import World


class RecipeService:
    """The tools of one server, for one actor.

    Args:
        world: shared by all systems.
        actor: the verified person, or the holder of the server's token.
    """

    methods = frozenset({"tools/list", "tools/call"})

    def __init__(self, world: World, actor: Actor) -> None:
        self._world = world
        self._actor = actor
        self.name = actor.server.name
        self.instructions = actor.server.description or None

    def capabilities(self, dialect: Dialect) -> ServerCapabilities:
        """Tools, and no word when their list changes."""
        return ServerCapabilities(tools=ToolsCapability(list_changed=False))

    def admit(self, message: Mapping[str, Any]) -> None:
        """Count a tool call against the server's limits.

        Raises:
            RpcError: one is reached.
        """
        limits.count(self._world, self._actor.server, message)

    def answer(self, request: Any, caller: Caller) -> BaseModel | Conversation:
        """List the tools, or call one."""
        match request:
            case ListToolsRequest():
                cursor = request.params.cursor if request.params else None
                page, following = tools.list_tools(self._world, self._actor.server, cursor)
                return ListToolsResult(tools=page, next_cursor=following)
            case CallToolRequest():
                params = request.params
                call = tools.ToolCall(
                    actor=self._actor,
                    dialect=caller.dialect,
                    ip_address=caller.ip_address,
                    name=params.name,
                    arguments=params.arguments or {},
                    input_responses=params.input_responses,
                    request_state=params.request_state,
                    progress_token=(params.meta or {}).get("progress_token"),
                )
                return tools.call_tool(self._world, call)
        raise AssertionError(request)

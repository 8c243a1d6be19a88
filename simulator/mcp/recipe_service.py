"""The MCP servers of Workato: started tools, each of which runs a recipe for its caller."""

from typing import Any

from mcp_types import (
    INVALID_PARAMS,
    CallToolRequest,
    ListToolsRequest,
    ListToolsResult,
    ServerCapabilities,
    ToolsCapability,
)
from pydantic import BaseModel

from simulator.mcp import tools
from simulator.mcp.dialect import Dialect
from simulator.mcp.errors import RpcError
from simulator.mcp.service import Caller, Conversation
from simulator.recipes import Actor
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

    def answer(self, request: Any, caller: Caller) -> BaseModel | Conversation:
        """List the tools, or call one."""
        match request:
            case ListToolsRequest():
                if request.params and request.params.cursor:
                    raise RpcError(INVALID_PARAMS, "This list has one page: send no cursor.")
                return ListToolsResult(tools=tools.list_tools(self._actor.server))
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

"""MCP's methods, in both eras: discover or initialize, ping, list tools, call tools."""

from dataclasses import dataclass
from typing import Any

from mcp_types import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    CallToolRequest,
    DiscoverRequest,
    DiscoverResult,
    EmptyResult,
    Implementation,
    InitializeRequest,
    InitializeResult,
    ListToolsRequest,
    ListToolsResult,
    PingRequest,
    ServerCapabilities,
    ToolsCapability,
)
from mcp_types.methods import CLIENT_REQUESTS, parse_client_request, serialize_server_result
from mcp_types.version import (
    HANDSHAKE_PROTOCOL_VERSIONS,
    LATEST_HANDSHAKE_VERSION,
    MODERN_PROTOCOL_VERSIONS,
)
from pydantic import BaseModel, ValidationError

from simulator.db.tables import McpServer
from simulator.mcp import tools
from simulator.mcp.dialect import Dialect
from simulator.mcp.errors import RpcError
from simulator.recipes import Actor
from simulator.world import World

_METHODS = ("initialize", "server/discover", "ping", "tools/list", "tools/call")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sends a message, and how.

    Attributes:
        actor: the verified person, or the holder of the server's token.
        dialect: which MCP the client speaks.
        ip_address: where the request came from.
    """

    actor: Actor
    dialect: Dialect
    ip_address: str


def answer(world: World, caller: Caller, message: dict[str, Any]) -> dict[str, Any]:
    """The result of a request.

    Raises:
        RpcError: unknown method, wrong parameters, or a connection is needed (-32042).
    """
    method, version = message["method"], caller.dialect.version
    if (method, version) not in CLIENT_REQUESTS or method not in _METHODS:
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {method}", message["id"])
    try:
        request = parse_client_request(method, version, message.get("params"))
    except ValidationError as error:
        raise RpcError(INVALID_PARAMS, _why(method, error), message["id"]) from None
    try:
        result = _result(world, caller, request)
    except RpcError as error:
        error.request_id = message["id"]
        raise
    shape = result.model_dump(by_alias=True, mode="json", exclude_none=True)
    return serialize_server_result(method, version, shape)


def _result(world: World, caller: Caller, request: Any) -> BaseModel:
    server = caller.actor.server
    match request:
        case InitializeRequest():
            return _initialize(server, request.params.protocol_version)
        case DiscoverRequest():
            return _discover(server)
        case ListToolsRequest():
            cursor = request.params.cursor if request.params else None
            page, following = tools.list_tools(world, server, cursor)
            return ListToolsResult(tools=page, next_cursor=following)
        case CallToolRequest():
            call = tools.ToolCall(
                actor=caller.actor,
                dialect=caller.dialect,
                ip_address=caller.ip_address,
                name=request.params.name,
                arguments=request.params.arguments or {},
                input_responses=request.params.input_responses,
                request_state=request.params.request_state,
            )
            return tools.call_tool(world, call)
        case PingRequest():
            return EmptyResult()
    raise AssertionError(request)


def _initialize(server: McpServer, asked: str) -> InitializeResult:
    """Agree on the client's version if it is one of this era, else offer the newest of it."""
    version = asked if asked in HANDSHAKE_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION
    return InitializeResult(
        protocol_version=version,
        capabilities=_CAPABILITIES,
        server_info=Implementation(name=server.name, version="1.0"),
        instructions=server.description or None,
    )


def _discover(server: McpServer) -> DiscoverResult:
    return DiscoverResult(
        supported_versions=list(MODERN_PROTOCOL_VERSIONS),
        capabilities=_CAPABILITIES,
        instructions=server.description or None,
    )


_CAPABILITIES = ServerCapabilities(tools=ToolsCapability(list_changed=False))


def _why(method: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"Invalid parameters for {method}: {where}: {first['msg']}"

"""MCP's methods for the handshake era (2024-11-05 … 2025-11-25), stateless."""

import json
from typing import Any

from mcp_types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    CallToolRequest,
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
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION
from pydantic import BaseModel, ValidationError

from simulator.errors import SimulatorError
from simulator.mcp import tools
from simulator.recipes import Actor
from simulator.world import World


class RpcError(SimulatorError):
    """A JSON-RPC error response.

    Args:
        code: JSON-RPC or MCP error code.
        message: what was wrong and what to do.
        request_id: of the request, when it could be read.
        http_status: 400 where the message itself is broken; 200 for a well-formed request.
        data: for programs.
    """

    def __init__(
        self,
        code: int,
        message: str,
        request_id: Any = None,
        http_status: int = 200,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id
        self.http_status = http_status
        self.data = data


def parse(body: bytes) -> dict[str, Any]:
    """The JSON-RPC message in a request body.

    Raises:
        RpcError: it is no JSON, no object, or no JSON-RPC 2.0 message.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise RpcError(PARSE_ERROR, "The body is not JSON.", http_status=400) from None
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "Send one JSON-RPC 2.0 message.", http_status=400)
    request_id = message.get("id")
    if "id" in message and (isinstance(request_id, bool) or not isinstance(request_id, str | int)):
        raise RpcError(INVALID_REQUEST, "id must be a string or an integer.", http_status=400)
    if "method" not in message and ("result" in message or "error" in message):
        return message
    if not isinstance(message.get("method"), str):
        raise RpcError(INVALID_REQUEST, "method must be a string.", request_id, 400)
    return message


def answer(
    world: World, actor: Actor, message: dict[str, Any], ip_address: str
) -> dict[str, Any] | None:
    """The result of a request; None for notifications and responses.

    Raises:
        RpcError: unknown method or wrong parameters.
    """
    if "id" not in message or "method" not in message:
        return None
    method, request_id = message["method"], message["id"]
    params = message.get("params")
    version = LATEST_HANDSHAKE_VERSION
    if (method, version) not in CLIENT_REQUESTS or method not in _KNOWN:
        raise RpcError(METHOD_NOT_FOUND, f"Method not found: {method}", request_id)
    try:
        request = parse_client_request(method, version, params)
    except (ValidationError, TypeError) as error:
        raise RpcError(INVALID_PARAMS, _why(method, error), request_id) from None
    try:
        result = _result(world, actor, request, ip_address)
    except tools.UnknownTool as unknown:
        raise RpcError(INVALID_PARAMS, str(unknown), request_id) from None
    return serialize_server_result(
        method, version, result.model_dump(by_alias=True, mode="json", exclude_none=True)
    )


_KNOWN = ("initialize", "ping", "tools/list", "tools/call")


def _result(world: World, actor: Actor, request: Any, ip_address: str) -> BaseModel:
    match request:
        case InitializeRequest():
            return _initialize(actor, request.params.protocol_version)
        case ListToolsRequest():
            return ListToolsResult(tools=tools.list_tools(actor.server))
        case CallToolRequest():
            return tools.call_tool(
                world, actor, request.params.name, request.params.arguments or {}, ip_address
            )
        case PingRequest():
            return EmptyResult()
    raise AssertionError(request)


def _initialize(actor: Actor, asked: str) -> InitializeResult:
    """Agree on the client's version if we speak it, else offer our newest of this era."""
    version = asked if asked in HANDSHAKE_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION
    return InitializeResult(
        protocol_version=version,
        capabilities=ServerCapabilities(tools=ToolsCapability(list_changed=False)),
        server_info=Implementation(name=actor.server.name, version="1.0"),
        instructions=actor.server.description or None,
    )


def _why(method: str, error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"Invalid parameters for {method}: {where}: {first['msg']}"
    return f"Invalid parameters for {method}."

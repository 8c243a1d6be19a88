"""The methods that every MCP server has, with and without sessions: initialize, discover, ping."""

from typing import Any

from mcp_types import (
    SERVER_INFO_META_KEY,
    DiscoverRequest,
    DiscoverResult,
    EmptyResult,
    Implementation,
    InitializeRequest,
    InitializeResult,
    PingRequest,
)
from mcp_types.methods import CLIENT_REQUESTS, parse_client_request, serialize_server_result
from mcp_types.version import (
    HANDSHAKE_PROTOCOL_VERSIONS,
    LATEST_HANDSHAKE_VERSION,
    MODERN_PROTOCOL_VERSIONS,
)
from pydantic import BaseModel, ValidationError

from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.messages import LONGEST_ID
from simulator.systems.mcp.service import Conversation, Service
from simulator.validation.model_errors import list_errors
from simulator.validation.parsing import shorten

_COMMON = frozenset({"initialize", "server/discover", "ping"})


def answer(service: Service, dialect: Dialect, message: dict[str, Any]) -> BaseModel | Conversation:
    """Return the result of a request, or a generator of messages that returns it.

    Raises:
        RpcError: unknown method, wrong parameters, or what the service refuses.
    """
    method, version = message["method"], dialect.version
    if (method, version) not in CLIENT_REQUESTS or method not in _COMMON | service.methods:
        raise RpcError(
            Code.UNKNOWN_METHOD,
            f"Method not found: {shorten(method)}",
            http_status=404 if dialect.modern else None,  # MCP 2026-07-28
        )
    try:
        request = parse_client_request(method, version, message.get("params"))
    except ValidationError as error:
        raise RpcError(Code.INVALID_PARAMS, _why(method, error)) from None
    token = (message.get("params", {}).get("_meta") or {}).get("progressToken", "")
    if len(str(token)) > LONGEST_ID:
        raise RpcError(
            Code.INVALID_PARAMS, f"progressToken must have at most {LONGEST_ID} characters."
        )
    return _common(service, dialect, request) or service.answer(request, dialect)


def shape(service: Service, dialect: Dialect, method: str, result: BaseModel) -> dict[str, Any]:
    """Return a result as the client's revision has it; the modern era adds the server's name."""
    shaped = result.model_dump(by_alias=True, mode="json", exclude_none=True)
    if dialect.modern:
        identity = _identity(service).model_dump(by_alias=True, exclude_none=True)
        shaped["_meta"] = {SERVER_INFO_META_KEY: identity} | shaped.get("_meta", {})
    return serialize_server_result(method, dialect.version, shaped)


def _common(service: Service, dialect: Dialect, request: Any) -> BaseModel | None:
    """Answer a request that is the same on every server; None for any other."""
    match request:
        case InitializeRequest():
            return _initialize(service, dialect, request.params.protocol_version)
        case DiscoverRequest():
            return DiscoverResult(
                supported_versions=list(MODERN_PROTOCOL_VERSIONS),
                capabilities=service.capabilities(dialect),
                instructions=service.instructions,
            )
        case PingRequest():
            return EmptyResult()
    return None


def _initialize(service: Service, dialect: Dialect, requested_version: str) -> InitializeResult:
    """Accept the client's version if it has a handshake, else offer the newest that has one."""
    return InitializeResult(
        protocol_version=requested_version
        if requested_version in HANDSHAKE_PROTOCOL_VERSIONS
        else LATEST_HANDSHAKE_VERSION,
        capabilities=service.capabilities(dialect),
        server_info=_identity(service),
        instructions=service.instructions,
    )


def _identity(service: Service) -> Implementation:
    return Implementation(name=service.name, version=service.version)


def _why(method: str, error: ValidationError) -> str:
    first = list_errors(error)[0]
    return (
        f"Invalid parameters for {method}: {shorten(first.member)}: {shorten(first.sentence, 500)}"
    )

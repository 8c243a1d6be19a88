"""What every MCP server does alike, in both eras: discover or initialize, ping, check, answer."""

from collections.abc import Generator
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
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.messages import LONGEST_ID
from simulator.systems.mcp.service import (
    Caller,
    Checkpoint,
    Conversation,
    Notification,
    ServerRequest,
    Service,
)
from simulator.validation.model_errors import list_errors
from simulator.validation.parsing import shorten

_COMMON = frozenset({"initialize", "server/discover", "ping"})

#: What a call yields for the client; its return value is the result as sent.
ResultStream = Generator[Notification | ServerRequest | Checkpoint, Any, dict[str, Any]]


def answer(
    service: Service, caller: Caller, message: dict[str, Any]
) -> dict[str, Any] | ResultStream:
    """Return the result of a request, or the stream that ends with it.

    Raises:
        RpcError: unknown method, wrong parameters, or what the service refuses.
    """
    method, version = message["method"], caller.dialect.version
    if (method, version) not in CLIENT_REQUESTS or method not in _COMMON | service.methods:
        raise RpcError(
            Code.UNKNOWN_METHOD,
            f"Method not found: {shorten(method)}",
            http_status=404 if caller.dialect.modern else None,  # MCP 2026-07-28
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
    outcome = _common(service, caller, request) or service.answer(request, caller)
    if isinstance(outcome, Generator):
        return finish(outcome, service, caller, method)
    return _shape(outcome, service, caller, method)


def finish(
    conversation: Conversation, service: Service, caller: Caller, method: str
) -> ResultStream:
    return _shape((yield from conversation), service, caller, method)


def _shape(result: BaseModel, service: Service, caller: Caller, method: str) -> dict[str, Any]:
    """Return the result as the client's revision has it; the modern era adds the server's name."""
    shape = result.model_dump(by_alias=True, mode="json", exclude_none=True)
    if caller.dialect.modern:
        identity = _identity(service).model_dump(by_alias=True, exclude_none=True)
        shape["_meta"] = {SERVER_INFO_META_KEY: identity} | shape.get("_meta", {})
    return serialize_server_result(method, caller.dialect.version, shape)


def _common(service: Service, caller: Caller, request: Any) -> BaseModel | None:
    """Answer a request that every server answers alike; None for any other."""
    match request:
        case InitializeRequest():
            return _initialize(service, caller, request.params.protocol_version)
        case DiscoverRequest():
            return DiscoverResult(
                supported_versions=list(MODERN_PROTOCOL_VERSIONS),
                capabilities=service.capabilities(caller.dialect),
                instructions=service.instructions,
            )
        case PingRequest():
            return EmptyResult()
    return None


def _initialize(service: Service, caller: Caller, requested_version: str) -> InitializeResult:
    """Agree on the client's version if it is one of this era, else offer the newest of it."""
    return InitializeResult(
        protocol_version=requested_version
        if requested_version in HANDSHAKE_PROTOCOL_VERSIONS
        else LATEST_HANDSHAKE_VERSION,
        capabilities=service.capabilities(caller.dialect),
        server_info=_identity(service),
        instructions=service.instructions,
    )


def _identity(service: Service) -> Implementation:
    return Implementation(name=service.name, version="1.0")


def _why(method: str, error: ValidationError) -> str:
    first = list_errors(error)[0]
    return (
        f"Invalid parameters for {method}: {shorten(first.member)}: {shorten(first.sentence, 500)}"
    )

"""Every way to be refused by an MCP server, and every place where a client's words are repeated."""

from collections.abc import Callable
from contextvars import Context
from typing import Any

import pytest
from werkzeug.exceptions import ClientDisconnected
from werkzeug.test import TestResponse

from simulator.domain import limits, servers
from simulator.systems.mcp.codes import Code
from tests.contract.mcp_endpoint import SERVER, Endpoint, token_for

Case = Callable[[Endpoint], TestResponse]
FINANCE = "https://2108.apim.mcp.workato.com"
PING = {"jsonrpc": "2.0", "id": "the-id", "method": "ping"}
_META = "io.modelcontextprotocol"
MODERN = {f"{_META}/protocolVersion": "2026-07-28", f"{_META}/clientCapabilities": {}}


def ask(endpoint: Endpoint, method: str, params: Any = None, **options: str) -> TestResponse:
    """A request whose id is `the-id`."""
    message = PING | {"method": method} | ({} if params is None else {"params": params})
    return endpoint.post(message, **options)


def modern(endpoint: Endpoint, method: str, params: Any, **options: str) -> TestResponse:
    """The same in 2026-07-28, with the headers that belong to it."""
    headers = {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": method}
    if "name" in params:
        headers["Mcp_Name"] = params["name"]
    return ask(endpoint, method, MODERN_PARAMS | params, **(headers | options))


MODERN_PARAMS = {"_meta": MODERN}


def initialized(endpoint: Endpoint, version: str = "2025-11-25", **capabilities: Any) -> str:
    """The id of a session."""
    hello = {
        "protocolVersion": version,
        "capabilities": capabilities,
        "clientInfo": {"name": "test", "version": "1"},
    }
    return ask(endpoint, "initialize", hello).headers["Mcp-Session-Id"]


def conformance(endpoint: Endpoint, method: str, params: Any, **options: str) -> TestResponse:
    """A request to the conformance server."""
    endpoint.simulator.set_addresses({"mcp": "http://127.0.0.1:8703"})
    base = {"base_url": "http://127.0.0.1:8703", "path": "/conformance"}
    return modern(endpoint, method, params, **base, **options)


def request(
    endpoint: Endpoint, method: str, path: str, base_url: str = SERVER, **headers: str
) -> TestResponse:
    """A request without a body."""
    sent = {"Authorization": f"Bearer {endpoint.token}"} | headers
    return endpoint.client.open(path, method=method, base_url=base_url, headers=sent)


def restricted(endpoint: Endpoint) -> TestResponse:
    """To a server that keeps this address out."""
    with endpoint.simulator.world.db.unit():
        limits.restrict_addresses(
            endpoint.simulator.world, server(endpoint), allow=["203.0.113.1"], deny=[]
        )
    return ask(endpoint, "ping")


def limited(kind: str) -> Case:
    """To a server whose only call was used up."""

    def case(endpoint: Endpoint) -> TestResponse:
        interval = "hour" if kind == "rate_limit" else "year"
        with endpoint.simulator.world.db.unit():
            limits.set_limit(endpoint.simulator.world, server(endpoint), kind, 1, interval)
        ask(endpoint, "tools/call", {"name": "no such tool"})
        return ask(endpoint, "tools/call", {"name": "no such tool"})

    return case


def server(endpoint: Endpoint) -> Any:
    """The row of the Procurement assistant."""
    return servers.find_server_by_number(endpoint.simulator.world, 2107)


def not_in_group(endpoint: Endpoint) -> TestResponse:
    """From somebody without an assigned group."""
    endpoint.token = token_for(endpoint.simulator, "eve@acme.example")
    return ask(endpoint, "ping")


def step_up(endpoint: Endpoint) -> TestResponse:
    """While an incident has the server need a scope that no token has."""
    with endpoint.simulator.faults.during(system="mcp", scopes="tools:call"):
        return ask(endpoint, "ping")


def prompted(endpoint: Endpoint) -> TestResponse:
    """From a client of the handshake era that opens URLs."""
    session = initialized(endpoint, elicitation={"url": {}})
    return ask(endpoint, "tools/call", {"name": "List_my_requisitions"}, Mcp_Session_Id=session)


def cancelled(endpoint: Endpoint) -> TestResponse:
    """From a client that takes JSON alone and cancels during a step."""
    session = initialized(endpoint)

    def cancel(_inputs: Any) -> None:
        endpoint.simulator.world.db.commit()  # as a step does before it calls an app
        params = {"requestId": "the-id"}
        message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
        Context().run(endpoint.post, message, Mcp_Session_Id=session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.domain.engine.interpreter.check_size", cancel)
        params = {"name": "Get_procurement_policy", "arguments": {"category": "travel"}}
        return ask(endpoint, "tools/call", params, Mcp_Session_Id=session)


def broken(endpoint: Endpoint) -> TestResponse:
    """While the simulator has a fault of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.systems.mcp.tools.list_tools", lambda *_: 1 / 0)
        return ask(endpoint, "tools/list")


def without_identity(endpoint: Endpoint) -> TestResponse:
    """For metadata that Workato Identity does not send."""
    with endpoint.simulator.faults.during(system="identity", status=503):
        return request(endpoint, "GET", "/.well-known/oauth-authorization-server")


def cut_off(endpoint: Endpoint) -> TestResponse:
    """A body that ends before the length that was announced."""
    with pytest.MonkeyPatch.context() as patch:

        def torn(*_: Any, **__: Any) -> bytes:
            raise ClientDisconnected

        patch.setattr("flask.Request.get_data", torn)
        return endpoint.client.post(
            "/", base_url=SERVER, headers={"Authorization": f"Bearer {endpoint.token}"}
        )


CASES: list[tuple[Code, Case]] = [
    (Code.UNAUTHORIZED, lambda e: ask(e, "ping", Authorization="")),
    (Code.UNAUTHORIZED, lambda e: ask(e, "ping", Authorization="Bearer x")),
    (Code.UNAUTHORIZED, lambda e: ask(e, "ping", base_url=FINANCE)),
    (Code.UNAUTHORIZED, lambda e: request(e, "GET", "/", Authorization="")),
    (Code.UNAUTHORIZED, lambda e: request(e, "DELETE", "/", Authorization="")),
    (Code.NOT_IN_GROUP, not_in_group),
    (Code.INSUFFICIENT_SCOPE, step_up),
    (Code.IP_DENIED, restricted),
    (Code.FOREIGN_ORIGIN, lambda e: ask(e, "ping", Origin="https://evil.example")),
    (Code.FOREIGN_ORIGIN, lambda e: conformance(e, "ping", {}, Origin="null")),
    (Code.RATE_LIMITED, limited("rate_limit")),
    (Code.QUOTA_EXCEEDED, limited("usage_quota")),
    (Code.UNKNOWN_SERVER, lambda e: ask(e, "ping", base_url="https://9.apim.mcp.workato.com")),
    (Code.UNKNOWN_SERVER, lambda e: request(e, "GET", "/", "https://9.apim.mcp.workato.com")),
    (Code.UNKNOWN_PATH, lambda e: ask(e, "ping", path="/no/such")),
    (Code.UNKNOWN_PATH, lambda e: ask(e, "ping", path="/tools/call/")),
    (Code.UNKNOWN_PATH, lambda e: request(e, "GET", "/.well-known/no-such-document")),
    (Code.UNKNOWN_PATH, lambda e: ask(e, "ping", base_url="https://02107.apim.mcp.workato.com")),
    (Code.UNKNOWN_HOST, lambda e: ask(e, "ping", base_url="https://evil.example")),
    (Code.UNKNOWN_HOST, lambda e: request(e, "GET", "/", "https://x.apim.mcp.workato.com")),
    (
        Code.NO_OAUTH,
        lambda e: request(e, "GET", "/.well-known/oauth-protected-resource", FINANCE),
    ),
    (Code.UNKNOWN_SESSION, lambda e: ask(e, "ping", Mcp_Session_Id="made-up")),
    (Code.UNKNOWN_SESSION, lambda e: request(e, "DELETE", "/")),
    (Code.METHOD_NOT_ALLOWED, lambda e: request(e, "GET", "/")),
    (Code.METHOD_NOT_ALLOWED, lambda e: request(e, "GET", "/tools/call")),
    (Code.METHOD_NOT_ALLOWED, lambda e: request(e, "PUT", "/")),
    (
        Code.METHOD_NOT_ALLOWED,
        lambda e: ask(e, "ping", path="/.well-known/oauth-protected-resource"),
    ),
    (Code.UNSUPPORTED_MEDIA_TYPE, lambda e: ask(e, "ping", Content_Type="text/plain")),
    (Code.UNSUPPORTED_MEDIA_TYPE, lambda e: ask(e, "ping", Content_Type="")),
    (Code.NOT_ACCEPTABLE, lambda e: ask(e, "ping", Accept="text/html")),
    (Code.NOT_ACCEPTABLE, lambda e: ask(e, "ping", Accept="application/json;q=0, text/html")),
    (Code.REQUEST_TOO_LARGE, lambda e: ask(e, "ping", {"a": "x" * 3_000_000})),
    (Code.BAD_REQUEST, cut_off),
    (Code.INVALID_JSON, lambda e: e.post(b"{")),
    (Code.INVALID_JSON, lambda e: e.post(b'{"jsonrpc": "2.0", "id": ' + b"9" * 5000 + b"}")),
    (Code.INVALID_REQUEST, lambda e: e.post(b'"ping"')),
    (Code.INVALID_REQUEST, lambda e: e.post({"id": "the-id", "method": "ping"})),
    (Code.INVALID_REQUEST, lambda e: e.post(PING | {"params": [1]})),
    (Code.INVALID_REQUEST, lambda e: e.post(PING | {"id": "x" * 300})),
    (Code.BATCH_UNSUPPORTED, lambda e: e.post([PING])),
    (Code.BATCH_UNSUPPORTED, lambda e: e.post([PING], Mcp_Session_Id=initialized(e))),
    (Code.UNKNOWN_METHOD, lambda e: ask(e, "tools/fly")),
    (Code.UNKNOWN_METHOD, lambda e: modern(e, "tools/fly", {})),
    (Code.INVALID_PARAMS, lambda e: ask(e, "tools/call", {"name": 7})),
    (Code.INVALID_PARAMS, lambda e: ask(e, "ping", MCP_Protocol_Version="2026-07-28")),
    (Code.INVALID_PARAMS, lambda e: ask(e, "ping", {"_meta": {"progressToken": "x" * 300}})),
    (Code.UNKNOWN_TOOL, lambda e: ask(e, "tools/call", {"name": "no such tool"})),
    (Code.UNKNOWN_TOOL, lambda e: conformance(e, "tools/call", {"name": "no-such-tool"})),
    (Code.UNKNOWN_PROMPT, lambda e: conformance(e, "prompts/get", {"name": "no-such-prompt"})),
    (
        Code.UNKNOWN_RESOURCE,
        lambda e: conformance(e, "resources/read", {"uri": "test://no"}, Mcp_Name="test://no"),
    ),
    (Code.INVALID_CURSOR, lambda e: ask(e, "tools/list", {"cursor": "made-up"})),
    (
        Code.INVALID_REQUEST_STATE,
        lambda e: modern(
            e, "tools/call", {"name": "List_my_requisitions", "requestState": "made-up"}
        ),
    ),
    (Code.HEADER_MISMATCH, lambda e: ask(e, "ping", MODERN_PARAMS)),
    (
        Code.MISSING_CAPABILITY,
        lambda e: conformance(e, "tools/call", {"name": "test_missing_capability"}),
    ),
    (
        Code.UNSUPPORTED_PROTOCOL_VERSION,
        lambda e: ask(e, "ping", MCP_Protocol_Version="1999-01-01"),
    ),
    (Code.CANCELLED, cancelled),
    (Code.UPSTREAM_UNAVAILABLE, without_identity),
    (Code.INTERNAL_ERROR, broken),
    (Code.AUTHENTICATION_REQUIRED, prompted),
]


HUGE = "ü" * 1_000_000
INPUTS: dict[str, Case] = {
    "method": lambda e: ask(e, HUGE),
    "modern method": lambda e: ask(e, HUGE, MODERN_PARAMS),
    "id": lambda e: e.post(PING | {"id": HUGE, "method": "no/such"}),
    "number as id": lambda e: e.post(PING | {"id": 10**4000, "method": "no/such"}),
    "jsonrpc": lambda e: e.post(PING | {"jsonrpc": HUGE}),
    "tool": lambda e: ask(e, "tools/call", {"name": HUGE}),
    "cursor": lambda e: ask(e, "tools/list", {"cursor": HUGE}),
    "argument": lambda e: policy(e, {"category": HUGE}),
    "name of an argument": lambda e: policy(e, {"category": "travel", HUGE: 1}),
    "many arguments": lambda e: policy(e, {f"a{n}": n for n in range(100_000)}),
    "arguments of a wrong type": lambda e: ask(
        e, "tools/call", {"name": "Get_procurement_policy", "arguments": HUGE}
    ),
    "name of a parameter": lambda e: ask(e, "tools/call", {"name": 1, HUGE: 1}),
    "request state": lambda e: modern(
        e, "tools/call", {"name": "Get_procurement_policy", "requestState": HUGE}
    ),
    "protocol version": lambda e: ask(
        e, "ping", {"_meta": MODERN | {f"{_META}/protocolVersion": HUGE}}
    ),
    "protocol version header": lambda e: ask(e, "ping", MCP_Protocol_Version="x" * 1_000_000),
    "session": lambda e: ask(e, "ping", Mcp_Session_Id="x" * 1_000_000),
    "origin": lambda e: ask(e, "ping", Origin="x" * 1_000_000),
    "host": lambda e: ask(e, "ping", Host="x" * 1_000_000),
    "path": lambda e: ask(e, "ping", path=f"/{'x' * 1_000_000}"),
    "token": lambda e: ask(e, "ping", Authorization="Bearer " + "x" * 1_000_000),
    "accept": lambda e: ask(e, "ping", Accept="x" * 1_000_000 + "/x"),
    "content type": lambda e: ask(e, "ping", Content_Type="x" * 1_000_000),
    "progress token": lambda e: ask(e, "tools/list", {"_meta": {"progressToken": HUGE}}),
    "initialize": lambda e: ask(e, "initialize", {"protocolVersion": [HUGE]}),
    "batch": lambda e: e.post([1] * 500_000, Mcp_Session_Id=initialized(e, "2025-03-26")),
    "members of a batch": lambda e: e.post(
        [PING | {"method": "m" * 30_000, "id": n} for n in range(50)],
        Mcp_Session_Id=initialized(e, "2025-03-26"),
    ),
}


def policy(endpoint: Endpoint, arguments: dict[str, Any]) -> TestResponse:
    """A call of the one tool that needs no connection."""
    return ask(endpoint, "tools/call", {"name": "Get_procurement_policy", "arguments": arguments})

"""Requests that break a rule of the transport or of authorization: a 4xx each, with a reason."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from simulator.db.tables import Job, McpSession
from simulator.domain import servers
from tests.contract.mcp_endpoint import SERVER, Endpoint, endpoint, token_for

__all__ = ["endpoint"]

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def unsigned(claims: dict[str, Any]) -> str:
    """A JWT with `alg: none`."""
    parts = [{"alg": "none", "typ": "at+jwt"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    return b".".join([*encoded, b""]).decode()


def refused(answer: Any, status: int) -> dict[str, Any]:
    """The JSON-RPC error of an answer with this status; nothing was run and nothing kept."""
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.get_json()["error"]
    assert error["message"]
    return error


@pytest.mark.requirement("MCP-1", "RS-1", "RS-2")
def test_without_a_token_the_challenge_names_the_metadata(endpoint: Endpoint) -> None:
    """And carries no error, because no token was sent (RFC 6750 §3.1)."""
    answer = endpoint.post(PING, Authorization="")

    refused(answer, 401)
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge == (
        'Bearer realm="Workato MCP", scope="openid profile email", '
        f'resource_metadata="{SERVER}/.well-known/oauth-protected-resource"'
    )
    document = endpoint.client.get("/.well-known/oauth-protected-resource", base_url=SERVER)
    assert document.get_json()["resource"] == SERVER


@pytest.mark.requirement("MCP-1", "RS-1", "RS-3")
@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic YWRhOmFkYQ==",
        "bearer not-a-token",
        "Bearer a.b.c",
        "Bearer " + "x" * 5000,
        "Bearer ²³",
        f"Bearer {unsigned({'aud': SERVER, 'sub': 'eu-1', 'iss': 'https://id.workato.com'})}",
        "token abc",
    ],
)
def test_a_token_that_is_none_is_refused(endpoint: Endpoint, header: str) -> None:
    answer = endpoint.post(PING, Authorization=header.encode().decode("latin-1"))

    assert refused(answer, 401)["data"]["error"] == "unauthorized"
    assert "resource_metadata=" in answer.headers["WWW-Authenticate"]


@pytest.mark.requirement("MCP-2", "RS-3")
def test_a_token_for_another_server_is_refused(endpoint: Endpoint) -> None:
    """Audience binding: Ada's token for 2108, or for nothing, opens 2107 not."""
    for resource in ("https://2108.apim.mcp.workato.com", None):
        endpoint.token = token_for(endpoint.simulator, "ada@acme.example", resource)
        answer = endpoint.post(PING)
        refused(answer, 401)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.requirement("MCP-2", "RS-1")
def test_an_expired_token_is_refused(endpoint: Endpoint) -> None:
    assert endpoint.post(PING).status_code == 200
    endpoint.simulator.world.clock.travel(timedelta(hours=1))

    refused(endpoint.post(PING), 401)


@pytest.mark.requirement("MCP-2")
def test_a_changed_token_is_refused(endpoint: Endpoint) -> None:
    """One character of the payload, the signature kept."""
    head, payload, signature = endpoint.token.split(".")
    endpoint.token = ".".join(
        [head, payload[:-2] + ("A" if payload[-2] != "A" else "B"), signature]
    )

    refused(endpoint.post(PING), 401)


@pytest.mark.requirement("MCP-3", "RS-5")
def test_an_oauth_token_counts_in_the_authorization_header_alone(endpoint: Endpoint) -> None:
    """Not in the query, not in Workato's own header for MCP tokens."""
    refused(endpoint.post(PING, path=f"/?wkt_token={endpoint.token}", Authorization=""), 401)
    refused(endpoint.post(PING, path=f"/?access_token={endpoint.token}", Authorization=""), 401)
    refused(endpoint.post(PING, Authorization="", API_TOKEN=endpoint.token), 401)


@pytest.mark.requirement("MCP-3", "RS-5")
@pytest.mark.parametrize("carrier", ["query", "api-token", "bearer"])
def test_an_mcp_token_is_taken_from_its_three_carriers(endpoint: Endpoint, carrier: str) -> None:
    """On the server with token-based access, and nothing else is."""
    simulator = endpoint.simulator
    with simulator.world.db.unit():
        server = servers.find_server_by_number(simulator.world, 2108)
        assert server is not None
        token = servers.generate_token(simulator.world, server)
    base = "https://2108.apim.mcp.workato.com"
    path = f"/?wkt_token={token}" if carrier == "query" else "/"
    headers = {
        "query": {"Authorization": ""},
        "api-token": {"Authorization": "", "API_TOKEN": token},
        "bearer": {"Authorization": f"Bearer {token}"},
    }[carrier]

    assert endpoint.post(PING, base_url=base, path=path, **headers).status_code == 200
    refused(endpoint.post(PING, base_url=base), 401)


@pytest.mark.requirement("MCP-4", "RS-8")
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_from_elsewhere_is_refused(endpoint: Endpoint, origin: str) -> None:
    """Origin check (MCP transports, security warning)."""
    assert endpoint.post(PING, Origin=origin).status_code == 403


@pytest.mark.requirement("MCP-4", "RS-8")
def test_an_unknown_host_is_nobodys(endpoint: Endpoint) -> None:
    """DNS rebinding ends here."""
    assert endpoint.post(PING, base_url="https://evil.example").status_code == 421
    assert endpoint.post(PING, base_url="https://9.apim.mcp.workato.com").status_code == 404


@pytest.mark.requirement("MCP-5")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": 1, "a": 2}}',
        b"[]",
        b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]',
        b'"ping"',
        b"null",
        b'{"id": 1, "method": "ping"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": 1}',
        b'{"jsonrpc": "2.0", "id": 1, "method": 5}',
        b'{"jsonrpc": "2.0", "id": null, "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": true, "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": 7}',
    ],
)
def test_a_body_that_is_no_message_is_refused(endpoint: Endpoint, body: bytes) -> None:
    assert refused(endpoint.post(body), 400)["code"] in (-32700, -32600)


@pytest.mark.requirement("MCP-5")
def test_a_body_that_is_announced_as_something_else_is_refused(endpoint: Endpoint) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert endpoint.post(PING, Content_Type=content_type).status_code == 415


@pytest.mark.requirement("MCP-5")
def test_a_body_that_is_too_large_is_refused(endpoint: Endpoint) -> None:
    body = json.dumps(PING | {"params": {"a": "x" * 3_000_000}}).encode()

    assert endpoint.post(body).status_code == 413


@pytest.mark.requirement("MCP-6", "RS-9")
@pytest.mark.parametrize(
    "version", ["1999-01-01", "2026-07-29", "latest", "2025-11-25, 2025-06-18"]
)
def test_an_unknown_protocol_version_is_refused(endpoint: Endpoint, version: str) -> None:
    error = refused(endpoint.ask("ping", MCP_Protocol_Version=version), 400)

    assert error["code"] == -32022
    assert error["data"]["requested"] == version
    assert "2025-11-25" in error["data"]["supported"]


@pytest.mark.requirement("MCP-6", "ERA-2")
@pytest.mark.parametrize(
    "headers, code",
    [
        ({}, -32020),
        ({"MCP_Protocol_Version": "2025-11-25", "Mcp_Method": "tools/list"}, -32020),
        ({"MCP_Protocol_Version": "2026-07-28"}, -32020),
        ({"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": "ping"}, -32020),
    ],
)
def test_headers_must_repeat_a_modern_envelope(
    endpoint: Endpoint, headers: dict[str, str], code: int
) -> None:
    answer = endpoint.ask("tools/list", {"_meta": MODERN}, **headers)

    assert refused(answer, 400)["code"] == code


@pytest.mark.requirement("MCP-6", "ERA-2")
def test_the_name_header_must_repeat_the_tool(endpoint: Endpoint) -> None:
    headers = {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": "tools/call"}
    params = {
        "_meta": MODERN,
        "name": "Get_procurement_policy",
        "arguments": {"category": "travel"},
    }

    wrong = endpoint.ask("tools/call", params, **headers, Mcp_Name="Create_requisition")
    right = endpoint.ask("tools/call", params, **headers, Mcp_Name="Get_procurement_policy")

    assert refused(wrong, 400)["code"] == -32020
    assert right.get_json()["result"]["resultType"] == "complete"


@pytest.mark.requirement("MCP-6", "ERA-3")
def test_an_unknown_method_is_404_in_the_modern_era_alone(endpoint: Endpoint) -> None:
    headers = {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": "tools/fly"}

    modern = endpoint.ask("tools/fly", {"_meta": MODERN}, **headers)
    handshake = endpoint.ask("tools/fly")

    assert refused(modern, 404)["code"] == -32601
    assert refused(handshake, 200)["code"] == -32601


@pytest.mark.requirement("MCP-7", "RS-7")
def test_a_session_belongs_to_its_person(endpoint: Endpoint) -> None:
    """Unknown, ended or somebody else's: 404, whatever the token (MCP transports)."""
    params = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "c", "version": "1"},
    }
    session = endpoint.ask("initialize", params).headers["Mcp-Session-Id"]
    bob = Endpoint(endpoint.simulator, token_for(endpoint.simulator, "bob@acme.example"))

    assert endpoint.ask("ping", Mcp_Session_Id=session).status_code == 200
    assert bob.ask("ping", Mcp_Session_Id=session).status_code == 404
    assert endpoint.ask("ping", Mcp_Session_Id="made-up").status_code == 404
    headers = {"Authorization": f"Bearer {endpoint.token}", "Mcp-Session-Id": session}
    assert endpoint.client.delete("/", base_url=SERVER, headers=headers).status_code == 204
    assert endpoint.ask("ping", Mcp_Session_Id=session).status_code == 404


@pytest.mark.requirement("MCP-8")
@pytest.mark.parametrize(
    "arguments, field",
    [
        ({}, "category"),
        ({"category": 7}, "category"),
        ({"category": "weapons"}, "category"),
        ({"category": "travel", "more": 1}, "more"),
    ],
)
def test_wrong_arguments_name_their_field(
    endpoint: Endpoint, arguments: dict[str, Any], field: str
) -> None:
    """A tool result with isError, for the model to mend its call."""
    params = {"name": "Get_procurement_policy", "arguments": arguments}
    result = endpoint.ask("tools/call", params).get_json()["result"]

    assert result["isError"]
    assert result["structuredContent"]["error"] == "invalid_arguments"
    assert field in result["content"][0]["text"]


@pytest.mark.requirement("MCP-8")
def test_refused_requests_leave_nothing_behind(endpoint: Endpoint) -> None:
    """No job, no session."""
    endpoint.post(b"{")
    endpoint.ask("tools/call", {"name": "no-such-tool"})
    endpoint.ask("tools/call", {"name": 7})
    endpoint.ask("initialize", {"protocolVersion": 5})

    with endpoint.simulator.world.db.unit() as session:
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (Job, McpSession)]
    assert counts == [0, 0]

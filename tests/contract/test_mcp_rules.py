"""Rules of the MCP specification for protected resources and for both eras, broken from outside."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, request, request_started
from sqlalchemy import update

from simulator.db.tables import OAuthToken
from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens
from tests.contract.identity_world import FINANCE, PROCUREMENT
from tests.contract.mcp_world import MODERN, Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures

TOOL = "List_my_requisitions"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
META = "io.modelcontextprotocol"
COUPA = "https://office.coupacloud.com"


@pytest.mark.requirement("RS-2")
def test_the_resource_is_the_url_that_the_client_used(mcp: Mcp) -> None:
    document = mcp.browser().request("GET", f"{PROCUREMENT}/.well-known/oauth-protected-resource")

    found = document.get_json()
    assert found["resource"] == PROCUREMENT
    assert found["authorization_servers"] == ["https://id.workato.com"]
    assert found["bearer_methods_supported"] == ["header"]
    assert "offline_access" not in found["scopes_supported"]


@pytest.mark.requirement("RS-2")
@pytest.mark.parametrize(
    "url",
    [
        f"{PROCUREMENT}/.well-known/oauth-protected-resources",
        f"{PROCUREMENT}/.well-known/jwks.json",
        f"{FINANCE}/.well-known/oauth-protected-resource",
        f"{FINANCE}/.well-known/oauth-authorization-server",
        "https://2199.apim.mcp.workato.com/.well-known/oauth-protected-resource",
    ],
)
def test_metadata_that_does_not_exist_is_404_in_json(mcp: Mcp, url: str) -> None:
    """Also that of a server on token access: it has no authorization server."""
    answer = mcp.browser().request("GET", url)

    assert answer.status_code == 404
    assert answer.get_json()["error"]["message"]


@contextmanager
def _requests_to(host: str) -> Iterator[list[str]]:
    """The Authorization header of every request that a host gets."""
    seen: list[str] = []

    def look(_: Flask, **__: object) -> None:
        if request.host == host:
            seen.append(request.headers.get("Authorization", ""))

    with request_started.connected_to(look):
        yield seen


@pytest.mark.requirement("RS-4")
def test_the_clients_token_never_reaches_the_app(mcp: Mcp) -> None:
    mcp.connect()
    token = mcp.token_of("ada")
    call = PING | {"method": "tools/call", "params": {"name": TOOL}}

    with _requests_to("office.coupacloud.com") as seen:
        answer = mcp.send(call, token).get_json()

    assert "structuredContent" in answer["result"], answer
    assert seen
    assert all(header.startswith("Bearer ") and token not in header for header in seen)


@pytest.mark.requirement("RS-4")
def test_the_app_takes_no_token_of_workato(mcp: Mcp) -> None:
    headers = {"Authorization": f"Bearer {mcp.token_of('ada')}", "Accept": "application/json"}

    answer = mcp.browser().request("GET", f"{COUPA}/api/requisitions", headers=headers)

    assert answer.status_code == 401


@pytest.mark.requirement("RS-6")
def test_a_narrow_scope_calls_every_tool(mcp: Mcp) -> None:
    mcp.connect()
    with mcp.world.db.unit():
        narrow = AccessTokens(mcp.world, IDENTITY).store.issue(
            client_id="a-client",
            subject=_ada(mcp),
            scope="openid",
            family="narrow",
            auth_time=mcp.world.clock.now(),
            resource=PROCUREMENT,
        )["access_token"]
    call = PING | {"method": "tools/call", "params": {"name": TOOL}}

    answer = mcp.send(call, narrow)

    assert answer.status_code == 200
    assert answer.get_json()["result"]["structuredContent"]["requisitions"]


def _ada(mcp: Mcp) -> str:
    claims = AccessTokens(mcp.world, IDENTITY).signer.verify(mcp.token_of("ada"), "at+jwt")
    assert claims is not None
    return str(claims["sub"])


@pytest.mark.requirement("RS-10")
@pytest.mark.parametrize("state", ["missing", "lost"])
def test_a_connection_that_is_not_there_is_a_result_and_no_401(mcp: Mcp, state: str) -> None:
    """The client would sign in again, which helps nothing."""
    if state == "lost":
        mcp.connect()
        with mcp.world.db.unit() as session:
            session.execute(update(OAuthToken).values(revoked_at=mcp.world.clock.now()))
    call = PING | {"method": "tools/call", "params": {"name": TOOL}}

    answer = mcp.send(call, mcp.token_of("ada"))

    assert answer.status_code == 200
    assert "WWW-Authenticate" not in answer.headers
    assert answer.get_json()["result"]["structuredContent"]["error"] == "authentication_required"


@pytest.mark.requirement("RS-10")
@pytest.mark.parametrize("token", [None, "nonsense"])
def test_an_authorization_failure_is_no_tool_result(mcp: Mcp, token: str | None) -> None:
    """The model must not be told what the client has to mend."""
    call = PING | {"method": "tools/call", "params": {"name": TOOL}}

    answer = mcp.send(call, token)

    assert answer.status_code == 401
    assert "result" not in answer.get_json()


@pytest.mark.requirement("RS-11")
def test_a_call_without_arguments_is_a_call_with_none(mcp: Mcp) -> None:
    assert mcp.call("Greet")["structuredContent"]["greeting"]
    assert mcp.call("Greet", {})["structuredContent"]["greeting"]


@pytest.mark.requirement("ERA-1")
@pytest.mark.parametrize("lacking", ["protocolVersion", "clientCapabilities"])
def test_a_modern_envelope_is_whole(mcp: Mcp, lacking: str) -> None:
    meta = {f"{META}/protocolVersion": MODERN, f"{META}/clientCapabilities": {}}
    del meta[f"{META}/{lacking}"]
    headers = {"MCP_Protocol_Version": MODERN, "Mcp_Method": "tools/list"}
    message = PING | {"method": "tools/list", "params": {"_meta": meta}}

    answer = mcp.send(message, mcp.token_of("ada"), **headers)

    assert answer.status_code == 400
    assert answer.get_json()["id"] == 1
    assert lacking in answer.get_json()["error"]["message"]


@pytest.mark.requirement("ERA-3")
@pytest.mark.parametrize(
    "method",
    [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/list",
        "prompts/list",
        "completion/complete",
        "subscriptions/listen",
        "tasks/get",
        "tasks/list",
    ],
)
def test_what_the_modern_era_or_this_server_lacks_is_404(mcp: Mcp, method: str) -> None:
    answer = mcp.ask_modern(method)

    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == -32601
    assert answer.get_json()["id"] == 1


@pytest.mark.requirement("ERA-4")
def test_modern_results_say_what_they_are(mcp: Mcp) -> None:
    answers: dict[str, Any] = {
        "server/discover": mcp.ask_modern("server/discover"),
        "tools/list": mcp.ask_modern("tools/list"),
        "tools/call": mcp.ask_modern("tools/call", {"name": TOOL}),
    }

    results = {name: answer.get_json()["result"] for name, answer in answers.items()}
    kinds = [result["resultType"] for result in results.values()]
    assert kinds == ["complete", "complete", "input_required"]
    for name in ("server/discover", "tools/list"):
        assert results[name]["ttlMs"] == 0
        assert results[name]["cacheScope"] == "private"
        who = results[name]["_meta"][f"{META}/serverInfo"]
        assert who["name"] == "Procurement assistant"


@pytest.mark.requirement("ERA-4")
def test_codes_of_the_older_era_are_not_sent_in_the_modern_one(mcp: Mcp) -> None:
    """An unknown tool, a missing connection: -32602 and input_required."""
    unknown = mcp.ask_modern("tools/call", {"name": "No_such_tool"}).get_json()
    missing = mcp.ask_modern("tools/call", {"name": TOOL}).get_json()

    assert unknown["error"]["code"] == -32602
    assert "error" not in missing


@pytest.mark.requirement("ERA-5")
def test_names_schemas_and_order_of_tools(mcp: Mcp) -> None:
    first, second = (mcp.ask("tools/list")["result"]["tools"] for _ in range(2))

    assert first == second
    for tool in first:
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", tool["name"])
        assert tool["inputSchema"]["type"] == "object"

"""A proxy MCP server: in front of another one of the sandbox, which each person signs in to."""

import re

import pytest
from sqlalchemy import delete

from simulator.connectors.base import AppRequest
from simulator.connectors.mcp import MCP, build_request, read_result
from simulator.db.tables import McpServer, OAuthClient, OAuthCode, OAuthToken
from simulator.domain import end_user_groups, servers
from simulator.errors import FieldError
from tests.contract.browser import Browser
from tests.contract.identity_world import PASSWORD, RESEARCH, identity, office
from tests.contract.mcp_world import Mcp, mcp

__all__ = ["identity", "mcp", "office"]  # the fixtures
HUB = "https://app.workato.com"


def new_proxy(mcp: Mcp, url: str = RESEARCH) -> Browser:
    """The builder's browser, once the form of a proxy in front of this server was sent."""
    marc = mcp.browser().get(f"{HUB}/users/sign_in")
    marc.press("Sign in", email="marc@office.example", password=PASSWORD)
    marc.get(f"{HUB}/ai_hub/mcp/new/proxy")
    return marc.press("Create and sign in", name="Through Workato", url=url, location="1")


@pytest.fixture
def proxy(mcp: Mcp) -> str:
    """The Remote MCP URL of a proxy that Ada's and Bob's group may use."""
    marc = new_proxy(mcp)
    marc.press("Sign in", email="ada@office.example", password=PASSWORD)
    marc.press("Allow")
    assert "The external MCP server has 1 tool." in marc.text
    assert "Proxied tool" in marc.text
    with mcp.world.db.unit() as session:
        made = session.query(McpServer).filter_by(name="Through Workato").one()
        servers.switch_to_workato_identity(mcp.world, made)
        groups = end_user_groups.list_groups(mcp.world, made.environment_id).first(5)
        servers.assign_groups(mcp.world, made, [each.id for each in groups])
        return f"https://{made.number}.apim.mcp.workato.com"


def call(mcp: Mcp, url: str, who: str, tool: str = "Greet") -> dict[str, object]:
    """What a person's call of a tool is answered with."""
    params = {"name": tool, "arguments": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = mcp.send(message, mcp.token_of(who, url), url)
    return dict(answer.get_json()["result"])


@pytest.mark.requirement("PROXY-1", "PROXY-2")
def test_each_person_signs_in_to_the_external_server_themselves(mcp: Mcp, proxy: str) -> None:
    direct = call(mcp, RESEARCH, "bob")
    prompt = call(mcp, proxy, "bob")
    content = prompt["structuredContent"]
    assert isinstance(content, dict)
    assert content["error"] == "authentication_required"
    assert content["connections"] == [{"app": "MCP server", "name": "Through Workato"}]
    bob = mcp.browser("bob").get(content["auth_url"])
    assert "Workato: Through Workato" in bob.text
    assert "Connected" in bob.press("Allow").text
    assert call(mcp, proxy, "bob") == direct
    assert call(mcp, proxy, "ada")["isError"], "the builder's sign-in is nobody else's"


@pytest.mark.requirement("PROXY-3")
def test_tools_are_taken_over_as_the_external_server_has_them(mcp: Mcp, proxy: str) -> None:
    def listed(url: str) -> list[dict[str, object]]:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        answer = mcp.send(message, mcp.token_of("ada", url), url).get_json()
        return list(answer["result"]["tools"])

    (there,), (here,) = listed(RESEARCH), listed(proxy)
    assert here["name"] == there["name"] == "Greet"
    assert here["inputSchema"] == there["inputSchema"]
    with mcp.world.db.unit() as session:
        made = session.query(McpServer).filter_by(name="Research assistant").one()
        servers.set_tools_enabled(mcp.world, made, [made.tools[0].id], enabled=False)
        handle = session.query(McpServer).filter_by(name="Through Workato").one().handle
    marc = mcp.browser().get(f"{HUB}/users/sign_in")
    marc.press("Sign in", email="marc@office.example", password=PASSWORD)
    marc.get(f"{HUB}/ai_hub/mcp/{handle}/overview")
    assert not re.search(">Add tools<", marc.page.text)
    marc.press("Refresh tools")
    assert "The external MCP server has 0 tools." in marc.text
    assert listed(proxy) == []


@pytest.mark.requirement("PROXY-4")
@pytest.mark.parametrize(
    "url, sentence",
    [
        ("mcp.example.com", "MCP server URL must be a whole address"),
        ("https://mcp.example.com/mcp", "allow it with --allow-host"),
        ("https://2108.apim.mcp.workato.com", "has no metadata"),
        ("https://id.workato.com/", "instead of 401"),
    ],
)
def test_what_cannot_be_proxied_is_told_at_the_field(mcp: Mcp, url: str, sentence: str) -> None:
    marc = new_proxy(mcp, url)
    assert sentence in marc.text
    assert marc.page.status_code == 422
    with mcp.world.db.unit() as session:
        assert not session.query(McpServer).filter_by(name="Through Workato").count()


@pytest.mark.requirement("PROXY-3")
def test_an_answer_may_be_json_or_a_stream_of_events() -> None:
    stream = (
        b': ping\r\n\r\ndata: {"method":\r\ndata: "x"}\r\n\r\n'
        b'data: {"id": 1, "result": {"a": 1}}\n\n'
    )
    assert read_result(stream, {"Content-Type": "text/event-stream; charset=utf-8"}) == {"a": 1}
    assert read_result(b'{"result": {}}', {"content-type": "application/json"}) == {}
    for answer in (b'{"error": {"code": -1, "message": "No."}}', b"[]", b"<html>"):
        with pytest.raises(FieldError):
            read_result(answer, {})


@pytest.mark.requirement("PROXY-3")
def test_a_server_that_wants_a_session_gets_one() -> None:
    sent: list[AppRequest] = []

    class Answer:
        status_code, headers = 200, {"Mcp-Session-Id": "s1"}
        content = b'{"result": {"protocolVersion": "2025-03-26"}}'

    def send(request: AppRequest) -> Answer:
        sent.append(request)
        return Answer()

    MCP.converse(send, build_request("tools/list", {}))
    own = {"MCP-Protocol-Version": "2025-03-26", "Mcp-Session-Id": "s1"}
    methods = [(each.method, (each.json or {}).get("method")) for each in sent]
    assert methods == [
        ("POST", "initialize"),
        ("POST", "notifications/initialized"),
        ("POST", "tools/list"),
        ("DELETE", None),
    ]
    assert all(own.items() <= dict(each.headers).items() for each in sent[1:])


@pytest.mark.requirement("PROXY-5")
def test_a_builder_signs_in_again_to_a_server_that_forgot_everybody(mcp: Mcp, proxy: str) -> None:
    with mcp.world.db.unit() as session:
        handle = session.query(McpServer).filter_by(name="Through Workato").one().handle
        for table in (OAuthToken, OAuthCode, OAuthClient):
            session.execute(delete(table))
    marc = mcp.browser().get(f"{HUB}/users/sign_in")
    marc.press("Sign in", email="marc@office.example", password=PASSWORD)
    overview = f"{HUB}/ai_hub/mcp/{handle}/overview"

    marc.get(overview).press("Refresh tools")
    assert "are not known" in marc.text
    assert not marc.has_button("Refresh tools")
    marc.press("Sign in again").press("Sign in", email="ada@office.example", password=PASSWORD)
    marc.press("Allow")

    assert "The external MCP server has 1 tool." in marc.text
    assert call(mcp, proxy, "ada")["isError"], "each person is asked anew"

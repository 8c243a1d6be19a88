"""The situations that people report in public, each as a client meets it on the wire."""

import json
from collections.abc import Callable
from threading import Thread

import pytest
from werkzeug.test import TestResponse

from tests.contract.identity_world import PROCUREMENT
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.situations import situation
from tests.contract.test_mcp_several_apps import two_apps

__all__ = ["identity", "mcp", "office", "two_apps"]  # the fixtures

TOOL = "List_my_requisitions"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def error_of(answer: TestResponse) -> str:
    """The code of a JSON-RPC error."""
    return str(answer.get_json()["error"]["data"]["error"])


@situation("mcp-no-group")
def test_who_signed_in_may_be_in_no_group(mcp: Mcp) -> None:
    """Whoever has no token yet is still told how to get one."""
    ada, bob = mcp.token_of("ada"), mcp.token_of("bob")
    (fault,) = mcp.simulator.faults.incident("mcp-no-group", person="Ada")

    assert mcp.send(INITIALIZE, None).status_code == 401
    assert fault.hits == 0
    refused = [mcp.send(each, ada) for each in (INITIALIZE, LIST)]

    assert [each.status_code for each in refused] == [403, 403]
    assert [error_of(each) for each in refused] == ["not_in_group"] * 2
    assert "An admin can give access" in refused[0].text
    assert mcp.send(INITIALIZE, bob).status_code == 200
    mcp.simulator.faults.clear()
    assert mcp.send(INITIALIZE, ada).status_code == 200


@situation("mcp-step-up")
def test_a_server_asks_for_a_scope_until_a_token_has_it(mcp: Mcp) -> None:
    client = mcp.register(scope="openid email")
    before = mcp.tokens(client, scope="openid email")["access_token"]
    (fault,) = mcp.simulator.faults.incident("mcp-step-up")

    refused = mcp.send(LIST, before)

    challenge = refused.headers["WWW-Authenticate"]
    assert (refused.status_code, error_of(refused)) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="openid email tools:call"' in challenge
    assert f'resource_metadata="{PROCUREMENT}/.well-known/oauth-protected-resource' in challenge
    after = mcp.tokens(client, scope="openid email tools:call")["access_token"]
    assert mcp.send(LIST, after).status_code == 200
    assert mcp.send(LIST, None).status_code == 401
    assert fault.hits == 1
    mcp.simulator.faults.clear()
    plain = mcp.tokens(mcp.register(), scope="openid tools:call")
    assert plain["scope"] == "openid"


@situation("app-consent-left-open")
def test_an_app_never_sends_the_person_back(mcp: Mcp) -> None:
    (fault,) = mcp.simulator.faults.incident("app-consent-left-open", person="Ada", times=1)
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]

    assert "One moment, please" in mcp.open_link(link).text
    assert mcp.children() == []
    assert fault.hits == 1
    mcp.connect()


@situation("app-consent-denied-halfway")
def test_the_second_of_two_apps_is_denied(two_apps: Mcp) -> None:
    (fault,) = two_apps.simulator.faults.incident("app-consent-denied-halfway", person="Ada")
    prompt = two_apps.call(TOOL)["structuredContent"]
    browser = two_apps.browser("ada").get(prompt["auth_url"])

    two_apps.decide(browser.press("Connect Coupa Contracts"), "ada")
    two_apps.decide(browser.press("Connect Coupa"), "ada")

    assert "You did not allow" in browser.text
    assert [row.provider for row in two_apps.children()] == ["contracts"]
    assert fault.step_hits == [1, 1]
    again = two_apps.call(TOOL)["structuredContent"]
    assert [one["app"] for one in again["connections"]] == ["Coupa"]


@situation("app-client-deleted")
def test_an_app_forgets_the_client_of_workato(mcp: Mcp) -> None:
    mcp.connect()
    expired, deleted = mcp.simulator.faults.incident("app-client-deleted")

    result = mcp.call(TOOL)

    assert result["isError"]
    (content,) = result["content"]
    assert "signing in again does not help. Ask an admin or builder" in content["text"]
    assert "client" not in content["text"]
    assert (expired.hits, deleted.hits) == (1, 1)


@situation("identity-slow", "mcp-slow")
def test_a_system_is_late(mcp: Mcp, name: str) -> None:
    """For as long as the incident is there."""
    token = mcp.token_of("ada")
    (fault,) = mcp.simulator.faults.incident(name)
    answers: list[int] = []
    ask: Callable[[], TestResponse] = (
        (lambda: mcp.send(LIST, token)) if name == "mcp-slow" else lambda: mcp.http("GET", "/login")
    )
    waiting = Thread(target=lambda: answers.append(ask().status_code))
    waiting.start()

    while not fault.hits:
        assert waiting.is_alive()
    assert answers == []
    mcp.simulator.faults.clear()
    waiting.join(timeout=8)

    assert fault.delay == 10
    assert answers == [200]


@situation("mcp-recovers")
def test_an_mcp_server_recovers(mcp: Mcp) -> None:
    ada, bob = mcp.token_of("ada"), mcp.token_of("bob")
    mcp.simulator.faults.incident("mcp-recovers", person="Ada")

    statuses = [mcp.post(LIST, ada).status_code for _ in range(4)]

    assert statuses == [503, 503, 429, 200]
    assert mcp.send(LIST, bob).status_code == 200


@situation("app-recovers")
def test_an_app_recovers(mcp: Mcp) -> None:
    mcp.connect()
    mcp.simulator.faults.incident("app-recovers", tool=TOOL)

    results = [mcp.call(TOOL) for _ in range(4)]

    assert [result.get("isError", False) for result in results] == [True, True, True, False]
    assert "503" in results[1]["content"][0]["text"]
    assert "429" in results[2]["content"][0]["text"]


def in_session(mcp: Mcp, token: str) -> TestResponse:
    """A request in a session that is begun for it."""
    session = mcp.send(INITIALIZE, token).headers["Mcp-Session-Id"]
    return mcp.send(LIST, token, Mcp_Session_Id=session)


@situation("mcp-session-lost")
def test_a_session_is_lost_at_a_restart(mcp: Mcp) -> None:
    token = mcp.token_of("ada")
    (fault,) = mcp.simulator.faults.incident("mcp-session-lost")
    assert mcp.send(LIST, token).status_code == 200
    assert fault.hits == 0

    lost = in_session(mcp, token)

    assert (lost.status_code, error_of(lost)) == (404, "unknown_session")
    assert in_session(mcp, token).status_code == 200


@situation("mcp-session-never-starts")
def test_no_session_is_ever_found(mcp: Mcp) -> None:
    token = mcp.token_of("ada")
    mcp.simulator.faults.incident("mcp-session-never-starts")

    assert [in_session(mcp, token).status_code for _ in range(3)] == [404] * 3
    mcp.simulator.faults.clear()
    assert in_session(mcp, token).status_code == 200


@situation("mcp-tool-removed")
def test_a_tool_goes_after_it_was_listed(mcp: Mcp) -> None:
    def names() -> list[str]:
        return [tool["name"] for tool in mcp.ask("tools/list")["result"]["tools"]]

    assert TOOL in names()
    (fault,) = mcp.simulator.faults.incident("mcp-tool-removed", tool=TOOL)

    answer = mcp.ask("tools/call", {"name": TOOL})

    assert answer["error"]["data"]["error"] == "unknown_tool"
    assert names()
    assert TOOL not in names()
    assert fault.hits == 1


@situation("mcp-token-unknown")
def test_old_keys_are_dropped(mcp: Mcp) -> None:
    """The refresh token is none of them."""
    client = mcp.register()
    tokens = mcp.tokens(client)
    before = mcp.http("GET", "/oauth/jwks").get_json()["keys"]
    (fault,) = mcp.simulator.faults.incident("mcp-token-unknown")

    refused = mcp.send(LIST, tokens["access_token"])

    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    (key,) = mcp.http("GET", "/oauth/jwks").get_json()["keys"]
    assert key["kid"] not in {each["kid"] for each in before}
    renewed = mcp.refresh(client, tokens["refresh_token"]).get_json()
    assert mcp.send(LIST, renewed["access_token"]).status_code == 200
    assert fault.hits == 1


@situation("mcp-cut-off")
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_answer_ends_in_the_middle(mcp: Mcp, accept: str) -> None:
    """Of a stream, what came before is whole."""
    mcp.connect()
    call = {"name": TOOL, "_meta": {"progressToken": 7}}
    message = LIST | {"method": "tools/call", "params": call}
    (fault,) = mcp.simulator.faults.incident("mcp-cut-off")

    answer = mcp.send(message, mcp.token_of("ada"), Accept=accept)

    assert int(answer.headers["Content-Length"]) > len(answer.data)
    *whole, half = answer.text.split("\n\n")
    for event in whole:
        assert json.loads(event.partition("data: ")[2])["method"] == "notifications/progress"
    assert bool(whole) == (accept == "text/event-stream")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(half.partition("data: ")[2] or half)
    assert fault.hits == 1

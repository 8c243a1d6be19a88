"""From a tool call without a connection to one that acts as the person: prompt, link, consent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from requests import Response
from sqlalchemy import update

from simulator.db.tables import Connection, OAuthToken
from simulator.errors import Unreachable
from tests.contract.identity_world import ID
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
TOOL = "List_my_requisitions"


def link_for(mcp: Mcp, who: str = "ada") -> str:
    """The setup link that a call answers with."""
    prompt = mcp.call(TOOL, who=who)["structuredContent"]
    assert prompt["error"] == "authentication_required", prompt
    return str(prompt["auth_url"])


def ids(result: dict[str, Any]) -> list[int]:
    """Which requisitions a result holds."""
    return [row["id"] for row in result["structuredContent"]["requisitions"]]


@pytest.mark.requirement("MCP-103")
def test_a_prompt_names_the_app_and_carries_the_link(mcp: Mcp) -> None:
    """As text for the person, as structure for programs; the job says what was missing."""
    result = mcp.call(TOOL)
    prompt = result["structuredContent"]

    assert result["isError"] is True
    assert prompt["connections"] == [{"app": "Coupa", "name": "Coupa (end users)"}]
    assert prompt["auth_url"].startswith(f"{ID}/connections/setup/")
    assert "Authentication required: connect your Coupa account" in result["content"][0]["text"]
    assert result["content"][0]["text"].endswith(prompt["auth_url"])
    assert [job.status for job in mcp.jobs()] == ["connection_required"]


@pytest.mark.requirement("MCP-30")
def test_each_person_connects_once_and_sees_his_own(mcp: Mcp) -> None:
    mcp.connect("ada")
    mcp.connect("bob")

    assert (ids(mcp.call(TOOL)), ids(mcp.call(TOOL, who="bob"))) == ([11], [12])
    assert len(mcp.children()) == 2


@pytest.mark.requirement("MCP-31")
def test_a_link_works_once(mcp: Mcp) -> None:
    """Opened again after the consent: used before."""
    link = link_for(mcp)
    done = mcp.open_link(link)

    assert "Your connection is stored" in done.text
    again = mcp.browser("ada").get(link)
    assert again.page.status_code == 410
    assert "used before" in again.text


@pytest.mark.requirement("MCP-31")
def test_a_link_works_for_ten_minutes(mcp: Mcp) -> None:
    link = link_for(mcp)
    mcp.world.clock.travel(timedelta(minutes=10))

    page = mcp.browser("ada").get(link)

    assert page.page.status_code == 410
    assert "has expired. Call the tool again" in page.text
    assert link_for(mcp) != link


@pytest.mark.requirement("MCP-31")
@pytest.mark.parametrize(
    "link", [f"{ID}/connections/setup/made-up", f"{ID}/connections/rca-made-up"]
)
def test_a_link_that_nobody_made_does_not_exist(mcp: Mcp, link: str) -> None:
    page = mcp.browser("ada").get(link)

    assert page.page.status_code == 410
    assert "does not exist" in page.text


@pytest.mark.requirement("MCP-31")
def test_a_link_is_for_the_person_who_called(mcp: Mcp) -> None:
    """Somebody else is told so, may sign in as that person, and has used nothing up."""
    link = link_for(mcp, "ada")
    bob = mcp.browser("bob").get(link)

    assert bob.page.status_code == 410
    assert "made for somebody else. You are signed in as bob@office.example" in bob.text
    bob.press("Sign in as somebody else")
    bob.press("Sign in", email="ada@office.example", password="demo-Pass-1")
    assert bob.url.startswith("https://office.coupacloud.com/")
    assert "Connected" in mcp.decide(bob, "ada").text


@pytest.mark.requirement("MCP-31")
def test_two_links_of_one_person_do_not_disturb_each_other(mcp: Mcp) -> None:
    """The second finds that all is connected; nothing is stored twice."""
    first, second = link_for(mcp), link_for(mcp)
    mcp.open_link(first)

    page = mcp.browser("ada").get(second)

    assert "Connected" in page.text
    assert len(mcp.children()) == 1


@pytest.mark.requirement("MCP-32")
def test_a_person_who_denies_has_no_connection_and_is_asked_again(mcp: Mcp) -> None:
    link = link_for(mcp)

    page = mcp.open_link(link, press="Deny")

    assert "You did not allow the connection" in page.text
    assert mcp.children() == []
    assert mcp.browser("ada").get(link).page.status_code == 410
    assert "Connected" in mcp.open_link(link_for(mcp)).text


@pytest.mark.requirement("MCP-33")
def test_an_expired_token_is_refreshed_without_a_word(mcp: Mcp) -> None:
    """Coupa's access tokens live for a day."""
    mcp.connect()
    (before,) = mcp.children()
    mcp.world.clock.travel(timedelta(days=2))

    assert ids(mcp.call(TOOL)) == [11]
    (after,) = mcp.children()
    assert after.access_token_sealed != before.access_token_sealed
    assert after.id == before.id


@pytest.mark.requirement("MCP-33")
def test_a_token_that_the_app_refuses_is_refreshed_once(mcp: Mcp) -> None:
    """The app ended the access token alone."""
    mcp.connect()
    with mcp.world.db.unit() as session:
        session.execute(update(OAuthToken).values(expires_at=mcp.world.clock.now()))

    assert ids(mcp.call(TOOL)) == [11]


@pytest.mark.requirement("MCP-33")
def test_a_connection_that_was_revoked_at_the_app_is_asked_for_again(mcp: Mcp) -> None:
    """The same child connection lives again."""
    mcp.connect()
    (child,) = mcp.children()
    with mcp.world.db.unit() as session:
        session.execute(update(OAuthToken).values(revoked_at=mcp.world.clock.now()))

    link = link_for(mcp)

    (lost,) = mcp.children()
    assert "refresh was refused" in (lost.connection_lost_reason or "")
    assert lost.access_token_sealed is None
    assert "Connected" in mcp.open_link(link).text
    assert [own.id for own in mcp.children()] == [child.id]
    assert ids(mcp.call(TOOL)) == [11]


@pytest.mark.requirement("MCP-33")
def test_an_expired_token_without_a_refresh_token_is_asked_for_again(mcp: Mcp) -> None:
    mcp.connect()
    with mcp.world.db.unit() as session:
        session.execute(
            update(Connection)
            .where(Connection.parent_id.is_not(None))
            .values(refresh_token_sealed=None)
        )
    mcp.world.clock.travel(timedelta(days=2))

    assert link_for(mcp)


Send = Callable[..., Response]


def answering(status: int, body: bytes, path: str = "/api/") -> Callable[[Send], Send]:
    """Wraps the calls to apps: those to this path are answered with this."""

    def wrap(send: Send) -> Send:
        def request(method: str, url: str, **options: Any) -> Response:
            if path not in url:
                return send(method, url, **options)
            answer = Response()
            answer.status_code, answer._content = status, body
            return answer

        return request

    return wrap


def silent(_send: Send) -> Send:
    """Wraps the calls to apps: nobody answers."""

    def request(*_: Any, **__: Any) -> Response:
        raise Unreachable("office.coupacloud.com", "the wire is cut")

    return request


@pytest.mark.requirement("MCP-34")
@pytest.mark.parametrize(
    "app, reason",
    [
        (answering(500, b"<h1>Sorry</h1>"), "Coupa answered 500."),
        (answering(403, b'{"errors":{"error":["Not yours"]}}'), "Coupa answered 403: Not yours"),
        (answering(422, b'{"errors":{"id":"is wrong"}}'), "Coupa answered 422: id: is wrong"),
        (answering(200, b"<h1>Sign in</h1>"), "Coupa answered something else than JSON."),
        (answering(302, b""), "Coupa answered something else than JSON."),
        (silent, "office.coupacloud.com does not answer: the wire is cut"),
    ],
    ids=["500", "403", "422", "html", "redirect", "silence"],
)
def test_a_failure_at_the_app_names_the_step_and_keeps_the_connection(
    mcp: Mcp, monkeypatch: pytest.MonkeyPatch, app: Callable[[Send], Send], reason: str
) -> None:
    mcp.connect()
    monkeypatch.setattr(mcp.world.http, "request", app(mcp.world.http.request))

    result = mcp.call(TOOL)

    assert result["isError"] is True
    assert result["structuredContent"]["error"] == "tool_failed"
    text = result["content"][0]["text"]
    assert text == f"Step 2 (Search requisitions in Coupa) failed: {reason}"
    assert [own.connected for own in mcp.children()] == [True]
    assert mcp.jobs()[-1].error == text


@pytest.mark.requirement("MCP-34")
@pytest.mark.parametrize(
    "app, reason",
    [
        (
            answering(401, b'{"error":"invalid_client"}', "/token"),
            "Ask an admin or builder of your Workato",
        ),
        (answering(503, b"", "/token"), "Coupa issued no token: HTTP 503"),
        (silent, "does not answer"),
    ],
    ids=["client", "503", "silence"],
)
def test_a_refresh_that_fails_for_the_moment_is_a_failure_of_the_step(
    mcp: Mcp, monkeypatch: pytest.MonkeyPatch, app: Callable[[Send], Send], reason: str
) -> None:
    """No prompt: the person could not mend it."""
    mcp.connect()
    mcp.world.clock.travel(timedelta(days=2))
    monkeypatch.setattr(mcp.world.http, "request", app(mcp.world.http.request))

    text = mcp.call(TOOL)["content"][0]["text"]

    assert text.startswith("Step 2 (Search requisitions in Coupa) failed: ")
    assert reason in text
    assert [own.connected for own in mcp.children()] == [True]


@pytest.mark.requirement("MCP-101")
@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_modern_client_may_say_that_the_person_will_not(mcp: Mcp, action: str) -> None:
    """Answered with a code; the link is dead, and the next call asks anew."""
    first_result = mcp.ask_modern("tools/call", {"name": TOOL}).get_json()["result"]
    ((key, request),) = first_result["inputRequests"].items()
    retry = {
        "requestState": first_result["requestState"],
        "inputResponses": {key: {"action": action}},
    }

    result = mcp.ask_modern("tools/call", {"name": TOOL} | retry).get_json()["result"]

    assert result["structuredContent"]["error"] == "connection_cancelled"
    assert mcp.browser("ada").get(request["params"]["url"]).page.status_code == 410
    again = mcp.ask_modern("tools/call", {"name": TOOL}).get_json()["result"]
    assert key not in again["inputRequests"]


@pytest.mark.requirement("MCP-101")
@pytest.mark.parametrize("minutes, outcome", [(10, "connection_expired"), (9, "input_required")])
def test_a_retry_before_the_consent_gets_a_new_link_or_hears_that_it_expired(
    mcp: Mcp, minutes: int, outcome: str
) -> None:
    """Some clients give up when the same link comes back."""
    first_result = mcp.ask_modern("tools/call", {"name": TOOL}).get_json()["result"]
    accepted = {key: {"action": "accept"} for key in first_result["inputRequests"]}
    mcp.world.clock.travel(timedelta(minutes=minutes))

    retry = {"requestState": first_result["requestState"], "inputResponses": accepted}
    result = mcp.ask_modern("tools/call", {"name": TOOL} | retry).get_json()["result"]

    assert outcome in (result["resultType"], result.get("structuredContent", {}).get("error"))
    assert not first_result["inputRequests"].keys() & result.get("inputRequests", {}).keys()

"""Steps of end users with MCP clients."""

import json
from typing import Any

import pytest
import requests
from mcp_types import CallToolResult, TextContent
from playwright.sync_api import expect
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from simulator.db.tables import Connection, EndUser
from simulator.domain import servers
from simulator.simulator import Simulator
from simulator.testing.actors import Actor, Stage
from simulator.testing.mcp_client import McpClient
from simulator.testing.pages.sign_in import CoupaPages, IdentityPages
from steps.sandbox import Actors


@given(
    parsers.parse('{name}\'s MCP client is connected to "{server}" after she signed in'),
    target_fixture="caller",
)
def client_is_connected(name: str, server: str, actors: Actors) -> Actor:
    """Discovery, registration, sign-in, consent, token: all done by the official SDK."""
    actor = actors(name)
    actor.connect(server)
    return actor


@given(parsers.re(r'(?P<name>\w+)\'s client calls "(?P<tool>[^"]+)"'), target_fixture="caller")
@when(parsers.re(r'(?P<name>\w+)\'s client calls "(?P<tool>[^"]+)"'), target_fixture="caller")
def client_calls(name: str, tool: str, actors: Actors) -> Actor:
    """`tools/call` without arguments."""
    actor = actors(name)
    actor.call(tool)
    return actor


@then("the answer is an authentication prompt with a connection setup link")
def answer_is_prompt(caller: Actor) -> None:
    """Text for the person, a code and the link for programs."""
    prompt = _prompt(caller.answers[-1])
    assert prompt["error"] == "authentication_required"
    assert [connection["app"] for connection in prompt["connections"]] == ["Coupa"]
    assert prompt["auth_url"] in _text(caller.answers[-1])


@then("the answer is an authentication prompt with another connection setup link")
def answer_is_new_prompt(caller: Actor) -> None:
    """An old link works no more, and is not offered again."""
    first, *_, last = [_prompt(answer) for answer in caller.answers]
    assert last["auth_url"] != first["auth_url"]


@when(parsers.re(r"(?P<name>\w+) opens the link and (?P<decision>\w+) the connection in Coupa"))
def opens_link(name: str, decision: str, actors: Actors) -> None:
    """In her browser: Workato Identity knows her already; Coupa asks her to sign in."""
    actor = actors(name)
    actor.page.goto(_prompt(actor.answers[-1])["auth_url"])
    coupa = CoupaPages(actor.page)
    coupa.sign_in(actor.app_account["login"], actor.app_account["password"])
    (coupa.allow if decision == "allows" else coupa.deny).click()


@then("the window says that the connection is stored")
def window_says_done(caller: Actor) -> None:
    """The last page of the way."""
    expect(caller.page.get_by_role("heading", name="Connected")).to_be_visible()


@then("the window says that the connection was not allowed")
def window_says_denied(caller: Actor) -> None:
    """In words, and what to do next."""
    expect(caller.page.get_by_role("heading", name="You did not allow")).to_be_visible()


@then("she gets her own requisitions and nobody else's")
def gets_own(caller: Actor) -> None:
    """Every row names its requester, whom Coupa took from the access token."""
    requisitions = _value(caller.answers[-1])["requisitions"]
    owners = {row["requested-by"]["email"] for row in requisitions}
    assert owners == {caller.person["email"]}
    assert len(requisitions) >= 3


@when(
    parsers.parse('{name}\'s client calls "Get_requisition" for one of her requisitions'),
    target_fixture="asked_id",
)
def asks_for_one(name: str, actors: Actors) -> int:
    """With an id that the list gave."""
    actor = actors(name)
    requisition_id: int = _value(actor.answers[-1])["requisitions"][0]["id"]
    actor.call("Get_requisition", {"id": requisition_id})
    return requisition_id


@then("she gets that requisition without being asked again")
def gets_one(caller: Actor, asked_id: int) -> None:
    """The connection serves every tool of the server."""
    assert _value(caller.answers[-1])["requisition"]["id"] == asked_id


@given(
    parsers.parse('{name} has connected her Coupa account through "{server}"'),
    target_fixture="caller",
)
def has_connected(name: str, server: str, actors: Actors) -> Actor:
    """The whole way, once."""
    actor = client_is_connected(name, server, actors)
    actor.call("List_my_requisitions")
    opens_link(name, "allows", actors)
    window_says_done(actor)
    return actor


@when(parsers.parse("{thief} opens {owner}'s link in her own browser"))
def opens_foreign_link(thief: str, owner: str, actors: Actors) -> None:
    """Signed in to Workato Identity as herself."""
    link = _prompt(actors(owner).answers[-1])["auth_url"]
    other = actors(thief)
    other.page.goto(link)
    IdentityPages(other.page).sign_in(other.person["email"], other.person["password"])


@then("the page says that the link was made for somebody else")
def link_is_foreign(actors: Actors) -> None:
    """Before anybody is sent to the app."""
    expect(actors("Bob").page.get_by_role("alert")).to_contain_text("made for somebody else")


@then(parsers.parse("{name} has no connection"))
def has_no_connection(name: str, actors: Actors, simulator: Simulator) -> None:
    """Nothing was stored for anybody."""
    email = actors(name).person["email"]
    with simulator.world.db.unit() as session:
        owner = select(EndUser.id).where(EndUser.email == email).scalar_subquery()
        assert not session.scalars(select(Connection).where(Connection.end_user_id == owner)).all()


@when(parsers.parse('{name} signs in with an MCP client for "{server}"'), target_fixture="refusal")
def signs_in_in_vain(name: str, server: str, actors: Actors) -> McpClient:
    """The sign-in succeeds; the first request with the token does not."""
    actor = actors(name)
    with pytest.raises(Exception, match=r"403|group"):
        actor.connect(server)
    assert actor.client is not None
    return actor.client


@then(parsers.parse("the server refuses {name} with 403 and says which groups page to go to"))
def server_refuses(name: str, refusal: McpClient, actors: Actors) -> None:
    """With the client's own token: JSON-RPC error, HTTP 403."""
    assert (refusal.exchanges[-1][0], refusal.exchanges[-1][2]) == ("POST", 403)
    assert refusal.storage.tokens is not None
    response = requests.post(
        refusal.url,
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        headers={"Authorization": f"Bearer {refusal.storage.tokens.access_token}"},
        timeout=10,
    )
    error = response.json()["error"]
    assert response.status_code == 403
    assert error["data"]["error"] == "not_in_group"
    assert actors(name).person["email"] in error["message"]
    assert "End user access" in error["message"]


@given(
    parsers.parse('"{server}" was switched to token-based access with a token'),
    target_fixture="token_client",
)
def server_has_token(server: str, simulator: Simulator, stage: Stage) -> McpClient:
    """As an admin would do in AI Hub."""
    with simulator.world.db.unit():
        row = servers.server(simulator.world, 1, stage.server(server)["handle"])
        servers.switch_to_token_access(simulator.world, row)
        token = servers.generate_token(simulator.world, row)
    client = McpClient(stage.server(server)["mcp_url"], None, headers={"API-TOKEN": token})
    return stage.closing.enter_context(client.connected(stage.portal))


@when(parsers.parse('a client with the token calls "{tool}"'), target_fixture="token_answer")
def token_client_calls(tool: str, token_client: McpClient) -> CallToolResult:
    """No person stands behind the call."""
    arguments = {"category": "travel"} if tool == "Get_procurement_policy" else {}
    return token_client.call_tool(tool, arguments)


@then("the answer is an error that names Workato Identity as the remedy")
def remedy_is_named(token_answer: CallToolResult) -> None:
    """And a code for programs."""
    assert token_answer.is_error
    assert (token_answer.structured_content or {})["error"] == "verified_access_unsupported"
    assert "Workato Identity" in _text(token_answer)


@then("the answer is the procurement policy")
def policy_is_told(token_answer: CallToolResult) -> None:
    """Token-based access serves the tools that need no verified access."""
    assert "buying travel" in _value(token_answer)["policy"]


def _text(answer: CallToolResult) -> str:
    return "".join(block.text for block in answer.content if isinstance(block, TextContent))


def _value(answer: CallToolResult) -> Any:
    assert not answer.is_error, _text(answer)
    value = json.loads(_text(answer))
    assert answer.structured_content == value
    return value


def _prompt(answer: CallToolResult) -> dict[str, Any]:
    assert answer.is_error
    prompt: dict[str, Any] = answer.structured_content or {}
    return prompt

"""Steps of end users with MCP clients."""

import json
from typing import Any

import pytest
import requests
from mcp_types import CallToolResult, TextContent
from pytest_bdd import given, parsers, then, when

from simulator.domain import servers
from simulator.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.mcp_client import McpClient
from simulator.testing.workspace import Workspace


@given(
    parsers.re(
        r'(?P<name>\w+)\'s MCP client is connected to "(?P<server>[^"]+)" after s?he signed in'
    ),
    target_fixture="caller",
)
def client_is_connected(name: str, server: str, workspace: Workspace) -> Actor:
    """Discovery, registration, sign-in, consent, token: all done by the official SDK."""
    actor = workspace.person(name)
    actor.connect(server)
    return actor


@given(parsers.re(r'(?P<name>\w+)\'s client calls "(?P<tool>[^"]+)"'), target_fixture="caller")
@when(parsers.re(r'(?P<name>\w+)\'s client calls "(?P<tool>[^"]+)"'), target_fixture="caller")
def client_calls(name: str, tool: str, workspace: Workspace) -> Actor:
    """`tools/call` without arguments."""
    actor = workspace.person(name)
    actor.call(tool)
    return actor


@then("the answer is an authentication prompt with a connection setup link")
def answer_is_prompt(caller: Actor) -> None:
    """Text for the person, a code and the link for programs."""
    prompt = prompt_of(caller.answers[-1])
    assert prompt["error"] == "authentication_required"
    assert [connection["app"] for connection in prompt["connections"]] == ["Coupa"]
    assert prompt["auth_url"] in text_of(caller.answers[-1])


@then("the answer is an authentication prompt with another connection setup link")
def answer_is_another_prompt(caller: Actor) -> None:
    """An old link works no more, and is not offered again."""
    first, *_, last = [prompt_of(answer) for answer in caller.answers]
    assert last["auth_url"] != first["auth_url"]


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
def asks_for_one(name: str, workspace: Workspace) -> int:
    """With an id that the list gave."""
    actor = workspace.person(name)
    requisition_id: int = _value(actor.answers[-1])["requisitions"][0]["id"]
    actor.call("Get_requisition", {"id": requisition_id})
    return requisition_id


@then("she gets that requisition without being asked again")
def gets_one(caller: Actor, asked_id: int) -> None:
    """The connection serves every tool of the server."""
    assert _value(caller.answers[-1])["requisition"]["id"] == asked_id


@when(parsers.parse('{name} signs in with an MCP client for "{server}"'), target_fixture="refusal")
def signs_in_in_vain(name: str, server: str, workspace: Workspace) -> McpClient:
    """The sign-in succeeds; the first request with the token does not."""
    actor = workspace.person(name)
    with pytest.raises(Exception, match=r"403|group"):
        actor.connect(server)
    assert actor.client is not None
    return actor.client


@then(parsers.parse("the server refuses {name} with 403 and says which groups page to go to"))
def server_refuses(name: str, refusal: McpClient, workspace: Workspace) -> None:
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
    assert workspace.person(name).person["email"] in error["message"]
    assert "End user access" in error["message"]


@given(
    parsers.parse('"{server}" was switched to token-based access with a token'),
    target_fixture="token_client",
)
def server_has_token(server: str, simulator: Simulator, workspace: Workspace) -> McpClient:
    """As an admin would do in AI Hub."""
    with simulator.world.db.unit():
        row = servers.server(simulator.world, 1, workspace.stage.server(server)["handle"])
        servers.switch_to_token_access(simulator.world, row)
    headers = {"API-TOKEN": workspace.mcp_token(server)}
    client = McpClient(workspace.stage.server(server)["mcp_url"], None, headers=headers)
    return workspace.stage.closing.enter_context(client.connected(workspace.stage.portal))


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
    assert "Workato Identity" in text_of(token_answer)


@then("the answer is the procurement policy")
def policy_is_told(token_answer: CallToolResult) -> None:
    """Token-based access serves the tools that need no verified access."""
    assert "buying travel" in _value(token_answer)["policy"]


def text_of(answer: CallToolResult) -> str:
    """What a person reads in an answer."""
    return "".join(block.text for block in answer.content if isinstance(block, TextContent))


def _value(answer: CallToolResult) -> Any:
    assert not answer.is_error, text_of(answer)
    value = json.loads(text_of(answer))
    assert answer.structured_content == value
    return value


def prompt_of(answer: CallToolResult) -> dict[str, Any]:
    """What a program reads in an authentication prompt."""
    assert answer.is_error
    prompt: dict[str, Any] = answer.structured_content or {}
    return prompt

"""Steps of end users with MCP clients: the official SDK's, or one of the suite's own."""

from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from simulator.domain import servers
from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.answers import read_answer
from simulator.testing.client_under_test import ClientFactory
from simulator.testing.mcp_client import McpClient
from simulator.testing.steps.calls import (
    TokenHolder,
    call,
    default_arguments,
    key_of,
    last_answer,
    owner_of,
    post_as,
    prompt_of,
    read_arguments,
    rows_of,
    schema_of,
    schemas,
    value_of,
)
from simulator.testing.steps.words import names_of
from simulator.testing.workspace import Workspace


@pytest.fixture
def client_factory() -> ClientFactory | None:
    """Override this to put a client of your own in the place of everybody's.

    It is `factory(url, actor)` and returns a `simulator.testing.ClientUnderTest`, not connected
    yet; None stands for the official SDK's client.
    """
    return None


@given(
    parsers.re(
        r'(?P<name>[^"]+?)\'s MCP client is connected to "(?P<server>[^"]+)" after '
        r"(?:s?he|they) signed in"
    ),
    target_fixture="caller",
)
def client_is_connected(
    name: str, server: str, workspace: Workspace, client_factory: ClientFactory | None
) -> Actor:
    """Discovery, registration, sign-in, consent, token: all done by the client."""
    actor = workspace.person(name)
    _connect(actor, server, client_factory)
    return actor


@given(
    parsers.re(r'(?P<name>[^"]+?)\'s client calls "(?P<tool>[^"]+)"(?P<given> with:)?'),
    target_fixture="caller",
)
@when(
    parsers.re(r'(?P<name>[^"]+?)\'s client calls "(?P<tool>[^"]+)"(?P<given> with:)?'),
    target_fixture="caller",
)
def client_calls(
    name: str,
    tool: str,
    given: str | None,
    workspace: Workspace,
    datatable: list[list[str]] | None = None,
    docstring: str | None = None,
) -> Actor:
    """`tools/call`. The arguments: a table of `argument` and `value`, or a JSON object in a doc
    string; without them, the first choice that the tool offers for each required argument."""
    actor = workspace.person(name)
    arguments = None
    if given:
        arguments = read_arguments(schema_of(actor, tool), datatable, docstring)
    elif datatable or docstring:
        raise LookupError("Arguments are announced: the step ends in `with:`.")
    call(actor, tool, arguments)
    return actor


@then(
    parsers.re(
        r"the answer is an authentication prompt with a connection setup link"
        r"(?: for (?P<apps>.+))?"
    )
)
def answer_is_prompt(apps: str | None, caller: Actor) -> None:
    """Text for the person, a code and the link for programs; the apps in this order, no others."""
    answer = last_answer(caller)
    prompt = prompt_of(answer)
    assert prompt["error"] == "authentication_required"
    assert prompt["auth_url"] in answer.text
    connected = [connection["app"] for connection in prompt["connections"]]
    assert connected
    assert apps is None or connected == names_of(apps)


@then("the answer is an authentication prompt with another connection setup link")
def answer_is_another_prompt(caller: Actor) -> None:
    """An old link works no more, and is not offered again."""
    first, *_, last = [prompt_of(read_answer(answer)) for answer in caller.answers]
    assert last["auth_url"] != first["auth_url"]


@then(
    parsers.re(r'(?P<who>[^"]+?) gets? (?:her|his|their) own (?P<rows>[\w -]+) and nobody else\'s')
)
def gets_own(who: str, rows: str, caller: Actor, workspace: Workspace) -> None:
    """Every row names its owner, whom the app took from the access token."""
    actor = _meant(who, caller, workspace)
    found = rows_of(last_answer(actor), rows)
    assert found, f"no {rows}: this would tell nothing"
    assert {owner_of(row) for row in found} == {actor.person["email"]}


@when(
    parsers.re(
        r'(?P<name>[^"]+?)\'s client calls "(?P<tool>[^"]+)" for one of '
        r"(?P<whose>her|his|their|[^\"]+'s) (?P<rows>[\w -]+)"
    ),
    target_fixture="record_id",
)
def calls_for_one(name: str, tool: str, whose: str, rows: str, workspace: Workspace) -> Any:
    """With the `id` of a row that the owner's client was given in its last list of them."""
    actor = workspace.person(name)
    owner = actor if whose in ("her", "his", "their") else workspace.person(whose[:-2])
    for result in reversed(owner.answers):
        answer = read_answer(result)
        if not answer.is_error and key_of(rows) in answer.data:
            row_id = rows_of(answer, rows)[0]["id"]
            call(actor, tool, {"id": row_id})
            return row_id
    raise LookupError(f"No client of {owner.name} was given any {rows} yet.")


@then(
    parsers.re(r'(?P<who>[^"]+?) gets? that (?P<row>[\w -]+) without being asked again'),
)
def gets_one(who: str, row: str, caller: Actor, record_id: Any, workspace: Workspace) -> None:
    """The connection serves every tool of the server."""
    assert caller is _meant(who, caller, workspace)
    found = value_of(last_answer(caller))[key_of(row)]
    assert found["id"] == record_id
    assert owner_of(found) == caller.person["email"]


@then(parsers.re(r'(?P<name>[^"]+?) is not given that (?P<row>[\w -]+)'))
def is_not_given(name: str, row: str, record_id: Any, workspace: Workspace) -> None:
    """The app says that there is none that they can see, as if nobody had it; nothing of it is
    told."""
    answer = last_answer(workspace.person(name))
    assert answer.is_error, answer.text
    assert "answered 404" in answer.text, f"asked for the {row} {record_id}"
    assert "@" not in answer.text, "the answer names somebody"


@when(
    parsers.re(r'(?P<name>[^"]+?) signs in with an MCP client for "(?P<server>[^"]+)"'),
    target_fixture="refused",
)
def signs_in_in_vain(
    name: str, server: str, workspace: Workspace, client_factory: ClientFactory | None
) -> Actor:
    """The sign-in succeeds; the first request with the token does not."""
    actor = workspace.person(name)
    with pytest.raises(Exception) as refusal:  # noqa: PT011 (clients raise what they like)
        _connect(actor, server, client_factory)
    assert actor.client is not None, refusal.value
    assert actor.client.access_token, refusal.value
    return actor


@then(
    parsers.re(r"the server refuses (?P<name>[^\"']+) with 403 and says which groups page to go to")
)
def server_refuses(name: str, refused: Actor, workspace: Workspace) -> None:
    """With the token that the client has just been given: JSON-RPC error, HTTP 403."""
    assert refused is workspace.person(name)
    _expect_not_in_group(refused)


@then(
    parsers.re(
        r"the server refuses (?P<name>[^\"]+?)'s next call with 403 and says "
        r"(?P<why>which groups page to go to|that the environment is closed to them)"
    )
)
def server_refuses_next_call(name: str, why: str, workspace: Workspace) -> None:
    """With the client that was connected before, and the token that it had: nobody signs in."""
    actor = workspace.person(name)
    client = actor.client
    assert client is not None, f"{name}'s client is not connected"
    token = client.access_token
    with pytest.raises(Exception):  # noqa: B017, PT011 (clients raise what they like)
        client.list_tools()
    assert client.access_token == token, "the client got itself another token"
    _expect_not_in_group(actor, _REASONS[why])


@given(
    parsers.parse('"{server}" was switched to token-based access with a token'),
    target_fixture="caller",
)
def server_has_token(server: str, simulator: Simulator, workspace: Workspace) -> TokenHolder:
    """As an admin would do in AI Hub."""
    number = workspace.stage.server(server)["number"]
    with simulator.world.db.unit():
        row = servers.find_server_by_number(simulator.world, number)
        assert row is not None
        servers.switch_to_token_access(simulator.world, row)
    headers = {"API-TOKEN": workspace.mcp_token(server)}
    address, network = workspace.stage.server(server)["mcp_url"], workspace.stage.network
    options = network.client_options(address, {})
    client = McpClient(
        address,
        None,
        headers,
        http_options=options,
        check=network.check,
        on_answer=workspace.stage.saw_answer("a client with a token"),
    )
    return TokenHolder(workspace.stage.closing.push(client.connected(workspace.stage.portal)))


@when(parsers.parse('a client with the token calls "{tool}"'))
def token_client_calls(tool: str, caller: TokenHolder) -> None:
    """No person stands behind the call; arguments as for a person's client."""
    arguments = default_arguments(schemas(caller.client).get(tool, {}))
    caller.answers.append(caller.client.call_tool(tool, arguments))


@then("the answer is an error that names Workato Identity as the remedy")
def remedy_is_named(caller: TokenHolder) -> None:
    """And a code for programs."""
    answer = last_answer(caller)
    assert answer.is_error
    assert answer.data["error"] == "verified_access_unsupported"
    assert "Workato Identity" in answer.text


@then(parsers.parse('the answer says "{text}"'))
def answer_says(text: str, caller: Actor | TokenHolder) -> None:
    """The tool ran, and this is part of what it answered."""
    answer = last_answer(caller)
    value_of(answer)
    assert text in answer.text, answer.text


def _meant(who: str, caller: Actor, workspace: Workspace) -> Actor:
    """The person of a name; *she*, *he* and *they* are whoever called last."""
    return caller if who in ("she", "he", "they") else workspace.person(who)


def _connect(actor: Actor, server: str, factory: ClientFactory | None) -> None:
    actor.input_schemas.clear()
    if factory is None:
        actor.connect(server)
    else:
        actor.connect_client(server, factory)


#: Why a person is refused → what the message has of it.
_REASONS = {
    "which groups page to go to": "End user access",
    "that the environment is closed to them": "to the environment",
}


def _expect_not_in_group(actor: Actor, reason: str = "End user access") -> None:
    response = post_as(actor, "tools/list")
    assert response.status_code == 403, response.text
    error = response.json()["error"]
    assert error["data"]["error"] == "not_in_group"
    assert actor.person["email"] in error["message"]
    assert reason in error["message"]

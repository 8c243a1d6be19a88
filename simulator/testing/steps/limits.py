"""Steps about what an admin sets on a server and its tools."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import requests
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from simulator.db.tables import McpServer, Recipe
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits, servers
from simulator.errors import list_choices
from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.client_under_test import tool_fields
from simulator.testing.steps.calls import default_arguments, post_as, schema_of
from simulator.testing.steps.words import YES_OR_NO, meaning
from simulator.testing.workspace import Workspace

KINDS = {"rate limit": RATE_LIMIT, "usage quota": USAGE_QUOTA}
HINTS = {
    "read-only": "readOnlyHint",
    "destructive": "destructiveHint",
    "safe to retry": "idempotentHint",
    "open world": "openWorldHint",
}


@pytest.fixture
def listed() -> dict[str, set[str]]:
    """The tools that people's clients saw before something changed: person → names."""
    return {}


@given(
    parsers.re(
        r'"(?P<server>[^"]+)" has a (?P<kind>[\w -]+) of (?P<calls>\d+) tool calls? '
        r"per (?P<interval>.+)"
    )
)
def server_has_limit(
    server: str, kind: str, calls: str, interval: str, simulator: Simulator, workspace: Workspace
) -> None:
    """A `rate limit` or `usage quota`, as the Limits section of the server has it."""
    with simulator.world.db.unit():
        row = _row(simulator, workspace, server)
        limits.set_limit(simulator.world, row, meaning(kind, KINDS), int(calls), interval)


@when(
    parsers.parse('an admin allows the IP addresses {block} alone for "{server}"'),
)
def server_allows_addresses(
    block: str, server: str, simulator: Simulator, workspace: Workspace
) -> None:
    """The tests' clients live on loopback, which is not among them."""
    with simulator.world.db.unit():
        row = _row(simulator, workspace, server)
        limits.restrict_addresses(simulator.world, row, allow=[block], deny=[])


@when(
    parsers.re(
        r'(?P<name>[^"]+?)\'s client calls "(?P<tool>[^"]+)" (?:once too often|from elsewhere)'
    ),
    target_fixture="refusal_sent",
)
def calls_in_vain(name: str, tool: str, workspace: Workspace) -> requests.Response:
    """With their client's own token; the answer is seen as it is on the wire."""
    actor = workspace.person(name)
    arguments = default_arguments(schema_of(actor, tool))
    return post_as(actor, "tools/call", {"name": tool, "arguments": arguments})


@then(parsers.parse('the server refuses with "{code}" and says when to come back'))
def refuses_for_now(code: str, refusal_sent: requests.Response) -> None:
    """In the header for HTTP clients, in the error for programs and for people."""
    error = refusal_sent.json()["error"]
    seconds = int(refusal_sent.headers["Retry-After"])
    assert refusal_sent.status_code == 429
    assert error["data"] == {"error": code, "retry_after": seconds}
    assert f"Call again in {seconds:,} second" in error["message"]


@then(parsers.parse('the server refuses with "{code}"'))
def refuses(code: str, refusal_sent: requests.Response) -> None:
    """403, with a code for programs."""
    assert refusal_sent.status_code == 403
    assert refusal_sent.json()["error"]["data"] == {"error": code}


@when("that time has passed")
def time_passes(refusal_sent: requests.Response, simulator: Simulator) -> None:
    """Exactly as long as the server said."""
    seconds = int(refusal_sent.headers["Retry-After"])
    simulator.world.clock.travel(timedelta(seconds=seconds))


@when(parsers.parse('a builder stops the recipe "{recipe}"'))
def recipe_is_stopped(recipe: str, simulator: Simulator, workspace: Workspace) -> None:
    """The tool's own switch stays on."""
    assert simulator is workspace.simulator  # whose world is fresh, and stays as it is from now on
    with simulator.world.db.unit() as session:
        recipes = {row.name: row for row in session.scalars(select(Recipe))}
        if recipe not in recipes:
            raise LookupError(f"No recipe is called '{recipe}'. {list_choices(recipes)}")
        recipes[recipe].running = False


@given(parsers.re(r'(?P<name>[^"]+?)\'s client sees the tool "(?P<tool>[^"]+)"'))
def sees_tool(name: str, tool: str, workspace: Workspace, listed: dict[str, set[str]]) -> None:
    """In tools/list."""
    actor = workspace.person(name)
    listed[actor.person["email"]] = set(_tools(actor))
    assert tool in listed[actor.person["email"]], list_choices(listed[actor.person["email"]])


@then(parsers.re(r'(?P<name>[^"]+?)\'s client no longer sees the tool "(?P<tool>[^"]+)"'))
def sees_tool_no_longer(
    name: str, tool: str, workspace: Workspace, listed: dict[str, set[str]]
) -> None:
    """All others that it saw before are there."""
    actor = workspace.person(name)
    if actor.person["email"] not in listed:
        raise LookupError(f'Say before: {name}\'s client sees the tool "{tool}".')
    assert set(_tools(actor)) == listed[actor.person["email"]] - {tool}


@then(
    parsers.re(
        r'a call of "(?P<tool>[^"]+)" by (?P<name>[^"]+?)\'s client is refused as an unknown tool'
    )
)
def call_is_refused(tool: str, name: str, workspace: Workspace) -> None:
    """As if it had never been there; -32602, where the client tells the code in `error.code`."""
    with pytest.raises(Exception, match=f"tool '{tool}' not found") as refused:
        workspace.person(name).call(tool)  # clients raise what they like
    error = getattr(refused.value, "error", None)
    assert error is None or error.code == -32602


@then(parsers.re(r'(?P<name>[^"]+?)\'s client is given these hints about the tools:'))
def tools_give_hints(name: str, workspace: Workspace, datatable: list[list[str]]) -> None:
    """`yes` or `no` for each that is named, as annotations."""
    tools = _tools(workspace.person(name))
    (_, *labels), *rows = datatable
    for tool, *values in rows:
        expected = {
            meaning(label, HINTS): meaning(value, YES_OR_NO)
            for label, value in zip(labels, values, strict=True)
        }
        if tool not in tools:
            raise LookupError(f"The client sees no tool '{tool}'. {list_choices(tools)}")
        annotations = tools[tool].get("annotations", {})
        assert {hint: annotations.get(hint) for hint in expected} == expected


def _row(simulator: Simulator, workspace: Workspace, server: str) -> McpServer:
    row = servers.find_server_by_number(simulator.world, workspace.stage.server(server)["number"])
    assert row is not None, f"the MCP server '{server}' is gone"
    return row


def _tools(actor: Actor) -> dict[str, Mapping[str, Any]]:
    assert actor.client is not None, f"{actor.name}'s client is not connected"
    return {tool["name"]: tool for tool in map(tool_fields, actor.client.list_tools())}

"""Steps about what an admin sets on a server and its tools."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from mcp import MCPError
from mcp_types import TextContent
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from simulator.db.tables import McpServer, Recipe
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits, servers
from simulator.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.workspace import Workspace

POLICY = "Get_procurement_policy"
KINDS = {"rate limit": RATE_LIMIT, "usage quota": USAGE_QUOTA}
HINTS = {
    "read-only": "read_only_hint",
    "destructive": "destructive_hint",
    "safe to retry": "idempotent_hint",
    "open world": "open_world_hint",
}


@given(
    parsers.re(
        r'"(?P<server>[^"]+)" has a (?P<kind>rate limit|usage quota) of (?P<calls>\d+) tool calls? '
        r"per (?P<interval>.+)"
    )
)
def server_has_limit(
    server: str, kind: str, calls: str, interval: str, simulator: Simulator, workspace: Workspace
) -> None:
    """As the Limits section of the server has it."""
    with simulator.world.db.unit():
        row = _row(simulator, workspace, server)
        limits.set_limit(simulator.world, row, KINDS[kind], int(calls), interval)


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


@when(parsers.parse("{name}'s client asks for the procurement policy"), target_fixture="caller")
def asks_for_policy(name: str, workspace: Workspace) -> Actor:
    """A tool that needs no connection."""
    actor = workspace.person(name)
    actor.call(POLICY, {"category": "travel"})
    return actor


@when(
    parsers.re(
        r"(?P<name>\w+)'s client asks for the procurement policy (once too often|from elsewhere)"
    ),
    target_fixture="refusal_sent",
)
def asks_in_vain(name: str, workspace: Workspace) -> requests.Response:
    """With her client's own token; the answer is seen as it is on the wire."""
    client = workspace.person(name).client
    assert client is not None
    assert client.storage.tokens is not None
    params = {"name": POLICY, "arguments": {"category": "travel"}}
    return requests.post(
        client.url,
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
        headers={"Authorization": f"Bearer {client.storage.tokens.access_token}"},
        timeout=10,
    )


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


@then("she is told the procurement policy")
def is_told_policy(caller: Actor) -> None:
    """The tool ran."""
    (block,) = caller.answers[-1].content
    assert isinstance(block, TextContent)
    assert "buying travel" in json.loads(block.text)["policy"]


@when(parsers.parse('a builder stops the recipe "{recipe}"'))
def recipe_is_stopped(recipe: str, simulator: Simulator) -> None:
    """The tool's own switch stays on."""
    with simulator.world.db.unit() as session:
        session.scalars(select(Recipe).where(Recipe.name == recipe)).one().running = False


@given(parsers.parse('{name}\'s client sees the tool "{tool}"'))
def sees_tool(name: str, tool: str, workspace: Workspace) -> None:
    """In tools/list."""
    assert tool in _tools(workspace.person(name))


@then(parsers.parse('{name}\'s client no longer sees the tool "{tool}"'))
def sees_tool_no_longer(name: str, tool: str, workspace: Workspace) -> None:
    """The others are there."""
    tools = _tools(workspace.person(name))
    assert tool not in tools
    assert len(tools) == 3


@then(parsers.parse('a call of "{tool}" by {name}\'s client is refused as an unknown tool'))
def call_is_refused(tool: str, name: str, workspace: Workspace) -> None:
    """As if it had never been there."""
    with pytest.raises(MCPError, match=f"Unknown tool: {tool}") as refused:
        workspace.person(name).call(tool)
    assert refused.value.error.code == -32602


@then(parsers.parse("{name}'s client is given these hints about the tools:"))
def tools_give_hints(name: str, workspace: Workspace, datatable: list[list[str]]) -> None:
    """All four, as annotations."""
    tools = _tools(workspace.person(name))
    (_, *labels), *rows = datatable
    for tool, *values in rows:
        expected = {
            HINTS[label]: value == "yes" for label, value in zip(labels, values, strict=True)
        }
        assert tools[tool].annotations.model_dump(exclude_none=True) == expected


def _row(simulator: Simulator, workspace: Workspace, server: str) -> McpServer:
    return servers.server(simulator.world, 1, workspace.stage.server(server)["handle"])


def _tools(actor: Actor) -> dict[str, Any]:
    assert actor.client is not None
    return {tool.name: tool for tool in actor.client.list_tools()}

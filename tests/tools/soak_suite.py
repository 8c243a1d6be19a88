"""Tests with the plugin's fixtures that would notice what another test left behind.

They use the plugin's own `simulator`, as suites elsewhere do, and not the one of `steps`, which is
reset to whatever scenario it had last.
"""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.faults import Faults
from simulator.journal import Journal
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.actors import Actor
from simulator.testing.mcp_client import McpClient
from simulator.testing.plugin import simulator  # noqa: F401  # a fixture
from simulator.testing.workspace import Workspace

SERVER = "Procurement assistant"
TOOL = "List_my_requisitions"
Person = Callable[[str], Actor]
Connect = Callable[..., McpClient]


@pytest.mark.parametrize("name", ["Ada", "Bob"])
def test_each_sees_her_own(
    name: str, end_user: Person, mcp_client: Connect, journal: Journal
) -> None:
    assert list(journal) == []
    client = mcp_client(name, SERVER)
    prompt = client.call_tool(TOOL)
    assert _content(prompt)["error"] == "authentication_required"
    end_user(name).connect_account(prompt)
    rows = _content(client.call_tool(TOOL))["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {name.lower()}


def test_time_and_faults_are_this_tests_own(
    end_user: Person, mcp_client: Connect, clock: TimeTravel, faults: Faults
) -> None:
    client = mcp_client("Ada", SERVER)
    end_user("Ada").connect_account(client.call_tool(TOOL))
    clock.travel(days=2)
    faults.add("/api/*", system="app:*", status=503)
    assert _content(client.call_tool(TOOL))["error"] == "tool_failed"


@pytest.mark.simulator_scenario("minimal")
def test_the_world_is_the_one_that_was_asked_for(
    workspace: Workspace, end_user: Person, mcp_client: Connect
) -> None:
    assert workspace.description["scenario"] == "minimal"
    client = mcp_client("Ida", "Buying")
    end_user("Ida").connect_account(client.call_tool(TOOL))
    rows = _content(client.call_tool(TOOL))["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ida"}


def _content(answer: Any) -> dict[str, Any]:
    content: dict[str, Any] = answer.structured_content
    return content

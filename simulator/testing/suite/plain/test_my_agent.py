"""My agent acts as the person who asks."""

from collections.abc import Callable

import pytest

from simulator.testing import Actor, McpClient, TimeTravel

# A test here fails if a fault that it plants happens to no request.
pytestmark = pytest.mark.simulator_strict_faults

SERVER, TOOL = "Procurement assistant", "List_my_requisitions"


def test_ada_is_asked_once_and_then_gets_what_is_hers(
    end_user: Callable[[str], Actor], mcp_client: Callable[..., McpClient]
) -> None:
    """Put your agent in the place of `mcp_client`."""
    client = mcp_client("Ada", SERVER)
    prompt = client.call_tool(TOOL)
    assert "Connected" in end_user("Ada").connect_account(prompt)

    assert requesters(client) == {"ada"}


def test_after_a_weekend_nobody_has_to_sign_in_again(
    end_user: Callable[[str], Actor], mcp_client: Callable[..., McpClient], clock: TimeTravel
) -> None:
    """Two days of simulated time: the access tokens expire."""
    client = mcp_client("Ada", SERVER)
    end_user("Ada").connect_account(client.call_tool(TOOL))

    clock.travel(days=2)

    assert requesters(client) == {"ada"}


def requesters(client: McpClient) -> set[str]:
    """Whose requisitions the tool lists."""
    answer = client.call_tool(TOOL).structured_content
    assert answer, "no rows: a prompt, or a failure"
    return {row["requested-by"]["login"] for row in answer["requisitions"]}

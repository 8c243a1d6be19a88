"""Same-user token inheritance: who authorized the parent connection need not connect again."""

import pytest

from simulator.db.tables import Connection, McpServer
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures


def inherit(mcp: Mcp, *, allowed: bool = True) -> None:
    """Let the parent be authorized by Ada, and say whether the server allows inheritance."""
    with mcp.world.db.unit() as session:
        session.get_one(McpServer, 2107).allow_same_user_token_inheritance = allowed
        session.get_one(Connection, 1).authorized_by = "ada@office.example"
    # The tokens of the scenario's parent are Marc's: here Ada has authorized it as Marc.
    mcp.simulator.isolation.accept("ada@office.example", "marc@office.example")


@pytest.mark.requirement("MCP-45")
def test_the_builder_acts_with_the_parent_and_others_are_asked(mcp: Mcp) -> None:
    """The parent has Marc's tokens of Coupa, where he sees everybody's requisitions."""
    inherit(mcp)

    inherited = mcp.call("List_my_requisitions", who="ada")
    prompt = mcp.call("List_my_requisitions", who="bob")

    assert "requisitions" in inherited["structuredContent"]
    assert inherited["isError"] is False
    assert prompt["structuredContent"]["error"] == "authentication_required"
    assert mcp.children() == []


@pytest.mark.requirement("MCP-45")
def test_it_is_off_unless_an_admin_switches_it_on(mcp: Mcp) -> None:
    inherit(mcp, allowed=False)

    prompt = mcp.call("List_my_requisitions", who="ada")

    assert prompt["structuredContent"]["error"] == "authentication_required"

"""A streamed call: each step has a unit of work of its own, and reads the world as it is then."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Connection
from simulator.domain import connections
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_mcp_streams import BOTH, message_of

__all__ = ["identity", "mcp", "office"]  # the fixtures

TOOL = "List_my_requisitions"


def events(mcp: Mcp) -> Iterator[bytes]:
    """Call a tool that acts in Coupa, with progress; what is streamed, as it comes."""
    params = {"name": TOOL, "_meta": {"progressToken": "p"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return mcp.send(message, mcp.token_of("ada"), Accept=BOTH).iter_encoded()


def result_of(streamed: Iterator[bytes]) -> dict[str, Any]:
    """Read to the end."""
    *_, last = [message_of(chunk) for chunk in streamed]
    return dict(last["result"])


@pytest.mark.requirement("MCP-37")
@pytest.mark.requirement("CORE-18")
def test_nothing_is_locked_between_two_events(mcp: Mcp) -> None:
    mcp.connect()
    streamed = events(mcp)

    for _ in range(3):
        assert message_of(next(streamed))["method"] == "notifications/progress"
        assert not mcp.world.db.holds_transaction()
        assert mcp.call(TOOL)["isError"] is False, "another call meanwhile"

    assert result_of(streamed)["isError"] is False


@pytest.mark.requirement("MCP-37")
def test_a_token_that_expires_between_two_events_is_refreshed(mcp: Mcp) -> None:
    mcp.connect()
    before = mcp.children()[0].access_token_sealed
    streamed = events(mcp)
    next(streamed)
    mcp.world.clock.freeze(mcp.world.clock.now())
    with mcp.world.db.unit() as session:
        child = session.scalars(select(Connection).where(Connection.parent_id.is_not(None))).one()
        child.token_expires_at = mcp.world.clock.now() - timedelta(seconds=1)

    assert result_of(streamed)["isError"] is False
    assert mcp.children()[0].access_token_sealed != before


@pytest.mark.requirement("MCP-37")
def test_a_connection_that_is_lost_between_two_events_is_prompted_for(mcp: Mcp) -> None:
    mcp.connect()
    streamed = events(mcp)
    next(streamed)
    with mcp.world.db.unit() as session:
        child = session.scalars(select(Connection).where(Connection.parent_id.is_not(None))).one()
        connections.mark_lost(mcp.world, child, "Disconnected by somebody.")

    assert result_of(streamed)["structuredContent"]["error"] == "authentication_required"
    assert [job.status for job in mcp.jobs()][-1] == "connection_required"

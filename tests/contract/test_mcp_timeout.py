"""A tool call that takes too long is given up, and says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask, request, request_finished

from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures

TOOL = "List_my_requisitions"


@contextmanager
def coupa_takes(mcp: Mcp, seconds: float) -> Iterator[None]:
    """The app answers its API only after so long, by the simulated clock."""

    def wait(_: Flask, **__: object) -> None:
        if request.path.startswith("/api/"):
            mcp.world.clock.travel(timedelta(seconds=seconds))

    with request_finished.connected_to(wait):
        yield


@pytest.mark.requirement("MCP-46")
def test_a_call_that_takes_too_long_is_given_up(mcp: Mcp) -> None:
    mcp.connect()

    with coupa_takes(mcp, 61):
        late = mcp.call(TOOL)
    with coupa_takes(mcp, 59):
        slow = mcp.call(TOOL)

    assert late["isError"]
    assert late["structuredContent"]["error"] == "timeout"
    assert "longer than 60 seconds" in late["content"][0]["text"]
    assert [job.status for job in mcp.jobs()][-2:] == ["failed", "succeeded"]
    assert slow["structuredContent"]["requisitions"]


@pytest.mark.requirement("MCP-46")
def test_the_connection_survives_it(mcp: Mcp) -> None:
    mcp.connect()

    with coupa_takes(mcp, 3600):
        mcp.call(TOOL)

    assert mcp.call(TOOL)["structuredContent"]["requisitions"]

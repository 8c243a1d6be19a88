"""A server's limits as the official Python SDK hands them to the program that uses it."""

from collections.abc import Iterator

import pytest
from mcp import MCPError

from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import limits, servers
from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor, acting
from tests.wire.whole_way import SERVER

pytestmark = pytest.mark.wire


@pytest.fixture
def ada(simulator: Simulator) -> Iterator[Actor]:
    """Ada; the server takes one tool call a minute."""
    with simulator.world.db.unit():
        server = servers.find_server_by_number(simulator.world, 2107)
        assert server is not None
        limits.set_limit(simulator.world, server, RATE_LIMIT, 1, "minute")
    with acting(simulator) as actor:
        yield actor("Ada")


@pytest.mark.requirement("LIM-5")
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_program_reads_from_the_error_when_to_come_back(ada: Actor, mode: str) -> None:
    """The SDK keeps the JSON-RPC error of an answer with status 429, in both eras."""
    client = ada.connect(SERVER, mode=mode)
    assert not ada.call("Get_procurement_policy", {"category": "travel"}).is_error

    with pytest.raises(MCPError, match="Call again in") as refused:
        ada.call("Get_procurement_policy", {"category": "travel"})

    data = refused.value.error.data
    assert data["error"] == "rate_limited"
    assert 1 <= data["retry_after"] <= 60
    assert client.exchanges[-1][2] == 429
    assert len(client.list_tools()) == 4  # lists are not limited

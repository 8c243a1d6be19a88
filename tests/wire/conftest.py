"""What the tests of whole clients share."""

from collections.abc import Iterator

import pytest

from simulator.simulator import Simulator
from tests import clients
from tests.wire.witness import Witness, witnessing


@pytest.fixture
def witness(simulator: Simulator, request: pytest.FixtureRequest) -> Iterator[Witness]:
    """Sees what the client under test does; at the end that must be what its row says."""
    marker = request.node.get_closest_marker("client")
    assert marker is not None, "mark the test with the id of its row: @pytest.mark.client(ID)"
    (row_id,) = marker.args
    row = clients.load()[row_id]
    with witnessing(simulator) as seen:
        yield seen
    assert seen.steps - {"userinfo"} == row.seen
    assert seen.revisions == ({row.revision} if row.revision else set())
    assert seen.prompts == ({row.prompt} if row.prompt else set())

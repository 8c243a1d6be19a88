"""What the tests of whole clients share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor, acting
from tests.tools import clients
from tests.wire.scripted_browser import ScriptedBrowser
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


@pytest.fixture
def ada(simulator: Simulator) -> Iterator[Actor]:
    """Ada, with a browser without JavaScript."""
    with acting(simulator) as actor:
        yield actor("Ada")


@pytest.fixture
def web(ada: Actor, tmp_path: Path) -> Iterator[ScriptedBrowser]:
    """Her browser, for programs that open one."""
    with ScriptedBrowser(ada, tmp_path / "bin") as browser:
        yield browser

"""Today's navigation, for the scenarios of a module: it imports this fixture."""

from collections.abc import Iterator

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import ENTERPRISE_MCP, Settings


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """Every system; AI Hub opens on the dashboard."""
    with running(Settings(database="memory", port_base=0, navigation=ENTERPRISE_MCP)) as made:
        yield made

"""Plays under the labels of 2025 what features/access.feature and connection.feature say."""

from collections.abc import Iterator

import pytest
from pytest_bdd import scenarios

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import USER_ACCESS, Settings

pytestmark = [pytest.mark.long, pytest.mark.requirement("HUB-22")]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """Every system; an MCP server has the tab User access."""
    with running(Settings(database="memory", port_base=0, navigation=USER_ACCESS)) as made:
        yield made


scenarios("access.feature", "connection.feature")

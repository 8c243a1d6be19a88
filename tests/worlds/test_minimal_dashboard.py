"""The steps of today's navigation in the scenario `minimal`."""

from collections.abc import Iterator

import pytest
from pytest_bdd import scenarios

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import ENTERPRISE_MCP, Settings

_SCENARIO = "minimal"

pytestmark = [pytest.mark.simulator_scenario(_SCENARIO), pytest.mark.requirement("SUITE-6")]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """Every system; AI Hub opens on the dashboard."""
    own = Settings(database="memory", port_base=0, scenario=_SCENARIO, navigation=ENTERPRISE_MCP)
    with running(own) as made:
        yield made


scenarios("../tests/worlds/minimal_dashboard.feature")

"""The steps of today's navigation in a world with two apps."""

from collections.abc import Iterator

import pytest
from pytest_bdd import scenarios

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import ENTERPRISE_MCP, Settings
from tests.tools.requirements import ROOT

_SCENARIO = str(ROOT / "tests/worlds/two_apps.yaml")

pytestmark = [pytest.mark.simulator_scenario(_SCENARIO), pytest.mark.requirement("SUITE-6")]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """Every system; AI Hub opens on the dashboard."""
    own = Settings(database="memory", port_base=0, scenario=_SCENARIO, navigation=ENTERPRISE_MCP)
    with running(own) as made:
        yield made


scenarios("../tests/worlds/two_apps_dashboard.feature")

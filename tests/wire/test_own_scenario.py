"""A test that asks for the simulator alone has the run's scenario, whatever was there before."""

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import acting

pytestmark = [pytest.mark.wire, pytest.mark.requirement("CORE-14")]


@pytest.mark.parametrize("turn", [1, 2])
def test_another_scenario_is_gone_in_the_next_test(simulator: Simulator, turn: int) -> None:
    """Either leaves another one behind, so that in any order one of them comes after it."""
    with acting(simulator) as actor:
        assert actor("Ada").person["name"].startswith("Ada"), turn
    assert simulator.scenario == simulator.world.settings.scenario

    simulator.reset("minimal")

    assert simulator.scenario == "minimal"

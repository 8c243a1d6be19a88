"""Every step of the library in the scenario `minimal`."""

import pytest
from pytest_bdd import scenarios

pytestmark = [pytest.mark.simulator_scenario("minimal"), pytest.mark.requirement("SUITE-6")]

scenarios("../tests/worlds/minimal.feature")
scenarios("../tests/worlds/minimal_web.feature")
scenarios("../tests/worlds/minimal_by_hand.feature")
scenarios("../tests/worlds/minimal_workspace.feature")
scenarios("../tests/worlds/minimal_customers.feature")

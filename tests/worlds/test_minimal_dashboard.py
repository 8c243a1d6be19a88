"""The steps of today's navigation in the scenario `minimal`."""

import pytest
from pytest_bdd import scenarios

from steps.enterprise_mcp import simulator

__all__ = ["simulator"]  # the fixture

pytestmark = [pytest.mark.simulator_scenario("minimal"), pytest.mark.requirement("SUITE-6")]

scenarios("../tests/worlds/minimal_dashboard.feature")

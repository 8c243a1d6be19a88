"""The steps of today's navigation in a world with two apps."""

import pytest
from pytest_bdd import scenarios

from steps.enterprise_mcp import simulator
from tests.tools.requirements import ROOT

__all__ = ["simulator"]  # the fixture

pytestmark = [
    pytest.mark.simulator_scenario(str(ROOT / "tests/worlds/two_apps.yaml")),
    pytest.mark.requirement("SUITE-6"),
]

scenarios("../tests/worlds/two_apps_dashboard.feature")

"""Binds features/dashboard.feature, and plays a documented procedure in today's navigation."""

from pytest_bdd import scenario, scenarios

from steps.enterprise_mcp import simulator

__all__ = ["simulator"]  # the fixture


@scenario("access.feature", "Set the access method to Workato Identity and add end-user groups")
def test_the_first_procedure_in_todays_navigation() -> None:
    """Unchanged."""


scenarios("dashboard.feature")

"""Binds my_agent.feature, and has the steps that are this suite's own."""

from pathlib import Path

from pytest_bdd import scenarios, when

from simulator.testing import TimeTravel

# Beside this file, wherever the project's other features are.
scenarios(str(Path(__file__).with_name("my_agent.feature")))


@when("a weekend goes by")
def weekend_goes_by(clock: TimeTravel) -> None:
    """Two days of simulated time: the access tokens expire."""
    clock.travel(days=2)

"""Steps about the simulated time, which every expiry is measured with."""

from datetime import datetime

from pytest_bdd import given, parsers, when

from simulator.sandbox.time_travel import TimeTravel


@given(parsers.parse("the time stands still at {moment}"))
def time_stands_still(moment: str, clock: TimeTravel) -> None:
    """A moment with its time zone (ISO 8601)."""
    clock.freeze(datetime.fromisoformat(moment))


@when(
    parsers.re(
        r"(?P<number>\d+) (?P<unit>second|minute|hour|day|week)s? (?:goes|go) by",
    )
)
def time_goes_by(number: str, unit: str, clock: TimeTravel) -> None:
    """Whether it stands still or not."""
    clock.travel(**{f"{unit}s": int(number)})

"""Slips of a suite's author get a sentence, not a riddle from a library."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import requests

from simulator.clock import Clock
from simulator.errors import StartupError
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import TimeTravel

pytestmark = pytest.mark.requirement("HARN-24")


@pytest.mark.parametrize(
    "slip, sentence",
    [
        (lambda time: time.freeze("2030-01-01"), "A moment is a datetime with a time zone, such"),
        (lambda time: time.freeze(date(2030, 1, 1)), "A moment is a datetime with a time zone"),
        (lambda time: time.freeze(0), "A moment is a datetime with a time zone, such as "),
        (lambda time: time.travel(hours="1"), "hours='1': say a number of them that a calendar"),
        (lambda time: time.travel(days=float("nan")), "days=nan: say a number"),
        (lambda time: time.travel(days=1e300), "days=1e+300: say a number"),
    ],
)
def test_a_time_that_is_none(slip: Callable[[TimeTravel], Any], sentence: str) -> None:
    with pytest.raises(Exception, match=r".") as refused:
        slip(TimeTravel(Clock()))

    assert sentence in str(refused.value)
    assert type(refused.value).__name__ in ("ImpossibleTime", "ValueError")


@pytest.mark.parametrize("library", ["httpx", requests, None])
def test_a_transport_of_no_module(library: Any) -> None:
    with Simulator(Settings(database="memory")) as simulator:
        for make in (simulator.transport, simulator.async_transport):
            with pytest.raises(ValueError, match=r"^Give the module, as in transport"):
                make(library)


def test_a_setting_that_is_none() -> None:
    with pytest.raises(
        StartupError, match=r"'prot_base' is no setting\. Did you mean 'port_base'\?"
    ):
        Settings(prot_base=0)  # type: ignore[call-arg]
    with pytest.raises(StartupError, match=r"'SIM_CONTROL_TOKN' is no setting\. Did you mean"):
        Settings.from_environment({"SIM_CONTROL_TOKN": "x"})
    assert Settings.from_environment({"SIM_BROWSER": "x", "SIMPLE": "y"}) == Settings()

"""Faults that never struck: the test that planted them shows nothing of what they are about.

A part of the pytest plugin that is loaded with the first simulator of a run.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pragma: no cover
    from simulator.sandbox.simulator import Simulator

_SENTENCE = (
    "This happened to no request, so the test shows nothing of it:\n{0}\nIs its system, request, "
    "person and tool what the test goes to? `journal` has every request."
)


class IdleFaultWarning(pytest.PytestWarning):
    """A fault that a test planted happened to no request."""


class IdleFaults:
    """Watches the faults of each test.

    Args:
        simulator: whose; one for all tests of a process.
        strict: whether such a test fails.
    """

    def __init__(self, simulator: "Simulator", *, strict: bool) -> None:
        self._faults, self._strict = simulator.faults, strict

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Start anew: faults that an earlier test added are not this one's."""
        self._faults.watch()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Report faults that never struck; a test that failed anyway has them in its report.

        Raises:
            AssertionError: something never did, and that is to fail the test.
        """
        try:
            value = yield
        except BaseException:
            if message := self._message():
                item.add_report_section("call", "faults", message)
            raise
        if message := self._message():
            if self._strict or item.get_closest_marker("simulator_strict_faults"):
                raise AssertionError(message)
            item.warn(IdleFaultWarning(message))
        return value

    def _message(self) -> str:
        names = "\n".join(f"  {each}" for each in self._faults.never_struck())
        return _SENTENCE.format(names) if names else ""

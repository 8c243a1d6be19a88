"""The beginning of a run that writes a report: what can be wrong is said before any test."""

import platform
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from simulator.clock import Clock, stopwatch
from simulator.testing.report.collect import FolderInUse, prepare
from simulator.testing.report.render import WrongRequirements, render, sentences

_PACKAGE = "workato-vua-simulator"
#: How tests end, as pytest counts them, and what that is called.
_COUNTED = {
    "passed": "passed",
    "failed": "failed",
    "error": "failed in setup or teardown",
    "skipped": "skipped",
    "xfailed": "failed as expected",
    "xpassed": "passed against expectation",
    "rerun": "run again after a failure",
}
_ENDS: dict[int, str] = {
    pytest.ExitCode.INTERRUPTED: "interrupted: tests after that were not run",
    pytest.ExitCode.INTERNAL_ERROR: "broken off by an internal error",
    pytest.ExitCode.NO_TESTS_COLLECTED: "no test was found",
}


@dataclass(frozen=True)
class Run:
    """A run that began.

    Attributes:
        folder: the folder of the report.
        requirements: id → sentence.
        began_at: by the clock on the wall; the simulated time is the tests' own.
        started: the started of the stopwatch.
    """

    folder: Path
    requirements: dict[str, str]
    began_at: datetime = field(default_factory=lambda: Clock().now())
    started: float = field(default_factory=stopwatch)

    def finish(
        self, config: pytest.Config, ended: Mapping[str, Sized], exitstatus: int | pytest.ExitCode
    ) -> Path:
        """Write the pages, and return the first one.

        Args:
            config: the config of the run.
            ended: how tests ended → those that did, as the terminal reporter counts them.
            exitstatus: the exitstatus of the run.
        """
        facts = {
            "Date": f"{self.began_at.day} {self.began_at:%B %Y, %H:%M} UTC",
            "Duration": duration(stopwatch() - self.started),
            "Run": _ENDS.get(int(exitstatus), "complete"),
            "Tests": ", ".join(
                f"{len(ended[key])} {name}" for key, name in _COUNTED.items() if ended.get(key)
            )
            or "none",
            "Against": _against(config),
            "Simulator": _version(_PACKAGE),
            "Python": f"{platform.python_version()}, {platform.system()}",
            "pytest": _version("pytest"),
            "Workers": str(_workers(config)),
            "Seed": str(config.option.simulator_seed),
        }
        return render(self.folder, self.requirements, facts)


def begin(config: pytest.Config, report: Path) -> Run:
    """Make the folder ready.

    Args:
        config: the config of the run.
        report: the folder.

    Raises:
        pytest.UsageError: the folder holds something else, or the requirements cannot be read.
    """
    path_text = config.getini("simulator_requirements")
    try:
        read = sentences(
            (config.inipath or config.rootpath / "_").parent / path_text if path_text else None
        )
        prepare(report)
    except (FolderInUse, WrongRequirements) as error:
        raise pytest.UsageError(str(error)) from None
    return Run(report, read)


def duration(seconds: float) -> str:
    """Format a duration for people: `12.3 s`, `4 min 5 s`, `1 h 2 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _workers(config: pytest.Config) -> int:
    """How many processes ran the tests."""
    started: Sequence[object] = getattr(config.option, "tx", None) or ()
    return max(1, len(started))


def _against(config: pytest.Config) -> str:
    if target := config.getoption("--simulator-target") or config.getini("simulator_target"):
        return f"the tenant of {Path(str(target)).name}"
    given = config.getoption("--simulator-scenario") or config.getini("simulator_scenario")
    return f"the simulator, scenario {given} unless a test names another"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from its folder
        return "not installed"

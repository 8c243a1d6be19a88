"""Do tests disturb each other? Many of them, in random order, on two workers, seed by seed.

`make soak` repeats the browserless scenarios of `steps` and a suite of the plugin until there are
200 tests, and runs them once for each seed; one line each. Loaded as a pytest plugin, this module
does the repeating.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from simulator.clock import stopwatch
from tests.tools.requirements import ROOT

#: Fixture that tells one repetition of a test from the next.
_ROUND = "soak_round"
#: What the plugin offers, used by tests that would notice what others left behind.
SUITE = Path(__file__).with_name("soak_suite.py")
#: Longest that one seed may take, in seconds.
_PATIENCE = 1800


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many tests are wanted."""
    parser.addoption("--soak", type=int, metavar="N", required=True, help="repeat up to N tests")


@pytest.fixture
def soak_round(request: pytest.FixtureRequest) -> int:
    """Which repetition this is, from 0."""
    number: int = request.param
    return number


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test as often as all are wanted; `pytest_collection_modifyitems` takes so many."""
    metafunc.fixturenames.append(_ROUND)
    rounds = range(metafunc.config.option.soak)
    metafunc.parametrize(_ROUND, rounds, indirect=True, ids=[f"round{n}" for n in rounds])


# After `-m` has chosen, and before pytest-xdist hands them out; the order is pytest-randomly's.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep as many as are wanted, of all tests the first rounds."""
    chosen_order = sorted(items, key=lambda item: (item.callspec.params[_ROUND], item.nodeid))  # type: ignore[attr-defined]
    chosen = {item.nodeid for item in chosen_order[: config.option.soak]}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in chosen])
    items[:] = [item for item in items if item.nodeid in chosen]


def soak(seed: int, tests: int) -> tuple[bool, str]:
    """Run so many tests in the order of a seed; returns whether all passed, and a line."""
    began = stopwatch()
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "tests.tools.soak"),
        *("-p", "no:cacheprovider", "-p", "randomly", f"--randomly-seed={seed}"),
        *(f"--soak={tests}", "-m", "not ui and not slow", "steps", str(SUITE)),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    counted = re.findall(r"(\d+) (passed|failed|error)", done.stdout.rpartition("\n=")[2])
    counts = ", ".join(" ".join(each) for each in counted) or "nothing was run"
    line = f"seed {seed}: {counts} in {stopwatch() - began:.0f} s"
    if done.returncode:
        return False, f"{line}\n{done.stdout}{done.stderr}"
    return True, line


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak with each seed; 1 if a test failed in any order."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], metavar="N")
    parser.add_argument("--tests", type=int, default=200, metavar="N", help="for each seed")
    options = parser.parse_args(arguments)
    well = True
    for seed in options.seeds:
        passed, line = soak(seed, options.tests)
        well = well and passed
        print(line, flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())

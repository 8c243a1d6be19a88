"""The seed of a run, as somebody else's suite sees it."""

import re

import pytest

from tests.runs import RunHere

pytestmark = [
    pytest.mark.wire,
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.requirement("SEED-4"),
]

SUITE = """
import requests


def registered(workspace):
    address = workspace.description["systems"]["identity"]
    wanted = {"redirect_uris": ["http://127.0.0.1:1/callback"]}
    return requests.post(f"{address}/oauth/register", json=wanted, timeout=30).json()["client_id"]


def test_one(workspace):
    print("drawn:one", registered(workspace))


def test_two(workspace):
    print("drawn:two", registered(workspace))
"""


def drawn(run: RunHere, *options: str) -> dict[str, str]:
    """What each test was given, and the seed that the run says of itself."""
    result = run("-rP", *options)
    result.assert_outcomes(passed=2)
    text = result.stdout.str()
    (seed,) = re.findall(r"(?m)^simulator seed: (\d+)$", text)
    return dict(re.findall(r"(?m)^drawn:(\w+) (\w+)$", text)) | {"seed": seed}


def test_a_seed_repeats_each_test(pytester: pytest.Pytester, run_here: RunHere) -> None:
    """In any order."""
    pytester.makepyfile(test_it=SUITE)

    first = drawn(run_here)
    seed = f"--simulator-seed={first['seed']}"
    backwards = drawn(run_here, seed, "test_it.py::test_two", "test_it.py::test_one")
    other = drawn(run_here)

    assert first == backwards
    assert first["one"] != first["two"]
    assert not set(first.values()) & set(other.values())


@pytest.mark.long
def test_a_seed_repeats_each_test_on_two_workers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)
    run = pytester.runpytest_subprocess

    first = drawn(run, "-p", "no:randomly")
    again = drawn(run, "-p", "no:randomly", f"--simulator-seed={first['seed']}", "-n2")

    assert first == again


@pytest.mark.long
def test_the_seed_is_that_of_pytest_randomly(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)

    assert drawn(pytester.runpytest_subprocess, "--randomly-seed=5")["seed"] == "5"

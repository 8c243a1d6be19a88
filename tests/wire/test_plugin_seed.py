"""The seed of a run, as somebody else's suite sees it."""

import re

import pytest

pytestmark = [
    pytest.mark.long,
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


def drawn(pytester: pytest.Pytester, *options: str) -> dict[str, str]:
    """What each test was given, and the seed that the run says of itself."""
    result = pytester.runpytest_subprocess("-rP", *options)
    result.assert_outcomes(passed=2)
    text = result.stdout.str()
    (seed,) = re.findall(r"(?m)^simulator seed: (\d+)$", text)
    return dict(re.findall(r"(?m)^drawn:(\w+) (\w+)$", text)) | {"seed": seed}


def test_a_seed_repeats_each_test_in_any_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)

    first = drawn(pytester, "-p", "no:randomly")
    again = drawn(pytester, "-p", "no:randomly", f"--simulator-seed={first['seed']}", "-n2")
    backwards = drawn(
        pytester,
        f"--simulator-seed={first['seed']}",
        "test_it.py::test_two",
        "test_it.py::test_one",
    )
    other = drawn(pytester, "-p", "no:randomly")

    assert first == again == backwards
    assert first["one"] != first["two"]
    assert not set(first.values()) & set(other.values())


def test_the_seed_is_that_of_pytest_randomly(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)

    assert drawn(pytester, "--randomly-seed=5")["seed"] == "5"

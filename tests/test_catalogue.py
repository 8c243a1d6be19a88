"""The page of steps is fresh, and says something of each."""

import pytest

from tests import catalogue, suite

pytestmark = pytest.mark.requirement("SUITE-2")


def test_the_page_of_steps_is_fresh() -> None:
    page = catalogue.PAGE.read_text(encoding="utf-8")

    assert page == catalogue.render(), "stale; run: python -m tests.catalogue"


def test_every_step_says_what_it_does() -> None:
    assert not [each.place for each in suite.step_definitions() if not each.sentence]


@pytest.mark.parametrize(
    "pattern, shown",
    [
        ('{name} calls "{tool}"', '{name} calls "{tool}"'),
        (r'(?P<name>\w+) calls "(?P<tool>[^"]+)"', '{name} calls "{tool}"'),
        (r"after (?P<n>\d+) tries\.", "after {n} tries."),
    ],
)
def test_arguments_stand_in_braces(pattern: str, shown: str) -> None:
    assert catalogue.readable(pattern) == shown

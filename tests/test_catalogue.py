"""The page of steps is fresh, and says something of each."""

import pytest

from tests.tools import catalogue, suite

pytestmark = pytest.mark.requirement("SUITE-2")


def test_the_page_of_steps_is_fresh() -> None:
    page = catalogue.PAGE.read_text(encoding="utf-8")

    assert page == catalogue.render(), "stale; run: python -m tests.tools.catalogue"


def test_every_step_says_what_it_does() -> None:
    assert not [each.place for each in suite.step_definitions() if not each.sentence]


@pytest.mark.parametrize(
    "pattern, shown",
    [
        ('{name} calls "{tool}"', '{name} calls "{tool}"'),
        (r'(?P<name>\w+) calls "(?P<tool>[^"]+)"', '{name} calls "{tool}"'),
        (r"after (?P<n>\d+) tries\.", "after {n} tries."),
        (r"s?he calls(?: to (?P<name>\w+))?", "[s]he calls[ to {name}]"),
        (r'calls "(?P<tool>[^"]+)"(?P<given> with:)?', 'calls "{tool}"[ with:]'),
        (r'(?P<who>[^"]+?)(?<! not) sees? (?P<at>(?:A|B(?= > ))(?: > .)?)', "{who} see[s] {at}"),
        (r"(?P<n>\d+) days? (?:goes|go) by (soon|later)", "{n} day[s] goes/go by soon/later"),
    ],
)
def test_patterns_are_told_for_people(pattern: str, shown: str) -> None:
    assert catalogue.readable(pattern) == shown

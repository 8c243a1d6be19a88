"""Each step of the library is played in worlds that differ from the demo."""

import pytest

from tests.tools import suite
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("SUITE-6")

WORLDS = ROOT / "tests/worlds"
#: What the smallest world has nothing for: a part of the step's pattern → why.
NOT_IN_MINIMAL = {
    "for one of": "its only tool lists",
    "without being asked again": "its only tool lists",
    "is not given that": "its only tool lists",
    "is given these hints": "its only tool gives none",
    'the group "{group}" was added to': "its only group has access already",
    'the group "{group}" has no access': "its only group has access",
    "in the editor": "its only collaborator meets nobody",
    "of that step to": "its only collaborator meets nobody",
    'the input "(?P<label>[^"]+)" to': "its only collaborator meets nobody",
    "changed the recipe meanwhile": "its only collaborator meets nobody",
    "saves their change, too": "its only collaborator meets nobody",
    "the step has": "its only collaborator meets nobody",
}


def unplayed(world: str) -> list[str]:
    """The patterns of the library that no scenario of a world plays."""
    played = {
        step
        for path in WORLDS.glob(f"{world}*.feature")
        for scenario in suite.scenarios_of(path)
        for step in scenario.steps
    }
    assert played
    by_function: dict[int, list[suite.StepDefinition]] = {}
    for each in suite.step_definitions():
        by_function.setdefault(id(each.function), []).append(each)
    return [
        several[0].parser.name
        for several in by_function.values()
        if not any(each.matches(step) for each in several for step in played)
    ]


def test_every_step_holds_in_a_world_with_two_apps() -> None:
    assert unplayed("two_apps") == []


def test_every_step_holds_in_the_smallest_world() -> None:
    left = unplayed("minimal")

    assert [each for each in left if not any(part in each for part in NOT_IN_MINIMAL)] == []
    assert all(any(part in each for each in left) for part in NOT_IN_MINIMAL), "it is played now"

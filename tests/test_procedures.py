"""The documented procedures: each numbered step is in the Gherkin, in order, none left out."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from simulator.connectors import CONNECTORS
from tests.tools import suite
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("RAIL-9")

PROCEDURES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "fixtures/procedures.yaml").read_text(encoding="utf-8")
)
#: Numbered steps of the page; the file cannot lose one unnoticed.
LENGTHS = [7, 14]


@dataclass(frozen=True)
class Paired:
    """A numbered step, and the step of the scenario that plays it."""

    number: int
    step: dict[str, Any]
    text: str


def played(procedure: dict[str, Any]) -> list[str]:
    """The steps of a procedure's scenario, from its first numbered step on, in order."""
    (scenario,) = (
        each
        for each in suite.scenarios()
        if each.name == procedure["scenario"] and each.place.startswith(procedure["feature"])
    )
    return [step.text for step in scenario.steps if step.type == suite.STEP_TYPES["when"]]


def paired(procedure: dict[str, Any]) -> list[Paired]:
    """Each numbered step with the scenario's step at the same place."""
    texts = played(procedure)
    steps = procedure["steps"]
    return [
        Paired(number, step, texts[number - 1] if number <= len(texts) else "")
        for number, step in enumerate(steps, start=1)
    ]


NUMBERED = [
    pytest.param(pair, id=f"{procedure['scenario'][:20]}-{pair.number}")
    for procedure in PROCEDURES
    for pair in paired(procedure)
]


def test_no_step_is_left_out() -> None:
    assert [len(procedure["steps"]) for procedure in PROCEDURES] == LENGTHS


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda each: str(each["procedure"])[:30])
def test_nothing_stands_between_the_steps(procedure: dict[str, Any]) -> None:
    """What follows the last one is not of the page: the consent at the app."""
    further = played(procedure)[len(procedure["steps"]) :]

    assert all("signs in to" in text for text in further), further


@pytest.mark.parametrize("pair", NUMBERED)
def test_each_step_is_in_the_scenario_in_its_place(pair: Paired) -> None:
    begins = re.escape(pair.step["gherkin"]).replace(r"\{\}", r"\w+")

    assert re.match(begins, pair.text), f"step {pair.number} is {pair.text!r}"
    place = 0
    for label in pair.step["labels"]:
        place = pair.text.find(label, place)
        assert place >= 0, f"step {pair.number}: no {label!r} in {pair.text!r}"


@pytest.mark.parametrize("pair", NUMBERED)
def test_the_step_says_which_one_of_the_documentation_it_is(pair: Paired) -> None:
    """So that the catalogue of steps leads back to the page."""
    (sentence,) = {
        each.sentence
        for each in suite.step_definitions()
        if each.matches(suite.Step(type=suite.STEP_TYPES["when"], text=pair.text))
    }

    assert re.search(rf"^Documentation, steps?\b[^.;:]*\b{pair.number}\b", sentence), sentence


def test_what_differs_by_application_is_said_of_each() -> None:
    """The field that says where an app is has the app's label, and takes the app's format."""
    (differing,) = (
        pair
        for procedure in PROCEDURES
        for pair in paired(procedure)
        if "differs_by_application" in pair.step
    )
    by_provider = differing.step["differs_by_application"]
    assert by_provider.keys() == CONNECTORS.keys(), "say of each app what its field is"
    for provider, expected in by_provider.items():
        connector = CONNECTORS[provider]
        if expected == "none":
            assert connector.host_field is None
            continue
        assert connector.host_field
        assert connector.host_field.label == expected["label"]
        assert expected["format"] in connector.host_field.hint
        assert connector.host(expected["format"]) == expected["format"]
    value = re.search(r'provides "([^"]+)" in the (\w+) field', differing.text)
    app = re.search(r"which is what (\w+) requires", differing.text)
    assert value
    assert app
    (connector,) = (each for each in CONNECTORS.values() if each.name == app[1])
    assert connector.host_field
    assert connector.host_field.label == value[2]
    assert connector.host(value[1]) == value[1]


def test_a_connection_is_not_made_where_another_app_is() -> None:
    """The check above can fail: Coupa's format is not any address."""
    with pytest.raises(Exception, match="your-instance-name"):
        CONNECTORS["coupa"].host("https://acme.example.com")

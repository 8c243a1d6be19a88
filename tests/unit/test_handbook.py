"""What the command line prints of the documentation."""

import pytest
from click.testing import CliRunner

from simulator.cli import main
from tests.tools import suite
from tests.tools.catalogue import readable
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("SBX-14")


def run_simulator(*arguments: str, status: int = 0) -> str:
    """What a command prints."""
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == status, ran.output
    return ran.output


def test_every_page_is_listed_with_its_title() -> None:
    listed = [line.split(maxsplit=1) for line in run_simulator("docs").splitlines()]

    assert [topic for topic, _ in listed] == sorted(path.stem for path in ROOT.glob("docs/*.md"))
    assert ["scenarios", "Scenarios"] in listed


@pytest.mark.parametrize("topic", ["faults", "faults.md"])
def test_a_page_is_printed_as_it_stands(topic: str) -> None:
    assert run_simulator("docs", topic) == (ROOT / "docs/faults.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("topic", ["fault", "../README", ""])
def test_a_page_that_is_not_there_is_answered_with_those_that_are(topic: str) -> None:
    error = run_simulator("docs", topic, status=1)

    assert error.startswith(f"Error: There is no page '{topic}'. There are: async-suites, clients,")
    assert error.endswith("when-things-break.\n")


def test_every_step_is_printed() -> None:
    printed = run_simulator("steps")

    missing = {
        words
        for definition in suite.step_definitions()
        if (words := readable(definition.parser.name)) not in printed
    }
    assert not missing


def test_steps_are_found_by_a_word_in_any_case() -> None:
    assert run_simulator("steps", "GO BY") == "clock:\n  When {number} {unit}[s] goes/go by\n"


def test_a_word_that_no_step_has_is_told_of() -> None:
    assert run_simulator("steps", "zebra", status=1) == (
        "Error: No step has 'zebra'. 'simulator steps' prints all of them.\n"
    )

"""A scenario of one's own: a copy to start from, and the format for editors."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from simulator import installed_apps, scenarios
from simulator.cli import main
from tests.tools import schema_page
from tests.tools.requirements import ROOT


@pytest.mark.requirement("SCN-16")
@pytest.mark.parametrize("name", ["demo", "empty", "minimal", "projects"])
def test_a_copy_loads_as_the_scenario_itself(name: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"

    ran = CliRunner().invoke(main, ["scenarios", "--copy", name, str(mine)])

    use = f"simulator serve --scenario {mine}"
    assert ran.output == f"wrote {mine}\nUse it: {use}\n"
    assert repr(scenarios.load(mine)) == repr(scenarios.load(name))


@pytest.mark.requirement("SCN-16")
@pytest.mark.parametrize(
    "name, file, sentence",
    [
        ("minimal", "there.yaml", "Error: {} is there already; nothing is overwritten.\n"),
        ("minimal", "there.yaml/mine.yaml", "Error: Cannot write {}: Not a directory.\n"),
        (
            "maximal",
            "mine.yaml",
            "Error: There is no scenario 'maximal'. Shipped: demo, empty, minimal, projects.",
        ),
    ],
)
def test_a_copy_that_cannot_be_made_says_why(
    name: str, file: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "there.yaml").write_text("mine")
    target = tmp_path / file

    ran = CliRunner().invoke(main, ["scenarios", "--copy", name, str(target)])

    assert ran.exit_code == 1
    assert ran.output.startswith(sentence.format(target))
    assert [path.name for path in tmp_path.iterdir()] == ["there.yaml"]
    assert (tmp_path / "there.yaml").read_text() == "mine"


def schema() -> dict[str, Any]:
    """What the command prints."""
    ran = CliRunner().invoke(main, ["scenarios", "--schema"])
    assert ran.exit_code == 0, ran.output
    printed: dict[str, Any] = json.loads(ran.output)
    return printed


@pytest.mark.requirement("SCN-17")
def test_shipped_scenarios_conform_to_the_schema() -> None:
    """And slips of the pen do not, at any depth."""
    printed = schema()
    Draft202012Validator.check_schema(printed)
    validator = Draft202012Validator(printed)
    for path in sorted(ROOT.glob("fixtures/scenarios/*.yaml")):
        # Editors take a date for text, as YAML 1.2 does.
        written = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
        assert not list(validator.iter_errors(written)), path.name

        for place in (written, written["collaborators"][0], written["apps"][0]["users"][0]):
            place["nmae"] = place.get("name", "x")
            assert not validator.is_valid(written)
            del place["nmae"]
        written["apps"][0]["kind"] = "nothing-installed"
        assert not validator.is_valid(written)


@pytest.mark.requirement("SCN-17")
def test_the_schema_knows_the_records_of_every_app() -> None:
    items = schema()["properties"]["apps"]["items"]["anyOf"]

    assert len(items) == len(installed_apps.packages())


@pytest.mark.requirement("SCN-17")
def test_the_schema_beside_the_documentation_is_current() -> None:
    assert schema_page.FILE.read_text(encoding="utf-8") == schema_page.render()


@pytest.mark.requirement("SCN-17")
def test_one_thing_at_a_time() -> None:
    ran = CliRunner().invoke(main, ["scenarios", "--schema", "--copy", "demo", "mine.yaml"])

    assert ran.exit_code == 2
    assert "give one." in ran.output


@pytest.mark.requirement("SCN-1")
def test_scenarios_are_shipped_with_a_title_of_one_line() -> None:
    titles = dict(scenarios.names())

    assert {"demo", "empty", "minimal"} <= set(titles)
    assert all(title and "\n" not in title and len(title) <= 100 for title in titles.values())

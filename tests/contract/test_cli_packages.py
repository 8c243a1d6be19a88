"""`simulator import` and `simulator export`."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from simulator.cli import main
from simulator.domain.packages import reading
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.packages import recipe, to_folder

FIXTURES = Path("fixtures/packages")


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A sandbox's database."""
    url = f"sqlite:///{tmp_path / 'sandbox.db'}"
    with Simulator(Settings(database=url)):
        return url


def run(*words: object) -> tuple[int, str]:
    """The exit status of a command, and what it printed."""
    done = CliRunner().invoke(main, [str(each) for each in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.requirement("PKG-6")
def test_a_folder_is_imported_and_exported_again(database: str, tmp_path: Path) -> None:
    status, printed = run("import", FIXTURES / "greetings", "--database", database)
    assert status == 0
    assert printed.splitlines() == [
        "Imported 'greetings': 4 added, 0 changed, 0 unchanged.",
        "  added   recipe          greet.recipe.json",
        "  added   recipe          parts/make_greeting.recipe.json",
        "  added   file            project.json",
        "  added   mcp_server      greetings.mcp_server.json",
        "Nobody may use a new MCP server yet: give user groups access, or make a token.",
    ]

    status, printed = run("export", "greetings", tmp_path / "out.zip", "--database", database)
    assert (status, printed) == (0, f"wrote {tmp_path / 'out.zip'} (4 files)\n")
    status, _ = run("export", "greetings", tmp_path / "out", "--database", database)
    assert status == 0
    original = reading.read_path(FIXTURES / "greetings").projects[0]
    for each in ("out.zip", "out"):
        written = reading.read_path(tmp_path / each).projects[0]
        assert {one.zip_name: one.document for one in written.assets} == {
            one.zip_name: one.document for one in original.assets
        }

    status, printed = run("import", tmp_path / "out.zip", "--database", database, "--json")
    assert status == 0
    outcome = json.loads(printed)
    assert [each["name"] for each in outcome["projects"]] == ["out"]

    again = run("import", FIXTURES / "greetings", "--database", database)
    assert again == (0, "Imported 'greetings': 0 added, 0 changed, 4 unchanged.\n")


@pytest.mark.requirement("PKG-6")
def test_nothing_is_overwritten_without_force(database: str, tmp_path: Path) -> None:
    file = tmp_path / "out.zip"
    file.write_text("mine")

    status, printed = run("export", "Finance", file, "--database", database)
    assert status == 1
    assert printed == f"Error: {file} is there already; nothing is overwritten without --force.\n"
    assert file.read_text() == "mine"

    assert run("export", "Finance", file, "--database", database, "--force")[0] == 0
    assert reading.read_path(file).projects


@pytest.mark.requirement("PKG-6")
def test_a_project_gets_another_name_and_another_environment(database: str) -> None:
    words = ("--project", "Mine", "--environment", "Production", "--stopped")
    status, printed = run("import", FIXTURES / "contacts", "--database", database, *words)

    assert status == 0, printed
    assert printed.startswith("Imported 'Mine': 4 added")
    assert "Connections come without their secrets" in printed


@pytest.mark.requirement("PKG-6")
def test_what_cannot_be_imported_is_told_in_one_line(database: str, tmp_path: Path) -> None:
    to_folder(tmp_path / "broken", {"a.recipe.json": "{"})
    to_folder(
        tmp_path / "two",
        {f"{each}/project.json": {} for each in "ab"}
        | {f"{each}/x.recipe.json": recipe() for each in "ab"},
    )
    on = ("--database", database)

    assert run("import", tmp_path / "broken", *on) == (
        1,
        "Error: a.recipe.json: The file is not JSON in UTF-8.\n",
    )
    assert run("import", tmp_path / "two", *on, "--project", "X") == (
        1,
        "Error: It has several projects ('a', 'b'): one name is not enough.\n",
    )
    assert run("import", tmp_path / "two", *on, "--environment", "Nowhere")[1].startswith(
        "Error: There is no environment 'Nowhere'. There are: "
    )
    assert run("export", "Nothing", tmp_path / "x", *on)[1].startswith(
        "Error: There is no project 'Nothing'. There are: "
    )
    assert run("import", tmp_path / "two", "--database", f"sqlite:///{tmp_path}/none.db")[
        1
    ].startswith("Error: There is no sandbox at ")


@pytest.mark.requirement("REC-134")
def test_lint_drafts_the_stubs_that_a_package_needs() -> None:
    status, printed = run("lint", FIXTURES / "contacts", "--stubs")

    assert status == 0
    (draft,) = yaml.safe_load(printed)["stubs"]
    assert (draft["recipe"], draft["step"]) == ("Find contact", 2)
    assert draft["output"]["users"]

"""The suite that `simulator init-suite` writes passes at once."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main
from tests.runs import RunHere

pytestmark = [pytest.mark.requirement("SUITE-1"), pytest.mark.slow, pytest.mark.timeout(180)]


def init_suite(folder: str) -> Result:
    """Write a suite to a folder."""
    return CliRunner().invoke(main, ["init-suite", folder])


def test_it_is_written_and_passes(pytester: pytest.Pytester, run_here: RunHere) -> None:
    wrote = init_suite("mine")
    assert wrote.exit_code == 0, wrote.output
    assert "Run it: pytest mine" in wrote.stdout

    ran = run_here("mine")

    ran.assert_outcomes(passed=2)
    assert ran.ret == 0
    assert [path.name for path in pytester.path.iterdir()] == ["mine"]


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conftest.py").write_text("mine = 1\n")

    output = init_suite(".")

    assert output.exit_code == 1
    assert "has conftest.py already" in output.stderr
    assert (tmp_path / "conftest.py").read_text() == "mine = 1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["conftest.py"]


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")

    output = init_suite("file/mine")

    assert output.exit_code == 1
    assert "Cannot write to file/mine" in output.stderr

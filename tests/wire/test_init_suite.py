"""The suite that `simulator init-suite` writes passes at once."""

import importlib.util
import runpy
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.testing import steps
from tests.wire import away

pytestmark = [pytest.mark.requirement("SUITE-1"), pytest.mark.slow, pytest.mark.timeout(180)]


def test_it_is_written_and_passes(tmp_path: Path) -> None:
    told = away.run(sys.executable, "-m", "simulator", "init-suite", "mine", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "Run it: pytest mine" in told.stdout

    ran = away.run(sys.executable, "-m", "pytest", "mine", "-p", "no:playwright", cwd=tmp_path)

    assert "2 passed" in ran.stdout, ran.stdout
    assert ran.returncode == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("mine = 1\n")

    told = away.run(sys.executable, "-m", "simulator", "init-suite", ".", cwd=tmp_path)

    assert told.returncode == 1
    assert "has conftest.py already" in told.stderr
    assert (tmp_path / "conftest.py").read_text() == "mine = 1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["conftest.py"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    told = away.run(sys.executable, "-m", "simulator", "init-suite", "file/mine", cwd=tmp_path)

    assert told.returncode == 1
    assert "Cannot write to file/mine" in told.stderr


@pytest.fixture
def _no_bdd(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra `bdd` is not installed."""
    found = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> object:
        return None if name == "pytest_bdd" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    monkeypatch.setattr("simulator.cli.find_spec", find_spec)


@pytest.mark.usefixtures("_no_bdd")
def test_what_it_needs_is_said(tmp_path: Path) -> None:
    """Where it is written, and where it is run all the same."""
    pip = "pip install 'workato-vua-simulator[bdd]'"

    told = CliRunner().invoke(main, ["init-suite", str(tmp_path)])
    assert f"Install what it needs: {pip}" in told.output

    with pytest.raises(pytest.UsageError, match="the steps need pytest-bdd") as refused:
        runpy.run_path(steps.__file__)
    assert pip in str(refused.value)

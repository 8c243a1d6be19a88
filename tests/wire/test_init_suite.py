"""The suite that `simulator init-suite` writes passes at once."""

import sys
from pathlib import Path

import pytest

from tests.wire import away

pytestmark = [pytest.mark.requirement("SUITE-1"), pytest.mark.slow, pytest.mark.timeout(180)]


def test_it_is_written_and_passes(tmp_path: Path) -> None:
    output = away.run(sys.executable, "-m", "simulator", "init-suite", "mine", cwd=tmp_path)
    assert output.returncode == 0, output.stderr
    assert "Run it: pytest mine" in output.stdout

    ran = away.run(sys.executable, "-m", "pytest", "mine", "-p", "no:playwright", cwd=tmp_path)

    assert "2 passed" in ran.stdout, ran.stdout
    assert ran.returncode == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("mine = 1\n")

    output = away.run(sys.executable, "-m", "simulator", "init-suite", ".", cwd=tmp_path)

    assert output.returncode == 1
    assert "has conftest.py already" in output.stderr
    assert (tmp_path / "conftest.py").read_text() == "mine = 1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["conftest.py"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    output = away.run(sys.executable, "-m", "simulator", "init-suite", "file/mine", cwd=tmp_path)

    assert output.returncode == 1
    assert "Cannot write to file/mine" in output.stderr

"""Compiled templates are kept for speed: no page depends on where."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.identity_world import ID

LOGIN = f"{ID}/login"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder for this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.requirement("SBX-7")
def test_they_are_kept_for_the_next_start(temporary: Path) -> None:
    with Simulator(Settings(database="memory", scenario="minimal")) as simulator:
        Browser(simulator).get(LOGIN)
    compiled = {file: file.stat().st_mtime_ns for file in temporary.rglob("*.cache")}

    with Simulator(Settings(database="memory", scenario="minimal")) as simulator:
        again = Browser(simulator).get(LOGIN)

    assert "Sign in" in again.text
    assert compiled
    assert {file: file.stat().st_mtime_ns for file in temporary.rglob("*.cache")} == compiled


def occupy(folder: Path) -> None:
    """Somebody else has taken the name that Jinja would give to its folder."""
    with Simulator(Settings(database="memory", scenario="minimal")) as simulator:
        Browser(simulator).get(LOGIN)
    (taken,) = folder.iterdir()
    shutil.rmtree(taken)
    (folder / "elsewhere").mkdir()
    taken.symlink_to(folder / "elsewhere")


def remove(folder: Path) -> None:
    """The folder is gone."""
    folder.rmdir()


@pytest.mark.requirement("SBX-7")
@pytest.mark.parametrize("mishap", [occupy, remove])
def test_a_page_needs_no_such_folder(temporary: Path, mishap: Callable[[Path], None]) -> None:
    mishap(temporary)

    with Simulator(Settings(database="memory", scenario="minimal")) as simulator:
        assert "Sign in" in Browser(simulator).get(LOGIN).text

    assert not list(temporary.rglob("*.cache"))


@pytest.mark.requirement("SBX-7")
def test_the_folder_may_go_away_meanwhile(temporary: Path) -> None:
    """As on machines that tidy their temporary folder up while a sandbox runs."""
    with Simulator(Settings(database="memory", scenario="minimal")) as simulator:
        Browser(simulator).get(f"{ID}/healthz")
        (compiled,) = temporary.iterdir()
        shutil.rmtree(compiled)

        assert "Sign in" in Browser(simulator).get(LOGIN).text

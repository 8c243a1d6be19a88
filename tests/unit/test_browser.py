"""Finding and fetching a browser, without a browser and without a network."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import browser

pytestmark = pytest.mark.requirement("RAIL-5")

MakeProgram = Callable[[str], Path]


@pytest.fixture
def program(tmp_path: Path) -> MakeProgram:
    """Makes an executable file below the test's folder."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser: only what the test puts there can be found."""
    monkeypatch.delenv("SIM_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(browser, "USUAL_PLACES", (tmp_path / "usual",))


class Machine:
    """Stands in for `subprocess.run`: remembers commands, lets some install a browser."""

    def __init__(self, program: MakeProgram) -> None:
        self.program = program
        self.commands: list[str] = []
        self.refused: tuple[str, ...] = ()
        self.installs: dict[str, str] = {}

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        self.commands.append(line)
        if any(part in line for part in self.refused):
            return subprocess.CompletedProcess(command, 1)
        for part, name in self.installs.items():
            if part in line:
                self.program(name)
        return subprocess.CompletedProcess(command, 0)


@pytest.fixture
def machine(program: MakeProgram, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Root on a machine with apt-get, where no command really runs."""
    program("bin/apt-get")
    machine = Machine(program)
    monkeypatch.setattr(subprocess, "run", machine.run)
    monkeypatch.setattr(browser, "as_root", list)
    return machine


def test_a_machine_without_a_browser_has_none() -> None:
    assert browser.find_browser() is None


def test_the_browser_named_by_the_environment_wins(
    program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("bin/chromium")
    configured = program("mine/chromium")
    monkeypatch.setenv("SIM_BROWSER", str(configured))

    assert browser.find_browser() == configured


def test_a_wish_that_cannot_be_met_is_not_replaced(
    program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("bin/chromium")
    monkeypatch.setenv("SIM_BROWSER", "/nowhere/chromium")

    assert browser.find_browser() is None
    with pytest.raises(browser.BrowserMissingError, match="SIM_BROWSER=/nowhere/chromium"):
        browser.require_browser()


def test_an_installed_browser_comes_before_a_downloaded_one(program: MakeProgram) -> None:
    program("playwright/chromium-1200/chrome-linux/chrome")
    installed = program("bin/google-chrome")

    assert browser.find_browser() == installed


def test_a_browser_off_the_path_is_found_in_the_usual_places(program: MakeProgram) -> None:
    usual = program("usual/chromium")

    assert browser.find_browser() == usual


@pytest.mark.parametrize(
    "place", ["chrome-linux/headless_shell", "chrome-headless-shell-linux64/chrome-headless-shell"]
)
def test_the_newest_download_is_taken(program: MakeProgram, place: str) -> None:
    program(f"playwright/chromium_headless_shell-999/{place}")
    newest = program(f"playwright/chromium_headless_shell-1200/{place}")

    assert browser.find_browser() == newest


def test_installing_on_a_machine_with_a_browser_runs_nothing(
    machine: Machine, program: MakeProgram
) -> None:
    found = program("bin/chromium")

    assert browser.install() == found
    assert machine.commands == []


def test_the_systems_package_is_tried_first(machine: Machine) -> None:
    machine.installs = {"apt-get --quiet --yes install": "bin/chromium-headless-shell"}

    assert browser.install().name == "chromium-headless-shell"
    assert machine.commands == [
        "apt-get --quiet --yes update",
        "apt-get --quiet --yes install --no-install-recommends"
        " chromium-headless-shell fonts-dejavu-core",
    ]


def test_playwrights_download_is_tried_when_the_package_fails(machine: Machine) -> None:
    machine.refused = ("apt-get",)
    machine.installs = {"playwright install": "playwright/chromium-1200/chrome-linux/chrome"}

    assert browser.install().name == "chrome"
    assert machine.commands[-1].endswith("playwright install --with-deps chromium-headless-shell")


def test_nobody_is_asked_for_a_password(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "as_root", lambda: None)
    machine.installs = {"playwright install": "playwright/chromium-1200/chrome-linux/chrome"}

    browser.install()

    assert len(machine.commands) == 1
    assert machine.commands[0].endswith("playwright install chromium-headless-shell")


def test_when_nothing_helps_one_line_says_what_to_install(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.refused = ("apt-get", "playwright")

    assert browser.main(["--install"]) == 1
    assert capsys.readouterr().err.splitlines() == [browser.MISSING]

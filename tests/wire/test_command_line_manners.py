"""What the command line says where something else was meant, and at the end."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.testing.process import SandboxProcess
from tests.wire.command_line import (
    ANY_PORTS,
    command,
    refusal,
    sandbox,
    sandbox_that_ran,
    served,
    stopped,
)

__all__ = ["sandbox", "sandbox_that_ran", "stopped"]


@pytest.mark.requirement("SBX-8")
def test_another_scenario_is_not_started_over_a_world_that_is_there(
    stopped: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other world is named, and the command that replaces it, which then works."""
    (line,) = refusal(stopped, *ANY_PORTS, "--scenario", "minimal")
    assert "holds the world of scenario 'demo', not 'minimal'" in line
    shown = re.search(r"'simulator (reset [^']*)'", line)
    assert shown is not None
    assert shown[1] == f"reset --scenario minimal --database {stopped.database}"
    done = command(stopped, "reset", "--yes", "--scenario", "minimal")
    assert done.exit_code == 0, done.stderr
    description, _ = served(stopped, monkeypatch, *ANY_PORTS, "--scenario", "minimal")
    assert description["scenario"] == "minimal"


@pytest.mark.requirement("SBX-8")
@pytest.mark.parametrize("scenario", [(), ("--scenario", "demo")])
def test_the_world_that_is_there_is_started_by_its_name_or_by_none(
    stopped: SandboxProcess, monkeypatch: pytest.MonkeyPatch, scenario: tuple[str, ...]
) -> None:
    description, _ = served(stopped, monkeypatch, *ANY_PORTS, *scenario)

    assert description["scenario"] == "demo"


@pytest.mark.requirement("SBX-8")
def test_a_reset_takes_what_serve_takes(stopped: SandboxProcess) -> None:
    """The same options fit both commands, so that one variable can hold them."""
    done = command(stopped, "reset", "--yes", "--port-base", "9000", "--headless-consent", "-v")

    assert (done.exit_code, done.stdout) == (0, "The world is as its scenario made it.\n")


@pytest.mark.requirement("SBX-9")
def test_the_last_words_name_the_database_and_how_to_go_on(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, done = served(sandbox, monkeypatch)

    assert done.stdout.splitlines()[-1] == (
        f"Stopped. Everything is kept in {sandbox.database}; "
        f"'simulator serve --database {sandbox.database}' goes on there."
    )


@pytest.mark.requirement("SBX-9")
def test_a_database_in_memory_claims_to_keep_nothing(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, done = served(sandbox, monkeypatch, *ANY_PORTS, "--database", "memory")

    assert done.stdout.splitlines()[-1] == (
        "Stopped. The database was in memory: what was done is gone."
    )
    reset = CliRunner().invoke(main, ["reset", "--yes", "--database", "memory"])
    assert reset.exit_code == 1
    assert "belongs to the sandbox that made it" in reset.output


@pytest.mark.requirement("SBX-4")
def test_a_folder_elsewhere_that_does_not_exist_is_refused_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "ol" / "sandbox.db"

    refused = CliRunner().invoke(main, ["serve", "--database", f"sqlite:///{missing}"])

    assert refused.exit_code == 1
    assert f"The folder {missing.parent} of the database does not exist." in refused.output
    assert not missing.parent.exists()


@pytest.mark.requirement("SBX-10")
@pytest.mark.parametrize(
    "moment, number",
    [
        ("import sqlalchemy", signal.SIGTERM),
        ("import simulator.serving.server", signal.SIGINT),
        ("announce", signal.SIGTERM),
        pytest.param("import sqlalchemy", signal.SIGINT, marks=pytest.mark.long),
        pytest.param("import simulator.serving.server", signal.SIGTERM, marks=pytest.mark.long),
        pytest.param("announce", signal.SIGINT, marks=pytest.mark.long),
    ],
)
def test_a_signal_during_the_start_ends_it_without_a_traceback(
    tmp_path: Path, number: signal.Signals, moment: str
) -> None:
    """Before the database, before the listeners, and between listening and answering."""
    ready_file = tmp_path / "ready.json"
    begin = f"""
import os, sys, threading
from simulator.cli import main
def strike(): os.kill(os.getpid(), {int(number)})
if {moment!r} == "announce":
    from simulator.serving import server
    ask = server._ask
    server._ask = lambda origin: (strike(), ask(origin))
else:
    class Finder:
        def find_spec(self, name, *_):
            if name == {moment.removeprefix("import ")!r}: strike()
    sys.meta_path.insert(0, Finder())
main(["serve", "--port-base", "0", "--database", "sqlite:///{tmp_path}/sandbox.db",
      "--ready-file", "{ready_file}"])
"""
    done = subprocess.run(
        [sys.executable, "-c", begin], capture_output=True, text=True, timeout=50, check=False
    )

    assert "Traceback" not in done.stderr
    assert "Stopped" in done.stdout + done.stderr
    assert not ready_file.exists()


@pytest.mark.requirement("SBX-9")
@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_help_is_made_of_whole_sentences(width: int) -> None:
    listed = CliRunner().invoke(main, ["--help"], terminal_width=width).output
    commands = listed.partition("Commands:\n")[2]

    assert "..." not in commands
    assert "init-suite" in commands
    assert commands.count(".") == len(main.commands)

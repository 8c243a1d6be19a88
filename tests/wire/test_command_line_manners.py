"""What the command line says where something else was meant, and at the end."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.testing.process import SandboxProcess


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox process that ends with the test."""
    process = SandboxProcess(tmp_path)
    yield process
    process.kill()


@pytest.mark.requirement("SBX-8")
def test_another_scenario_is_not_started_over_a_world_that_is_there(
    sandbox: SandboxProcess,
) -> None:
    """The other world is named, and the command that replaces it, which then works."""
    sandbox.start()
    sandbox.stop()
    sandbox.options = ("--port-base", "0", "--scenario", "minimal")

    with pytest.raises(RuntimeError) as refused:
        sandbox.start()

    (line,) = str(refused.value).splitlines()
    assert "holds the world of scenario 'demo', not 'minimal'" in line
    command = re.search(r"'simulator (reset [^']*)'", line)
    assert command is not None
    assert command[1] == f"reset --scenario minimal --database {sandbox.database}"
    done = sandbox.run("reset", "--yes", "--scenario", "minimal")
    assert done.returncode == 0, done.stderr
    sandbox.start()
    assert sandbox.description["scenario"] == "minimal"


@pytest.mark.requirement("SBX-8")
@pytest.mark.parametrize("scenario", [(), ("--scenario", "demo")])
def test_the_world_that_is_there_is_started_by_its_name_or_by_none(
    sandbox: SandboxProcess, scenario: tuple[str, ...]
) -> None:
    sandbox.start()
    sandbox.stop()
    sandbox.options = ("--port-base", "0", *scenario)

    sandbox.start()

    assert sandbox.description["scenario"] == "demo"


@pytest.mark.requirement("SBX-8")
def test_a_reset_takes_what_serve_takes(sandbox: SandboxProcess) -> None:
    """The same options fit both commands, so that one variable can hold them."""
    sandbox.start()
    sandbox.stop()

    done = sandbox.run("reset", "--yes", "--port-base", "9000", "--headless-consent", "-v")

    assert (done.returncode, done.stdout) == (0, "The world is as its scenario made it.\n")


@pytest.mark.requirement("SBX-9")
def test_the_last_words_name_the_database_and_how_to_go_on(sandbox: SandboxProcess) -> None:
    sandbox.start()

    assert sandbox.stop() == 0
    assert sandbox.printed.splitlines()[-1] == (
        f"Stopped. Everything is kept in {sandbox.database}; "
        f"'simulator serve --database {sandbox.database}' goes on there."
    )


@pytest.mark.requirement("SBX-9")
def test_a_database_in_memory_claims_to_keep_nothing(sandbox: SandboxProcess) -> None:
    sandbox.options = ("--port-base", "0", "--database", "memory")
    sandbox.start()

    sandbox.stop()

    assert sandbox.printed.splitlines()[-1] == (
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
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "moment", ["import sqlalchemy", "import simulator.serving.server", "announce"]
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

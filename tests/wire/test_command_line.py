"""The command line: start, describe, scenarios, and one clear line for each way it cannot start."""

import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from simulator.settings import Settings
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


@pytest.mark.requirement("SBX-3")
def test_ready_file_describe_and_printed_table_agree(sandbox: SandboxProcess) -> None:
    """The ready file is the document that `describe --json` prints; every address answers."""
    sandbox.start()

    document = sandbox.description
    assert json.loads(command(sandbox, "describe", "--json").stdout) == document
    for address in document["systems"].values():
        assert requests.get(f"{address}/healthz", timeout=10).json()["status"] == "ok"
    assert stat.S_IMODE(os.stat(sandbox.ready_file).st_mode) == 0o600
    assert sandbox.stop() == 0
    assert document["servers"][0]["mcp_url"] in sandbox.printed


@pytest.mark.requirement("SBX-3")
def test_describe_without_a_running_sandbox_says_how_to_start_one(
    stopped: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither before the first start nor after the stop."""
    before = command(SandboxProcess(tmp_path_factory.mktemp("empty")), "describe")
    after = command(stopped, "describe")

    assert before.exit_code == after.exit_code == 1
    assert "make sandbox" in before.stderr
    assert "No sandbox is running" in after.stderr


@pytest.mark.requirement("SBX-4")
def test_a_taken_port_is_one_clear_line(sandbox: SandboxProcess) -> None:
    """Which port, and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        lines = refusal(sandbox, "--port-base", str(port - 1))

    assert lines == [
        f"Error: Cannot listen on 127.0.0.1:{port} (Address already in use). Stop what listens "
        "there, or choose other ports with --port-base N (SIM_PORT_BASE)."
    ]


@pytest.mark.requirement("SBX-4")
def test_a_file_that_is_no_database_is_one_clear_line(sandbox: SandboxProcess) -> None:
    """And the file is left as it was."""
    path = sandbox.folder / "sandbox.db"
    path.write_text("not a database at all, but long enough to be looked at\n" * 50)

    (line,) = refusal(sandbox)
    assert "is not a database the simulator can read" in line
    assert path.read_text().startswith("not a database")


@pytest.mark.requirement("SBX-4")
def test_a_database_of_a_newer_version_is_one_clear_line(stopped: SandboxProcess) -> None:
    """Nothing is changed in it."""
    with closing(sqlite3.connect(stopped.folder / "sandbox.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    (line,) = refusal(stopped)
    assert "version 9999, newer than this simulator" in line


@pytest.mark.requirement("SBX-4")
def test_an_unknown_scenario_is_one_clear_line(sandbox: SandboxProcess) -> None:
    """It names the ones there are."""
    (line,) = refusal(sandbox, *ANY_PORTS, "--scenario", "nowhere")
    assert "nowhere" in line
    assert "demo" in line


@pytest.mark.requirement("SBX-5")
def test_settings_come_from_the_environment_too() -> None:
    """Each option of `serve` also as SIM_…; the option wins."""
    settings = Settings.from_environment(
        {"SIM_PORT_BASE": "9100", "SIM_SCENARIO": "minimal", "SIM_READY_FILE": "r.json"},
        scenario="demo",
    )

    assert (settings.port_base, settings.scenario) == (9100, "demo")
    assert settings.ready_file == Path("r.json")


@pytest.mark.requirement("SBX-4")
def test_a_ready_file_that_cannot_be_written_is_one_clear_line(sandbox: SandboxProcess) -> None:
    """Before anything listens."""
    (line,) = refusal(sandbox, *ANY_PORTS, "--ready-file", "/proc/nope/ready.json")
    assert "Cannot write the ready file /proc/nope/ready.json" in line


@pytest.mark.requirement("SBX-1")
def test_a_sandbox_in_the_background_of_a_shell_can_be_terminated(sandbox: SandboxProcess) -> None:
    """A shell starts background jobs with SIGINT ignored; SIGTERM still ends it cleanly."""
    command = (
        f"{sys.executable} -m simulator serve --port-base 0 --database {sandbox.database} "
        f"--ready-file {sandbox.ready_file} > {sandbox.folder}/out & "
        f"tail -f --pid=$! {sandbox.folder}/out | grep -m1 -q 'What to do' ; kill $! ; wait $!"
    )

    (sandbox.folder / "out").touch()  # tail may look for it before the shell has made it
    done = subprocess.run(["sh", "-c", command], timeout=50, check=False)

    assert done.returncode == 0
    assert not sandbox.ready_file.exists()
    assert "Stopped." in (sandbox.folder / "out").read_text(encoding="utf-8")


@pytest.mark.requirement("SEED-3")
def test_a_seeded_sandbox_says_at_its_start_that_it_can_be_guessed(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    served(sandbox, monkeypatch, *ANY_PORTS, "--seed", "7")

    assert "Seed 7: whoever knows it can guess every secret made here." in caplog.text

"""The command line, called in the test's process: a process of its own imports for a second."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simulator import cli
from simulator.cli import main
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.process import SandboxProcess

#: For `serve`: any ports.
ANY_PORTS = ("--port-base", "0")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox process that ends with the test."""
    process = SandboxProcess(tmp_path)
    yield process
    process.kill()


@pytest.fixture(scope="module")
def sandbox_that_ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a sandbox leaves behind that was started and stopped."""
    left = SandboxProcess(tmp_path_factory.mktemp("sandbox"))
    with running(Settings(database=left.database, port_base=0)):
        pass
    return left.folder


@pytest.fixture
def stopped(sandbox: SandboxProcess, sandbox_that_ran: Path) -> SandboxProcess:
    """A sandbox that ran before, on a database of its own."""
    shutil.copytree(sandbox_that_ran, sandbox.folder, dirs_exist_ok=True)
    return sandbox


def command(sandbox: SandboxProcess, *arguments: str) -> Result:
    """Run another `simulator` command on a sandbox's database, unless another one is named."""
    database = () if "--database" in arguments else ("--database", sandbox.database)
    return CliRunner().invoke(main, [*arguments, *database])


def serve_here(sandbox: SandboxProcess, *options: str) -> Result:
    """Call `simulator serve`, which takes signals for itself, to its end."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers = {number: signal.getsignal(number) for number in numbers}
    try:
        ready = ("--ready-file", str(sandbox.ready_file))
        return command(sandbox, "serve", *ready, *(options or ANY_PORTS))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def refusal(sandbox: SandboxProcess, *options: str) -> list[str]:
    """The lines of a start that must be refused, before anything listens."""
    refused = serve_here(sandbox, *options)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    return refused.stderr.splitlines()


def served(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, *options: str
) -> tuple[dict[str, Any], Result]:
    """The description of a sandbox that ends once it answers, and what it printed."""
    found: list[dict[str, Any]] = []
    print_table = cli._print_table

    def stop_at_once(description: dict[str, Any]) -> None:
        found.append(description)
        print_table(description)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(cli, "_print_table", stop_at_once)
    done = serve_here(sandbox, *options)
    assert done.exit_code == 0, done.output
    (description,) = found
    return description, done

"""The command line, called in the test's process: a process of its own imports for a second."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main
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
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"))
    process.start()
    process.stop()
    return process.folder


@pytest.fixture
def stopped(sandbox: SandboxProcess, sandbox_that_ran: Path) -> SandboxProcess:
    """A sandbox that ran before, on a database of its own."""
    shutil.copytree(sandbox_that_ran, sandbox.folder, dirs_exist_ok=True)
    return sandbox


def command(sandbox: SandboxProcess, *arguments: str) -> Result:
    """Run another `simulator` command on a sandbox's database."""
    return CliRunner().invoke(main, [*arguments, "--database", sandbox.database])


def refusal(sandbox: SandboxProcess, *options: str) -> list[str]:
    """The lines of a start that must be refused, before anything listens."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    handlers = {number: signal.getsignal(number) for number in numbers}
    try:
        ready = ("--ready-file", str(sandbox.ready_file))
        refused = command(sandbox, "serve", *ready, *(options or ANY_PORTS))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    return refused.stderr.splitlines()

"""Clients that run on Node: in a process group and a home of their own, kept on this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NODE = Path(sys.executable).parent / "node"
SCRIPTS = Path(__file__).parent / "node"
PACKAGES = SCRIPTS / "node_modules"


class NodeError(Exception):
    """A client's command failed; the message is the client's own.

    Attributes:
        code: the error's code, if the client gives one.
    """

    def __init__(self, failure: dict[str, Any]) -> None:
        super().__init__(f"{failure['name']}: {failure['message']}")
        self.code = failure.get("code")


def environment(home: Path, browser: str, *loaded_first: str) -> dict[str, str]:
    """What a client sees of this machine.

    Args:
        home: it writes nowhere else.
        browser: the command that opens an address.
        loaded_first: modules of `tests/wire/node` that Node loads before the client.
    """
    modules = ("loopback.mjs", *loaded_first)
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CURRENT_DESKTOP": "X-Generic",  # xdg-open then asks for BROWSER, on any desktop
        "TMPDIR": str(home),
        "BROWSER": browser,
        "PATH": os.pathsep.join(map(str, (Path(browser).parent, NODE.parent, "/usr/bin", "/bin"))),
        "LANG": "C.UTF-8",
        "NODE_OPTIONS": " ".join(f"--import={(SCRIPTS / name).as_uri()}" for name in modules),
    }


@dataclass
class NodeProcess:
    """A running program that takes lines and answers lines."""

    process: "subprocess.Popen[str]"

    def send(self, message: dict[str, Any]) -> None:
        """One JSON line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next JSON line from it.

        Raises:
            EOFError: it has ended instead.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("The client has ended; its own words are in stderr.txt.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, command: str, **given: Any) -> Any:
        """Let a script that ends with `obey(…)` carry out a command; returns its result.

        Raises:
            NodeError: it failed.
        """
        self.send({"command": command, **given})
        answer = self.receive()
        if "failure" in answer:
            raise NodeError(answer["failure"])
        return answer.get("result")


@contextmanager
def running(*arguments: str | Path, env: dict[str, str]) -> Iterator[NodeProcess]:
    """`node ARGUMENTS` until the end of the block; what it says on stderr goes to the report."""
    home = Path(env["HOME"])
    home.mkdir(exist_ok=True)
    with (home / "stderr.txt").open("w+", encoding="utf-8") as error_log:
        process = subprocess.Popen(
            [NODE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=error_log,
            text=True,
            env=env,
            cwd=home,
            start_new_session=True,
        )
        with process:
            try:
                yield NodeProcess(process)
            finally:
                end(process)
                error_log.seek(0)
                sys.stderr.write(error_log.read())


def run(*arguments: str | Path, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`node ARGUMENTS` until it ends by itself; nobody types anything.

    Raises:
        subprocess.TimeoutExpired: it has not ended after 30 s.
    """
    Path(env["HOME"]).mkdir(exist_ok=True)
    keyboard, hands = os.pipe()
    process = subprocess.Popen(
        [NODE, *arguments],
        stdin=keyboard,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=env["HOME"],
        start_new_session=True,
    )
    with process:
        try:
            error_log = process.communicate(timeout=30)
        finally:
            end(process)
            os.close(keyboard)
            os.close(hands)
    return subprocess.CompletedProcess(process.args, process.returncode, *error_log)


def free_port() -> int:
    """A loopback port on which nothing listens at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def end(process: "subprocess.Popen[Any]") -> None:
    """End a process that was started in a session of its own, with all its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return

"""A sandbox in a process of its own, as people start it on the command line."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: How long a sandbox may take to end, in seconds, on a machine that does much else.
_PATIENCE = 40
#: As `python -m simulator`, until the other end of its standard input is gone: a test run that is
#: killed leaves no sandbox behind.
_UNTIL_WE_END = """
import os, signal, threading
def watch():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=watch, daemon=True).start()
from simulator.cli import main
main()
"""


@dataclass
class SandboxProcess:
    """`simulator serve` as a child process.

    Attributes:
        folder: where its database and ready file are kept.
        options: further options of `simulator serve`.
        printed: what it printed once every system answered.
    """

    folder: Path
    options: Sequence[str] = ("--port-base", "0")
    printed: str = ""
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @property
    def database(self) -> str:
        """Return its database's URL."""
        return f"sqlite:///{self.folder / 'sandbox.db'}"

    @property
    def ready_file(self) -> Path:
        """Return the path of the file that it writes its description to."""
        return self.folder / "ready.json"

    @property
    def description(self) -> dict[str, Any]:
        """Return the ready file's contents."""
        document: dict[str, Any] = json.loads(self.ready_file.read_text(encoding="utf-8"))
        return document

    def start(self) -> None:
        """Start it and wait until it says that every system answers.

        Raises:
            RuntimeError: it ended instead; the message is what it printed.
        """
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _UNTIL_WE_END, "serve", "--database", self.database),
                *("--ready-file", str(self.ready_file), *self.options),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(),
        )
        assert self._process.stdout is not None
        self.printed = ""
        while not self.ready_file.exists():
            line = self._process.stdout.readline()
            self.printed += line
            if not line:
                self._process.wait()
                self.kill()  # closes its pipes
                raise RuntimeError(self.printed)

    def stop(self) -> int:
        """Press Ctrl-C; returns the exit status, a negative one if it had to be killed."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGINT)
        impatience = threading.Timer(_PATIENCE, self._process.kill)
        impatience.start()
        try:
            self.printed += self._process.stdout.read()
            self._process.wait()  # before its standard input is closed, which would end it, too
        finally:
            impatience.cancel()
            self.kill()
        return self._process.returncode

    def kill(self) -> None:
        """End it if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout) if self._process else ():
            if stream is not None:
                stream.close()

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another `simulator` command on its database."""
        return subprocess.run(
            [sys.executable, "-m", "simulator", *arguments, "--database", self.database],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=_environment(),
        )


def _environment() -> dict[str, str]:
    """Ours, without the settings of a sandbox that the developer may have set."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SIM_")}

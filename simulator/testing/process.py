"""A sandbox in a process of its own, as people start it on the command line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
        """Its database's URL."""
        return f"sqlite:///{self.folder / 'sandbox.db'}"

    @property
    def ready_file(self) -> Path:
        """Where it writes its description."""
        return self.folder / "ready.json"

    @property
    def description(self) -> dict[str, Any]:
        """The ready file's contents."""
        document: dict[str, Any] = json.loads(self.ready_file.read_text(encoding="utf-8"))
        return document

    def start(self) -> None:
        """Start it and wait until it says that every system answers.

        Raises:
            RuntimeError: it ended instead; the message is what it printed.
        """
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "simulator", "serve", "--database", self.database),
                *("--ready-file", str(self.ready_file), *self.options),
            ],
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
                self._process.communicate()
                raise RuntimeError(self.printed)

    def stop(self) -> int:
        """Press Ctrl-C; returns the exit status."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGINT)
        self.printed += self._process.stdout.read()
        self._process.communicate(timeout=20)
        return self._process.returncode

    def kill(self) -> None:
        """End it if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            self._process.communicate()

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

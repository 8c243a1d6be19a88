"""Workato's own command line for its Developer API: each command is a process."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.sandbox.simulator import Simulator
from simulator.testing.api_client import ApiClient
from tests.wire.programs import ENVIRONMENTS, Desk

_COMMANDS = ENVIRONMENTS / "platform_cli/bin"


@dataclass
class PlatformCommandLine:
    """The command `workato` of somebody who works on the project Procurement.

    Attributes:
        simulator: that it works with.
        folder: of the workspace; each project has a folder in it.
        description: the sandbox.
        browser: the command that opens a URL.
    """

    simulator: Simulator
    folder: Path
    description: dict[str, Any]
    browser: str = "true"

    @property
    def project(self) -> Path:
        """The project's folder, in which commands are run."""
        return self.folder / "Procurement"

    @property
    def api(self) -> ApiClient:
        """The same API, without the command line."""
        return ApiClient(self.description)

    def init(self) -> str:
        """Begin to work on the project: `workato init`; return what was printed."""
        self.folder.mkdir()
        client = self.description["api_clients"][0]
        return self._run(
            self.folder,
            *("init", "--non-interactive", "--profile", "sandbox", "--region", "custom"),
            *("--api-url", self.description["systems"]["aihub"], "--api-token", client["token"]),
            *("--project-id", "1"),
        )

    def run(self, *arguments: str) -> str:
        """Run a command in the project's folder; return what it printed.

        A minute has gone by since the last one: no quota is used up.
        """
        self.simulator.clock.travel(minutes=1)
        return self._run(self.project, *arguments)

    def read(self, name: str) -> Any:
        """What a file of the project says."""
        return json.loads((self.project / name).read_text(encoding="utf-8"))

    def write(self, name: str, document: Any) -> None:
        """Write a file of the project."""
        (self.project / name).write_text(json.dumps(document, indent=2), encoding="utf-8")

    def requests(self) -> list[str]:
        """What the API was sent since the last time, such as `PUT /api/recipes/1/stop`."""
        lines = [
            f"{each.method} {each.path}"
            for each in self.simulator.journal
            if each.caller == "outside" and each.path.startswith("/api/")
        ]
        self.simulator.journal.clear()
        return lines

    def _run(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            [_COMMANDS / "workato", *arguments],
            env=Desk(self.folder).environment(
                BROWSER=self.browser,
                PATH=f"{_COMMANDS}{os.pathsep}{os.environ['PATH']}",
                PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
                WORKATO_DISABLE_DEPRECATION_WARNING="1",
            ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"workato {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

"""Client programs as child processes: in an environment of their own, and gone after the test."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.sandbox.simulator import Simulator
from tests.tools.requirements import ROOT
from tests.wire.browser_visits import BrowserVisits
from tests.wire.whole_way import EXPIRY

#: Environments with clients that our own cannot hold; `make setup` makes them.
ENVIRONMENTS = ROOT / ".venv"


@dataclass(frozen=True)
class Desk:
    """Where client programs run: they find nothing of the developer's, and leave nothing.

    Attributes:
        folder: home of everything that they write.
    """

    folder: Path

    @property
    def clock(self) -> Path:
        """Holds how many seconds the programs' clocks are ahead."""
        return self.folder / "clock-ahead"

    def environment(self, **more: str) -> dict[str, str]:
        """What a program is started with."""
        if not self.clock.exists():
            self.clock.write_text("0", encoding="ascii")
        return {
            "CLOCK_AHEAD": str(self.clock),
            "COLUMNS": "1000",
            "HOME": str(self.folder),
            "NO_COLOR": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parent / "inside"),
            "PYTHONUTF8": "1",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            **more,
        }

    def let_an_access_token_expire(self, simulator: Simulator) -> None:
        """An hour passes, in the sandbox and in the programs."""
        simulator.world.clock.travel(EXPIRY)
        self.clock.write_text(str(EXPIRY.total_seconds()), encoding="ascii")


@dataclass
class Program:
    """A client that obeys its test line by line, the other side of `inside/conversation.py`.

    Attributes:
        process: started with pipes.
        log: what it wrote to standard error.
        visits: the person's browser.
    """

    process: "subprocess.Popen[str]"
    log: Path
    visits: BrowserVisits

    def ask(self, line: str) -> Any:
        """What the program answers to a wish; it may open the browser before it does.

        Raises:
            ChildProcessError: it ended instead; the message is its log.
        """
        self._tell(line)
        return self.listen()

    def listen(self) -> Any:
        """Its next answer; the first is that it is ready.

        Raises:
            ChildProcessError: as `ask`.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message = json.loads(line)
            if "answer" in message:
                return message["answer"]
            self._tell(self.visits.visit(message["open"]))
        raise ChildProcessError(self.log.read_text(encoding="utf-8"))

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


@contextmanager
def conversing(
    command: Sequence[str], environment: dict[str, str], log: Path, visits: BrowserVisits
) -> Iterator[Program]:
    """A program from its start to its end; whatever it started ends with it."""
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
            cwd=log.parent,
            start_new_session=True,
        ) as process,
    ):
        try:
            program = Program(process, log, visits)
            assert program.listen() == "ready"
            yield program
        finally:
            os.killpg(process.pid, signal.SIGKILL)

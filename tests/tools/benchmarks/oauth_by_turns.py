"""Compare the processor's time of sign-in, refresh and keys in two checkouts, by turns.

`python -m tests.tools.benchmarks.oauth_by_turns OTHER [OPERATION…]` has a process of each do the
same in process, on a database file; what neighbours do to the machine, they do to both. The time
of the client is not counted, and neither is that of a socket. `--profile OPERATION` shows where the
time goes here.
"""

import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import EnvironBuilder, run_wsgi_app

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.tools.benchmarks import http_client
from tests.tools.benchmarks.operations import Simulated

#: Operation → how often in a turn.
OPERATIONS = {
    "refresh": 40,
    "userinfo": 60,
    "jwks": 100,
    "sign_in": 12,
    "connect": 6,
    "first_verified_call": 3,
}
_TURNS = 16


class _Doors:
    """The simulator's door, as `HTTPConnection` looks to the client; it adds up what it takes."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.passed = 0.0
        self.profile: cProfile.Profile | None = None

    def connect(self, host: str, **_: Any) -> "_Connection":
        """As the class `HTTPConnection`."""
        return _Connection(self, host)

    def answer(self, environ: Any) -> tuple[bytes, int, Any]:
        """Have the simulator answer; its time is counted."""
        if self.profile is not None:
            self.profile.enable()
        begin = time.process_time()
        chunks, status, headers = run_wsgi_app(self._simulator, environ, buffered=True)
        body = b"".join(chunks)
        self.passed += time.process_time() - begin
        if self.profile is not None:
            self.profile.disable()
        return body, int(status.split(" ", 1)[0]), headers


class _Connection:
    def __init__(self, doors: _Doors, host: str) -> None:
        self._doors, self._host = doors, host

    def request(self, method: str, target: str, body: bytes | None, headers: Any) -> None:
        parts = urlsplit(target)
        sent: dict[str, str] = {**headers, "Referer": f"https://{self._host}/"}
        environ = EnvironBuilder(
            path=parts.path,
            query_string=parts.query,
            base_url=f"https://{self._host}",
            method=method,
            headers=list(sent.items()),
            data=body,
        ).get_environ()
        self._answer = self._doors.answer(environ)

    def getresponse(self) -> Any:
        body, status, headers = self._answer
        message = HTTPMessage()
        for name, value in headers:
            message[name] = value
        return SimpleNamespace(status=status, headers=message, read=lambda: body)


def _prepare(folder: str) -> tuple[Simulator, _Doors, Callable[[str], Callable[[], None]]]:
    simulator = Simulator(Settings(database=f"sqlite:///{folder}/sandbox.db"))
    doors = _Doors(simulator)
    setattr(http_client, "HTTPConnection", doors.connect)  # noqa: B010  # no class, but as good
    facts: dict[str, Any] = dict(simulator.describe())
    callback = {"callback": "https://www.workato.com"}
    systems = {**facts["systems"], **callback}
    server: Any = SimpleNamespace(facts={**facts, "control": "", "systems": systems})
    simulated = Simulated(server)
    return simulator, doors, lambda name: getattr(simulated, name)()


def work() -> None:
    """Do so many of each operation that is named on standard input; print the time of one in ms."""
    with tempfile.TemporaryDirectory() as folder:
        simulator, doors, make = _prepare(folder)
        with simulator:
            made: dict[str, Callable[[], None]] = {}
            print("ready", flush=True)
            for line in sys.stdin:
                name = line.strip()
                if name not in made:
                    made[name] = make(name)
                    made[name]()
                if name == "first_verified_call":
                    simulator.reset()
                doors.passed = 0.0
                times = 1 if name == "first_verified_call" else OPERATIONS[name]
                for _ in range(times):
                    made[name]()
                print(doors.passed * 1000 / times, flush=True)


def profile(name: str, order: str = "tottime") -> None:
    """Print where the time of an operation goes."""
    with tempfile.TemporaryDirectory() as folder:
        simulator, doors, make = _prepare(folder)
        with simulator:
            operation = make(name)
            for _ in range(3):
                operation()
            doors.profile = cProfile.Profile(time.process_time)
            for _ in range(5 * OPERATIONS[name]):
                operation()
            pstats.Stats(doors.profile).sort_stats(order).print_stats(70)


def main(other: str, names: list[str]) -> None:
    """Print the times of both, and how many times as long an operation takes here."""
    from tests.tools.benchmarks import turns  # not with --work: another checkout may lack it

    processes = [turns.start(__file__, each) for each in (Path(other), turns.HERE)]
    for name in names or OPERATIONS:
        print(f"{name:<20} {turns.compare(processes, name, _TURNS)}", flush=True)
    for process in processes:
        process.communicate()


if __name__ == "__main__":
    if sys.argv[1] == "--work":
        work()
    elif sys.argv[1] == "--profile":
        profile(*sys.argv[2:])
    else:
        main(sys.argv[1], sys.argv[2:])

"""How long the command line takes to answer, and where the time goes."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from simulator.serving.server import FIRST_APP, OFFSETS
from simulator.testing.process import SandboxProcess
from tests.tools.benchmarks.measuring import Figure
from tests.tools.benchmarks.turns import HERE

_IMPORTS = ("sqlalchemy.orm", "flask", "authlib.oauth2", "joserfc.jwt", "mcp_types.methods")


def figures() -> Iterator[Figure]:
    """From the command to the first answer, and to the last system ready; memory after that."""
    first: list[float] = []
    fresh: list[float] = []
    ready: list[float] = []
    memory: list[float] = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:
            fresh.append(serve_once(Path(folder), free_row()).first)
            start = serve_once(Path(folder), free_row())
            first.append(start.first)
            ready.append(start.ready)
            memory.append(start.megabytes)
    yield Figure(name="serve: command to first answer, database there", unit="ms", values=first)
    yield Figure(name="serve: command to first answer, new database", unit="ms", values=fresh)
    yield Figure(name="serve: command to every system ready", unit="ms", values=ready)
    yield Figure(name="serve: resident memory once ready", unit="MB", values=memory)
    yield from _imports()


@dataclass(frozen=True, kw_only=True)
class Start:
    """What one start took, in ms since the command, and MB.

    Attributes:
        first: to the first answer.
        ready: until every system was ready.
        first_processor: of the processor, to the first answer.
        ready_processor: of the processor, until every system was ready.
        megabytes: of memory, once it was ready.
    """

    first: float
    ready: float
    first_processor: float
    ready_processor: float
    megabytes: float


def serve_once(folder: Path, port: int, checkout: Path = HERE) -> Start:
    """Serve until every system is ready.

    Args:
        folder: has the database, or gets it.
        port: first of a row of free ones.
        checkout: whose simulator it is.
    """
    process = SandboxProcess(folder, ("--port-base", str(port)))
    begin = time.perf_counter()
    command = (sys.executable, "-m", "simulator", "serve", "--port-base", str(port))
    child = subprocess.Popen(
        [*command, "--database", process.database, "--ready-file", str(process.ready_file)],
        stdout=subprocess.DEVNULL,
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
    )
    try:
        while True:
            try:
                answer = requests.get(f"http://127.0.0.1:{port + 2}/login", timeout=10)
                break
            except requests.ConnectionError:
                assert child.poll() is None, "it ended instead of answering"
        assert answer.status_code == 200
        first, first_processor = (time.perf_counter() - begin) * 1000, _processor(child.pid)
        while not process.ready_file.exists():
            assert child.poll() is None, "it ended before it was ready"
        ready, ready_processor = (time.perf_counter() - begin) * 1000, _processor(child.pid)
        status = Path(f"/proc/{child.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
        return Start(
            first=first,
            ready=ready,
            first_processor=first_processor,
            ready_processor=ready_processor,
            megabytes=(kilobytes or [0])[0] / 1024,
        )
    finally:
        child.terminate()
        child.wait()


def _processor(pid: int) -> float:
    """Return the milliseconds that a process had of the processor; 0 where nothing tells them."""
    file = Path(f"/proc/{pid}/stat")
    if not file.exists():
        return 0
    user, system = file.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def _imports() -> Iterator[Figure]:
    for module in _IMPORTS:
        values = [_run(f"import {module}") for _ in range(3)]
        yield Figure(name=f"  import {module}, alone", unit="ms", values=values)


def _run(code: str) -> float:
    bare = statistics.median(_seconds("pass") for _ in range(3))
    return max(0.0, (_seconds(code) - bare) * 1000)


def _seconds(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def free_row() -> int:
    """The first of a row of free ports, below those that clients' sockets are given."""
    return next(base for base in range(20_000, 30_000, 20) if all(map(_is_free, _row(base))))


def _row(base: int) -> list[int]:
    return [base, *(base + offset for offset in OFFSETS.values()), base + FIRST_APP]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0

"""How long the command line takes to answer, and where the time goes."""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from simulator.serving.server import FIRST_APP, OFFSETS
from simulator.testing.process import SandboxProcess
from tests.tools.benchmarks.measuring import Figure

_IMPORTS = ("sqlalchemy.orm", "flask", "authlib.oauth2", "joserfc.jwt", "mcp_types.methods")


def figures() -> Iterator[Figure]:
    """From the command to the first answer, and to the last system ready; memory after that."""
    first: list[float] = []
    fresh: list[float] = []
    ready: list[float] = []
    memory: list[float] = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:
            fresh.append(_start(Path(folder), _free_row())[0])
            answered, all_ready, megabytes = _start(Path(folder), _free_row())
            first.append(answered)
            ready.append(all_ready)
            memory.append(megabytes)
    yield Figure(name="serve: command to first answer, database there", unit="ms", values=first)
    yield Figure(name="serve: command to first answer, new database", unit="ms", values=fresh)
    yield Figure(name="serve: command to every system ready", unit="ms", values=ready)
    yield Figure(name="serve: resident memory once ready", unit="MB", values=memory)
    yield from _imports()


def _start(folder: Path, port: int) -> tuple[float, float, float]:
    process = SandboxProcess(folder, ("--port-base", str(port)))
    begin = time.perf_counter()
    command = (sys.executable, "-m", "simulator", "serve", "--port-base", str(port))
    child = subprocess.Popen(
        [*command, "--database", process.database, "--ready-file", str(process.ready_file)],
        stdout=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                answer = requests.get(f"http://127.0.0.1:{port + 2}/login", timeout=10)
                break
            except requests.ConnectionError:
                assert child.poll() is None, "it ended instead of answering"
        assert answer.status_code == 200
        first = (time.perf_counter() - begin) * 1000
        while not process.ready_file.exists():
            assert child.poll() is None, "it ended before it was ready"
        ready = (time.perf_counter() - begin) * 1000
        status = Path(f"/proc/{child.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
        return first, ready, (kilobytes or [0])[0] / 1024
    finally:
        child.terminate()
        child.wait()


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


def _free_row() -> int:
    """The first of a row of free ports, below those that clients' sockets are given."""
    return next(base for base in range(20_000, 30_000, 20) if all(map(_is_free, _row(base))))


def _row(base: int) -> list[int]:
    return [base, *(base + offset for offset in OFFSETS.values()), base + FIRST_APP]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0

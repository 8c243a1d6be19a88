"""Servers under measurement, each a process of its own: the simulator, and its peers."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from simulator.testing.process import SandboxProcess

_HERE = Path(__file__).parent / "peers"
_BIN = Path(sys.executable).parent
#: `make bench` installs the Python peers apart, for they want other packages than we do.
_PYTHON = os.environ.get("BENCH_PYTHON", str(_BIN.parent / "peers" / "bin" / "python"))
_NODE = str(_BIN / "node")
#: So long a server may take to answer, in seconds.
_PATIENCE = 60
_EMULATE = (_NODE, "node_modules/emulate/dist/index.js", "start", "--service", "github", "--port")
#: Peer → command, to which the port is added, and what else follows it.
_COMMANDS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "FastMCP, JWT": ((_PYTHON, "fastmcp_server.py"), ("jwt",)),
    "FastMCP, own OAuth": ((_PYTHON, "fastmcp_server.py"), ("oauth",)),
    "TypeScript SDK": ((_NODE, "typescript_sdk.mjs"), ()),
    "oidc-provider-mock": ((_PYTHON, "-m", "oidc_provider_mock", "-p"), ()),
    "node-oidc-provider": ((_NODE, "oidc_provider.mjs"), ()),
    "moto": ((_PYTHON, "-m", "moto.server", "-p"), ()),
    "emulate": (_EMULATE, ()),
}
#: Peers that say when they listen, with what a client needs to know.
_SPEAKING = ("FastMCP, JWT", "FastMCP, own OAuth", "TypeScript SDK", "node-oidc-provider")


@dataclass(frozen=True)
class Server:
    """A server that answers.

    Attributes:
        name: of what is measured.
        pid: its process.
        url: its address.
        facts: what it said of itself; the simulator's whole description.
        first_answer: from the command to the first answer, in ms.
    """

    name: str
    pid: int
    url: str
    facts: Mapping[str, Any]
    first_answer: float


@contextmanager
def simulator() -> Iterator[Server]:
    """Run the simulator with the demo scenario, on a new database file."""
    with tempfile.TemporaryDirectory() as folder:
        process = SandboxProcess(Path(folder))
        begin = time.perf_counter()
        process.start()
        passed = (time.perf_counter() - begin) * 1000
        try:
            facts = process.description
            pid = process._process.pid  # type: ignore[union-attr]
            yield Server("simulator", pid, facts["systems"]["identity"], facts, passed)
        finally:
            process.stop()


def find_lacking() -> str | None:
    """Return what lacks before the peers can run, or None."""
    if not Path(_PYTHON).exists():
        return f"no {_PYTHON}"
    return None if (_HERE / "node_modules").exists() else f"no {_HERE / 'node_modules'}"


@contextmanager
def peer(name: str) -> Iterator[Server]:
    """Run a peer.

    Args:
        name: one of those that there are.
    """
    command, further = _COMMANDS[name]
    port = _free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [*command, str(port), *further],
        cwd=_HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # the command `node` is a program that runs Node beside itself
    )
    try:
        facts: Mapping[str, Any] = {}
        if name in _SPEAKING:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"{name} ended instead of answering"
            facts = json.loads(line)
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        passed = (time.perf_counter() - begin) * 1000
        yield Server(name, process.pid, url, facts, passed)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait_for(url: str, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "it ended instead of answering"
        with suppress(requests.ConnectionError):
            requests.get(url, timeout=_PATIENCE)
            return
    raise TimeoutError(url)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])

"""Listeners: one loopback port per system, standalone (waitress) or embedded (werkzeug)."""

import json
import logging
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulator.addresses import AIHUB, IDENTITY, MCP
from simulator.errors import StartupError
from simulator.settings import Settings
from simulator.simulator import Simulator

log = logging.getLogger("simulator.server")

#: A system's place in the row of ports; 0, 4 and 5 are kept for systems to come.
OFFSETS = {AIHUB: 1, IDENTITY: 2, MCP: 3}
FIRST_APP = 10
_THREADS = 64


def bind(simulator: Simulator) -> dict[str, socket.socket]:
    """A listening socket for every system; the simulator is told where they are.

    Raises:
        StartupError: a port is taken.
    """
    settings = simulator.world.settings
    sockets: dict[str, socket.socket] = {}
    try:
        for system, port in _ports(simulator, settings):
            sockets[system] = _listen(settings.bind, port)
    except StartupError:
        for bound in sockets.values():
            bound.close()
        raise
    simulator.settle(
        {
            system: f"http://{settings.bind}:{bound.getsockname()[1]}"
            for system, bound in sockets.items()
        }
    )
    return sockets


def _ports(simulator: Simulator, settings: Settings) -> Iterator[tuple[str, int]]:
    apps = 0
    for system in simulator.world.addresses.systems:
        offset = OFFSETS.get(system)
        if offset is None:
            offset = FIRST_APP + apps
            apps += 1
        yield system, settings.port_base + offset if settings.port_base else 0


def _listen(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise StartupError(
            f"Cannot listen on {address}:{port} ({error.strerror}). Stop what listens there, or "
            "choose other ports with --port-base N (SIM_PORT_BASE)."
        ) from None
    return listener


def serve(simulator: Simulator, ready: Callable[[dict[str, Any]], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        simulator: what answers.
        ready: called once with the description, when every system answers.

    Raises:
        StartupError: a port is taken.
    """
    from waitress.server import create_server

    sockets = bind(simulator)
    server = create_server(
        simulator,
        sockets=list(sockets.values()),
        threads=_THREADS,
        ident=None,
        max_request_body_size=4 * 1024 * 1024,
        clear_untrusted_proxy_headers=True,
    )
    threading.Thread(target=_announce, args=(simulator, ready), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        server.run()  # returns on SIGINT
    finally:
        server.close()
        _forget(simulator.world.settings.ready_file)


def _announce(simulator: Simulator, ready: Callable[[dict[str, Any]], None]) -> None:
    """Ask every system once, so that each is built, then say that all answer."""
    import http.client

    for origin in simulator.world.addresses.origins.values():
        connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=60)
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
        connection.close()
        if status != 200:
            log.error("%s answers %s; see the log above", origin, status)
            return
    description = simulator.describe()
    if simulator.world.settings.ready_file:
        write_atomically(simulator.world.settings.ready_file, json.dumps(description, indent=2))
    ready(description)


def write_atomically(path: Path, text: str) -> None:
    """Write a file that a watcher never sees half done; readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def _forget(ready_file: Path | None) -> None:
    if ready_file:
        ready_file.unlink(missing_ok=True)


@contextmanager
def running(settings: Settings) -> Iterator[Simulator]:
    """A simulator that listens on loopback in threads of this process; for tests.

    Raises:
        StartupError: it cannot start.
    """
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """The systems log their requests themselves."""

        protocol_version = "HTTP/1.1"

        def log(self, *_: Any) -> None:
            return

    with Simulator(settings) as simulator:
        servers = []
        for bound in bind(simulator).values():
            host, port = bound.getsockname()[:2]
            # werkzeug takes the descriptor over; ours must not close it on collection.
            server = make_server(
                host, port, simulator, threaded=True, request_handler=Quiet, fd=bound.detach()
            )
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
            )
            thread.start()
            servers.append((server, thread))
        try:
            yield simulator
        finally:
            for server, _ in servers:
                server.shutdown()
                server.server_close()
            for _, thread in servers:
                thread.join()

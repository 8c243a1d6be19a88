"""Listeners: one loopback port per system, standalone (waitress) or embedded (werkzeug)."""

import http.client
import json
import logging
import os
import queue
import selectors
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.control import ControlApi
from simulator.errors import SimulatorError, StartupError
from simulator.net.addresses import AIHUB, IDENTITY, IDP, LOOPBACK, MCP
from simulator.sandbox.simulator import Simulator
from simulator.sandbox.sweeper import sweep
from simulator.serving.handlers import close_on_disconnect, quiet_handler
from simulator.settings import Settings

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.serving import BaseWSGIServer


#: A system's place in the row of ports, which the control API begins; 5 is kept for another.
OFFSETS = {AIHUB: 1, IDENTITY: 2, MCP: 3, IDP: 4}
FIRST_APP = 10
#: More than there are likely to be calls that wait: those that a fault delays, or an app.
_THREADS = 96
#: Of the control API, which is asked by few: but some of its answers are waited for.
_CONTROL_THREADS = 24
#: What the control API's socket is called; it is no system.
_CONTROL = "control"

log = logging.getLogger("simulator.server")


def bind(simulator: Simulator) -> dict[str, socket.socket]:
    """A listening socket for every system and for `control`; the simulator is told where they are.

    Raises:
        StartupError: a port is taken.
    """
    settings = simulator.world.settings
    sockets: dict[str, socket.socket] = {}
    try:
        for system, port in _ports(simulator.world.addresses.listeners, settings.port_base):
            sockets[system] = _listen(LOOPBACK, port)
        sockets[_CONTROL] = _listen(LOOPBACK, settings.port_base)
    except StartupError:
        for bound in sockets.values():
            bound.close()
        raise
    origins = {name: _origin(bound) for name, bound in sockets.items()}
    control = origins.pop(_CONTROL)
    simulator.set_addresses(origins, control)
    return sockets


def _port(bound: socket.socket) -> int:
    number: int = bound.getsockname()[1]
    return number


def _ports(systems: Iterable[str], base: int) -> Iterator[tuple[str, int]]:
    apps = 0
    for system in systems:
        offset = OFFSETS.get(system)
        if offset is None:
            offset = FIRST_APP + apps
            apps += 1
        yield system, base + offset if base else 0


def _listen_for_app(number: int, base: int) -> socket.socket:
    """A listening socket for one more app, at its place in the row of ports or at a free one."""
    try:
        return _listen(LOOPBACK, base + FIRST_APP + number if base else 0)
    except StartupError as error:
        # The world was made already: better elsewhere than nowhere.
        log.warning("%s The app gets another port.", error)
        return _listen(LOOPBACK, 0)


def _origin(bound: socket.socket) -> str:
    return f"http://{LOOPBACK}:{_port(bound)}"


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
    from simulator.serving.channels import CONTROL_CONNECTIONS, SYSTEM_CONNECTIONS, Waitress

    _prepare(simulator)
    sockets = bind(simulator)
    # The control API has threads of its own: it answers also while every system is at a stand.
    control = Waitress(
        ControlApi(simulator),
        [sockets.pop(_CONTROL)],
        threads=_CONTROL_THREADS,
        connections=CONTROL_CONNECTIONS,
    )
    server = Waitress(
        reset_as_client_disconnect(simulator),
        sockets.values(),
        threads=_THREADS,
        connections=SYSTEM_CONNECTIONS,
    )

    def add_listener(number: int) -> str:
        bound = _listen_for_app(number, simulator.world.settings.port_base)
        server.add(bound)
        return _origin(bound)

    simulator.listeners.open_for_app = add_listener
    controlling = control.start()
    failures: list[str] = []
    stopping = threading.Event()
    announcing = threading.Thread(
        target=_announce, args=(simulator, ready, failures, stopping), name="announce", daemon=True
    )

    def stop(*_: object) -> None:
        simulator.faults.leave()  # what a delay holds would be waited for
        raise KeyboardInterrupt

    try:
        # Both, explicitly: a shell starts background jobs with SIGINT ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        announcing.start()
        server.run()
    except KeyboardInterrupt:  # where `run` has not begun; else it returns
        pass
    finally:
        stopping.set()
        control.stop()
        server.close()
        controlling.join()
        _forget(simulator.world.settings.ready_file)
    if failures:
        raise StartupError(failures[0])


def reset_as_client_disconnect(wsgi: "WSGIApplication") -> "WSGIApplication":
    """Wrap an application so that waitress sees a reset by a fault as a client that went away."""
    from waitress.channel import ClientDisconnected

    def application(environ: Any, start_response: Any) -> Any:
        try:
            return wsgi(environ, start_response)
        except ConnectionResetError:
            raise ClientDisconnected from None

    return application


def _prepare(simulator: Simulator) -> None:
    """Find out before anything listens whether the start can be finished.

    Raises:
        StartupError: the ready file cannot be written, or the secrets cannot be read.
    """
    simulator.describe()
    sweep(simulator.world)
    ready_file = simulator.world.settings.ready_file
    if ready_file is None:
        return
    try:
        ready_file.parent.mkdir(parents=True, exist_ok=True)
        _forget(ready_file)  # one that a crash left behind says nothing about this start
        write_atomically(ready_file, "")
        _forget(ready_file)
    except OSError as error:
        raise StartupError(f"Cannot write the ready file {ready_file}: {error.strerror}.") from None


def _announce(
    simulator: Simulator,
    ready: Callable[[dict[str, Any]], None],
    failures: list[str],
    stopping: threading.Event,
) -> None:
    """Ask every system once, so that each is built, then say that all answer; else stop.

    Not the identity provider: most sandboxes never use it.

    Once `stopping` is set, nobody is told anything, and no ready file stays behind.
    """
    try:
        for system, origin in simulator.world.addresses.origins.items():
            if system != IDP:
                _ask(origin)
        description = simulator.describe()
        ready_file = simulator.world.settings.ready_file
        if ready_file:
            write_atomically(ready_file, json.dumps(description, indent=2))
        if stopping.is_set():
            _forget(ready_file)
        else:
            ready(description)
    except (OSError, SimulatorError, http.client.HTTPException) as error:
        if stopping.is_set():  # it asked listeners that are closed
            return
        failures.append(f"Not every system came up: {error}")
        signal.raise_signal(signal.SIGTERM)


def _ask(origin: str) -> None:
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=60)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200:
        raise StartupError(f"{origin} answers {status}; the log above says why.")


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
        AssertionError: at the end, somebody was served with another person's account or rows, and
            nobody judged that.
    """
    from werkzeug.serving import make_server

    from simulator.serving.channels import CONTROL_CONNECTIONS, SYSTEM_CONNECTIONS, IdleConnections

    with Simulator(settings) as simulator:
        idle = IdleConnections(SYSTEM_CONNECTIONS)

        def server_of(
            bound: socket.socket,
            wsgi: "WSGIApplication" = simulator,
            idle: IdleConnections = idle,
        ) -> "BaseWSGIServer":
            host, port = bound.getsockname()[:2]
            handler = quiet_handler(idle)
            with bound:  # werkzeug listens at a copy; ours would keep the port open at the end
                return make_server(
                    *(host, port, close_on_disconnect(wsgi)),
                    threaded=True,
                    request_handler=handler,
                    fd=bound.fileno(),
                )

        sockets = bind(simulator)
        control = server_of(
            sockets.pop(_CONTROL), ControlApi(simulator), IdleConnections(CONTROL_CONNECTIONS)
        )
        servers = [server_of(bound) for bound in sockets.values()]
        with in_a_thread([control]), in_a_thread(servers) as add:

            def add_listener(number: int) -> str:
                bound = _listen_for_app(number, settings.port_base)
                origin = _origin(bound)  # ours is closed then
                add(server_of(bound))
                return origin

            simulator.listeners.open_for_app = add_listener
            yield simulator


@contextmanager
def in_a_thread(
    servers: "Sequence[BaseWSGIServer]",
) -> "Iterator[Callable[[BaseWSGIServer], None]]":
    """Accept connections for all of them in one thread; on exit they are closed.

    Nothing is polled: a listener costs nothing while nobody comes, and stops at once.

    Yields:
        What adds another one.
    """
    wake, woken = socket.socketpair()
    accepting: queue.SimpleQueue[BaseWSGIServer] = queue.SimpleQueue()
    everyone = list(servers)

    def add(server: "BaseWSGIServer") -> None:
        everyone.append(server)
        accepting.put(server)
        wake.send(b"+")

    thread = threading.Thread(target=_accept, args=(servers, accepting, woken), daemon=True)
    thread.start()
    try:
        yield add
    finally:
        wake.close()
        thread.join()
        woken.close()
        for server in everyone:
            server.server_close()


def _accept(
    servers: "Sequence[BaseWSGIServer]",
    added: "queue.SimpleQueue[BaseWSGIServer]",
    woken: socket.socket,
) -> None:
    """Hand each connection to a thread of its own, until the other end of `woken` closes.

    A byte from there says that one more was `added`.
    """
    with selectors.DefaultSelector() as selector:

        def watch(server: "BaseWSGIServer") -> None:
            server.timeout = 0  # who was there and is gone again keeps nobody waiting
            selector.register(server, selectors.EVENT_READ, server)

        selector.register(woken, selectors.EVENT_READ)
        for server in servers:
            watch(server)
        while True:
            ready = [key.data for key, _ in selector.select()]
            if None in ready:
                if not woken.recv(1):
                    return
                watch(added.get())
            for server in ready:
                if server is not None:
                    server.handle_request()

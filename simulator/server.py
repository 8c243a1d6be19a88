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

from simulator.addresses import AIHUB, IDENTITY, MCP
from simulator.control import ControlApi
from simulator.errors import SimulatorError, StartupError
from simulator.settings import Settings
from simulator.simulator import Simulator

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

#: A system's place in the row of ports, which the control API begins; 4 and 5 are kept for others.
OFFSETS = {AIHUB: 1, IDENTITY: 2, MCP: 3}
FIRST_APP = 10
#: People's passwords are printed: nobody but this machine may reach them.
LOOPBACK = "127.0.0.1"
_THREADS = 64
#: Enough that clients which open one and say nothing keep nobody out.
_CONNECTIONS = 1000
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
        for system, port in _ports(simulator.world.addresses.systems, settings.port_base):
            sockets[system] = _listen(LOOPBACK, port)
        sockets[_CONTROL] = _listen(LOOPBACK, settings.port_base)
    except StartupError:
        for bound in sockets.values():
            bound.close()
        raise
    origins = {name: _origin(bound) for name, bound in sockets.items()}
    control = origins.pop(_CONTROL)
    simulator.settle(origins, control)
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
    from waitress.server import create_server

    _prepare(simulator)
    sockets = bind(simulator)
    options: dict[str, Any] = {
        "threads": _THREADS,
        "connection_limit": _CONNECTIONS,
        "asyncore_use_poll": True,  # select() knows no descriptor above 1023
        "ident": None,
        "channel_request_lookahead": 1,  # without it nobody learns that a client hung up
        "max_request_body_size": 4 * 1024 * 1024,
        "clear_untrusted_proxy_headers": True,
    }
    wsgi = _hanging_up(_by_port(simulator, _port(sockets[_CONTROL])))
    loop: dict[int, Any] = {}
    server = create_server(wsgi, map=loop, sockets=list(sockets.values()), **options)

    def add_listener(number: int) -> str:
        bound = _listen_for_app(number, simulator.world.settings.port_base)
        # It joins the loop and the threads of the others; the loop looks around once a second.
        create_server(
            wsgi,
            map=loop,
            _dispatcher=server.task_dispatcher,
            sockets=[bound],
            **options,
        )
        return _origin(bound)

    simulator.listeners.open_for_app = add_listener
    failures: list[str] = []
    threading.Thread(
        target=_announce, args=(simulator, ready, failures), name="announce", daemon=True
    ).start()
    # Both, explicitly: a shell starts background jobs with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        server.run()  # returns on KeyboardInterrupt
    finally:
        server.close()
        _forget(simulator.world.settings.ready_file)
    if failures:
        raise StartupError(failures[0])


def _by_port(simulator: Simulator, control_port: int) -> "WSGIApplication":
    """The control API on its own port, whatever the Host; on all others the systems."""
    control = ControlApi(simulator)

    def application(environ: Any, start_response: Any) -> Any:
        asked = control if environ["SERVER_PORT"] == str(control_port) else simulator
        return asked(environ, start_response)

    return application


def _hanging_up(wsgi: "WSGIApplication") -> "WSGIApplication":
    """The same, in words that waitress understands where a fault ends the connection."""
    from waitress.channel import ClientDisconnected

    def application(environ: Any, start_response: Any) -> Any:
        try:
            return wsgi(environ, start_response)
        except ConnectionResetError:
            raise ClientDisconnected from None

    return application


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _prepare(simulator: Simulator) -> None:
    """Find out before anything listens whether the start can be finished.

    Raises:
        StartupError: the ready file cannot be written, or the secrets cannot be read.
    """
    simulator.describe()
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
    simulator: Simulator, ready: Callable[[dict[str, Any]], None], failures: list[str]
) -> None:
    """Ask every system once, so that each is built, then say that all answer; else stop."""
    try:
        for origin in simulator.world.addresses.origins.values():
            _ask(origin)
        description = simulator.describe()
        if simulator.world.settings.ready_file:
            write_atomically(simulator.world.settings.ready_file, json.dumps(description, indent=2))
        ready(description)
    except (OSError, SimulatorError, http.client.HTTPException) as error:
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

    with Simulator(settings) as simulator:

        def server_of(name: str, bound: socket.socket) -> "BaseWSGIServer":
            host, port = bound.getsockname()[:2]
            wsgi = letting_go(ControlApi(simulator) if name == _CONTROL else simulator)
            # werkzeug takes the descriptor over; ours must not close it on collection.
            handler, fd = quiet_handler(), bound.detach()
            return make_server(host, port, wsgi, threaded=True, request_handler=handler, fd=fd)

        servers = [server_of(name, bound) for name, bound in bind(simulator).items()]
        with in_a_thread(servers) as add:

            def add_listener(number: int) -> str:
                bound = _listen_for_app(number, settings.port_base)
                origin = _origin(bound)
                add(server_of("", bound))
                return origin

            simulator.listeners.open_for_app = add_listener
            yield simulator


def quiet_handler() -> "type[WSGIRequestHandler]":
    """The request handler of embedded listeners."""
    from werkzeug.serving import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        """The systems log their requests themselves."""

        protocol_version = "HTTP/1.1"

        def log(self, *_: Any) -> None:
            return

        def connection_dropped(self, *_: Any) -> None:
            """A fault ended it: the client is not to wait for anything more."""
            self.close_connection = True

    return Quiet


def letting_go(wsgi: "WSGIApplication") -> "WSGIApplication":
    """The same, with answers that are closed whatever becomes of their connection.

    werkzeug does not close the answer of a connection that was reset once it was written: a file
    that a browser did not wait for would stay open.
    """

    def application(environ: Any, start_response: Any) -> Any:
        return _closed_at_last(wsgi(environ, start_response))

    return application


def _closed_at_last(answer: "Iterable[bytes]") -> Iterator[bytes]:
    try:
        yield from answer
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()


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

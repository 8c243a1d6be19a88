"""How many connections may be open: those that have been idle longest make room for new ones.

A listener that refuses, or lets wait, when it has too many connections is unreachable for as long
as somebody keeps them open. Here nobody is kept out: what has said nothing for the longest time is
closed, which clients of HTTP/1.1 must expect of a connection that they keep (RFC 9112 §9.5).
"""

import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from simulator.net.addresses import LOOPBACK
from simulator.web import unreadable
from simulator.web.endpoints import LONGEST_FILE

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication
    from waitress.channel import HTTPChannel
    from waitress.task import ErrorTask

#: Open connections to all systems, and to the control API. With what else a process has open, both
#: stay below 1,024 descriptors, which is what most systems allow.
SYSTEM_CONNECTIONS = 700
CONTROL_CONNECTIONS = 100
_OPTIONS: dict[str, Any] = {
    "asyncore_use_poll": True,  # select() knows no descriptor above 1023
    "ident": None,
    "channel_request_lookahead": 1,  # without it nobody learns that a client hung up
    "max_request_body_size": LONGEST_FILE + 2**20,  # with the form around it
    "clear_untrusted_proxy_headers": True,
    # Never reached while anything idle can be closed: of busy ones there may be some more.
    "connection_limit": SYSTEM_CONNECTIONS + CONTROL_CONNECTIONS,
}


class Waitress:
    """Listeners with threads and a loop of their own (waitress).

    Args:
        wsgi: what answers.
        sockets: the sockets that listen.
        threads: so many requests are answered at once.
        connections: so many may be open before the longest idle one is closed.
    """

    def __init__(
        self,
        wsgi: "WSGIApplication",
        sockets: Iterable[socket.socket],
        *,
        threads: int,
        connections: int,
    ) -> None:
        from waitress.server import create_server

        self._wsgi = wsgi
        self._loop: dict[int, Any] = {}
        self._channel = _channel(connections)
        self._server = create_server(
            wsgi, map=self._loop, sockets=list(sockets), threads=threads, **_OPTIONS
        )
        self._use_channels()

    def add(self, bound: socket.socket) -> None:
        """Listen at one more socket; the loop looks around for it once a second."""
        from waitress.server import create_server

        dispatcher = self._server.task_dispatcher
        create_server(
            self._wsgi, map=self._loop, _dispatcher=dispatcher, sockets=[bound], **_OPTIONS
        )
        self._use_channels()

    def run(self) -> None:
        """Answer until a KeyboardInterrupt (in the main thread), or until `stop`."""
        self._server.run()

    def start(self) -> threading.Thread:
        """Answer in a thread of its own, until `stop`."""
        thread = threading.Thread(target=self.run, name="control", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End the loop from another thread; requests that are being answered are not waited for."""
        from waitress.wasyncore import close_all

        self._listeners()[0].trigger.pull_trigger(lambda: close_all(self._loop))

    def close(self) -> None:
        """Close everything; the threads get a few seconds to end."""
        self._server.close()

    def _use_channels(self) -> None:
        for each in self._listeners():
            each.channel_class = self._channel

    def _listeners(self) -> list[Any]:
        from waitress.server import BaseWSGIServer

        return [each for each in list(self._loop.values()) if isinstance(each, BaseWSGIServer)]


def _refusing() -> "type[ErrorTask]":
    """What answers a request that waitress cannot read: the system that it was sent to."""
    from waitress.task import ErrorTask, WSGITask

    class Refusing(ErrorTask):
        """Has the application refuse the request, in its own shape."""

        def service(self) -> None:
            """Answer, and close the connection: nobody knows where the next request begins."""
            request: Any = self.request
            if request.error.code == 500:  # the application itself failed
                super().service()
                return
            for name in ("path", "query", "request_uri"):  # not there before they are read
                vars(request).setdefault(name, "")
            vars(request).setdefault("command", "GET")
            vars(request).setdefault("url_scheme", "http")
            task = WSGITask(self.channel, request)
            task.set_close_on_finish()
            environ = {**task.get_environment(), "wsgi.input": BytesIO()}
            # None may have been read.
            environ.setdefault("HTTP_HOST", f"{LOOPBACK}:{environ['SERVER_PORT']}")
            reason = request.error.body.partition('"')[0].strip()
            task.environ = unreadable.mark(environ, request.error.code, reason)
            try:
                task.service()
            finally:
                self.wrote_header, self.close_on_finish = task.wrote_header, True

    return Refusing


def _channel(most: int) -> "type[HTTPChannel]":
    from waitress.channel import HTTPChannel

    class Channel(HTTPChannel):
        """A connection that has the longest idle one closed if there are too many with it."""

        error_task_class = _refusing()

        def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any) -> None:  # noqa: A002  # waitress says so
            super().__init__(server, sock, addr, adj, map=map)
            others = [
                each
                for each in map.values()
                if isinstance(each, HTTPChannel) and not each.will_close and each is not self
            ]
            idle = [each for each in others if not (each.requests or each.total_outbufs_len)]
            if len(others) >= most and idle:
                min(idle, key=lambda each: each.last_activity).will_close = True

    return Channel


class IdleConnections:
    """The connections of embedded listeners on which nobody has asked anything yet, or again.

    Args:
        most: one more, and the one that is idle longest is hung up on.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: dict[int, socket.socket] = {}

    def add(self, connection: socket.socket) -> None:
        """A connection waits for a request."""
        with self._lock:
            self._idle[id(connection)] = connection
            longest = next(iter(self._idle.values())) if len(self._idle) > self._most else None
            if longest is not None:
                del self._idle[id(longest)]
                with suppress(OSError):  # it is gone already
                    longest.shutdown(socket.SHUT_RDWR)

    def discard(self, connection: socket.socket) -> None:
        """It waits no longer: somebody asked, or it ended."""
        with self._lock:
            self._idle.pop(id(connection), None)

"""Notice that a client cancelled its call, by a notification or by closing its connection."""

import os
import select
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.domain import cancellations
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIEnvironment


class Cancelled(Exception):
    """The client cancelled the call or disconnected; the call stops without a response."""


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """Checks whether the client has cancelled one request.

    Attributes:
        world: shared by all systems.
        environ: WSGI environment of the request.
        request_id: its JSON-RPC `id`.
        session_hash: fingerprint of its session's id; None where it has none.
        since: the newest notification when it arrived.
        was_held_up: whether there are newer ones since, before anything was done for it.
    """

    world: World
    environ: "WSGIEnvironment"
    request_id: str | int
    session_hash: str | None
    since: int
    was_held_up: bool = False

    def is_requested(self, *, is_first: bool) -> bool:
        """Return whether the client has cancelled the request; this commits the unit of work.

        Args:
            is_first: whether nothing was done for the request yet, so that it need not be looked
                up unless the request was held up before.
        """
        if is_disconnected(self.environ):
            return True
        if self.session_hash is None or (is_first and not self.was_held_up):
            return False
        self.world.db.commit()  # an open transaction sees what was there when it began
        return cancellations.is_cancelled(
            self.world, self.session_hash, self.request_id, self.since
        )


def is_disconnected(environ: "WSGIEnvironment") -> bool:
    """Return whether the client of a request has disconnected, as far as the WSGI server can tell.

    MCP 2026-07-28 wants it for cancellation: closing the response is the one signal there is.

    Args:
        environ: WSGI environment of the request; waitress puts a callable there, werkzeug its
            socket, and a call within this process has neither.
    """
    ask_waitress = environ.get("waitress.client_disconnected")
    if ask_waitress is not None:
        return bool(ask_waitress())
    connection = environ.get("werkzeug.socket")
    return isinstance(connection, socket.socket) and _is_closed(connection)


def _is_closed(connection: socket.socket) -> bool:
    if connection.fileno() < 0:
        return True
    if hasattr(select, "POLLRDHUP"):  # Linux: says so whatever is unread, and below TLS
        poll = select.poll()
        poll.register(connection, select.POLLRDHUP)
        return bool(poll.poll(0))
    with socket.socket(fileno=os.dup(connection.fileno())) as same:
        try:
            return same.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

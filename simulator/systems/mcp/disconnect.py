"""Notice that a client closed its connection while its answer is still being made."""

import os
import select
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIEnvironment


def is_disconnected(environ: "WSGIEnvironment") -> bool:
    """Say whether the client of a request hung up, as far as the server that runs us can tell.

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

"""How embedded listeners handle a connection (werkzeug), one thread each."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.serving import WSGIRequestHandler

    from simulator.serving.channels import IdleConnections


def quiet_handler(idle: "IdleConnections | None" = None) -> "type[WSGIRequestHandler]":
    """The request handler of embedded listeners.

    Args:
        idle: connections that wait for a request, where they are counted.
    """
    from werkzeug.serving import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        """The systems log their requests themselves."""

        protocol_version = "HTTP/1.1"

        def log(self, *_: Any) -> None:
            return

        def handle_one_request(self) -> None:
            """Wait for a request, and answer it."""
            if idle is None:
                super().handle_one_request()
                return
            idle.add(self.connection)
            try:
                super().handle_one_request()
            finally:
                idle.discard(self.connection)

        def run_wsgi(self) -> None:
            """A whole head of a request has come: answer it."""
            if idle is not None:
                idle.discard(self.connection)
            super().run_wsgi()

        def connection_dropped(self, *_: Any) -> None:
            """A fault ended it: the client is not to wait for anything more."""
            self.close_connection = True

    return Quiet


def close_on_disconnect(wsgi: "WSGIApplication") -> "WSGIApplication":
    """Wrap an application so that its answers are closed whatever becomes of their connection.

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

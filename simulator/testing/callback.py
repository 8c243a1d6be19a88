"""The loopback address where a native client waits for its authorization code (RFC 8252 §7.3)."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from simulator.net.addresses import LOOPBACK

_PAGE = b"<!doctype html><title>Signed in</title><h1>You can go back to your client</h1>"


class _Server(ThreadingHTTPServer):
    """A browser may open connections and say nothing on them: it keeps nobody waiting."""

    daemon_threads = True
    block_on_close = False


class CallbackListener:
    """Listens on a free loopback port from `with` to the end of it.

    Args:
        deliver: called with the query of each visit, in a thread of its own.

    Attributes:
        redirect_uri: where the browser is to be sent.
    """

    def __init__(self, deliver: Callable[[dict[str, str]], object]) -> None:
        class Handler(BaseHTTPRequestHandler):
            """Takes the query of `/callback`."""

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                self.send_response(200 if parts.path == "/callback" else 404)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(_PAGE)
                if parts.path == "/callback":
                    deliver(dict(parse_qsl(parts.query)))

            def log_message(self, *_: Any) -> None:
                return

        self._server = _Server((LOOPBACK, 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.redirect_uri = f"http://127.0.0.1:{self._server.server_port}/callback"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

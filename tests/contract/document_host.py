"""A web server on this machine that serves client ID metadata documents."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.contract.identity_world import CALLBACK


@dataclass
class DocumentHost:
    """What is served, and what was asked for.

    Attributes:
        origin: where it listens.
        pages: by path: status, headers, body.
        paths: the paths of the requests, in order.
        gate: who asks waits here before the answer.
    """

    origin: str
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    gate: threading.Barrier = field(default_factory=lambda: threading.Barrier(1))

    def gather(self, requests: int) -> None:
        """Answer none of so many requests before all of them are there."""
        self.gate = threading.Barrier(requests)

    def put(self, path: str = "/client.json", **changes: Any) -> dict[str, Any]:
        """Serve a right document but for the changes (None leaves a member out); returns it."""
        document = {
            "client_id": f"{self.origin}{path}",
            "client_name": "Described client",
            "redirect_uris": [CALLBACK],
        } | changes
        left = {name: value for name, value in document.items() if value is not None}
        self.serve(path, json.dumps(left).encode())
        return {"client_id": f"{self.origin}{path}", "redirect_uris": [CALLBACK]}

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Serve any answer; returns its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = status, named, body
        return f"{self.origin}{path}"


@contextmanager
def document_host() -> Iterator[DocumentHost]:
    """A host on a free port, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        """Answers from `pages`."""

        def do_GET(self) -> None:
            host.paths.append(self.path)
            host.gate.wait(timeout=30)
            status, headers, body = host.pages.get(self.path, (404, {}, b"{}"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host = DocumentHost(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()

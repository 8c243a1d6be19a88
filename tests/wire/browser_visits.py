"""What a person does in the browser when a client opens it."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from simulator.testing.actors import Actor

_BROWSER = Path(__file__).parent / "inside/browser.py"


@dataclass
class BrowserVisits:
    """What one person does in the browser for a client.

    Attributes:
        person: who.
        opened: the URLs that the client had opened, in order.
    """

    person: Actor
    opened: list[str] = field(default_factory=list)

    @property
    def sign_ins(self) -> int:
        """How often the client had the person sign in."""
        return sum(urlsplit(url).path == "/oauth/authorize" for url in self.opened)

    def visit(self, url: str) -> str:
        """Sign in, or connect an account, by the forms that a URL leads to.

        Returns:
            The address outside the sandbox that the browser was sent to: a client's callback.
        """
        self.opened.append(url)
        if urlsplit(url).path != "/oauth/authorize":
            self.person.open_link(url)
            return ""
        browser = self.person.forms.get(url)
        if browser.has_button("Sign in"):
            account = self.person.person
            browser.submit("Sign in", email=account["email"], password=account["password"])
        if not browser.left_for:
            browser.submit("Allow")
        return browser.left_for

    @contextmanager
    def running(self) -> Iterator[str]:
        """The BROWSER variable with which programs open URLs in the person's browser."""
        visits = self

        class Handler(BaseHTTPRequestHandler):
            """Takes a URL from the program that was started as a browser."""

            def do_GET(self) -> None:
                (url,) = parse_qs(urlsplit(self.path).query)["url"]
                self.send_response(204)
                self.end_headers()
                _bring_back(visits.visit(url))

            def log_message(self, *_: Any) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            # With "&" it runs in the background, as a browser that is open already does.
            yield f"{sys.executable} -I {_BROWSER} {server.server_port} %s &"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _bring_back(address: str) -> None:
    """Open a client's callback; it may begin to listen only after it started the browser."""
    patience = Retry(total=100, connect=100, backoff_factor=0.05, backoff_max=0.2)
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", HTTPAdapter(max_retries=patience))
        session.get(address, timeout=10)

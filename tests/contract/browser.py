"""Browsers without sockets: on a simulator, at production addresses, or on one application."""

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from simulator.sandbox.simulator import Simulator


@dataclass
class Browser:
    """One person's browser.

    Attributes:
        simulator: what answers at every simulated host.
        url: where it is.
        page: what the last request answered.
        left_for: an address outside the simulation that it was sent to, such as a callback.
        trail: the addresses that the last request went through, redirects included.
    """

    simulator: Simulator
    url: str = ""
    left_for: str = ""
    trail: list[str] = field(default_factory=list)
    page: TestResponse = field(init=False)
    _http: Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = Client(self.simulator)

    @property
    def text(self) -> str:
        """The visible text, white space folded."""
        return plain(self.page.text)

    def follow(self, simulator: Simulator) -> None:
        """Go on, cookies and all, with a simulator that was started anew on the same database."""
        self.simulator = self._http.application = simulator

    def request(self, method: str, url: str, **options: Any) -> TestResponse:
        """One request, redirects not followed."""
        parts = urlsplit(url)
        return self._http.open(
            parts.path or "/",
            method=method,
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            **options,
        )

    def get(self, url: str) -> "Browser":
        """Open an address and follow redirects."""
        return self._show(url, self.request("GET", url))

    def press(self, button: str, **values: str) -> "Browser":
        """Fill in the form that has this button, press it and follow redirects."""
        for form in re.findall(r"<form\b.*?</form>", self.page.text, re.S):
            for attributes, label in re.findall(r"<button\b([^>]*)>(.*?)</button>", form, re.S):
                if plain(label) == button:
                    data = _fields(form) | values
                    if name := _attribute(attributes, "name"):
                        data[name] = _attribute(attributes, "value")
                    return self.post(urljoin(self.url, _attribute(form, "action")), data)
        raise AssertionError(f"No button '{button}' at {self.url}: {self.text[:300]}")

    def has_button(self, button: str) -> bool:
        """Whether the page has a button with this text."""
        labels = re.findall(r"<button\b[^>]*>(.*?)</button>", self.page.text, re.S)
        return button in map(plain, labels)

    def post(self, url: str, data: dict[str, str]) -> "Browser":
        """Send a form as the page that is open would, and follow redirects."""
        headers = {"Referer": self.url}
        return self._show(url, self.request("POST", url, data=data, headers=headers))

    def _show(self, url: str, answer: TestResponse) -> "Browser":
        self.left_for, self.trail = "", [url]
        while answer.status_code in (301, 302, 303):
            url = urljoin(url, answer.headers["Location"])
            if self.simulator.world.addresses.system_at(urlsplit(url).netloc) is None:
                self.left_for = url
                break
            self.trail.append(url)
            answer = self.request("GET", url)
        self.url, self.page = url, answer
        return self


def plain(markup: str) -> str:
    """The text of some HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def _fields(form: str) -> dict[str, str]:
    inputs = re.findall(r"<input\b[^>]*>", form)
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in inputs}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


@dataclass
class ApplicationBrowser:
    """One person's browser at one application, which knows paths and follows no redirect."""

    http: FlaskClient

    def token_on(self, page: str) -> str:
        """The CSRF token of the first form on a page."""
        match = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert match, "no form with a CSRF token on the page"
        return match[1]

    def submit(self, form_at: str, action: str | None = None, /, **fields: Any) -> TestResponse:
        """Open a page and send its form, to `action` or to the page's own address."""
        token = self.token_on(self.http.get(form_at).text)
        return self.http.post(action or form_at, data={**fields, "csrf_token": token})

"""A browser without JavaScript: fetches pages, fills in their forms, follows redirects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests


@dataclass
class Form:
    """A form of a page: its fields with their values, and its buttons by text."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects forms, the title and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._button: tuple[str, str] | None = None
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "input" and self._form and given.get("name"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._form.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))
            self._label = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._form and self._button is not None:
            self._form.buttons[" ".join(self._label.split())] = self._button
            self._button = None
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._button is not None:
            self._label += data


class FormBrowser:
    """One person's browser.

    Attributes:
        url: where it is.
        status: HTTP status of the page.
        text: the page's text, white space folded.
        left_for: an address outside the sandbox that it was sent to, such as a client's callback.
    """

    def __init__(self, hosts: set[str], headers: Mapping[str, str] | None = None) -> None:
        """Start without cookies.

        Args:
            hosts: only these `host:port` are visited; any other ends the trip.
            headers: sent with every request.
        """
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(headers or {})
        self._hosts = hosts
        self.url = ""
        self.status = 0
        self.text = ""
        self.left_for = ""
        self._forms: list[Form] = []

    def get(self, url: str) -> "FormBrowser":
        """Open an address."""
        return self._go("GET", url, {})

    def submit(self, button: str, **values: str) -> "FormBrowser":
        """Fill in the form that has this button, and press it.

        Raises:
            LookupError: no form of the page has such a button.
        """
        for form in self._forms:
            if button in form.buttons:
                name, value = form.buttons[button]
                data = form.fields | values | ({name: value} if name else {})
                return self._go(form.method.upper(), urljoin(self.url, form.action), data)
        raise LookupError(f"No button '{button}' at {self.url}: {self.text[:300]}")

    def has_button(self, button: str) -> bool:
        """Whether the page has a form with this button."""
        return any(button in form.buttons for form in self._forms)

    def _go(self, method: str, url: str, data: dict[str, str]) -> "FormBrowser":
        for _ in range(20):
            if urlsplit(url).netloc not in self._hosts:
                self.left_for = url
                return self
            arguments = {"data": data} if method == "POST" else {"params": data}
            same_origin = urlsplit(url)[:2] == urlsplit(self.url)[:2]
            response = self._session.request(
                method,
                url,
                headers={"Referer": self.url} if same_origin else {},
                allow_redirects=False,
                timeout=30,
                **arguments,  # type: ignore[arg-type]
            )
            if not response.is_redirect:
                return self._show(response)
            url = urljoin(url, response.headers["Location"])
            method, data = "GET", {}
        raise RuntimeError(f"Too many redirects, the last to {url}")

    def _show(self, response: requests.Response) -> "FormBrowser":
        reader = _Reader()
        reader.feed(response.text)
        self.url = response.url
        self.status = response.status_code
        self.text = " ".join(" ".join(reader.text).split())
        self.left_for = ""
        self._forms = reader.forms
        return self

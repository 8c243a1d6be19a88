"""A browser without JavaScript: fetches pages, fills in their forms, follows redirects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from simulator.visits.network import ForeignHostError, Network


@dataclass
class Form:
    """A form of a page.

    Attributes:
        action: where it is sent.
        method: `get` or `post`.
        fields: name and value of what is sent if nobody changes it, in order.
        names: of everything that can be filled in, ticked or chosen.
        buttons: text → name and value.
    """

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def filled(
        self, button: str, values: Mapping[str, str | Sequence[str]]
    ) -> list[tuple[str, str]]:
        """What is sent when somebody fills in these values and presses this button.

        Raises:
            LookupError: it has no such field.
        """
        for name in values:
            if name not in self.names:
                known = ", ".join(sorted(self.names)) or "none"
                raise LookupError(f"The form of '{button}' has no field '{name}'. It has: {known}.")
        sent = [(name, value) for name, value in self.fields if name not in values]
        for name, given in values.items():
            sent += [(name, each) for each in ([given] if isinstance(given, str) else given)]
        pressed = self.buttons[button]
        return [*sent, pressed] if pressed[0] else sent


class _Reader(HTMLParser):
    """Collects forms, the title and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self.title = ""
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._control: dict[str, str] = {}
        #: What was read since the last button, list, option or text area began.
        self._inside = ""
        self._options: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self._named(given["id"]) if "id" in given else Form()
            self._form.action = given.get("action", "")
            self._form.method = given.get("method", "get").lower()
            self.forms.append(self._form)
        elif tag == "input":
            box = given.get("type") in ("checkbox", "radio")
            sent = not box or "checked" in given
            self._add(given, [given.get("value", "on" if box else "")] if sent else [])
        elif tag in ("button", "select", "textarea"):
            self._control, self._options, self._inside = given, [], ""
        elif tag == "option":
            self._options.append(given)
            self._inside = ""
        elif tag == "title":
            self._inside = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            form = self._owner(self._control)
            if form and self._control.get("type", "submit") == "submit":
                name, value = self._control.get("name", ""), self._control.get("value", "")
                form.buttons[" ".join(self._inside.split())] = (name, value)
        elif tag == "title":
            self.title = self.title or self._inside
        elif tag == "textarea":
            self._add(self._control, [self._inside.removeprefix("\n")])
        elif tag == "option":
            self._options[-1].setdefault("value", " ".join(self._inside.split()))
        elif tag == "select":
            chosen = [each for each in self._options if "selected" in each]
            first = [] if "multiple" in self._control else self._options[:1]
            self._add(self._control, [each.get("value", "") for each in chosen or first])

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        self._inside += data

    def _named(self, identifier: str) -> Form:
        return self._by_id.setdefault(identifier, Form())

    def _owner(self, control: Mapping[str, str]) -> Form | None:
        """The form that a control belongs to, wherever in the page it stands."""
        return self._named(control["form"]) if "form" in control else self._form

    def _add(self, control: Mapping[str, str], values: Iterable[str]) -> None:
        form, name = self._owner(control), control.get("name")
        if form and name and "disabled" not in control:
            form.names.add(name)
            form.fields += [(name, value) for value in values]


class FormBrowser:
    """One person's browser. It opens no host that is not simulated.

    Attributes:
        url: where it is.
        status: HTTP status of the page.
        title: the page's title.
        text: the page's text, white space folded.
        left_for: an address outside the sandbox that it was sent to, such as a client's callback;
            nobody has opened it.
    """

    def __init__(
        self, hosts: Iterable[str] | Network, headers: Mapping[str, str] | None = None
    ) -> None:
        """Start without cookies.

        Args:
            hosts: only these `host:port` are visited; a redirect to any other ends the way.
            headers: sent with every request.
        """
        self._network = hosts if isinstance(hosts, Network) else Network(hosts)
        self._session = self._network.session(headers)
        self.url = ""
        self.status = 0
        self.title = ""
        self.text = ""
        self.left_for = ""
        self._forms: list[Form] = []

    def get(self, url: str) -> "FormBrowser":
        """Open an address.

        Raises:
            ForeignHostError: it is not simulated.
        """
        return self._go("GET", url, [])

    def submit(self, button: str, **values: str | Sequence[str]) -> "FormBrowser":
        """Fill in the form that has this button, and press it.

        Args:
            button: its text.
            **values: by the names of fields; several values, or none, for boxes that are ticked.

        Raises:
            LookupError: no form of the page has such a button, or it has no such field.
            ForeignHostError: the form is sent to a host that is not simulated, or the browser was.
        """
        if self.left_for:
            raise ForeignHostError(self.left_for, f"The way behind {self.url}")
        for form in self._forms:
            if button in form.buttons:
                url = urljoin(self.url, form.action)
                return self._go(form.method.upper(), url, form.filled(button, values))
        raise LookupError(f"No button '{button}' at {self.url}: {self.text[:300]}")

    def has_button(self, button: str) -> bool:
        """Whether the page has a form with this button."""
        return any(button in form.buttons for form in self._forms)

    @property
    def buttons(self) -> list[str]:
        """The texts of the page's buttons that send a form, in order."""
        return [button for form in self._forms for button in form.buttons]

    def _go(self, method: str, url: str, data: list[tuple[str, str]]) -> "FormBrowser":
        if not self._network.has(url):
            raise ForeignHostError(url)
        for _ in range(20):
            if not self._network.has(url):
                self.left_for = url
                self._forms = []
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
            method, data = "GET", []
        raise RuntimeError(f"Too many redirects, the last to {url}")

    def _show(self, response: requests.Response) -> "FormBrowser":
        reader = _Reader()
        reader.feed(response.text)
        self.url = response.url
        self.status = response.status_code
        self.title = " ".join(reader.title.split())
        self.text = " ".join(" ".join(reader.text).split())
        self.left_for = ""
        self._forms = reader.forms
        return self

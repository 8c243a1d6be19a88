"""A browser without JavaScript: fetches pages, fills in their forms, follows links and redirects.

Whatever its page does not offer is refused with what it offers: nobody could do it by hand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

import requests

from simulator.errors import list_choices
from simulator.visits.html import Form, ReadPage, read_page
from simulator.visits.labels import Control, read_typed
from simulator.visits.network import ForeignHostError, Network

#: So much of a page's text stands in an error, in characters.
_SHOWN = 300


class FormBrowser:
    """One person's browser. It opens no host that is not simulated.

    Attributes:
        url: where it is.
        status: HTTP status of the page.
        title: the page's title.
        text: the page's text, white space folded.
        lines: the same text as people see it, a line for each block.
        left_for: an address outside the sandbox that it was sent to, such as a client's callback;
            nobody has opened it.
    """

    def __init__(
        self,
        hosts: Iterable[str] | Network,
        headers: Mapping[str, str] | None = None,
        *,
        on_page: "Callable[[FormBrowser], None] | None" = None,
    ) -> None:
        """Start without cookies.

        Args:
            hosts: only these `host:port` are visited; a redirect to any other ends the way.
            headers: sent with every request.
            on_page: called with this browser whenever it is at another page.
        """
        self._on_page = on_page
        self._network = hosts if isinstance(hosts, Network) else Network(hosts)
        self._session = self._network.session(headers)
        self.url = ""
        self.status = 0
        self.title = ""
        self.text = ""
        self.lines: list[str] = []
        self.left_for = ""
        self._forms: list[Form] = []
        self._links: dict[str, str] = {}
        self._page: ReadPage | None = None

    def get(self, url: str) -> "FormBrowser":
        """Open an address.

        Raises:
            ForeignHostError: it is not simulated, or no address at all.
        """
        return self._go("GET", url, [])

    def follow(self, link: str) -> "FormBrowser":
        """Open the link that has this text; of several, the first.

        Raises:
            LookupError: the page has no such link, or none is open.
            ForeignHostError: it leads to a host that is not simulated.
        """
        self._be_on_a_page(f"follow the link '{link}'")
        named = self._page.named if self._page else {}
        if link not in self._links and link not in named:
            raise LookupError(
                f"No link '{link}' at {self.url}. {list_choices(self._links)}{self._says}"
            )
        address = named.get(link) or self._links[link]
        return self._go("GET", urljoin(self.url, address), [])

    def submit(self, button: str, **values: str | Sequence[str]) -> "FormBrowser":
        """Fill in the form that has this button, and press it.

        Args:
            button: its text.
            **values: by the names of fields; several values, or none, for boxes that are ticked.

        Raises:
            LookupError: no page is open, no form of it has such a button, or the form has no such
                field, or does not offer such a value.
            TypeError: a value is no text.
            ForeignHostError: the form is sent to a host that is not simulated, or the browser was.
        """
        self._be_on_a_page(f"press '{button}'")
        for form in self._forms_with(button):
            return self._send(form, button, form.filled(button, values))
        known = list_choices(self.buttons)
        raise LookupError(f"No button '{button}' at {self.url}. {known}{self._says}")

    def fill_in(self, button: str, typed: Mapping[str, str], group: str = "") -> "FormBrowser":
        """Fill in the form that has this button by the labels that people read, and press it.

        Args:
            button: its text, or what assistive technology calls it.
            typed: label → text; see `simulator.visits.labels.read_typed`.
            group: the name of the group in which the labels stand, if several have them.

        Raises:
            LookupError: no page is open, no form has the button, or none with it such a label.
            ForeignHostError: the form is sent to a host that is not simulated.
        """
        self._be_on_a_page(f"press '{button}'")
        those = self._forms_with(button)
        if not those:
            return self.submit(button)  # which says what there is
        for form in those:
            try:
                values = read_typed(form.controls, typed, group)
            except LookupError:
                if form is those[-1]:
                    raise
            else:
                return self._send(form, button, form.filled(button, values))
        raise AssertionError  # the last form raised

    def _forms_with(self, button: str) -> list[Form]:
        """The forms that have a button, those in an open dialog first."""
        those = [each for each in self._forms if each.has_button(button)]
        return sorted(those, key=lambda form: not form.is_in_dialog)

    def _send(self, form: Form, button: str, data: list[tuple[str, str]]) -> "FormBrowser":
        url = urljoin(self.url, form.elsewhere.get(button, form.action))
        if form.method == "get":  # what is sent takes the place of the query (HTML, 4.10.21.3)
            url = urlsplit(url)._replace(query="", fragment="").geturl()
        return self._go(form.method.upper(), url, data)

    def control(self, label: str) -> Control:
        """Return what is labelled so: its value, and its error.

        Raises:
            LookupError: nothing on the page is.
        """
        controls = self._page.controls if self._page else []
        for each in controls:
            if label in each.labels:
                return each
        known = list_choices(dict.fromkeys(text for each in controls for text in each.labels))
        raise LookupError(f"No field '{label}' at {self.url}. {known}{self._says}")

    @property
    def tables(self) -> list[list[list[str]]]:
        """The rows of each table of the page, as the texts of their cells, heads included."""
        return self._page.tables if self._page else []

    def has_button(self, button: str) -> bool:
        """Whether the page has a form with this button."""
        return any(form.has_button(button) for form in self._forms)

    @property
    def buttons(self) -> list[str]:
        """The texts of the page's buttons that send a form, in order."""
        return [button for form in self._forms for button in form.buttons]

    @property
    def fields(self) -> list[str]:
        """The names of everything that can be filled in, ticked or chosen, each once."""
        return sorted({name for form in self._forms for name in form.names})

    @property
    def links(self) -> list[str]:
        """The texts of the page's links, in order, each once."""
        return list(self._links)

    @property
    def _says(self) -> str:
        return f" The page says: {self.text[:_SHOWN]}" if self.text else " The page is empty."

    def _be_on_a_page(self, to: str) -> None:
        if self.left_for:
            raise ForeignHostError(self.left_for, f"The way behind {self.url}")
        if not self.url:
            raise LookupError(f"No page is open to {to}: open one first, as in get(address).")

    def _go(self, method: str, url: str, data: list[tuple[str, str]]) -> "FormBrowser":
        if not self._network.has(url):
            raise ForeignHostError(url)
        for _ in range(20):
            if not self._network.has(url):
                self.left_for = url
                self._forms, self._links, self._page = [], {}, None
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
        page = read_page(response.text)
        self.url = response.url
        self.status = response.status_code
        self.title, self.text, self.lines = page.title, page.text, page.lines
        self.left_for = ""
        self._forms, self._links, self._page = page.forms, page.links, page
        if self._on_page:
            self._on_page(self)
        return self

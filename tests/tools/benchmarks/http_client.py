"""The one client that drives every server measured: keep-alive, cookies, forms; little else.

Ours: `requests` takes a millisecond of a processor for each request, which is more than some of the
servers take.
"""

import json
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(name|value|type)="([^"]*)"')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_ACTION = re.compile(r'\baction="([^"]*)"')
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        url: that was asked.
        status: of the answer.
        location: its header, as an absolute address; empty where there is none.
        session: its header `Mcp-Session-Id`, or empty.
        text: the body.
    """

    url: str
    status: int
    location: str
    session: str
    text: str

    def json(self) -> Any:
        """The body, read as JSON; the first event's data where it is a stream of events."""
        text = self.text
        if text.startswith(("event:", "id:", "data:")):
            text = next(line[5:] for line in text.splitlines() if line.startswith("data:"))
        return json.loads(text)


class HttpClient:
    """One client: a connection to each host, which stays open, and its own cookies.

    Args:
        hosts: `host:port` of those that redirects are followed to.
    """

    def __init__(self, hosts: Container[str]) -> None:
        self._hosts = hosts
        self._connections: dict[str, HTTPConnection] = {}
        self._cookies: dict[str, dict[str, str]] = {}

    def forget_cookies(self) -> None:
        """Be another browser, over the same connections."""
        self._cookies.clear()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a GET."""
        return self.send("GET", url, headers or {}, b"")

    def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a POST of JSON."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self.send("POST", url, sent, json.dumps(body).encode())

    def post_form(
        self, url: str, values: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a POST of a form."""
        sent = {"Content-Type": _FORM_TYPE, **(headers or {})}
        return self.send("POST", url, sent, urlencode(values).encode())

    def follow(self, answer: Answer) -> Answer:
        """Follow redirects, as long as they lead to a host that is known."""
        while answer.location and urlsplit(answer.location).netloc in self._hosts:
            answer = self.get(answer.location)
        return answer

    def submit(self, page: Answer, having: str, **values: str) -> Answer:
        """Send the first form of a page that holds a text, with its own fields and these."""
        for attributes, inside in _FORM.findall(page.text):
            if having not in inside:
                continue
            found = [dict(_ATTRIBUTE.findall(field)) for field in _INPUT.findall(inside)]
            hidden = {
                each["name"]: unescape(each.get("value", ""))
                for each in found
                if each.get("type") == "hidden" and "name" in each
            }
            action = _ACTION.search(attributes)
            target = unescape(action[1]) if action else ""
            return self.post_form(urljoin(page.url, target), hidden | values)
        raise LookupError(f"no form with {having!r} at {page.url}: {page.status} {page.text[:300]}")

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request, and read the whole answer."""
        parts = urlsplit(url)
        connection = self._connections.get(parts.netloc)
        if connection is None:
            connection = HTTPConnection(parts.netloc, timeout=30)
            self._connections[parts.netloc] = connection
        jar = self._cookies.setdefault(parts.netloc, {})
        sent = dict(headers)
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body or None, sent)
        response = connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            jar[name] = value
            if not value:
                del jar[name]
        location = response.headers.get("Location", "")
        return Answer(
            url,
            response.status,
            urljoin(url, location) if location else "",
            response.headers.get("Mcp-Session-Id", ""),
            text,
        )

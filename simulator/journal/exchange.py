"""One request and its answer: as it was seen, and as it is read."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from simulator.journal.bounded_json import read_json
from simulator.journal.masking import masked, masked_text, one_line, secrets_in

#: Headers that say who asks, and how (PEP 3333 spelling) → as they are written.
HEADERS = {
    "HTTP_AUTHORIZATION": "Authorization",
    "HTTP_API_TOKEN": "Api-Token",
    "HTTP_USER_AGENT": "User-Agent",
    "HTTP_ACCEPT": "Accept",
    "CONTENT_TYPE": "Content-Type",
    "HTTP_ORIGIN": "Origin",
    "HTTP_MCP_PROTOCOL_VERSION": "Mcp-Protocol-Version",
    "HTTP_MCP_SESSION_ID": "Mcp-Session-Id",
    "HTTP_LAST_EVENT_ID": "Last-Event-Id",
    "HTTP_SIMULATOR_FAULT": "Simulator-Fault",
}
HEADER_NAMES = tuple(HEADERS.values())
#: What of a request is recorded.
RECORDED = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", *HEADERS)
#: A line about an exchange shows no more of its fields, in characters.
_LINE = 1_000
#: Where the query or the fragment of an address begins.
_QUERY = re.compile(r"[?#]")


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer.

    Attributes:
        number: counts from 1 since the journal was cleared.
        cause: the number of the exchange during which this one was made; None for one from outside.
        at: simulated moment of the request.
        caller: the system that made the request; `outside` for browsers, clients and tests.
        system: the system that it was made to.
        method: HTTP method.
        path: the path of the URL, secrets masked.
        fields: query parameters and members of a form or JSON body, secrets masked.
        headers: those that say who asks and how, secrets masked.
        tool: name of the tool whose call it is, or is part of; None for any other exchange.
        status: HTTP status of the answer; 0 where the system hung up instead.
        answer: the JSON of the answer, secrets masked; None for anything else.
        location: where a redirect leads, without its query.
        seconds: the seconds of real time until the answer began.
    """

    number: int
    cause: int | None
    at: datetime
    caller: str
    system: str
    method: str
    path: str
    fields: Mapping[str, Any]
    headers: Mapping[str, str]
    tool: str | None
    status: int
    answer: Any
    location: str | None
    seconds: float

    def __str__(self) -> str:
        """One line, for messages of failed tests: whatever is long in it is cut."""
        details = ", ".join(f"{name}={str(value)[:_LINE]}" for name, value in self.fields.items())
        return one_line(
            f"#{self.number} {self.caller} → {self.system}: {self.method} {one_line(self.path)}"
            f"{f' ({one_line(details, _LINE)})' if details else ''} → {self.status}",
            2 * _LINE,
        )


@dataclass
class RawExchange:
    """An exchange as it is recorded; `read` makes an `Exchange` of it when somebody asks.

    Attributes are those of `Exchange`, unread.
    """

    number: int
    cause: int | None
    at: datetime
    caller: str
    system: str
    environ: dict[str, str]
    body: bytes
    #: When it began, on the stopwatch.
    began: float = 0.0
    #: Person and tool of the tool call that it is part of, if it is of one.
    behalf: tuple[str | None, str] | None = None
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    answer: list[bytes] = field(default_factory=list)
    seconds: float = 0.0
    ended: bool = False

    @property
    def size(self) -> int:
        """How much memory its texts take, about, in bytes."""
        sent = len(self.body) + sum(map(len, self.environ.values()))
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return sent + headers + sum(map(len, list(self.answer)))

    @cached_property
    def final_size(self) -> int:
        """The same, once the answer was read; calculated once."""
        return self.size

    def issued_credentials(self) -> Iterator[str]:
        """Yield the access token, or the code, that the answer brings."""
        message = read_json(b"".join(self.answer))
        if isinstance(message, dict) and "access_token" in message:
            yield str(message["access_token"])
        for name, text in self.headers:
            if name.lower() == "location":
                query = parse_qsl(text.partition("?")[2].partition("#")[0])
                yield from (value for key, value in query if key == "code")


def read(raw: RawExchange) -> Exchange:
    """Read a raw exchange, and mask its secrets."""
    environ = raw.environ
    location = next((text for name, text in raw.headers if name.lower() == "location"), "")
    headers = {shown: environ[name] for name, shown in HEADERS.items() if environ[name]}
    sent = fields(environ, raw.body)
    return Exchange(
        number=raw.number,
        cause=raw.cause,
        at=raw.at,
        caller=raw.caller,
        system=raw.system,
        method=environ["REQUEST_METHOD"],
        path=masked_text(environ["PATH_INFO"] or "/"),
        fields=masked("", sent),
        headers={name: masked(name, text) for name, text in headers.items()},
        tool=raw.behalf[1] if raw.behalf else called_tool(sent),
        status=raw.status,
        answer=masked("", read_json(b"".join(raw.answer))),
        location=masked_text(_QUERY.split(location, maxsplit=1)[0]) if location else None,
        seconds=raw.seconds,
    )


def secrets(raw: RawExchange) -> Iterator[str]:
    """Yield the secrets of an exchange: what `read` masks, cookies, and what a redirect carries."""
    environ = raw.environ
    yield from secrets_in("", environ["PATH_INFO"])
    for name, shown in HEADERS.items():
        yield from secrets_in(shown, environ[name])
    yield from _basic_password(environ["HTTP_AUTHORIZATION"])
    for name, value in _pairs(environ, raw.body):
        yield from secrets_in(name, value)
    yield from secrets_in("", read_json(b"".join(raw.answer)))
    for name, text in raw.headers:
        if name.lower() == "set-cookie":
            yield text.partition(";")[0].partition("=")[2].strip('"')
        else:
            yield from secrets_in("", text)


def fields(environ: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return the parameters of a request, the last of each: of its query, and its form or JSON.

    JSON that calls itself a form, as `curl -d` sends it, is read as what it is.
    """
    return dict(_pairs(environ, body))


def called_tool(sent: Mapping[str, Any]) -> str | None:
    """Return the tool that a JSON-RPC message calls (MCP, Tools); None for any other request."""
    params = sent.get("params")
    if sent.get("method") != "tools/call" or not isinstance(params, dict):
        return None
    return str(params.get("name"))


def _pairs(environ: Mapping[str, Any], body: bytes) -> Iterator[tuple[str, Any]]:
    yield from parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    is_json = "json" in environ.get("CONTENT_TYPE", "").lower()
    message = read_json(body) if is_json or body.lstrip().startswith(b"{") else None
    if isinstance(message, dict):
        yield from message.items()
    elif body and not is_json:
        yield from parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _basic_password(authorization: str) -> Iterator[str]:
    """The client secret that is spelled in Base64 (RFC 6749 §2.3.1); nothing if there is none."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        _user, _, password = b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return
    yield from (password, unquote_plus(password))

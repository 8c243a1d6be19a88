"""One request and its answer: as it was seen, and as it is read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simulator.journal.masking import masked, masked_text, secrets_in

#: Headers that say who asks, and how (PEP 3333 spelling).
HEADERS = ("HTTP_AUTHORIZATION", "HTTP_USER_AGENT", "HTTP_MCP_PROTOCOL_VERSION", "HTTP_ACCEPT")
#: What of a request is kept.
KEPT = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", *HEADERS)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer.

    Attributes:
        number: counts from 1 since the journal was cleared.
        cause: the number of the exchange during which this one was made; None for one from outside.
        at: simulated moment of the request.
        caller: the system that asked; `outside` for browsers, clients and tests.
        system: the system that was asked.
        method: HTTP method.
        path: of the URL, secrets masked.
        fields: query parameters and members of a form or JSON body, secrets masked.
        headers: those that say who asks and how, secrets masked.
        status: HTTP status of the answer; 0 where the system hung up instead.
        answer: the JSON of the answer, secrets masked; None for anything else.
        location: where a redirect leads, without its query.
        seconds: of real time until the answer began.
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
    status: int
    answer: Any
    location: str | None
    seconds: float

    def __str__(self) -> str:
        """One line, for messages of failed tests."""
        told = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return (
            f"#{self.number} {self.caller} → {self.system}: {self.method} {self.path}"
            f"{f' ({told})' if told else ''} → {self.status}"
        )


@dataclass
class Seen:
    """What was seen of an exchange; it is read when somebody asks.

    Attributes are those of `Exchange`, unread.
    """

    number: int
    cause: int | None
    at: datetime
    caller: str
    system: str
    environ: dict[str, str]
    body: bytes
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    answer: list[bytes] = field(default_factory=list)
    seconds: float = 0.0
    ended: bool = False


def read(raw: Seen) -> Exchange:
    """An exchange in words, secrets masked."""
    kept = raw.environ
    location = next((text for name, text in raw.headers if name.lower() == "location"), None)
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").title(): kept[name]
        for name in HEADERS
        if kept[name]
    }
    return Exchange(
        number=raw.number,
        cause=raw.cause,
        at=raw.at,
        caller=raw.caller,
        system=raw.system,
        method=kept["REQUEST_METHOD"],
        path=masked_text(kept["PATH_INFO"] or "/"),
        fields=masked("", fields(kept, raw.body)),
        headers={name: masked(name, text) for name, text in headers.items()},
        status=raw.status,
        answer=masked("", _json(b"".join(raw.answer))),
        location=masked_text(location.partition("?")[0]) if location else None,
        seconds=raw.seconds,
    )


def secrets(raw: Seen) -> Iterator[str]:
    """What is secret in an exchange: what `read` masks, cookies, and what a redirect carries."""
    kept = raw.environ
    yield from secrets_in("", kept["PATH_INFO"])
    yield from secrets_in("authorization", kept["HTTP_AUTHORIZATION"])
    yield from secrets_in("", fields(kept, raw.body))
    yield from secrets_in("", _json(b"".join(raw.answer)))
    for name, text in raw.headers:
        if name.lower() == "location":
            yield from secrets_in("", text)
            yield from secrets_in("", dict(parse_qsl(urlsplit(text).query)))
        elif name.lower() == "set-cookie":
            yield from (morsel.value for morsel in SimpleCookie(text).values())


def fields(environ: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The parameters of a request: of its query, and of its form or JSON object."""
    found: dict[str, Any] = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if "json" in environ.get("CONTENT_TYPE", ""):
        message = _json(body)
        found |= message if isinstance(message, dict) else {}
    elif body:
        found |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return found


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None

"""An answer, changed the way a fault wants it."""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from simulator.faults.fault import Fault
from simulator.web.environ import REFUSAL

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Makes another ID token out of one; None out of what is none.
Reissue = Callable[[str, Fault], str | None]

#: What a redirect to an OAuth client carries (RFC 6749 §4.1.2, §4.1.2.1): one of these.
_TO_CLIENT = frozenset({"code", "error"})
#: In a text that replaces another: that other.
_OWN = "{}"
_LEFT_OPEN = (
    b"<!doctype html><html lang=en><title>One moment</title>"
    b"<p>One moment, please: you will be taken back to your application.</p>\n"
)
_EVENTS = "text/event-stream"


def altered(
    fault: Fault,
    wsgi: "WSGIApplication",
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
    reissue: Reissue,
) -> tuple[Iterable[bytes], bool]:
    """The system's answer as the fault leaves it, and whether there was anything to change."""
    if not _touches(fault):  # an answer that is a stream stays one
        return wsgi(environ, start_response), True
    original: dict[str, Any] = {}

    def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        original.update(status=status, headers=headers)
        return lambda _chunk: None

    if fault.status is None or fault.own_error:
        chunks = wsgi({**environ, REFUSAL: fault.status}, keep)
        real = b"".join(chunks)
        getattr(chunks, "close", lambda: None)()
    else:
        keep(f"{fault.status} {HTTPStatus(fault.status).phrase}", [("Content-Type", "text/plain")])
        real = b"This is a fault that was asked for.\n"
    status: str = original["status"]
    body = real if fault.body is None else fault.body
    own = dict(fault.headers)
    location = _redirected(fault.redirect, original["headers"])
    if location is not None:
        own["Location"] = location
    dropped: set[str] = set()
    changed = not fault.redirect or location is not None
    if fault.left_open:
        changed = _query_to_client(original["headers"]) is not None
        if changed:
            status, body, dropped = "200 OK", _LEFT_OPEN, {"location"}
            own |= {"Content-Type": "text/html; charset=utf-8"}
    if fault.members or fault.claims or fault.foreign_key:
        body, changed = _rewritten(fault, status, body, reissue)
    own["Content-Length"] = str(len(body))
    if fault.truncated:
        own["Connection"] = "close"
        body = body[: _cut(body, original["headers"])]
    replaced = {name.lower() for name in own} | dropped
    remaining = [(name, text) for name, text in original["headers"] if name.lower() not in replaced]
    start_response(status, [*remaining, *own.items()])
    return [body], changed


def _touches(fault: Fault) -> bool:
    return fault.status is not None or any(
        (
            fault.body is not None,
            fault.headers,
            fault.redirect,
            fault.members,
            fault.left_open,
            fault.claims,
            fault.foreign_key,
            fault.truncated,
        )
    )


def _query_to_client(headers: Iterable[tuple[str, str]]) -> dict[str, str] | None:
    """The parameters with which a person is sent back to a client; None if nobody is."""
    query = dict(parse_qsl(urlsplit(_location(headers)).query, keep_blank_values=True))
    return query if _TO_CLIENT & query.keys() else None


def _location(headers: Iterable[tuple[str, str]]) -> str:
    return next((text for name, text in headers if name.lower() == "location"), "")


def _redirected(
    parameters: Mapping[str, str | None], headers: Iterable[tuple[str, str]]
) -> str | None:
    """Where a person is sent instead; None if nobody is sent back to a client."""
    query = _query_to_client(headers)
    if not parameters or query is None:
        return None
    changed = _replaced(query, parameters)
    return urlsplit(_location(headers))._replace(query=urlencode(changed)).geturl()


def _replaced(members: Mapping[str, Any], by: Mapping[str, Any]) -> dict[str, Any]:
    """Members with others in their place; `{}` stands for the own value, None leaves one out."""
    changed = dict(members)
    for name, value in by.items():
        first, _, rest = name.partition(".")
        inner = changed.get(first)
        if name not in changed and rest and isinstance(inner, Mapping):
            changed[first] = _replaced(inner, {rest: value})
        elif value is None:
            changed.pop(name, None)
        elif isinstance(value, str) and _OWN in value:
            if name in changed:
                changed[name] = value.replace(_OWN, str(changed[name]))
        else:
            changed[name] = value
    return changed


def _rewritten(fault: Fault, status: str, body: bytes, reissue: Reissue) -> tuple[bytes, bool]:
    """The JSON of an answer that went well, and whether anything in it is another now."""
    try:
        document = json.loads(body)
    except ValueError:
        return body, False
    if not status.startswith("2") or not isinstance(document, dict):
        return body, False
    changed = _replaced(document, fault.members)
    if fault.claims or fault.foreign_key:
        token = reissue(str(document.get("id_token", "")), fault)
        if token is None:
            return body, False
        changed["id_token"] = token
    return json.dumps(changed).encode(), changed != document


def _cut(body: bytes, headers: Iterable[tuple[str, str]]) -> int:
    """Where a body is cut off: in the middle; a stream of events in the middle of its last."""
    kind = next((text for name, text in headers if name.lower() == "content-type"), "")
    before = body.rstrip().rfind(b"\n\n") if kind.startswith(_EVENTS) else -1
    start = before + 2 if before >= 0 else 0
    return start + (len(body) - start) // 2

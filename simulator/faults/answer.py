"""An answer, changed the way a fault wants it."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from simulator.faults.fault import Fault

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: What a redirect to an OAuth client carries (RFC 6749 §4.1.2, §4.1.2.1): one of these.
_TO_CLIENT = frozenset({"code", "error"})


def altered(
    fault: Fault,
    wsgi: "WSGIApplication",
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
) -> tuple[Iterable[bytes], bool]:
    """The system's answer as the fault leaves it, and whether there was anything to change."""
    said: dict[str, Any] = {}

    def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        said.update(status=status, headers=headers)
        return lambda _chunk: None

    if fault.status is None:
        chunks = wsgi(environ, keep)
        body = b"".join(chunks)
        getattr(chunks, "close", lambda: None)()
    else:
        keep(f"{fault.status} {HTTPStatus(fault.status).phrase}", [("Content-Type", "text/plain")])
        body = b"This is a fault that was asked for.\n"
    body = body if fault.body is None else fault.body
    own = {"Content-Length": str(len(body)), **fault.headers}
    if fault.truncated:
        own["Connection"] = "close"
    location = _redirected(fault.redirect, said["headers"])
    if location is not None:
        own["Location"] = location
    replaced = {name.lower() for name in own}
    kept = [(name, text) for name, text in said["headers"] if name.lower() not in replaced]
    start_response(said["status"], [*kept, *own.items()])
    changed = not fault.redirect or location is not None
    return [body[: len(body) // 2] if fault.truncated else body], changed


def _redirected(wanted: Mapping[str, str | None], headers: Iterable[tuple[str, str]]) -> str | None:
    """Where a person is sent instead; None if nobody is sent back to a client."""
    location = next((text for name, text in headers if name.lower() == "location"), None)
    if not wanted or location is None:
        return None
    parts = urlsplit(location)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not _TO_CLIENT & query.keys():
        return None
    changed = {name: text for name, text in (query | dict(wanted)).items() if text is not None}
    return parts._replace(query=urlencode(changed)).geturl()

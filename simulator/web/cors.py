"""Which web pages may read what programs read here: CORS (Fetch standard §3.2), off by default.

For endpoints that take no cookies alone: a page that may call them can do nothing in the name of
whoever is signed in with the same browser.

Ours: Flask-CORS speaks for the views of an application, not for what answers around it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request

from simulator.net.addresses import LOOPBACK_HOSTS
from simulator.settings import LOOPBACK_ORIGINS, Settings
from simulator.web.environ import FAULT_HEADER
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_EXTENSION = "simulator.web.cors"
#: What MCP clients and OAuth clients send beside the headers that any page may send.
_REQUEST_HEADERS = (
    "Accept",
    "API-TOKEN",
    "Authorization",
    "Content-Type",
    "Last-Event-ID",
    "Mcp-Method",
    "Mcp-Name",
    "MCP-Protocol-Version",
    "Mcp-Session-Id",
)
#: What they read beside the headers that any page may read.
_RESPONSE_HEADERS = (
    "Mcp-Session-Id",
    "MCP-Protocol-Version",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
_METHODS = "GET, POST, PUT, DELETE"
_PREFLIGHT_SECONDS = 600


def is_allowed(origin: str, settings: Settings) -> bool:
    """Return whether the sandbox's owner allowed the pages of this origin.

    Args:
        origin: the origin as browsers write it (RFC 6454 §6.2); `null` is nobody's.
        settings: `allowed_origins`.
    """
    if origin in settings.allowed_origins:
        return True
    if LOOPBACK_ORIGINS not in settings.allowed_origins:
        return False
    try:
        parts = urlsplit(origin)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and host in LOOPBACK_HOSTS


def _request_headers(world: World) -> tuple[str, ...]:
    return (*_REQUEST_HEADERS, FAULT_HEADER) if world.settings.request_faults else _REQUEST_HEADERS


@dataclass(frozen=True)
class _Sharing:
    """What one application lets pages of allowed origins read.

    Attributes:
        world: its settings say which origins.
        covers: tells of a path whether pages may read it.
    """

    world: World
    covers: Callable[[str], bool]

    def page(self, origin: str | None) -> str | None:
        """Return the page's origin, if it is allowed."""
        return origin if origin and is_allowed(origin, self.world.settings) else None

    def headers(self, origin: str | None, *, is_options: bool) -> Iterator[tuple[str, str]]:
        """Yield what an answer carries for the page that asked, if one did."""
        yield "Vary", "Origin"  # also for others: a cache must not hand them each other's
        if is_options:
            yield "Vary", "Access-Control-Request-Method, Access-Control-Request-Headers"
        if page := self.page(origin):
            yield "Access-Control-Allow-Origin", page
            yield "Access-Control-Expose-Headers", ", ".join(_RESPONSE_HEADERS)


def install(app: Flask, world: World, covers: Callable[[str], bool]) -> None:
    """Answer pages of allowed origins, where there are any; `share` has them read the answers.

    Args:
        app: the application, before its first request.
        world: its settings say which origins.
        covers: tells of a path whether pages may read it; none that takes a cookie.
    """
    if not world.settings.allowed_origins:
        return
    sharing = app.extensions[_EXTENSION] = _Sharing(world, covers)

    @app.before_request
    def _preflight() -> Any:
        if not is_preflight(app, request.environ):
            return None
        answer = Response(status=204)
        answer.headers["Access-Control-Allow-Methods"] = _METHODS
        answer.headers["Access-Control-Allow-Headers"] = ", ".join(_request_headers(sharing.world))
        answer.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        if request.headers.get("Access-Control-Request-Private-Network") == "true":
            answer.headers["Access-Control-Allow-Private-Network"] = "true"
        return answer


def is_preflight(wsgi: "WSGIApplication", environ: "WSGIEnvironment") -> bool:
    """Return whether a browser asks for a page of an allowed origin what that may send.

    No request of the page itself: faults leave it alone.
    """
    sharing = _of(wsgi)
    return (
        sharing is not None
        and environ["REQUEST_METHOD"] == "OPTIONS"
        and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        and sharing.covers(environ["PATH_INFO"])
        and sharing.page(environ.get("HTTP_ORIGIN")) is not None
    )


def share(
    wsgi: "WSGIApplication", environ: "WSGIEnvironment", answering: "WSGIApplication"
) -> "WSGIApplication":
    """Return an application whose responses, faults included, pages of allowed origins may read.

    Args:
        wsgi: the application, in which `install` was called or not.
        environ: the WSGI environment of the request.
        answering: the application as it behaves now.
    """
    sharing = _of(wsgi)
    if sharing is None or not sharing.covers(environ["PATH_INFO"]):
        return answering
    is_options = environ["REQUEST_METHOD"] == "OPTIONS"
    added = list(sharing.headers(environ.get("HTTP_ORIGIN"), is_options=is_options))

    def sharing_answer(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            own = {name.lower() for name, _ in headers}  # a fault may say otherwise
            new = [(name, text) for name, text in added if name.lower() not in own - {"vary"}]
            varying = [text for name, text in (*headers, *new) if name.lower() == "vary"]
            rest_of_them = [pair for pair in (*headers, *new) if pair[0].lower() != "vary"]
            return start_response(status, [*rest_of_them, ("Vary", ", ".join(varying))], *rest)

        return answering(environ, start)

    return sharing_answer


def _of(wsgi: "WSGIApplication") -> _Sharing | None:
    found: _Sharing | None = getattr(wsgi, "extensions", {}).get(_EXTENSION)
    return found

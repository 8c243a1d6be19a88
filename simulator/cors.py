"""Which web pages may read what programs read here: CORS (Fetch standard §3.2), off by default.

For endpoints that take no cookies alone: a page that may call them can do nothing in the name of
whoever is signed in with the same browser.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request

from simulator.addresses import LOOPBACK_HOSTS
from simulator.faults.requested import HEADER
from simulator.settings import LOOPBACK_ORIGINS, Settings
from simulator.world import World

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
    """Whether the sandbox's owner allowed the pages of this origin.

    Args:
        origin: as browsers write it (RFC 6454 §6.2); `null` is nobody's.
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
    return (*_REQUEST_HEADERS, HEADER) if world.settings.request_faults else _REQUEST_HEADERS


def install(app: Flask, world: World, covers: Callable[[str], bool]) -> None:
    """Answer pages of allowed origins.

    Args:
        app: the application, before its first request.
        world: its settings say which origins.
        covers: tells of a path whether pages may read it; none that takes a cookie.
    """

    def applies() -> bool:
        return bool(world.settings.allowed_origins) and covers(request.path)

    def origin() -> str | None:
        """The page's origin, if it is allowed."""
        sent = request.headers.get("Origin")
        return sent if sent and is_allowed(sent, world.settings) else None

    @app.before_request
    def _preflight() -> Any:
        is_preflight = (
            request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        )
        if not (is_preflight and applies() and origin()):
            return None
        answer = Response(status=204)
        answer.headers["Access-Control-Allow-Methods"] = _METHODS
        answer.headers["Access-Control-Allow-Headers"] = ", ".join(_request_headers(world))
        answer.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        if request.headers.get("Access-Control-Request-Private-Network") == "true":
            answer.headers["Access-Control-Allow-Private-Network"] = "true"
        return answer

    @app.after_request
    def _share(response: Response) -> Response:
        if not applies():
            return response
        response.vary.add("Origin")  # also for others: a cache must not hand them each other's
        if request.method == "OPTIONS":
            response.vary.update(
                ["Access-Control-Request-Method", "Access-Control-Request-Headers"]
            )
        if page := origin():
            response.headers["Access-Control-Allow-Origin"] = page
            response.headers["Access-Control-Expose-Headers"] = ", ".join(_RESPONSE_HEADERS)
        return response

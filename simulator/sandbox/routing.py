"""Hand each request to the system that its Host header names."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import copy_context
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from simulator.domain import cancellations
from simulator.faults import Faults
from simulator.journal import Journal, current, peek
from simulator.net.addresses import AIHUB, API, MCP, is_api, is_app
from simulator.sandbox.sweeper import REQUESTS, sweep
from simulator.sandbox.systems import Systems
from simulator.validation.media_types import HTML, is_json, is_named
from simulator.validation.parsing import shorten
from simulator.web import cors
from simulator.web.environ import CATALOGUE_VERSION, REFUSAL
from simulator.web.own_context import ContextIterable
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Router:
    """The WSGI application in front of all systems: it chooses the system by the Host header.

    Args:
        world: shared by all systems.
        systems: builds each system when it is first used.
        journal: records each exchange.
        faults: configured faults, which change how a system answers.
        refresh: reads what other processes changed in the same database, and returns the version
            of the catalogue, if it was read; None where no other process can use the database.
    """

    def __init__(
        self,
        world: World,
        systems: Systems,
        journal: Journal,
        faults: Faults,
        refresh: Callable[[], str | None] | None,
    ) -> None:
        self._world, self._systems = world, systems
        self._journal, self._faults = journal, faults
        self._refresh = refresh
        self._requests = count(1)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Hand a request to the system that its Host header names (421 when there is none).

        Requests that it causes between systems use the kind of addresses, production or local,
        that it uses itself.
        """
        addresses, host = self._world.addresses, environ.get("HTTP_HOST", "")
        is_nested = current() is not None
        if self._refresh is not None and not is_nested:
            environ[CATALOGUE_VERSION] = self._refresh()
        # Only requests that write may wait for other writers.
        posts = environ["REQUEST_METHOD"] == "POST" and not is_nested
        if posts and next(self._requests) % REQUESTS == 0:
            sweep(self._world)
        speaks_production = not is_nested and addresses.is_production_alias(host)
        name = addresses.system_at(host)
        if name and not is_nested and addresses.look_again and is_app(name):
            # The app at this address may have been removed since.
            with suppress(SQLAlchemyError):  # the system then reports it in its own error format
                addresses.look_again()
            name = addresses.system_at(host)
        if not speaks_production:
            return self._hand_over(name, environ, start_response)
        context = copy_context()
        context.run(addresses.use_production_urls)
        return ContextIterable(context, context.run(self._hand_over, name, environ, start_response))

    def _hand_over(
        self, name: str | None, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if name is None:
            if self._is_for_mcp(host, environ):
                return self._systems.get(MCP)({**environ, REFUSAL: 421}, start_response)
            return _misdirected(host, start_response)
        if name == AIHUB and is_api(environ["PATH_INFO"]):
            name = API
        if "%2f" in environ.get("REQUEST_URI", "").lower() and is_app(name):
            environ = {**environ, "PATH_INFO": _keep_slashes(environ["REQUEST_URI"])}
        if elsewhere := self._canonical(name, host, environ):
            return _redirect(elsewhere, start_response)
        if name == MCP and "HTTP_MCP_SESSION_ID" in environ and any(self._faults):
            self._note_arrival(environ)
        system = answering = self._systems.get(name)
        if environ["REQUEST_METHOD"] != "OPTIONS" or not cors.is_preflight(system, environ):
            answering = self._faults.around(name, system, environ)
        if self._world.settings.allowed_origins:
            answering = cors.share(system, environ, answering)
        return self._journal.record(name, answering, environ, start_response)

    def _is_for_mcp(self, host: str, environ: "WSGIEnvironment") -> bool:
        """Return whether a request with an unknown Host seems to be meant for an MCP server.

        That is told by its port, by a host name like those of MCP servers, or by its body.
        """
        # The local port, even where the request itself uses production addresses.
        port = urlsplit(self._world.addresses.listening.get(MCP, "")).port
        return (
            environ.get("SERVER_PORT") == str(port)
            or ".apim.mcp." in host.lower()
            or (is_json(environ.get("CONTENT_TYPE")) and b'"jsonrpc"' in peek(environ))
        )

    def _note_arrival(self, environ: "WSGIEnvironment") -> None:
        """Record when a call arrived: it can be cancelled while a fault delays it (MCP-38)."""
        with suppress(SQLAlchemyError), self._world.db.reading():
            environ[cancellations.ARRIVED] = cancellations.get_latest_id(self._world)

    def _canonical(self, system: str, host: str, environ: "WSGIEnvironment") -> str | None:
        """Return where to redirect a browser at `localhost`: sign-ins belong to one host name."""
        if environ["REQUEST_METHOD"] != "GET" or system == MCP or "localhost" not in host.lower():
            return None
        origin = self._world.addresses.origin_at(host)
        if origin is None or not is_named(environ.get("HTTP_ACCEPT"), HTML):
            return None
        query = environ.get("QUERY_STRING")
        path = quote(environ["PATH_INFO"].encode("latin-1"))  # PEP 3333: bytes decoded as Latin-1
        return origin + path + (f"?{query}" if query else "")


def _keep_slashes(uri: str) -> str:
    """Return the path of a request with encoded slashes kept encoded, as parts of ids.

    PEP 3333's `PATH_INFO` does not distinguish them from other slashes; our servers provide the
    original path as `REQUEST_URI` (our choice: RFC 3986 §2.2 lets a server distinguish them).
    """
    path = uri.partition("?")[0]
    if not path.startswith("/"):  # the absolute form of RFC 9112 §3.2.2
        path = urlsplit(path).path
    return unquote_to_bytes(re.sub("(?i)%2f", "%252F", path)).decode("latin-1")


def _redirect(location: str, start_response: "StartResponse") -> Iterable[bytes]:
    start_response("302 Found", [("Location", location), ("Content-Length", "0")])
    return [b""]


def _misdirected(host: str, start_response: "StartResponse") -> Iterable[bytes]:
    body = (
        f"No simulated system answers for the host '{shorten(host)}'. Use an address that "
        "'simulator describe' prints.\n"
    ).encode()
    start_response(
        "421 Misdirected Request",
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]

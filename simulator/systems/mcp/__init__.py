"""The system of remote MCP servers: Streamable HTTP, with recipes as tools."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from simulator.net.addresses import COLLECTION_IN_URL, IDENTITY, MCP, MCP_HOST
from simulator.oauth import AccessTokens
from simulator.systems.mcp import endpoint, metadata, refusals
from simulator.systems.mcp.pending import PendingRequests
from simulator.web import cors
from simulator.web.application import configure_app
from simulator.web.environ import COLLECTION_PATH
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


#: A well-known document, before what it is about (RFC 8615).
_DOCUMENT = re.compile(r"/\.well-known/[^/]+")
#: A server's address with its collection, whether a document's name stands before it or not.
_COLLECTION = re.compile(
    rf"(?P<before>(?:/\.well-known/[^/]+)?/[0-9]+)/(?P<collection>{COLLECTION_IN_URL})"
    r"(?P<behind>(?:/.*)?)",
    re.DOTALL,
)


def create_app(world: World) -> Flask:
    """Return the Flask application that answers as `<n>.apim.mcp.workato.com` for every server."""
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # else `//` is sent to another address
    configure_app(app, world, MCP, error_page=refusals.refuse_by_status, reads_first=None)
    refusals.register_errors(app, world)
    app.extensions["simulator.tokens"] = AccessTokens(world, IDENTITY)
    app.extensions["simulator.pending"] = PendingRequests(world.randomness)
    cors.install(app, world, lambda path: path != "/healthz")
    app.register_blueprint(metadata.blueprint)
    app.register_blueprint(endpoint.blueprint)
    app.wsgi_app = _server_number_from_host(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def _server_number_from_host(wsgi: "WSGIApplication") -> "WSGIApplication":
    """Map a production host (`2107.apim…`) to the path `/2107` of the local layout.

    What names a collection behind it is taken out of the path, and told in the environment.
    """

    def application(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        match = MCP_HOST.match(environ.get("HTTP_HOST", "").lower().removesuffix(":443"))
        if match and environ["PATH_INFO"] != "/healthz":
            path = environ["PATH_INFO"]
            document = _DOCUMENT.match(path)
            rest = path[document.end() :] if document else path
            rest = "" if rest == "/" else rest  # the two are one in a URL (RFC 9110 §4.2.3)
            environ["PATH_INFO"] = f"{document[0] if document else ''}/{match[1]}{rest}"
        if found := _COLLECTION.fullmatch(environ["PATH_INFO"]):
            environ["PATH_INFO"] = found["before"] + found["behind"]
            environ[COLLECTION_PATH] = found["collection"]
        return wsgi(environ, start_response)

    return application

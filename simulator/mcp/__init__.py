"""The remote MCP servers: Streamable HTTP in front of the recipes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify

from simulator import cors
from simulator.addresses import MCP, MCP_HOST
from simulator.mcp import endpoint, limits, metadata
from simulator.mcp.inflight import InFlight
from simulator.oauth import AccessTokens
from simulator.web import furnish
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create_app(world: World) -> Flask:
    """The Flask application that answers as `<n>.apim.mcp.workato.com` for every server."""
    app = Flask(__name__)
    furnish(app, world, MCP, error_page=_error)
    app.extensions["simulator.world"] = world
    app.extensions["simulator.tokens"] = AccessTokens(world, "identity")
    app.extensions["simulator.inflight"] = InFlight(world.randomness)
    limits.furnish(app, world)
    cors.install(app, world, lambda path: path != "/healthz")
    app.register_blueprint(metadata.blueprint)
    app.register_blueprint(endpoint.blueprint)
    app.wsgi_app = _server_number_from_host(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


def _error(status: int, title: str, sentence: str) -> tuple[Response, int]:
    return jsonify(error=title, error_description=sentence), status


def _server_number_from_host(wsgi: "WSGIApplication") -> "WSGIApplication":
    """Let a production host (`2107.apim…`) stand for the path `/2107` of the local layout."""

    def application(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        match = MCP_HOST.match(environ.get("HTTP_HOST", "").lower().removesuffix(":443"))
        if match and environ["PATH_INFO"] != "/healthz":
            path = environ["PATH_INFO"].rstrip("/")
            environ["PATH_INFO"] = (
                f"{path}/{match[1]}" if path.startswith("/.well-known/") else f"/{match[1]}{path}"
            )
        return wsgi(environ, start_response)

    return application

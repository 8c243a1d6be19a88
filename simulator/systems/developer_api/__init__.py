"""Workato's Developer API, at `/api/` of the Workato web app's hosts: a table of endpoints."""

from typing import Any

from flask import Flask, Response, jsonify, request

from simulator.domain import api_clients
from simulator.domain.api_clients import TooManyRequests, Unauthorized
from simulator.errors import FieldError
from simulator.net.addresses import API
from simulator.systems.developer_api import connections, iam, known, mcp_servers, reading
from simulator.systems.developer_api.endpoint import Body, Call, Endpoint
from simulator.systems.developer_api.reading import Invalid
from simulator.validation.parsing import shorten
from simulator.web.application import build_challenge, configure_app, read_bearer_token
from simulator.world import World

__all__ = ["ENDPOINTS", "create_app"]

#: Everything that is simulated, in the order of Workato's documentation.
ENDPOINTS: tuple[Endpoint, ...] = (
    *mcp_servers.ENDPOINTS,
    *iam.ENDPOINTS,
    *connections.ENDPOINTS,
)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(world: World) -> Flask:
    """Return the application that answers at `/api/`: without cookies, and always in JSON."""
    app = Flask(__name__, static_folder=None)
    configure_app(app, world, API, error_page=_error)
    _add_errors(app)

    @app.after_request
    def _say_charset(response: Response) -> Response:
        if response.mimetype == "application/json":
            response.content_type = "application/json; charset=utf-8"  # Workato docs, conventions
        return response

    for endpoint in ENDPOINTS:
        name = f"{endpoint.method} {endpoint.path}"
        app.add_url_rule(endpoint.rule, name, _view(world, endpoint), methods=[endpoint.method])
    app.add_url_rule(
        "/<path:_rest>",
        view_func=_unsimulated,
        methods=_METHODS,
        provide_automatic_options=False,  # "204, these methods" would pass for an endpoint
    )
    return app


def _view(world: World, endpoint: Endpoint) -> Any:
    def view(**arguments: str) -> Response:
        client = api_clients.get_client_by_token(world, read_bearer_token())
        api_clients.count_request(world, client, endpoint.quota)
        number, size = request.args.get("page"), request.args.get("per_page")
        call = Call(
            world=world,
            client=client,
            query=reading.read_query(request.args.items(multi=True), endpoint.query),
            page=reading.read_page(number, size, endpoint.most),
            body=reading.read_body(request.get_data(), endpoint.body or Body),
        )
        return jsonify(endpoint.view(call, **arguments))

    return view


def _unsimulated(_rest: str) -> tuple[Response, int]:
    """501 with the page that documents what was asked for; 404 for what we do not know."""
    target = f"{request.method} {shorten(request.path)}"
    if simulated := _spelt_otherwise(request.method, known.strip_suffix(request.path)):
        return jsonify(
            message=f"{target} is not simulated with that spelling. Ask for {simulated}, without a "
            "slash or '.json' at the end."
        ), 501
    found = known.find_resource(request.method, request.path)
    if found is None:
        return jsonify(
            message=f"This simulator knows no endpoint {target}. If Workato has it, the simulator "
            "lacks it: look for it in Workato's documentation.",
            documentation_url=known.INDEX,
        ), 404
    message = f"{target} belongs to Workato's {found.name}, and is not simulated."
    if not found.methods:
        message += " Whether Workato has that very path, this simulator does not know."
    elif request.method not in found.methods:
        message += f" Known of Workato there: {', '.join(found.methods)}."
    return jsonify(message=message, documentation_url=found.documentation), 501


def _spelt_otherwise(method: str, path: str) -> str:
    """Return the simulated endpoint that a path would be without a slash or suffix at its end."""
    if path == request.path:
        return ""
    there = any(each.method == method and each.fits(path) for each in ENDPOINTS)
    return f"{method} {shorten(path)}" if there else ""


def _error(status: int, _title: str, sentence: str) -> tuple[Response, int]:
    return jsonify(message=sentence), status


def _add_errors(app: Flask) -> None:
    @app.errorhandler(Invalid)
    def _invalid(error: Invalid) -> tuple[Response, int]:
        return jsonify(message=str(error), errors=error.errors), error.status

    @app.errorhandler(Unauthorized)
    def _unauthorized(error: Unauthorized) -> Any:
        code = "invalid_token" if read_bearer_token() else ""
        challenges = {"WWW-Authenticate": build_challenge("Bearer", "Workato API", error=code)}
        return jsonify(message=str(error)), error.status, challenges

    @app.errorhandler(FieldError)
    def _field(error: FieldError) -> tuple[Response, int]:
        return _invalid(Invalid({error.field: [error.message]}))

    @app.errorhandler(TooManyRequests)
    def _too_many(error: TooManyRequests) -> Any:
        return jsonify(message=str(error)), error.status, {"Retry-After": str(error.retry_after)}

"""The API platform's own host: API collections are called there over HTTP (Workato docs)."""

from typing import Any

from flask import Response, jsonify, request

from simulator.domain import api_gateway
from simulator.errors import SimulatorError
from simulator.net.addresses import APIM_HOST, APIM_PATH, APP_HOST, WWW_HOST, is_below
from simulator.validation.media_types import is_json
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.web.application import current_world
from simulator.world import World

_HEADER = "api-token"


def is_called() -> bool:
    """Return whether a request is for a collection: by its host, or below a path of ours."""
    host = request.host.lower().removesuffix(":443")
    if host == APIM_HOST:
        return True
    in_production = (APP_HOST, WWW_HOST, current_world().addresses.web_host)
    return is_below(request.path, (APIM_PATH,)) and host not in in_production


def answer(world: World) -> Response:
    """Answer a request for a collection.

    Raises:
        SimulatorError: what is wrong with the request, or at the recipe.
    """
    path = request.path.removeprefix(APIM_PATH).strip("/")
    route = api_gateway.find_route(world, request.method, path)
    api_gateway.check_key(world, route, _read_token(), request.remote_addr)
    query = request.args.to_dict()
    query.pop("api_token", None)
    given: dict[str, Any] = {**query, **_read_body()}
    result = api_gateway.call(world, route, given, dict(request.headers), request.remote_addr)
    if result is None:
        return Response()  # REC-148: an empty 200
    response = jsonify(result.value)
    response.status_code = result.status
    return response


def _read_token() -> str:
    """Return the key: as a header, as the password of `api-token`, or in the query."""
    basic = request.authorization
    if basic is not None and basic.type == "basic" and basic.username == _HEADER:
        return basic.password or ""
    return request.headers.get(_HEADER) or request.args.get("api_token", "")


def _read_body() -> dict[str, Any]:
    sent = request.get_data()
    if not sent:
        return {}
    if not is_json(request.content_type):
        raise SimulatorError("Send a JSON object, with the content type application/json.")
    try:
        found = parse_strict_json(sent)
    except NotJson as error:
        raise SimulatorError(str(error)) from None
    if not isinstance(found, dict):
        raise SimulatorError("The body is not a JSON object.")
    return found

"""The MCP endpoint: JSON-RPC 2.0 over Streamable HTTP, one POST at a time."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.domain.verified_access import NotInGroup
from simulator.mcp import protocol
from simulator.mcp.guard import Unauthorized, authenticate
from simulator.mcp.metadata import find_server, world
from simulator.mcp.protocol import RpcError

blueprint = Blueprint("endpoint", __name__)


@blueprint.post("/<int:number>")
@blueprint.post("/<int:number>/")
@blueprint.post("/<int:number>/tools/call")
def post(number: int) -> Response | tuple[Response, int]:
    """Answer one JSON-RPC message: 200 with its response, 202 for a notification."""
    body = request.get_data()  # read before refusing: the connection may be kept alive
    try:
        actor = authenticate(find_server(number))
        message = protocol.parse(body)
        result = protocol.answer(world(), actor, message, _client_address())
    except RpcError as error:
        return _rpc_error(error, error.http_status)
    if result is None:
        return Response(status=202)
    return jsonify(jsonrpc="2.0", id=message["id"], result=result)


@blueprint.route("/<int:number>", methods=["GET", "DELETE"])
@blueprint.route("/<int:number>/", methods=["GET", "DELETE"])
def other(number: int) -> tuple[Response, int] | Response:
    """No stream to listen to and no session to end here (MCP transport, 405 is allowed)."""
    authenticate(find_server(number))
    response = jsonify(
        error="method_not_allowed", error_description="POST JSON-RPC messages to this address."
    )
    response.headers["Allow"] = "POST"
    return response, 405


@blueprint.errorhandler(Unauthorized)
def unauthorized(error: Unauthorized) -> tuple[Response, int]:
    """401 with the challenge that starts a client's discovery."""
    world().db.rollback()
    response = jsonify(_error_body(None, -32001, str(error), {"error": "unauthorized"}))
    response.headers["WWW-Authenticate"] = error.challenge
    return response, 401


@blueprint.errorhandler(NotInGroup)
def not_in_group(error: NotInGroup) -> tuple[Response, int]:
    """403: signed in, but in no end-user group of this server (facts §4.4, our choice)."""
    world().db.rollback()
    return jsonify(_error_body(None, -32003, str(error), {"error": "not_in_group"})), 403


def _rpc_error(error: RpcError, status: int) -> tuple[Response, int]:
    return jsonify(_error_body(error.request_id, error.code, str(error), error.data)), status


def _error_body(
    request_id: Any, code: int, message: str, data: dict[str, Any] | None
) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if data:
        error["data"] = data
    return {"jsonrpc": "2.0", "id": request_id, "error": error}


def _client_address() -> str:
    return request.remote_addr or "in-process"

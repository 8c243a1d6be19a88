"""The MCP endpoint: JSON-RPC 2.0 over Streamable HTTP, one POST at a time."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.domain.verified_access import NotInGroup
from simulator.errors import SimulatorError
from simulator.mcp import limits, messages, protocol, sessions
from simulator.mcp.codes import Code
from simulator.mcp.dialect import recognise
from simulator.mcp.errors import RpcError
from simulator.mcp.guard import Unauthorized, authenticate
from simulator.mcp.metadata import find_server, world
from simulator.recipes import Actor

blueprint = Blueprint("endpoint", __name__)

SESSION = "Mcp-Session-Id"


class NotJson(SimulatorError):
    """The body is announced as something else than JSON."""

    status = 415


@blueprint.post("/<int:number>")
@blueprint.post("/<int:number>/")
@blueprint.post("/<int:number>/tools/call")
def post(number: int) -> Response | tuple[Response, int]:
    """Answer one JSON-RPC message: 200 with its response, 202 for a notification."""
    body = request.get_data()  # read before refusing: the connection may be kept alive
    actor = authenticate(find_server(number))
    if not request.is_json:
        raise NotJson("Send the message as Content-Type: application/json.")
    modern = False
    try:
        message = messages.parse(body)
        declared = _declared(actor, message)
        dialect = recognise(message, request.headers, declared)
        modern = dialect.modern
        if not messages.is_request(message):
            return Response(status=202)
        limits.count(world(), actor.server, message)
        caller = protocol.Caller(actor=actor, dialect=dialect, ip_address=_address())
        result = protocol.answer(world(), caller, message)
    except RpcError as error:
        world().db.rollback()
        status = error.http_status(modern=modern)
        refusal = _answer(_error_body(error.request_id, error.code, str(error), error.data))
        refusal.headers.update(error.headers)
        return refusal, status
    response = _answer({"jsonrpc": "2.0", "id": message["id"], "result": result})
    if message["method"] == "initialize":
        capabilities = message["params"].get("capabilities", {})
        response.headers[SESSION] = sessions.begin(world(), actor, capabilities)
    return response


def _declared(actor: Actor, message: dict[str, Any]) -> dict[str, Any] | None:
    """What the client of this session declared when it initialized; None without a session."""
    session_id = request.headers.get(SESSION)
    if not session_id or message.get("method") == "initialize":
        return None
    return sessions.find(world(), actor, session_id).capabilities


@blueprint.delete("/<int:number>")
@blueprint.delete("/<int:number>/")
def end_session(number: int) -> Response:
    """End the session that the header names (MCP transports, session management)."""
    actor = authenticate(find_server(number))
    sessions.end(world(), actor, request.headers.get(SESSION, ""))
    return Response(status=204)


@blueprint.get("/<int:number>")
@blueprint.get("/<int:number>/")
def stream(number: int) -> tuple[Response, int]:
    """There is no stream to listen to (405 is what the transport asks for then)."""
    authenticate(find_server(number))
    response = jsonify(
        error="method_not_allowed", error_description="POST JSON-RPC messages to this address."
    )
    response.headers["Allow"] = "POST, DELETE"
    return response, 405


@blueprint.errorhandler(Unauthorized)
def unauthorized(error: Unauthorized) -> tuple[Response, int]:
    """401 with the challenge that starts a client's discovery."""
    world().db.rollback()
    response = jsonify(_error_body(None, -32001, str(error), {"error": Code.UNAUTHORIZED}))
    response.headers["WWW-Authenticate"] = error.challenge
    return response, 401


@blueprint.errorhandler(NotInGroup)
def not_in_group(error: NotInGroup) -> tuple[Response, int]:
    """403: signed in, but in no end-user group of this server (our choice)."""
    world().db.rollback()
    return jsonify(_error_body(None, -32003, str(error), {"error": Code.NOT_IN_GROUP})), 403


def _answer(payload: dict[str, Any]) -> Response:
    """The message as JSON, or as one server-sent event for a client that takes nothing else."""
    accepted = request.accept_mimetypes
    if accepted["application/json"] or not accepted["text/event-stream"]:
        return jsonify(payload)
    event = f"event: message\ndata: {json.dumps(payload)}\n\n"
    return Response(event, mimetype="text/event-stream", headers={"Cache-Control": "no-store"})


def _error_body(
    request_id: Any, code: int, message: str, data: dict[str, Any] | None
) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if data:
        error["data"] = data
    return {"jsonrpc": "2.0", "id": request_id, "error": error}


def _address() -> str:
    return request.remote_addr or "in-process"

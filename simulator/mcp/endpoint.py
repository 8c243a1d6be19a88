"""The MCP endpoint: JSON-RPC 2.0 over Streamable HTTP, one POST at a time."""

from collections.abc import Generator
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from simulator.domain.verified_access import NotInGroup
from simulator.errors import NotFound, SimulatorError
from simulator.mcp import messages, protocol, sessions, streams
from simulator.mcp.codes import Code
from simulator.mcp.conformance import ConformanceService
from simulator.mcp.dialect import recognise
from simulator.mcp.errors import RpcError
from simulator.mcp.guard import Unauthorized, authenticate, check_origin
from simulator.mcp.inflight import InFlight
from simulator.mcp.metadata import find_server, world
from simulator.mcp.recipe_service import RecipeService
from simulator.mcp.service import Caller, Service
from simulator.mcp.sessions import Holder
from simulator.media_types import JSON, accepts, is_json
from simulator.web import take_unit

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
    return _answer(RecipeService(world(), actor), Holder.of(actor), body)


@blueprint.post("/conformance")
def conformance() -> Response | tuple[Response, int]:
    """The fixtures of the official conformance suite, for whoever asks; off by default.

    Raises:
        NotFound: it is off.
    """
    body = request.get_data()
    check_origin()
    if not world().settings.conformance_server:
        raise NotFound("The conformance server is off: start with --conformance-server.")
    return _answer(ConformanceService(world().keys), Holder("conformance", None), body)


def _answer(service: Service, holder: Holder, body: bytes) -> Response | tuple[Response, int]:
    if not is_json(request.content_type):
        raise NotJson("Send the message as Content-Type: application/json.")
    modern = False
    try:
        message = messages.parse(body)
        session = _session(holder, message)
        declared = session.capabilities if session else None
        session_id = session.id_hash if session else None
        dialect = recognise(message, request.headers, declared)
        modern = dialect.modern
        if not messages.is_request(message):
            _hear(message, session_id)
            return Response(status=202)
        service.admit(message)
        caller = Caller(dialect=dialect, ip_address=request.remote_addr or "in-process")
        result = protocol.answer(service, caller, message)
        if isinstance(result, Generator):
            return _converse(result, message, session_id)
    except RpcError as error:
        world().db.rollback()
        refusal = _send(_envelope(message_id=error.request_id, outcome=error))
        refusal.headers.update(error.headers)
        return refusal, error.http_status(modern=modern)
    response = _send(_envelope(message_id=message["id"], outcome=result))
    if message["method"] == "initialize":
        capabilities = message["params"].get("capabilities", {})
        response.headers[SESSION] = sessions.begin(world(), holder, capabilities)
    return response


def _session(holder: Holder, message: dict[str, Any]) -> sessions.McpSession | None:
    """The session that the request belongs to, if it names one."""
    session_id = request.headers.get(SESSION)
    if not session_id or message.get("method") == "initialize":
        return None
    return sessions.find(world(), holder, session_id)


def _hear(message: dict[str, Any], session: str | None) -> None:
    """A notification, or the client's response to a question."""
    if "method" not in message:
        _inflight().deliver(message)
    elif message["method"] == "notifications/cancelled" and session:
        _inflight().cancel(session, message.get("params", {}).get("requestId"))


def _converse(telling: protocol.Telling, message: dict[str, Any], session: str | None) -> Response:
    """A call that may speak before it answers: as a stream once it does, if the client takes it."""

    def envelope(outcome: dict[str, Any] | RpcError) -> dict[str, Any]:
        return _envelope(message_id=message["id"], outcome=outcome)

    if not _takes(streams.MIMETYPE):
        return _send(envelope(streams.alone(telling)))
    first = streams.opened(telling)
    if isinstance(first, dict):
        return _send(envelope(first))
    return streams.Stream(
        telling=telling,
        envelope=envelope,
        inflight=_inflight(),
        call=_inflight().call(session, message["id"]),
        db=world().db,
        unit=take_unit(world()),
    ).response(first)


@blueprint.delete("/<int:number>")
@blueprint.delete("/<int:number>/")
def end_session(number: int) -> Response:
    """End the session that the header names (MCP transports, session management)."""
    return _end(Holder.of(authenticate(find_server(number))))


@blueprint.delete("/conformance")
def end_conformance_session() -> Response:
    """The same for the conformance server."""
    check_origin()
    return _end(Holder("conformance", None))


def _end(holder: Holder) -> Response:
    sessions.end(world(), holder, request.headers.get(SESSION, ""))
    return Response(status=204)


@blueprint.get("/<int:number>")
@blueprint.get("/<int:number>/")
def listen(number: int) -> tuple[Response, int]:
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
    return _refuse(-32001, error, Code.UNAUTHORIZED, {"WWW-Authenticate": error.challenge})


@blueprint.errorhandler(NotInGroup)
def not_in_group(error: NotInGroup) -> tuple[Response, int]:
    """403: signed in, but in no end-user group of this server (our choice)."""
    return _refuse(-32003, error, Code.NOT_IN_GROUP, {})


def _refuse(
    number: int, error: SimulatorError, code: Code, headers: dict[str, str]
) -> tuple[Response, int]:
    world().db.rollback()
    response = jsonify(
        _envelope(message_id=None, outcome=RpcError(number, str(error), data={"error": code}))
    )
    response.headers.update(headers)
    return response, error.status


def _send(payload: dict[str, Any]) -> Response:
    """The message as JSON, or as one server-sent event for a client that takes nothing else."""
    if _takes(JSON) or not _takes(streams.MIMETYPE):
        return jsonify(payload)
    return streams.one_event(payload)


def _takes(media_type: str) -> bool:
    """Whether the client says that it takes this; who says nothing gets JSON."""
    accept = request.headers.get("Accept")
    return bool(accept) and accepts(accept, media_type)


def _envelope(*, message_id: Any, outcome: dict[str, Any] | RpcError) -> dict[str, Any]:
    """A JSON-RPC response (JSON-RPC 2.0 §5)."""
    response: dict[str, Any] = {"jsonrpc": "2.0", "id": message_id}
    if not isinstance(outcome, RpcError):
        return response | {"result": outcome}
    error: dict[str, Any] = {"code": outcome.code, "message": str(outcome)}
    if outcome.data:
        error["data"] = outcome.data
    return response | {"error": error}


def _inflight() -> InFlight:
    found: InFlight = current_app.extensions["simulator.inflight"]
    return found

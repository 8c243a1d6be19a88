"""Render every error of the MCP system as a JSON-RPC error (MCP-104)."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from simulator.errors import SimulatorError
from simulator.systems.mcp import messages, negotiation
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError, build_response, find_rule_error
from simulator.validation.parsing import shorten
from simulator.world import World

#: HTTP status that Flask, werkzeug or the door refuses with → code and what to do.
_BY_STATUS = {
    404: (
        Code.UNKNOWN_PATH,
        "Nothing lives at this path: POST JSON-RPC messages to a server's Remote MCP URL.",
    ),
    405: (
        Code.METHOD_NOT_ALLOWED,
        "POST JSON-RPC messages to this address; Allow names the methods that it takes.",
    ),
    421: (
        Code.UNKNOWN_HOST,
        "No MCP server answers for the host '{host}'. Use an address that 'simulator describe' "
        "prints.",
    ),
    413: (Code.REQUEST_TOO_LARGE, "The body is too large: send 2 MB at most."),
}


def register_errors(app: Flask, world: World) -> None:
    """Register handlers that answer errors of this system and of `domain` with their own codes."""

    @app.errorhandler(SimulatorError)
    def _refused(error: SimulatorError) -> tuple[Response, int]:
        world.db.rollback()
        if known := find_rule_error(error):
            return refuse(known)
        code, _ = _of_status(error.status)
        return refuse(RpcError(code, str(error), http_status=error.status))


def refuse_by_status(status: int, _title: str, sentence: str) -> tuple[Response, int]:
    """Return the refusal for an error that only has an HTTP status, such as one of Flask.

    Args:
        status: the HTTP status.
        _title: not used; a JSON-RPC error has one sentence.
        sentence: used where the status has no better one.
    """
    code, better = _of_status(status)
    better = better.format(host=shorten(request.environ.get("HTTP_HOST", "")))
    return refuse(RpcError(code, better or sentence, http_status=status))


def refuse(error: RpcError) -> tuple[Response, int]:
    """Return the HTTP response that carries an error, with the request's id where it is known."""
    payload = build_response(_request_id(), error)
    response = (
        negotiation.Accepted.read().send(payload) if error.status == 200 else jsonify(payload)
    )
    response.headers.update(error.headers)
    return response, error.status


def _of_status(status: int) -> tuple[Code, str]:
    other = Code.INTERNAL_ERROR if status >= 500 and status != 501 else Code.BAD_REQUEST
    return _BY_STATUS.get(status, (other, ""))


def _request_id() -> str | int | None:
    """Return the id of the request that is refused, or None (JSON-RPC 2.0 §5)."""
    try:
        return messages.read_id(request.get_data())
    except HTTPException:  # the body is too large, or was cut off
        return None

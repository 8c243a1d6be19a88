"""What a client takes: JSON, server-sent events, or neither (MCP transports)."""

from typing import Any

from flask import Response, jsonify, request

from simulator.systems.mcp import streams
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.validation.media_types import JSON, accepts


def is_accepted(media_type: str) -> bool:
    """Say whether the client says that it takes this; who says nothing gets JSON."""
    accept = request.headers.get("Accept")
    return bool(accept) and accepts(accept, media_type)


def check_accept() -> None:
    """Be sure that an answer can be sent.

    Raises:
        RpcError: the client takes neither JSON nor a stream.
    """
    if not (accepts(request.headers.get("Accept"), JSON) or is_accepted(streams.MIMETYPE)):
        raise RpcError(
            Code.NOT_ACCEPTABLE, f"Accept {JSON} or {streams.MIMETYPE}, best both of them."
        )


def _takes_streams_alone() -> bool:
    return is_accepted(streams.MIMETYPE) and not is_accepted(JSON)


def send(payload: dict[str, Any]) -> Response:
    """Return a message as JSON, or as one event for a client that accepts nothing else."""
    return streams.events([payload]) if _takes_streams_alone() else jsonify(payload)


def send_all(payloads: list[dict[str, Any]]) -> Response:
    """Return the responses to a batch, as `send`; 202 where there are none."""
    if not payloads:
        return Response(status=202)
    return streams.events(payloads) if _takes_streams_alone() else jsonify(payloads)

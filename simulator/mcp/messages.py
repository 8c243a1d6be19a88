"""Read one JSON-RPC 2.0 message out of a request body, strictly."""

import json
from typing import Any

from mcp_types import INVALID_REQUEST, PARSE_ERROR

from simulator.mcp.errors import RpcError

#: How deep a message may nest: the reader's stack must bear it, and the database's.
_DEEPEST = 100


def parse(body: bytes) -> dict[str, Any]:
    """The JSON-RPC message in a request body.

    Raises:
        RpcError: it is no UTF-8, no JSON, nested too deeply, has a key twice or half a character,
            is no object (batches are not part of MCP since 2025-06-18), or no JSON-RPC 2.0 message.
    """
    try:
        message = json.loads(
            body.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse
        )
        if b"\\u" in body:  # such an escape can stand for half of a surrogate pair
            json.dumps(message, ensure_ascii=False).encode("utf-8")
    except RpcError:
        raise
    except (ValueError, RecursionError):
        raise RpcError(PARSE_ERROR, "The body is not JSON in UTF-8.") from None
    if _nests_too_deeply(message):
        raise RpcError(PARSE_ERROR, f"The body nests deeper than {_DEEPEST} levels.")
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "Send one JSON-RPC 2.0 message, not a batch.")
    request_id = message.get("id")
    if "id" in message and (isinstance(request_id, bool) or not isinstance(request_id, str | int)):
        raise RpcError(INVALID_REQUEST, "id must be a string or an integer.")
    if "method" not in message and ("result" in message or "error" in message):
        return message
    if not isinstance(message.get("method"), str):
        raise RpcError(INVALID_REQUEST, "method must be a string.", request_id)
    if not isinstance(message.get("params", {}), dict):
        raise RpcError(INVALID_REQUEST, "params must be an object.", request_id)
    return message


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RpcError(PARSE_ERROR, "An object in the body has the same key twice.")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON (RFC 8259 §6)


def _nests_too_deeply(message: Any) -> bool:
    level = [message]
    for _ in range(_DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def is_request(message: dict[str, Any]) -> bool:
    """Whether the message wants an answer (no notification, no response)."""
    return "id" in message and "method" in message

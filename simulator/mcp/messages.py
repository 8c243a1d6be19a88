"""Read one JSON-RPC 2.0 message out of a request body, strictly."""

import json
from typing import Any

from mcp_types import INVALID_REQUEST, PARSE_ERROR

from simulator.mcp.errors import RpcError


def parse(body: bytes) -> dict[str, Any]:
    """The JSON-RPC message in a request body.

    Raises:
        RpcError: it is no UTF-8, no JSON, nested too deeply, has a key twice, is no object (batches
            are not part of MCP since 2025-06-18), or no JSON-RPC 2.0 message.
    """
    try:
        message = json.loads(body.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except RpcError:
        raise
    except (ValueError, RecursionError):
        raise RpcError(PARSE_ERROR, "The body is not JSON in UTF-8.") from None
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


def is_request(message: dict[str, Any]) -> bool:
    """Whether the message wants an answer (no notification, no response)."""
    return "id" in message and "method" in message

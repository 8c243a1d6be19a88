"""The server's limits at the door: 429 for a tool call too many, 403 for an address kept out."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify

from simulator.db.tables import McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits
from simulator.mcp.codes import Code
from simulator.mcp.errors import RpcError
from simulator.world import World

#: JSON-RPC error codes of ours (JSON-RPC 2.0 §5.1, implementation-defined).
ADDRESS_DENIED = -32004
LIMIT_REACHED = -32005

_CODES = {RATE_LIMIT: Code.RATE_LIMITED, USAGE_QUOTA: Code.QUOTA_EXCEEDED}


def count(world: World, server: McpServer, message: Mapping[str, Any]) -> None:
    """Count a request of an admitted caller if it is a tools/call, before it is looked into.

    Every one counts: one with wrong arguments, one that fails, one that is answered with a prompt.

    Raises:
        RpcError: LIMIT_REACHED with `data` `{error, retry_after (seconds)}`, to be sent with HTTP
            429 and `Retry-After` (RFC 6585 §4, RFC 9110 §10.2.3).
    """
    if message["method"] != "tools/call":
        return
    try:
        limits.count_call(world, server)
    except limits.LimitReached as reached:
        raise RpcError(
            LIMIT_REACHED,
            str(reached),
            message["id"],
            {"error": _CODES[reached.kind], "retry_after": reached.retry_after},
            http_status=reached.status,
            headers={"Retry-After": str(reached.retry_after)},
        ) from None


def furnish(app: Flask, world: World) -> None:
    """Answer a denied address with 403 and a JSON-RPC error, whatever it asked for."""

    @app.errorhandler(limits.AddressDenied)
    def _denied(error: limits.AddressDenied) -> tuple[Response, int]:
        world.db.rollback()
        body = {
            "code": ADDRESS_DENIED,
            "message": str(error),
            "data": {"error": Code.IP_DENIED},
        }
        return jsonify({"jsonrpc": "2.0", "id": None, "error": body}), error.status

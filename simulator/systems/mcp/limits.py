"""The server's limits at the door: 429 for a tool call too many."""

from collections.abc import Mapping
from typing import Any

from simulator.db.tables import McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.world import World

_CODES = {RATE_LIMIT: Code.RATE_LIMITED, USAGE_QUOTA: Code.QUOTA_EXCEEDED}


def count(world: World, server: McpServer, message: Mapping[str, Any]) -> None:
    """Count a request of an admitted caller if it is a tools/call, before it is looked into.

    Every one counts: one with wrong arguments, one that fails, one that is answered with a prompt.

    Raises:
        RpcError: with `data` `{error, retry_after (seconds)}`, to be sent with HTTP 429 and
            `Retry-After` (RFC 6585 §4, RFC 9110 §10.2.3).
    """
    if message["method"] != "tools/call":
        return
    try:
        limits.count_call(world, server)
    except limits.LimitReached as reached:
        raise RpcError(
            _CODES[reached.kind],
            str(reached),
            {"retry_after": reached.retry_after},
            headers={"Retry-After": str(reached.retry_after)},
        ) from None

"""JSON-RPC batches (JSON-RPC 2.0 §6), which only MCP 2025-03-26 has."""

from typing import Any

from werkzeug.datastructures import Headers

from simulator.domain.request_context import Session
from simulator.systems.mcp import messages
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError

#: The one revision that has batches.
_REVISION = "2025-03-26"
#: Messages in a batch, at most (our choice).
LARGEST = 50


def check(contents: list[Any], headers: Headers, session: Session | None) -> Session:
    """Check that a batch may be sent; return its session.

    Args:
        contents: the members, not yet looked into.
        headers: the headers of the HTTP request.
        session: the session that it names.

    Raises:
        RpcError: the session did not agree on 2025-03-26, or the batch is empty or too large.
    """
    named = headers.get("MCP-Protocol-Version", _REVISION)
    if session is None or session.protocol_version != _REVISION or named != _REVISION:
        raise RpcError(
            Code.BATCH_UNSUPPORTED,
            f"Batches are a part of MCP {_REVISION} alone: initialize a session with that "
            "version, or send one message at a time.",
        )
    if not contents:
        raise RpcError(Code.INVALID_REQUEST, "The batch is empty: send a message at least.")
    if len(contents) > LARGEST:
        raise RpcError(Code.INVALID_REQUEST, f"The batch is too large: send {LARGEST} at most.")
    return session


def check_member(content: Any) -> dict[str, Any]:
    """Check a member of a batch; return it as a message.

    Raises:
        RpcError: it is none, or an `initialize` (MCP 2025-03-26, lifecycle).
    """
    message = messages.check(content)
    if message.get("method") == "initialize":
        raise RpcError(Code.INVALID_REQUEST, "initialize is no part of a batch: send it alone.")
    return message

"""The one shape that every refusal of an MCP server has; asserted wherever tests meet one."""

import json
from typing import Any

from werkzeug.test import TestResponse

from simulator.systems.mcp import messages
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import ERRORS

#: No error has more, whatever was sent (in bytes).
SMALL = 8 * 1024
#: What MCP 2026-07-28 sends with another status; a resource had another number before it.
_ELSEWHERE = {
    Code.UNKNOWN_METHOD: (-32601, 404),
    Code.INVALID_PARAMS: (-32602, 400),
    Code.UNKNOWN_RESOURCE: (-32002, 200),
}


def check_refusal(answer: TestResponse, code: Code | None = None) -> dict[str, Any]:
    """Assert that an answer is a JSON-RPC error as documented; returns its `error`.

    Args:
        answer: of an MCP server, to a request whose body is looked at for its id.
        code: the one that it must have; None for any documented one.
    """
    assert answer.mimetype == "application/json", answer.text[:200]
    assert len(answer.data) <= SMALL
    body: dict[str, Any] = json.loads(answer.data)
    assert body.keys() == {"jsonrpc", "id", "error"}
    error: dict[str, Any] = body["error"]
    assert body["jsonrpc"] == "2.0"
    assert error.keys() == {"code", "message", "data"}
    found = Code(error["data"]["error"])
    assert code in (None, found)
    assert (error["code"], answer.status_code) in (ERRORS[found], _ELSEWHERE.get(found))
    assert error["message"].strip()
    return error


def id_of_request(body: Any) -> Any:
    """The id that a refusal of this body must repeat: None where there is none to be had."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return None if len(raw) > 2 * 1024 * 1024 else messages.read_id(raw)

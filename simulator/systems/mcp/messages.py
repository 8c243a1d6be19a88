"""Parse and check JSON-RPC 2.0 messages in a request body."""

from typing import Any

from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.validation.parsing import NotJson, parse_strict_json

#: The longest `id` and progress token, in characters: they go back as they came (our choice).
LONGEST_ID = 256


def load(body: bytes) -> Any:
    """Return the JSON in a request body: a message, a batch of them, or anything else.

    Raises:
        RpcError: it is no JSON that means the same to every reader.
    """
    try:
        return parse_strict_json(body)
    except NotJson as error:
        raise RpcError(Code.INVALID_JSON, str(error)) from None


def check(content: Any) -> dict[str, Any]:
    """Check that a JSON value is a JSON-RPC message; return it.

    Raises:
        RpcError: it is none (JSON-RPC 2.0 §4).
    """
    if not isinstance(content, dict) or content.get("jsonrpc") != "2.0":
        raise RpcError(Code.INVALID_REQUEST, 'Send a JSON-RPC message: {"jsonrpc": "2.0", …}.')
    if "id" in content and not is_id(content["id"]):
        raise RpcError(
            Code.INVALID_REQUEST,
            f"id must be a string or an integer of at most {LONGEST_ID} characters.",
        )
    if "method" not in content and ("result" in content or "error" in content):
        return content
    if not isinstance(content.get("method"), str):
        raise RpcError(Code.INVALID_REQUEST, "method must be a string.")
    if not isinstance(content.get("params", {}), dict):
        raise RpcError(Code.INVALID_REQUEST, "params must be an object.")
    return content


def is_id(value: Any) -> bool:
    """Return whether a value can be the id of a request: text or a whole number, not too long."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return len(str(value)) <= LONGEST_ID


def is_request(message: dict[str, Any]) -> bool:
    """Return whether a message is a request, which needs a response."""
    return "id" in message and "method" in message


def get_id(content: Any) -> str | int | None:
    """Return the id for a refusal of a JSON value; None if it has no usable id.

    The id of a response does not count: it is the id of a request that the server sent.
    """
    if not isinstance(content, dict) or "result" in content or "error" in content:
        return None
    found: str | int | None = content.get("id")
    return found if is_id(found) else None


def read_id(body: bytes) -> str | int | None:
    """Return the id in a request body as `get_id` does, whatever else is wrong with the body."""
    try:
        return get_id(load(body))
    except RpcError:
        return None

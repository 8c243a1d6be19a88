"""Read JSON-RPC 2.0 messages out of a request body, strictly."""

import json
from typing import Any

from simulator.mcp.codes import Code
from simulator.mcp.errors import RpcError

#: How deep a message may nest: the reader's stack must bear it, and the database's.
_DEEPEST = 100
#: The longest `id` and progress token, in characters: they go back as they came (our choice).
LONGEST_ID = 256


def load(body: bytes) -> Any:
    """The JSON in a request body: a message, a batch of them, or anything else.

    Raises:
        RpcError: it is no UTF-8, no JSON, nested too deeply, has a key twice or half a character.
    """
    try:
        content = json.loads(
            body.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse
        )
        if b"\\u" in body:  # such an escape can stand for half of a surrogate pair
            json.dumps(content, ensure_ascii=False).encode("utf-8")
    except RpcError:
        raise
    except (ValueError, RecursionError):
        raise RpcError(Code.INVALID_JSON, "The body is not JSON in UTF-8.") from None
    if _nests_too_deeply(content):
        raise RpcError(Code.INVALID_JSON, f"The body nests deeper than {_DEEPEST} levels.")
    return content


def check(content: Any) -> dict[str, Any]:
    """The JSON-RPC message that a JSON value is.

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


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RpcError(Code.INVALID_JSON, "An object in the body has the same key twice.")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON (RFC 8259 §6)


def _nests_too_deeply(content: Any) -> bool:
    level = [content]
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


def is_id(value: Any) -> bool:
    """Whether this can be the id of a request: text or a whole number, not too long."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return len(str(value)) <= LONGEST_ID


def is_request(message: dict[str, Any]) -> bool:
    """Whether the message wants an answer (no notification, no response)."""
    return "id" in message and "method" in message


def id_of(content: Any) -> str | int | None:
    """The id that a refusal of this JSON value answers to; None where it has no usable one.

    The id of a response is that of a question of ours, and answers nothing.
    """
    if not isinstance(content, dict) or "result" in content or "error" in content:
        return None
    found: str | int | None = content.get("id")
    return found if is_id(found) else None


def id_in(body: bytes) -> str | int | None:
    """The same of a request body, whatever else is wrong with it."""
    try:
        return id_of(load(body))
    except RpcError:
        return None

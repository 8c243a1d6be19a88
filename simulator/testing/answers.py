"""What a tool call answered, whichever client made it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A tool's result, read.

    Attributes:
        text: what a person reads: every text block, one after the other.
        is_error: whether the tool did not do what it was called for.
        data: `structuredContent`; where there is none, what the text says as JSON: the `response`
            of an API recipe, the `result` of a skill. Empty where it is no object.
    """

    text: str
    is_error: bool
    data: Mapping[str, Any]


def read_answer(result: Any) -> Answer:
    """Read a tool's result.

    Args:
        result: a `CallToolResult` of the official SDK, or a mapping as on the wire: `content`,
            `isError`, `structuredContent` (MCP 2025-11-25, server/tools, "Tool Result").

    Raises:
        TypeError: it is neither.
    """
    if isinstance(result, Mapping):
        if "content" not in result and "structuredContent" not in result:
            raise TypeError(
                "A client under test returns the result of tools/call, with `content`, `isError` "
                f"and `structuredContent`; this has {', '.join(map(str, result)) or 'nothing'}."
            )
        blocks = [block.get("text", "") for block in result.get("content") or ()]
        return Answer(
            text="".join(blocks),
            is_error=bool(result.get("isError")),
            data=result.get("structuredContent") or _read_text("".join(blocks)),
        )
    if not hasattr(result, "content"):
        raise TypeError(
            f"A client under test returns the result of tools/call, not {type(result).__name__}."
        )
    text = "".join(getattr(block, "text", "") for block in result.content)
    return Answer(
        text=text,
        is_error=bool(result.is_error),
        data=result.structured_content or _read_text(text),
    )


def _read_text(text: str) -> Mapping[str, Any]:
    """Return the object that a result of text alone is about."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if isinstance(found, dict) and set(found) == {"http_status_code", "response"}:
        found = found["response"]
    elif isinstance(found, dict) and set(found) == {"result"}:
        found = found["result"]
    return found if isinstance(found, dict) else {}

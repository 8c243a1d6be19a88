"""Build tool results; their shape depends on the kind of recipe."""

import json
from typing import Any

from mcp_types import CallToolResult, TextContent
from pydantic import ValidationError

from simulator.domain.catalogue import PublishedTool
from simulator.domain.engine.outcome import Result
from simulator.domain.engine.steps import API_PLATFORM, GENIE, MCP_PROXY, SKILL
from simulator.settings import Settings
from simulator.systems.mcp.codes import IN_RESULTS, Code
from simulator.systems.mcp.errors import ToolFailed

#: The largest result that a tool returns (MCP servers as seen live, stated for skills).
RESULT_LIMIT = 250 * 1024

#: The structured content of a call that failed, or that waits for a connection.
_FAILURE = {
    "type": "object",
    "title": "Why there is no result",
    "properties": {"error": {"type": "string", "enum": [code.value for code in IN_RESULTS]}},
    "required": ["error"],
}
#: Triggers whose tools answer with text alone, as seen live.
_TEXT_ALONE = (API_PLATFORM, SKILL, GENIE)


def build_output_schema(settings: Settings, tool: PublishedTool) -> dict[str, Any] | None:
    """Return the schema of a result or a failure: clients check failures too (MCP, Tools).

    Args:
        settings: say whether every tool has structured results.
        tool: the tool of a server.

    Returns:
        None where results have no structured content: who promises one must keep it.
    """
    schema = tool.recipe.result_schema
    if schema is None or not _is_structured(settings, tool):
        return None
    return {"type": "object", "anyOf": [schema, _FAILURE]}


def build_result(settings: Settings, tool: PublishedTool, outcome: Result) -> CallToolResult:
    """Return the tool result for a recipe's result.

    As seen live, an API recipe answers `{"http_status_code": "200", "response": {…}}` and a skill
    `{"result": {…}}`, as text alone. A recipe that ends without a result has an empty one (our
    choice).

    Args:
        settings: say whether every tool has structured results.
        tool: the tool that was called.
        outcome: the outcome of its recipe.

    Raises:
        ToolFailed: it is too large.
    """
    if tool.recipe.kind == MCP_PROXY:
        return _pass_on(outcome.value)
    value = outcome.value
    structured = value if isinstance(value, dict) else None
    if not _is_structured(settings, tool):
        structured, value = None, {} if value is None else value
        if tool.recipe.kind == API_PLATFORM:
            value = {"http_status_code": str(outcome.status), "response": value}
        else:
            value = {"result": value}
    text = _write(value)
    return CallToolResult(
        content=[TextContent(text=text)],
        structured_content=structured,
        is_error=outcome.status >= 400,
    )


def _pass_on(value: Any) -> CallToolResult:
    """Return the result of an external server's tool unchanged."""
    _write(value)
    try:
        return CallToolResult.model_validate(value)
    except ValidationError:
        raise ToolFailed(
            Code.TOOL_FAILED, "The external MCP server answered with something else than a result."
        ) from None


def _write(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    size = len(text.encode())
    if size > RESULT_LIMIT:
        raise ToolFailed(
            Code.RESULT_TOO_LARGE,
            f"The result has {size // 1024} KB; at most {RESULT_LIMIT // 1024} KB "
            "can be returned. Ask for fewer rows.",
        )
    return text


def _is_structured(settings: Settings, tool: PublishedTool) -> bool:
    return settings.tool_results == "structured" or tool.recipe.kind not in _TEXT_ALONE

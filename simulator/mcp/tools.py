"""Tools as MCP sees them: list them, call them, shape what came out."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from mcp_types import CallToolResult, TextContent, Tool

from simulator.db.tables import Job, McpServer, McpTool
from simulator.domain import recipes, verified_access
from simulator.errors import SimulatorError
from simulator.mcp import prompt
from simulator.recipes import Actor, run
from simulator.world import World

#: The largest result that a tool returns (facts §5.4, stated for skills).
RESULT_LIMIT = 250 * 1024


class UnknownTool(SimulatorError):
    """No started tool of this server has this name."""


def list_tools(server: McpServer) -> list[Tool]:
    """The server's started tools, in their order."""
    return [
        Tool(
            name=tool.name,
            title=tool.recipe.name,
            description=tool.description,
            input_schema=recipes.input_schema(tool.recipe),
            output_schema=recipes.result_schema(tool.recipe),
        )
        for tool in server.tools
        if tool.enabled
    ]


def call_tool(
    world: World, actor: Actor, name: str, arguments: Mapping[str, Any], ip_address: str
) -> CallToolResult:
    """Run a tool's recipe for the actor; every failure of the tool is a result with `isError`.

    Raises:
        UnknownTool: no started tool has this name.
    """
    tool = _find(actor.server, name)
    started_at = world.clock.now()
    status, error = "succeeded", None
    try:
        result = _run(world, actor, tool, arguments)
        if result.is_error:
            status, error = "failed", _text_of(result)
    except verified_access.ConnectionRequired as required:
        assert actor.end_user is not None
        status = "connection_required"
        attempt, link = verified_access.open_attempt(
            world, actor.server, actor.end_user, tool, required.parents
        )
        result = prompt.as_tool_result(required.parents, link, attempt.expires_at)
    except SimulatorError as failure:
        status, error = "failed", str(failure)
        result = failed(str(failure), "tool_failed")
    world.db.session.add(
        Job(
            id=f"j-{uuid4().hex[:14]}",
            recipe_id=tool.recipe_id,
            server_number=actor.server.number,
            end_user_id=actor.end_user.id if actor.end_user else None,
            tool=name,
            status=status,
            error=error,
            ip_address=ip_address,
            started_at=started_at,
            completed_at=world.clock.now(),
        )
    )
    return result


def _find(server: McpServer, name: str) -> McpTool:
    for tool in server.tools:
        if tool.name == name and tool.enabled:
            return tool
    raise UnknownTool(f"Unknown tool: {name}. Ask tools/list for the tools of this server.")


def _run(world: World, actor: Actor, tool: McpTool, arguments: Mapping[str, Any]) -> CallToolResult:
    if actor.end_user is None and recipes.needs_verified_access(tool):
        return failed(
            f"The tool {tool.name} needs verified user access, which token-based access does not "
            "support. An admin must switch the server's access method to Workato Identity under "
            f"AI Hub > MCP servers > {actor.server.name} > End user access.",
            "verified_access_unsupported",
        )
    wrong = _wrong_arguments(recipes.input_schema(tool.recipe), arguments)
    if wrong:
        return failed(wrong, "invalid_arguments")
    outcome = run(world, tool.recipe, arguments, actor)
    text = json.dumps(outcome.value, ensure_ascii=False)
    if len(text.encode()) > RESULT_LIMIT:
        return failed(
            f"The result has {len(text.encode()) // 1024} KB; at most {RESULT_LIMIT // 1024} KB "
            "can be returned. Ask for fewer rows.",
            "result_too_large",
        )
    structured = outcome.value if isinstance(outcome.value, dict) else None
    return CallToolResult(
        content=[TextContent(text=text)],
        structured_content=structured,
        is_error=outcome.status >= 400,
    )


def failed(sentence: str, code: str) -> CallToolResult:
    """A failure of the tool, for the model to read and for a program to switch on."""
    return CallToolResult(
        content=[TextContent(text=sentence)],
        structured_content={"error": code, "message": sentence},
        is_error=True,
    )


def _wrong_arguments(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str | None:
    from jsonschema import Draft202012Validator

    problems = sorted(
        Draft202012Validator(schema).iter_errors(arguments), key=lambda e: list(e.path)
    )
    if not problems:
        return None
    return "Invalid arguments: " + "; ".join(
        f"{'.'.join(map(str, problem.absolute_path)) or 'arguments'}: {problem.message}"
        for problem in problems
    )


def _text_of(result: CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, TextContent))

"""Tools as MCP sees them: list them, call them, shape what came out."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from mcp_types import (
    CallToolResult,
    InputRequiredResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

from simulator.db.tables import Job, McpServer, McpTool
from simulator.domain import recipes, verified_access
from simulator.domain.recipe_engine import Actor, Progress, Result, TimedOut, run
from simulator.errors import SimulatorError
from simulator.systems.mcp import paging, prompt
from simulator.systems.mcp.codes import IN_RESULTS, Code
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.service import Checkpoint, Notification
from simulator.validation.parsing import shorten
from simulator.world import World

#: The largest result that a tool returns (MCP servers as seen live, stated for skills).
RESULT_LIMIT = 250 * 1024
#: The longest sentence of a failure, in characters; it may have an app's own words.
_LONGEST_FAILURE = 4000
#: So many wrong arguments are named.
_NAMED = 10

#: The structured content of a call that failed, or that waits for a connection.
_FAILURE = {
    "type": "object",
    "title": "Why there is no result",
    "properties": {"error": {"type": "string", "enum": [code.value for code in IN_RESULTS]}},
    "required": ["error"],
}


def list_tools(
    world: World, server: McpServer, cursor: str | None = None
) -> tuple[list[Tool], str | None]:
    """Return a page of the server's live tools, in their order, and the cursor of the next one.

    Raises:
        RpcError: the cursor is not one of this list.
    """
    page, following = paging.get_page(world, server, cursor)
    return [_described(tool) for tool in page], following


def _described(tool: McpTool) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.recipe.name,
        description=tool.description,
        input_schema=recipes.build_input_schema(tool.recipe),
        output_schema=_output_schema(recipes.build_result_schema(tool.recipe)),
        annotations=_annotations(tool),
    )


def _annotations(tool: McpTool) -> ToolAnnotations | None:
    """Return the tool's hints, all four or none (MCP, Tool annotations)."""
    if not tool.hints:
        return None
    return ToolAnnotations(
        read_only_hint=tool.hints["read_only"],
        destructive_hint=tool.hints["destructive"],
        idempotent_hint=tool.hints["idempotent"],
        open_world_hint=tool.hints["open_world"],
    )


def _output_schema(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the schema of a result or a failure: clients check failures too (MCP, Tools)."""
    return result and {"type": "object", "anyOf": [result, _FAILURE]}


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """One `tools/call`.

    Attributes:
        actor: for whom.
        dialect: which MCP the client speaks.
        ip_address: where the call came from.
        name: the tool's.
        arguments: as the client sent them, not yet checked.
        input_responses: a modern client's answers to an input request.
        request_state: the state that it sends back with them.
        progress_token: set when the client asks for progress notifications.
    """

    actor: Actor
    dialect: Dialect
    ip_address: str
    name: str
    arguments: Mapping[str, Any]
    input_responses: Mapping[str, Any] | None = None
    request_state: str | None = None
    progress_token: str | int | None = None


def call_tool(
    world: World, call: ToolCall
) -> Generator[Notification | Checkpoint, None, CallToolResult | InputRequiredResult]:
    """Run a tool's recipe for the actor; every failure of the tool is a result with `isError`.

    A client that gave a progress token is notified before each step. One that hangs up or
    cancels stops the recipe before its next step, whatever it sent; the job records that (MCP-38).

    Raises:
        RpcError: no live tool has this name, the client sent back a foreign request state, or a
            connection is needed and the client opens URLs (-32042).
    """
    tool = _find(call.actor.server, call.name)
    started_at = world.clock.now()
    required: verified_access.ConnectionRequired | None = None
    status, error, result = "succeeded", None, CallToolResult(content=[])
    try:
        prompt.check_answers(
            world, call.actor.end_user, tool, call.request_state, call.input_responses
        )
        result = yield from _run(world, call, tool)
    except GeneratorExit:
        _keep_cancelled_job(world, call, tool, started_at)
        raise
    except verified_access.ConnectionRequired as missing:
        required = missing
    except prompt.NotConnected as ended:
        result = build_failure(str(ended), ended.code)
    except RpcError:
        raise
    except TimedOut as late:
        result = build_failure(str(late), Code.TIMEOUT)
    except SimulatorError as failure:
        result = build_failure(str(failure), Code.TOOL_FAILED)
    try:
        yield Checkpoint()  # cancelled during the last step, or one that failed: no answer either
    except GeneratorExit:
        _keep_cancelled_job(world, call, tool, started_at)
        raise
    if required is not None:
        status = "connection_required"
    elif result.is_error:
        status, error = "failed", _text_of(result)
    _keep_job(world, call, tool, started_at, status, error)
    if required is not None:
        assert call.actor.end_user is not None
        return prompt.build_prompt(world, call.actor.end_user, tool, required.parents, call.dialect)
    return result


def _keep_cancelled_job(world: World, call: ToolCall, tool: McpTool, started_at: datetime) -> None:
    _keep_job(world, call, tool, started_at, "cancelled", "The client cancelled the call.")
    world.db.commit()


def _keep_job(
    world: World,
    call: ToolCall,
    tool: McpTool,
    started_at: datetime,
    status: str,
    error: str | None,
) -> None:
    world.db.session.add(
        Job(
            id=f"j-{world.randomness.hex('job', 7)}",
            recipe_id=tool.recipe_id,
            server_number=call.actor.server.number,
            end_user_id=call.actor.end_user.id if call.actor.end_user else None,
            tool=call.name,
            status=status,
            error=error,
            ip_address=call.ip_address,
            started_at=started_at,
            completed_at=world.clock.now(),
        )
    )


def _find(server: McpServer, name: str) -> McpTool:
    for tool in server.tools:
        if tool.name == name and tool.live:
            return tool
    raise RpcError(
        Code.UNKNOWN_TOOL,
        f"Unknown tool: {shorten(name)}. Ask tools/list for the tools of this server.",
    )


def _run(
    world: World, call: ToolCall, tool: McpTool
) -> Generator[Notification | Checkpoint, None, CallToolResult]:
    actor, arguments = call.actor, call.arguments
    if actor.end_user is None and recipes.needs_verified_access(tool):
        return build_failure(
            f"The tool {tool.name} needs verified user access, which token-based access does not "
            "support. An admin must switch the server's access method to Workato Identity under "
            f"AI Hub > MCP servers > {actor.server.name} > End user access.",
            Code.VERIFIED_ACCESS_UNSUPPORTED,
        )
    wrong = _wrong_arguments(recipes.build_input_schema(tool.recipe), arguments)
    if wrong:
        return build_failure(wrong, Code.INVALID_ARGUMENTS)
    run_progress = run(world, tool.recipe, arguments, replace(actor, tool=tool.name))
    outcome = yield from _with_progress(run_progress, call.progress_token)
    text = json.dumps(outcome.value, ensure_ascii=False)
    if len(text.encode()) > RESULT_LIMIT:
        return build_failure(
            f"The result has {len(text.encode()) // 1024} KB; at most {RESULT_LIMIT // 1024} KB "
            "can be returned. Ask for fewer rows.",
            Code.RESULT_TOO_LARGE,
        )
    structured = outcome.value if isinstance(outcome.value, dict) else None
    return CallToolResult(
        content=[TextContent(text=text)],
        structured_content=structured,
        is_error=outcome.status >= 400,
    )


def _with_progress(
    run_progress: Generator[Progress, None, Result], token: str | int | None
) -> Generator[Notification | Checkpoint, None, Result]:
    """Run a recipe that can stop before each step; notify a client that asked for progress."""
    while True:
        try:
            progress = next(run_progress)
        except StopIteration as end:
            outcome: Result = end.value
            return outcome
        if token is None:
            yield Checkpoint()
        else:
            yield Notification(
                method="notifications/progress",
                params={
                    "progressToken": token,
                    "progress": progress.done,
                    "total": progress.total,
                    "message": progress.title,
                },
            )


def build_failure(sentence: str, code: Code) -> CallToolResult:
    """Return a failure of the tool, for the model to read and for a program to switch on."""
    sentence = shorten(sentence, _LONGEST_FAILURE)
    return CallToolResult(
        content=[TextContent(text=sentence)],
        structured_content={"error": code, "message": sentence},
        is_error=True,
    )


def _wrong_arguments(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str | None:
    from jsonschema import Draft202012Validator

    found = islice(Draft202012Validator(schema).iter_errors(arguments), _NAMED)
    problems = sorted(found, key=lambda each: [str(part) for part in each.absolute_path])
    if not problems:
        return None
    return "Invalid arguments: " + "; ".join(
        f"{shorten('.'.join(map(str, problem.absolute_path))) or 'arguments'}: "
        f"{shorten(problem.message, 200)}"
        for problem in problems
    )


def _text_of(result: CallToolResult) -> str:
    return " ".join(block.text for block in result.content if isinstance(block, TextContent))

"""MCP tools: list them, call them, build their results."""

from collections.abc import Generator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

from simulator.db.tables.recipes import JobStatus
from simulator.domain import verified_access
from simulator.domain.catalogue import PublishedServer, PublishedTool
from simulator.domain.engine.errors import TimedOut
from simulator.domain.engine.outcome import Result
from simulator.domain.engine.steps import Step
from simulator.domain.recipe_engine import Run
from simulator.domain.request_context import RequestContext
from simulator.domain.token_estimates import estimate_tokens
from simulator.errors import SimulatorError
from simulator.systems.mcp import paging, prompt, results
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.errors import RpcError, ToolFailed
from simulator.systems.mcp.service import Checkpoint, Notification
from simulator.validation.parsing import shorten
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from jsonschema import Draft202012Validator

#: The longest message of a failure, in characters; it may include an app's own text.
_LONGEST_FAILURE = 4000
#: The most wrong arguments that a message names.
_NAMED = 10


def list_tools(
    world: World, server: PublishedServer, cursor: str | None = None
) -> tuple[list[Tool], str | None]:
    """Return a page of the server's live tools, in their order, and the cursor of the next one.

    Raises:
        RpcError: the cursor is not one of this list.
    """
    page, following = paging.get_page(world, server, cursor)
    return [_described(world, tool) for tool in page], following


def _described(world: World, tool: PublishedTool) -> Tool:
    described = Tool(
        name=tool.name,
        title=tool.recipe.name,
        description=tool.description,
        input_schema=dict(tool.recipe.input_schema),
        output_schema=results.build_output_schema(world.settings, tool),
        annotations=_annotations(tool),
    )
    if tool.app_uri:
        described.meta = {"ui": {"resourceUri": tool.app_uri}}
    return described


def _annotations(tool: PublishedTool) -> ToolAnnotations | None:
    """Return the tool's hints, all four or none (MCP, Tool annotations)."""
    if not tool.hints:
        return None
    return ToolAnnotations(
        read_only_hint=tool.hints["read_only"],
        destructive_hint=tool.hints["destructive"],
        idempotent_hint=tool.hints["idempotent"],
        open_world_hint=tool.hints["open_world"],
    )


def call_tool(
    world: World, context: RequestContext, dialect: Dialect, params: CallToolRequestParams
) -> Generator[Notification | Checkpoint, None, CallToolResult | InputRequiredResult]:
    """Run a tool's recipe for its caller; every failure of the tool is a result with `isError`.

    A client that sent a progress token is notified before each step. If the client hangs up or
    cancels, the recipe stops before its next step, and the job records that (MCP-38). Each step
    may have its own unit of work.

    Args:
        context: the context who is calling.
        dialect: the client's version of MCP.
        params: name, unchecked arguments, and the answers to a previous prompt.

    Raises:
        RpcError: there is no live tool of this name, the request state is invalid, or a connection
            is needed and the client can open URLs (-32042).
    """
    tool = _find(context.server, params.name)
    run, arguments = Run(world, context, tool.name, tool.recipe), params.arguments or {}
    required: verified_access.ConnectionRequired | None = None
    status, error, result = JobStatus.SUCCEEDED, None, CallToolResult(content=[])
    try:
        try:
            if params.request_state is not None:
                prompt.check_answers(
                    world, context.person, tool, params.request_state, params.input_responses
                )
            _check_call(world, context, tool, arguments)
            outcome = yield from _perform(run, params, arguments)
            result = results.build_result(world.settings, tool, outcome or Result(value=None))
        except verified_access.ConnectionRequired as missing:
            required = missing
        except RpcError:
            raise
        except SimulatorError as failure:
            result = _build_failure(str(failure), _code_of(failure))
        yield Checkpoint()  # a call cancelled during its last step gets no answer
    except GeneratorExit:
        error = "The client cancelled the call."
        run.end(JobStatus.CANCELLED, error, estimate_tokens(arguments, ""))
        world.db.commit()
        raise
    text = _text_of(result)
    if required is not None:
        status = JobStatus.CONNECTION_REQUIRED
    elif result.is_error:
        status, error = JobStatus.FAILED, text
    run.end(status, error, estimate_tokens(arguments, text))
    if required is not None:
        return prompt.build_prompt(world, context, tool, required.parents, dialect)
    return result


def _perform(
    run: Run, params: CallToolRequestParams, arguments: Mapping[str, Any]
) -> Generator[Notification | Checkpoint, None, Result | None]:
    """Run a recipe's steps; return its result, or None."""
    steps = run.start(arguments)
    done, total = 0, run.program.total
    try:
        while True:
            step, token = next(steps), (params.meta or {}).get("progress_token")
            if token is not None:
                yield _progress(token, done, total, step)
            elif done:  # the trigger has nothing to do
                yield Checkpoint(is_first=done == 1)
            done += 1
    except StopIteration as end:
        outcome: Result | None = end.value
        return outcome
    finally:
        steps.close()


def _find(server: PublishedServer, name: str) -> PublishedTool:
    if found := server.live_tools.get(name):
        return found
    raise RpcError(Code.UNKNOWN_TOOL, f"tool '{shorten(name)}' not found")


def _check_call(
    world: World, context: RequestContext, tool: PublishedTool, arguments: Mapping[str, Any]
) -> None:
    """Check that this caller may run the tool, with these arguments.

    Raises:
        ToolFailed: it needs a verified person, or other arguments.
    """
    if context.person is None and tool.needs_verified_access:
        raise ToolFailed(
            Code.VERIFIED_ACCESS_UNSUPPORTED,
            f"The tool {tool.name} needs verified user access, which token-based access does not "
            "support. An admin must switch the server's access method to Workato Identity under "
            f"{verified_access.name_access_tab(world, context.server)}.",
        )
    if wrong := _wrong_arguments(tool.recipe.validator, arguments):
        raise ToolFailed(Code.INVALID_ARGUMENTS, wrong)


def _progress(token: str | int, done: int, total: int, step: Step) -> Notification:
    """Return the progress notification that is sent before a step."""
    progress = {"progressToken": token, "progress": done, "message": step.title}
    if done < total:  # a loop performs more steps than the recipe has
        progress["total"] = total
    return Notification(method="notifications/progress", params=progress)


def _code_of(failure: SimulatorError) -> Code:
    if isinstance(failure, ToolFailed):
        return failure.code
    return Code.TIMEOUT if isinstance(failure, TimedOut) else Code.TOOL_FAILED


def _build_failure(sentence: str, code: Code) -> CallToolResult:
    """Return the result for a failed tool: a text for the model and a code for programs."""
    sentence = shorten(sentence, _LONGEST_FAILURE)
    return CallToolResult(
        content=[TextContent(text=sentence)],
        structured_content={"error": code, "message": sentence},
        is_error=True,
    )


def _wrong_arguments(validator: "Draft202012Validator", arguments: Mapping[str, Any]) -> str | None:
    found = islice(validator.iter_errors(arguments), _NAMED)
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

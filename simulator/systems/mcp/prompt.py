"""The authentication prompt, in the form that the client supports, and its outcome."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mcp_types import (
    CallToolResult,
    ElicitRequest,
    ElicitRequestURLParams,
    InputRequiredResult,
    TextContent,
)

from simulator.clock import has_expired
from simulator.crypto import Purpose, SealError
from simulator.db.tables import Connection, ConnectionAttempt
from simulator.db.tables.connections import AttemptStatus
from simulator.domain import attempt_outcomes, connection_attempts
from simulator.domain.catalogue import PublishedTool
from simulator.domain.connections import get_connector
from simulator.domain.request_context import Person, RequestContext
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError, ToolFailed
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from collections.abc import Sequence

    from simulator.systems.mcp.dialect import Dialect

#: Outcome of an attempt → code and sentence for the client that waits for it.
_ENDED = {
    AttemptStatus.DENIED: (Code.CONNECTION_DENIED, "The person did not allow the connection."),
    AttemptStatus.FAILED: (Code.CONNECTION_FAILED, "The connection could not be made."),
    AttemptStatus.CANCELLED: (Code.CONNECTION_CANCELLED, "The person cancelled the connection."),
}


def build_prompt(
    world: World,
    context: RequestContext,
    tool: PublishedTool,
    parents: "Sequence[Connection]",
    dialect: "Dialect",
) -> CallToolResult | InputRequiredResult:
    """Build the prompt for connections: an input request of modern MCP, or a result with a link.

    Args:
        context: the context who is calling; a verified person.
        tool: the tool that was called.
        parents: builders' connections for which the person has no connection yet, in order.
        dialect: the client's version of MCP.

    Raises:
        RpcError: -32042, for clients of older MCP versions that can open URLs.
    """
    person, server = context.person, context.server
    assert person is not None, "only end users have connections"
    style = world.settings.connection_prompt
    by_url = dialect.url_elicitation if style == "auto" else style == "elicitation"
    if not by_url:
        attempt, link = connection_attempts.open_attempt(world, server, person, tool, parents)
        return _as_tool_result(parents, link, attempt)
    attempts = [
        (parent, *connection_attempts.open_attempt(world, server, person, tool, [parent]))
        for parent in parents
    ]
    if not dialect.modern:
        elicitations = [
            ElicitRequestURLParams(url=link, message=_sentence([parent]), elicitation_id=attempt.id)
            for parent, attempt, link in attempts
        ]
        data = {"elicitations": [_wire(elicitation) for elicitation in elicitations]}
        world.db.commit()  # the error response must not roll back the attempts
        raise RpcError(Code.AUTHENTICATION_REQUIRED, _sentence(parents), data=data)
    return InputRequiredResult(
        input_requests={
            attempt.id: ElicitRequest(
                params=ElicitRequestURLParams(url=link, message=_sentence([parent]))
            )
            for parent, attempt, link in attempts
        },
        request_state=world.keys.seal(
            Purpose.MCP_REQUEST_STATE,
            json.dumps(
                {
                    "person": person.id,
                    "tool": tool.id,
                    "attempts": [attempt.id for _, attempt, _ in attempts],
                }
            ),
        ),
    )


def check_answers(
    world: World,
    person: Person | None,
    tool: PublishedTool,
    request_state: str,
    responses: Mapping[str, Any] | None,
) -> None:
    """Check the answers to a prompt before the call continues.

    Raises:
        RpcError: the state is invalid, or belongs to another person or tool.
        ToolFailed: the connection was declined, cancelled or denied, or failed or expired.
    """
    try:
        state = json.loads(world.keys.unseal(Purpose.MCP_REQUEST_STATE, request_state))
    except SealError:
        state = {}
    if person is None or (state.get("person"), state.get("tool")) != (person.id, tool.id):
        raise RpcError(
            Code.INVALID_REQUEST_STATE,
            "requestState is not the one this call was answered with.",
        )
    for attempt_id in state["attempts"]:
        attempt = world.db.session.get(ConnectionAttempt, attempt_id)
        response = (responses or {}).get(attempt_id)
        action = getattr(response, "action", "accept")
        if attempt is None:
            raise RpcError(
                Code.INVALID_REQUEST_STATE,
                "requestState belongs to a prompt that no longer exists.",
            )
        if action != "accept" and attempt.is_pending:
            attempt_outcomes.close_attempt(
                world, attempt, AttemptStatus.CANCELLED, f"The client said: {action}."
            )
        if ended := _ENDED.get(AttemptStatus(attempt.status)):
            code, sentence = ended
            raise ToolFailed(code, f"{sentence} {attempt.error or ''}".strip())
        if attempt.is_pending and has_expired(attempt.expires_at, world.clock.now()):
            raise ToolFailed(Code.CONNECTION_EXPIRED, "The setup link expired unused.")


def _as_tool_result(
    parents: "Sequence[Connection]", link: str, attempt: ConnectionAttempt
) -> CallToolResult:
    """Return the prompt as a tool result.

    The text is for the model and the person, `structuredContent` for programs: `{error, auth_url,
    expires_at (ISO 8601), connections: [{app, name}]}`. `isError` is set because the tool did not
    run and the result does not follow its schema.
    """
    return CallToolResult(
        content=[TextContent(text=f"{_sentence(parents)} {link}")],
        structured_content={
            "error": Code.AUTHENTICATION_REQUIRED,
            "auth_url": link,
            "expires_at": attempt.expires_at.isoformat(timespec="seconds"),
            "connections": [
                {"app": get_connector(parent).name, "name": parent.name} for parent in parents
            ],
        },
        is_error=True,
    )


def _sentence(parents: "Sequence[Connection]") -> str:
    apps = " and ".join(get_connector(parent).name for parent in parents)
    plural = "s" if len(parents) > 1 else ""
    return (
        f"Authentication required: connect your {apps} account{plural} to use this tool. Open the "
        f"link in your browser, sign in and allow the connection{plural}, then call the tool again:"
    )


def _wire(elicitation: ElicitRequestURLParams) -> dict[str, Any]:
    return elicitation.model_dump(by_alias=True, mode="json", exclude_none=True)

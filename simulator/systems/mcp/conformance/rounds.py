"""Tools of the modern era that need several rounds: input_required, and what was brought back."""

from collections.abc import Mapping
from typing import Any

from mcp_types import (
    CallToolResult,
    GetPromptResult,
    InputRequiredResult,
    Prompt,
    PromptMessage,
    TextContent,
    Tool,
)

from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.conformance.call import Call
from simulator.systems.mcp.conformance.schemas import form
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.service import Conversation, Notification

_PREFIX = "test_input_required_result_"
_TOOLS = {
    f"{_PREFIX}elicitation": "Asks the person",
    f"{_PREFIX}sampling": "Asks the client's model",
    f"{_PREFIX}list_roots": "Asks for the client's roots",
    f"{_PREFIX}request_state": "Has its state brought back",
    f"{_PREFIX}multiple_inputs": "Asks three things at once",
    f"{_PREFIX}multi_round": "Asks twice",
    f"{_PREFIX}tampered_state": "Refuses a state that was changed",
    f"{_PREFIX}capabilities": "Asks only what the client can answer",
    "test_missing_capability": "Needs sampling",
    "test_streaming_elicitation": "Tells how far it is",
    "test_logging_tool": "Logs, if asked to",
}
TOOLS = [
    Tool(name=name, description=text, input_schema={"type": "object", "properties": {}})
    for name, text in _TOOLS.items()
]
PROMPTS = [Prompt(name=f"{_PREFIX}prompt", description="Asks the person before it answers")]

_TEXT = {"type": "string"}
_NAME = form(["name"], name=_TEXT)
_OK = form(["ok"], ok={"type": "boolean"})
_ROOTS = {"method": "roots/list", "params": {}}


def _elicit(message: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": "elicitation/create",
        "params": {"message": message, "requestedSchema": schema},
    }


def _sample(text: str, most: int) -> dict[str, Any]:
    message = {"role": "user", "content": {"type": "text", "text": text}}
    return {
        "method": "sampling/createMessage",
        "params": {"messages": [message], "maxTokens": most},
    }


def call(call: Call) -> CallToolResult | InputRequiredResult | Conversation | None:
    """Return the next round of a tool; None if it is none of these.

    Raises:
        RpcError: the client lacks a capability.
    """
    match call.name.removeprefix(_PREFIX):
        case "elicitation":
            name = _field(call, "user_name", "name")
            input_requests = {"user_name": _elicit("What is your name?", _NAME)}
            return (
                _text_result(f"Hello, {name}!")
                if name is not None
                else _require_input(input_requests)
            )
        case "sampling":
            reply = call.responses.get("sample_request")
            input_requests = {"sample_request": _sample("What is the capital of France?", 100)}
            return (
                _text_result(f"Sampling result: {_sampled(reply)}")
                if reply
                else _require_input(input_requests)
            )
        case "list_roots":
            reply = call.responses.get("roots_request")
            return (
                _text_result(_found(reply)) if reply else _require_input({"roots_request": _ROOTS})
            )
        case "request_state" | "tampered_state" as kind:
            return _confirmed(call, kind)
        case "multiple_inputs":
            return _three_at_once(call)
        case "multi_round":
            return _two_rounds(call)
        case "capabilities":
            return _what_it_can(call)
        case "test_missing_capability":
            return _needing_sampling(call)
        case "test_streaming_elicitation":
            return _streaming(call)
        case "test_logging_tool":
            return _logging(call)
    return None


def get_prompt(call: Call) -> GetPromptResult | InputRequiredResult | None:
    """Return the prompt that asks first; None if it is another."""
    if call.name != f"{_PREFIX}prompt":
        return None
    context = _field(call, "user_context", "context")
    if context is None:
        schema = form(["context"], context=_TEXT)
        return _require_input(
            {"user_context": _elicit("What context should the prompt use?", schema)}
        )
    text = TextContent(text=f"Prompt with context: {context}")
    return GetPromptResult(messages=[PromptMessage(role="user", content=text)])


def _confirmed(call: Call, kind: str) -> CallToolResult | InputRequiredResult:
    if call.state.get("kind") == kind and _field(call, "confirm", "ok") is True:
        verdict = "state-ok: requestState validated"
        return _text_result(verdict if kind == "request_state" else "integrity-ok: state verified")
    return _require_input({"confirm": _elicit("Please confirm", _OK)}, call.seal({"kind": kind}))


def _three_at_once(call: Call) -> CallToolResult | InputRequiredResult:
    name = _field(call, "user_name", "name")
    greeting, roots = call.responses.get("greeting"), call.responses.get("client_roots")
    if call.state.get("kind") == "multiple" and name is not None and greeting and roots:
        count = len(roots["roots"])
        return _text_result(f"Name: {name}; Greeting: {_sampled(greeting)}; Roots: {count}")
    input_requests = {
        "user_name": _elicit("What is your name?", _NAME),
        "greeting": _sample("Generate a greeting", 50),
        "client_roots": _ROOTS,
    }
    return _require_input(input_requests, call.seal({"kind": "multiple"}))


def _two_rounds(call: Call) -> CallToolResult | InputRequiredResult:
    name = call.state.get("name")
    colour = _field(call, "step2", "color")
    if name is not None and colour is not None:
        return _text_result(f"Multi-round complete for {name} who likes {colour}")
    name = name if name is not None else _field(call, "step1", "name")
    if call.state and name is not None:
        input_requests = {
            "step2": _elicit("Step 2: What is your favorite color?", form(["color"], color=_TEXT))
        }
        return _require_input(input_requests, call.seal({"round": 2, "name": name}))
    input_requests = {"step1": _elicit("Step 1: What is your name?", _NAME)}
    return _require_input(input_requests, call.seal({"round": 1}))


def _what_it_can(call: Call) -> CallToolResult | InputRequiredResult:
    if call.responses:
        return _text_result(f"capabilities-ok: received {','.join(call.responses)}")
    input_requests = {}
    if "elicitation" in call.capabilities:
        input_requests["elicit_input"] = _elicit("Elicitation input", form(["value"], value=_TEXT))
    if "sampling" in call.capabilities:
        input_requests["sample_input"] = _sample("Sample request", 50)
    return (
        _require_input(input_requests, call.seal({}))
        if input_requests
        else _text_result("No supported capabilities declared")
    )


def _needing_sampling(call: Call) -> CallToolResult:
    if "sampling" not in call.capabilities:
        raise RpcError(
            Code.MISSING_CAPABILITY,
            "This tool needs a client that declares sampling.",
            data={"requiredCapabilities": {"sampling": {}}},
        )
    return _text_result("Success")


def _streaming(call: Call) -> Conversation:
    if call.progress_token is not None:
        params = {"progressToken": call.progress_token, "progress": 50, "total": 100}
        yield Notification(method="notifications/progress", params=params)
    return _text_result("Streaming complete")


def _logging(call: Call) -> Conversation:
    if call.log_level is not None:
        params = {"level": "info", "data": "Diagnostic trace logging activated"}
        yield Notification(method="notifications/message", params=params)
    return _text_result("Logging evaluated")


def _field(call: Call, key: str, field: str) -> Any:
    """Return what the person filled in; None if they did not."""
    reply = call.responses.get(key)
    if not isinstance(reply, dict) or reply.get("action") != "accept":
        return None
    return (reply.get("content") or {}).get(field)


def _sampled(reply: Any) -> str:
    content = reply.get("content")
    return str(content.get("text")) if isinstance(content, dict) else "no text"


def _found(reply: Any) -> str:
    return f"Found {len(reply['roots'])} root(s)"


def _require_input(
    input_requests: Mapping[str, Any], state: str | None = None
) -> InputRequiredResult:
    return InputRequiredResult.model_validate(
        {"inputRequests": dict(input_requests), "requestState": state}
    )


def _text_result(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)])

"""Tools of the conformance suite: every kind of content, notices and questions during a call."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mcp_types import (
    AudioContent,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    TextContent,
    TextResourceContents,
    Tool,
)

from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.conformance import schemas
from simulator.systems.mcp.conformance.call import Call
from simulator.systems.mcp.conformance.samples import PNG, WAV
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.pending import RequestFailed
from simulator.systems.mcp.service import Conversation, Notification, ServerRequest
from simulator.validation.parsing import shorten

_NOTHING: Mapping[str, Any] = {"type": "object", "properties": {}}


def _takes(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}


#: name → (description, inputSchema)
_TOOLS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "test_simple_text": ("Answers with text", _NOTHING),
    "test_image_content": ("Answers with an image", _NOTHING),
    "test_audio_content": ("Answers with audio", _NOTHING),
    "test_embedded_resource": ("Answers with a resource", _NOTHING),
    "test_multiple_content_types": ("Answers with text, an image and a resource", _NOTHING),
    "test_error_handling": ("Fails", _NOTHING),
    "test_tool_with_logging": ("Logs while it works", _NOTHING),
    "test_tool_with_progress": ("Tells how far it is", _NOTHING),
    "test_sampling": ("Asks the client's model", _takes("prompt")),
    "test_elicitation": ("Asks the person", _takes("message")),
    "test_elicitation_sep1034_defaults": ("Asks with default values", _NOTHING),
    "test_elicitation_sep1330_enums": ("Asks with every kind of choice", _NOTHING),
    "json_schema_2020_12_tool": ("Takes JSON Schema 2020-12", schemas.FULL_VOCABULARY),
}

TOOLS = [
    Tool(name=name, description=description, input_schema=dict(schema))
    for name, (description, schema) in _TOOLS.items()
]


def _text_result(text: str, *, is_error: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], is_error=is_error)


def _resource(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


_IMAGE = ImageContent(data=PNG, mime_type="image/png")
_STATIC = {
    "test_simple_text": _text_result("This is a simple text response for testing."),
    "test_error_handling": _text_result(
        "This tool intentionally returns an error for testing", is_error=True
    ),
    "test_image_content": CallToolResult(content=[_IMAGE]),
    "test_audio_content": CallToolResult(content=[AudioContent(data=WAV, mime_type="audio/wav")]),
    "test_embedded_resource": CallToolResult(
        content=[
            _resource(
                "test://embedded-resource", "text/plain", "This is an embedded resource content."
            )
        ]
    ),
    "test_multiple_content_types": CallToolResult(
        content=[
            TextContent(text="Multiple content types test:"),
            _IMAGE,
            _resource(
                "test://mixed-content-resource",
                "application/json",
                json.dumps({"test": "data", "value": 123}),
            ),
        ]
    ),
}


def call(call: Call) -> CallToolResult | Conversation:
    """Return the result of a tool, or the conversation that ends in it.

    Raises:
        RpcError: no tool has this name.
    """
    if call.name in _STATIC:
        return _STATIC[call.name]
    match call.name:
        case "test_tool_with_logging":
            return _logging(call)
        case "test_tool_with_progress":
            return _progressing(call)
        case "test_sampling":
            return _sampling(str(call.arguments.get("prompt", "")))
        case "test_elicitation":
            message = str(call.arguments.get("message", ""))
            return _eliciting("User response", message, schemas.RESPONSE)
        case "test_elicitation_sep1034_defaults":
            message = "Please review and update the form fields with defaults"
            return _eliciting("Elicitation completed", message, schemas.DEFAULTS)
        case "test_elicitation_sep1330_enums":
            message = "Please select options from the enum fields"
            return _eliciting("Elicitation completed", message, schemas.ENUMS)
        case "json_schema_2020_12_tool":
            return _text_result(
                f"JSON Schema 2020-12 tool called with: {json.dumps(call.arguments)}"
            )
    raise RpcError(Code.UNKNOWN_TOOL, f"Unknown tool: {shorten(call.name)}.")


def _logging(call: Call) -> Conversation:
    for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        if call.log_level is not None:
            yield Notification(
                method="notifications/message", params={"level": "info", "data": text}
            )
    return _text_result("Tool with logging executed successfully")


def _progressing(call: Call) -> Conversation:
    steps: Sequence[int] = (0, 50, 100) if call.progress_token is not None else ()
    for done in steps:
        yield Notification(
            method="notifications/progress",
            params={
                "progressToken": call.progress_token,
                "progress": done,
                "total": 100,
                "message": f"Completed step {done} of 100",
            },
        )
    return _text_result(str(call.progress_token))


def _sampling(prompt: str) -> Conversation:
    content = {"type": "text", "text": prompt}
    question = {"messages": [{"role": "user", "content": content}], "maxTokens": 100}
    try:
        reply = yield ServerRequest(method="sampling/createMessage", params=question)
    except RequestFailed as refusal:
        return _text_result(f"Sampling not supported or error: {refusal}")
    return _text_result(f"LLM response: {reply['content'].get('text', 'No response')}")


def _eliciting(prefix: str, message: str, schema: Mapping[str, Any]) -> Conversation:
    question = {"message": message, "requestedSchema": schema}
    try:
        reply = yield ServerRequest(method="elicitation/create", params=question)
    except RequestFailed as refusal:
        return _text_result(f"Elicitation not supported or error: {refusal}")
    content = json.dumps(reply.get("content") or {})
    return _text_result(f"{prefix}: action={reply['action']}, content={content}")

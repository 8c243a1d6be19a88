"""Prompts of the conformance suite: with arguments, a resource, an image."""

from mcp_types import (
    ContentBlock,
    EmbeddedResource,
    GetPromptResult,
    ImageContent,
    Prompt,
    PromptArgument,
    PromptMessage,
    TextContent,
    TextResourceContents,
)

from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.conformance.call import Call
from simulator.systems.mcp.conformance.samples import PNG
from simulator.systems.mcp.errors import RpcError
from simulator.validation.parsing import shorten


def _prompt(name: str, description: str, **arguments: str) -> Prompt:
    described = [
        PromptArgument(name=argument, description=meaning, required=True)
        for argument, meaning in arguments.items()
    ]
    return Prompt(name=name, description=description, arguments=described or None)


PROMPTS = [
    _prompt("test_simple_prompt", "Takes no arguments"),
    _prompt("test_prompt_with_arguments", "Takes two", arg1="First", arg2="Second"),
    _prompt("test_prompt_with_embedded_resource", "Embeds one", resourceUri="URI of it"),
    _prompt("test_prompt_with_image", "Shows an image"),
]
_REQUIRED = {each.name: [given.name for given in each.arguments or ()] for each in PROMPTS}


def get(call: Call) -> GetPromptResult:
    """Return a prompt's messages.

    Raises:
        RpcError: no prompt has this name, or an argument lacks.
    """
    if call.name not in _REQUIRED:
        raise RpcError(Code.UNKNOWN_PROMPT, f"Unknown prompt: {shorten(call.name)}.")
    for name in _REQUIRED[call.name]:
        if name not in call.arguments:
            raise RpcError(
                Code.INVALID_PARAMS, f"The prompt {call.name} needs the argument {name}."
            )
    given = call.arguments
    match call.name:
        case "test_simple_prompt":
            return _messages(TextContent(text="This is a simple prompt for testing."))
        case "test_prompt_with_arguments":
            text = f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'"
            return _messages(TextContent(text=text))
        case "test_prompt_with_embedded_resource":
            resource = TextResourceContents(
                uri=given["resourceUri"],
                mime_type="text/plain",
                text="Embedded resource content for testing.",
            )
            return _messages(
                EmbeddedResource(resource=resource),
                TextContent(text="Please process the embedded resource above."),
            )
    return _messages(
        ImageContent(data=PNG, mime_type="image/png"),
        TextContent(text="Please analyze the image above."),
    )


def _messages(*contents: ContentBlock) -> GetPromptResult:
    return GetPromptResult(
        messages=[PromptMessage(role="user", content=content) for content in contents]
    )

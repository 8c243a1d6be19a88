"""An agent of the OpenAI Agents SDK: `openai_agents_client.py URL`, then one wish a line.

Its model is a stand-in that calls the tool once and then says what came back; nobody is asked.
"""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import anyio
from agents import Agent, Model, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp
from conversation import obey, open_in_browser
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

TOOL = "List_my_requisitions"


class Memory:
    """The tokens and the registration, as long as the program runs."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class SignIn:
    """The browser's way out and back."""

    callback = ""

    async def begin(self, url: str) -> None:
        self.callback = await open_in_browser(url)

    async def end(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(**dict(parse_qsl(urlsplit(self.callback).query)))


class Caller(Model):
    """Calls the tool, and keeps what it is told."""

    output = ""

    async def get_response(self, *_: Any, **given: Any) -> ModelResponse:
        items = given["input"]
        outputs = [item for item in items if item.get("type") == "function_call_output"]
        answer: Any = ResponseFunctionToolCall(
            type="function_call", call_id="1", name=TOOL, arguments="{}"
        )
        if outputs:
            self.output = json.dumps(outputs[0]["output"])
            text = ResponseOutputText(type="output_text", text="Done.", annotations=[])
            answer = ResponseOutputMessage(
                id="1", type="message", role="assistant", status="completed", content=[text]
            )
        return ModelResponse(output=[answer], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        raise NotImplementedError("Nobody streams here.")


async def main(url: str) -> None:
    sign_in, model = SignIn(), Caller()
    metadata = OAuthClientMetadata(
        client_name="OpenAI Agents", redirect_uris=["http://127.0.0.1:9/callback"]
    )
    auth = OAuthClientProvider(url, metadata, Memory(), sign_in.begin, sign_in.end)
    async with MCPServerStreamableHttp(
        {"url": url, "auth": auth}, use_structured_content=True, client_session_timeout_seconds=30
    ) as server:
        agent = Agent(name="Agent", model=model, mcp_servers=[server])

        async def call() -> str:
            await Runner.run(agent, "What did I requisition?")
            return model.output

        async def list_tools() -> list[str]:
            return [tool.name for tool in await server.list_tools()]

        await obey({"list": list_tools, "call": call})


set_tracing_disabled(True)
anyio.run(main, *sys.argv[1:])

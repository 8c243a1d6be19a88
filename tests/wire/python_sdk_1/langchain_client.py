"""LangChain's MCP adapters: `langchain_client.py URL`, then one wish a line."""

import json
import sys
from urllib.parse import parse_qs, urlsplit

import anyio
from conversation import obey, open_in_browser
from langchain_core.messages import ToolMessage
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

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

    async def end(self) -> tuple[str, str | None]:
        query = parse_qs(urlsplit(self.callback).query)
        return query["code"][0], query["state"][0]


async def main(url: str) -> None:
    sign_in = SignIn()
    auth = OAuthClientProvider(
        url,
        OAuthClientMetadata(client_name="LangChain", redirect_uris=["http://127.0.0.1:9/callback"]),
        Memory(),
        sign_in.begin,
        sign_in.end,
    )
    server = {"transport": "streamable_http", "url": url, "auth": auth}
    client = MultiServerMCPClient({"procurement": server})

    async def call() -> str:
        tools = {tool.name: tool for tool in await client.get_tools()}
        tool_call = {"name": TOOL, "args": {}, "id": "1", "type": "tool_call"}
        message: ToolMessage = await tools[TOOL].ainvoke(tool_call)
        return json.dumps(message.content)

    async def list_tools() -> list[str]:
        return [tool.name for tool in await client.get_tools()]

    await obey({"list": list_tools, "call": call})


anyio.run(main, *sys.argv[1:])

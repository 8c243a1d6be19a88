"""A client made with the Python SDK 1.x: `client.py URL [open-urls]`, then one wish a line."""

import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx
from conversation import obey, open_in_browser
from mcp import ClientSession, McpError, UrlElicitationRequiredError
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp.types import URL_ELICITATION_REQUIRED, ElicitResult

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


async def accept(*_: Any) -> ElicitResult:
    """Declares URL elicitation; the sandbox elicits by error -32042 alone."""
    return ElicitResult(action="accept")


async def main(url: str, *, opens_urls: bool) -> None:
    sign_in = SignIn()
    provider = OAuthClientProvider(
        url,
        OAuthClientMetadata(client_name="SDK 1.x", redirect_uris=["http://127.0.0.1:9/callback"]),
        Memory(),
        sign_in.begin,
        sign_in.end,
    )
    async with (
        httpx.AsyncClient(auth=provider, timeout=30) as http,
        streamable_http_client(url, http_client=http) as (read, write, _),
        ClientSession(read, write, elicitation_callback=accept if opens_urls else None) as session,
    ):

        async def call() -> dict[str, Any]:
            try:
                result = await session.call_tool(TOOL)
            except McpError as error:
                if error.error.code != URL_ELICITATION_REQUIRED:
                    raise
                required = UrlElicitationRequiredError.from_error(error.error)
                return {"open": [elicitation.url for elicitation in required.elicitations]}
            return result.model_dump(mode="json")

        async def list_tools() -> list[str]:
            return [tool.name for tool in (await session.list_tools()).tools]

        await session.initialize()
        await obey({"list": list_tools, "call": call})


anyio.run(lambda: main(sys.argv[1], opens_urls="open-urls" in sys.argv))

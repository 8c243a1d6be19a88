"""A client made with FastMCP: `client.py URL MODE`, then one wish a line."""

import sys
from typing import Any

import anyio
from conversation import obey, open_in_browser
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from mcp import MCPError
from mcp.shared.exceptions import UrlElicitationRequiredError
from mcp_types import URL_ELICITATION_REQUIRED, ElicitRequestURLParams

TOOL = "List_my_requisitions"


async def elicit(_message: str, _type: None, params: ElicitRequestURLParams, _: Any) -> Any:
    await open_in_browser(params.url)
    return ElicitResult(action="accept")


async def main(url: str, mode: str) -> None:
    async with Client(url, auth="oauth", mode=mode, elicitation_handler=elicit) as client:

        async def call() -> dict[str, Any]:
            try:
                result = await client.call_tool(TOOL)
            except MCPError as error:
                if error.error.code != URL_ELICITATION_REQUIRED:
                    raise
                required = UrlElicitationRequiredError.from_error(error.error)
                return {"open": [elicitation.url for elicitation in required.elicitations]}
            return dict(result.structured_content)

        async def list_tools() -> list[str]:
            return [tool.name for tool in await client.list_tools()]

        await obey({"list": list_tools, "call": call})


anyio.run(main, *sys.argv[1:])

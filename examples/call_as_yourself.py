"""Call a tool as yourself: python examples/call_as_yourself.py http://127.0.0.1:8703/2107."""

import argparse
import asyncio
import json
import logging
import sys
import webbrowser
from urllib.parse import parse_qsl, urlsplit

import httpx2
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider, OAuthFlowError
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from mcp.shared.exceptions import MCPError


class Stop(Exception):
    """The script cannot go on; the text says why, and what to do."""


class Forgetful:
    """Remembers nothing; keep both in a file if the next run shall not ask again."""

    async def get_tokens(self): ...
    async def set_tokens(self, tokens): ...
    async def get_client_info(self): ...
    async def set_client_info(self, client_info): ...


async def open_url(url):
    """Show the address, for whoever has no browser here, and open it for everybody else."""
    print(f"Open in your browser: {url}", flush=True)
    await asyncio.to_thread(webbrowser.open, url)  # some browsers return when they are closed


async def signed_in(url):
    """An HTTP client that signs you in with your browser where the server asks for it."""
    callbacks = asyncio.Queue()

    async def callback(reader, writer):  # the browser comes back with the code
        query = dict(parse_qsl(urlsplit((await reader.readline()).split()[1].decode()).query))
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nGo back to your terminal.")
        writer.close()
        if query:
            callbacks.put_nowait(query)

    async def wait_for_code():
        query = await callbacks.get()
        if "error" in query:
            raise Stop(f"Sign-in: {query.get('error_description', query['error'])}")
        return AuthorizationCodeResult(**query)

    listener = await asyncio.start_server(callback, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    agent = OAuthClientMetadata(client_name="My agent", redirect_uris=[f"http://127.0.0.1:{port}/"])
    auth = OAuthClientProvider(url, agent, Forgetful(), open_url, wait_for_code)
    return httpx2.AsyncClient(auth=auth, timeout=60)


async def call(client, tool, arguments):
    """Call a tool, connecting its apps first where it asks for that; returns the result."""
    tools = [each.name for each in (await client.list_tools()).tools]
    print("Tools:", ", ".join(tools))
    if tool not in tools:
        raise Stop(f"This server has no tool '{tool}': name one of the above with --tool.")
    while (answer := await client.call_tool(tool, arguments)).is_error:
        print(answer.content[0].text)
        link = (answer.structured_content or {}).get("auth_url")
        if link is None:
            raise Stop("The tool failed.")
        await open_url(link)
        try:
            await asyncio.to_thread(input, "Press Enter to call again, Ctrl-D to stop. ")
        except EOFError:
            raise Stop("Not connected.") from None
    # An API recipe answers in text alone.
    return answer.structured_content or json.loads(answer.content[0].text)


async def main(url, tool, token, arguments):
    """Sign in, call the tool and print what it answers."""
    if token is None:
        http = await signed_in(url)
    else:
        http = httpx2.AsyncClient(headers={"API-TOKEN": token}, timeout=60)
    async with http, Client(streamable_http_client(url, http_client=http)) as client:
        result = await call(client, tool, arguments)
    for row in result.get("requisitions") or [result]:
        own = [row.get("id"), row.get("requested-by", {}).get("email"), row.get("total")]
        print(*(own if all(own) else [json.dumps(row)]), row.get("justification", ""))


def explained(error, url):
    """Why the script ended, in one sentence; errors of background tasks come in groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, httpx2.ConnectError):
        return f"Nothing answers at {url}: is the sandbox running?"
    if isinstance(error, OAuthFlowError):
        return f"Nobody could sign in ({error}). A server with token-based access wants --token."
    return str(error)  # a refusal of the server says what to do


def object_of(text):
    """The arguments of a tool, which are a JSON object."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError('write a JSON object, such as {"id": "BUY-1"}')
    return found


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Call a tool of an MCP server as yourself.")
    options.add_argument("url", help="the Remote MCP URL, as 'simulator describe' prints it")
    options.add_argument("--tool", default="List_my_requisitions", help="default: %(default)s")
    options.add_argument("--token", help="the MCP token, where nobody signs in")
    options.add_argument(
        "--arguments",
        type=object_of,
        metavar="JSON",
        help="""of the tool, such as '{"id": "BUY-1"}'""",
    )
    given = options.parse_args()
    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # what it logs is raised as well
    try:
        asyncio.run(main(given.url, given.tool, given.token, given.arguments))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except (Stop, MCPError, OAuthFlowError, httpx2.HTTPError, ExceptionGroup) as error:
        sys.exit(explained(error, given.url))

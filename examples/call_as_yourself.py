"""Call a tool as yourself: python examples/call_as_yourself.py http://127.0.0.1:8703/2107."""

import asyncio
import sys
import webbrowser
from urllib.parse import parse_qsl, urlsplit

import httpx2
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata


class Forgetful:
    """Remembers nothing; keep both in a file if the next run shall not ask again."""

    async def get_tokens(self): ...
    async def set_tokens(self, tokens): ...
    async def get_client_info(self): ...
    async def set_client_info(self, client_info): ...


async def main(url):
    callbacks = asyncio.Queue()

    async def callback(reader, writer):  # the browser comes back with the code
        query = urlsplit((await reader.readline()).split()[1].decode()).query
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nGo back to your terminal.")
        writer.close()
        if query:
            callbacks.put_nowait(AuthorizationCodeResult(**dict(parse_qsl(query))))

    async def sign_in(address):
        webbrowser.open(address)

    listener = await asyncio.start_server(callback, "127.0.0.1", 0)
    redirect_uri = "http://127.0.0.1:{}/".format(listener.sockets[0].getsockname()[1])
    agent = OAuthClientMetadata(client_name="My agent", redirect_uris=[redirect_uri])
    auth = OAuthClientProvider(url, agent, Forgetful(), sign_in, callbacks.get)
    http = httpx2.AsyncClient(auth=auth, timeout=60)
    async with http, Client(streamable_http_client(url, http_client=http)) as client:
        print("Tools:", ", ".join(tool.name for tool in (await client.list_tools()).tools))
        while (answer := await client.call_tool("List_my_requisitions")).is_error:
            print(answer.content[0].text)
            webbrowser.open(answer.structured_content["auth_url"])
            await asyncio.to_thread(input, "Press Enter once Coupa is connected. ")
        for row in answer.structured_content["requisitions"]:
            print(row["id"], row["requested-by"]["email"], row["total"], row["justification"])


asyncio.run(main(sys.argv[1]))

"""An MCP client that is a web page: `fetch` in a real browser, from an origin of its own."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, Playwright

from simulator.net.addresses import IDENTITY
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import acting
from simulator.testing.browser import launch_options

pytestmark = [pytest.mark.wire, pytest.mark.requirement("ID-306")]
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")

#: Finds the authorization server from a refused call, as MCP has it, and registers.
DISCOVER = """async (server) => {
  const call = {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'};
  const refused = await fetch(server, call);
  const challenge = refused.headers.get('WWW-Authenticate');
  const resource = await (await fetch(/resource_metadata="([^"]+)"/.exec(challenge)[1])).json();
  const issuer = resource.authorization_servers[0];
  const metadata = await (await fetch(issuer + '/.well-known/oauth-authorization-server')).json();
  await (await fetch(metadata.jwks_uri)).json();
  const about = {redirect_uris: [location.origin + '/back'], token_endpoint_auth_method: 'none'};
  const client = await (await fetch(metadata.registration_endpoint, {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(about),
  })).json();
  return {status: refused.status, resource: resource.resource, metadata, client};
}"""

#: Redeems a code, opens a session, lists tools in it, asks who it is, and revokes the token.
USE = """async ([metadata, server, form]) => {
  const post = (url, fields) => fetch(url, {method: 'POST', body: new URLSearchParams(fields)});
  const tokens = await (await post(metadata.token_endpoint, form)).json();
  const headers = {
    Authorization: 'Bearer ' + tokens.access_token,
    Accept: 'application/json, text/event-stream',
    'Content-Type': 'application/json',
  };
  const send = (id, method, params, more) => fetch(server, {
    method: 'POST',
    headers: {...headers, ...more},
    body: JSON.stringify({jsonrpc: '2.0', id, method, params}),
  });
  const opened = await send(1, 'initialize', {
    protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {name: 'page', version: '1'},
  }, {});
  const session = opened.headers.get('Mcp-Session-Id');
  const within = {'Mcp-Session-Id': session, 'MCP-Protocol-Version': '2025-06-18'};
  const listed = await (await send(2, 'tools/list', {}, within)).json();
  const ended = await fetch(server, {method: 'DELETE', headers: {...headers, ...within}});
  const userinfo = metadata.issuer + '/oauth/userinfo';
  const bearer = {headers: {Authorization: headers.Authorization}};
  const who = await (await fetch(userinfo, bearer)).json();
  const revoked = await post(metadata.revocation_endpoint, {
    client_id: form.client_id, token: tokens.access_token,
  });
  const tools = listed.result.tools.length;
  return {session, tools, ended: ended.status, who, revoked: revoked.status};
}"""

#: Whether a request ends in an answer that the page may read, or in what it throws.
TRY = """(url) => fetch(url, {method: 'POST', headers: {Authorization: 'Bearer x'}})
  .then((answer) => answer.status, (error) => error.name)"""


@contextmanager
def page_at(playwright: Playwright) -> Iterator[Page]:
    """A page of an origin that is none of the simulator's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>A client</title>")

        def log_message(self, *_: Any) -> None:
            return

    browser = playwright.chromium.launch(**launch_options())
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        try:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            yield page
        finally:
            browser.close()
            server.shutdown()
            thread.join()


def sandbox(*origins: str) -> Settings:
    """Settings of a sandbox on free ports."""
    return Settings(database="memory", port_base=0, allowed_origins=origins)


def server_of(simulator: Simulator) -> str:
    """The address of the Procurement server."""
    return simulator.world.addresses.mcp_url(2107)


def test_a_page_goes_from_a_refused_call_to_a_revoked_token(playwright: Playwright) -> None:
    """Ada signs in by herself, in a window of her own; all the rest is `fetch`."""
    with (
        running(sandbox("loopback")) as simulator,
        acting(simulator) as actor,
        page_at(playwright) as page,
    ):
        server = server_of(simulator)
        found = page.evaluate(DISCOVER, server)
        client = found["client"]
        query = {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": client["redirect_uris"][0],
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "resource": found["resource"],
            "state": "s",
        }
        url = f"{found['metadata']['authorization_endpoint']}?{urlencode(query)}"
        back = parse_qs(urlsplit(actor("Ada").authorize(url)).query)
        form = {
            "grant_type": "authorization_code",
            "code": back["code"][0],
            "client_id": client["client_id"],
            "redirect_uri": client["redirect_uris"][0],
            "code_verifier": VERIFIER,
        }
        used = page.evaluate(USE, [found["metadata"], server, form])

    assert (found["status"], found["resource"]) == (401, server)
    assert used["session"]
    assert used["tools"] > 0
    assert (used["ended"], used["revoked"]) == (204, 200)
    assert used["who"]["email"] == "ada@acme.example"


@pytest.mark.parametrize("origins", [(), ("https://client.example",)])
def test_a_page_of_another_origin_reads_nothing(
    playwright: Playwright, origins: tuple[str, ...]
) -> None:
    with running(sandbox(*origins)) as simulator, page_at(playwright) as page:
        identity = simulator.world.addresses.base_url(IDENTITY)
        urls = [
            server_of(simulator),
            f"{identity}/oauth/token",
            f"{identity}/oauth/register",
            f"{identity}/.well-known/openid-configuration",
        ]

        assert [page.evaluate(TRY, url) for url in urls] == ["TypeError"] * len(urls)


def test_an_allowed_page_reads_no_page_with_a_cookie(playwright: Playwright) -> None:
    with running(sandbox("loopback")) as simulator, page_at(playwright) as page:
        identity = simulator.world.addresses.base_url(IDENTITY)

        assert page.evaluate(TRY, f"{identity}/oauth/token") == 400
        for path in ("/login", "/oauth/authorize", "/"):
            assert page.evaluate(TRY, identity + path) == "TypeError"

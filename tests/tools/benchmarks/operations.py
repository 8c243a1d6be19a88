"""What clients do with the simulator, one operation each; the comparison measures them."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.tools.benchmarks.http_client import Answer, HttpClient
from tests.tools.benchmarks.load import Operation
from tests.tools.benchmarks.servers import Server

CALLBACK = "http://127.0.0.1:1/callback"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
#: One tool whose recipe calls no app, and one whose recipe calls one.
WITHOUT_APP = ("Get_procurement_policy", {"category": "travel"})
WITH_APP = ("Get_requisition", {"id": 1042})
_MCP = {"Accept": "application/json, text/event-stream"}
_INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "bench", "version": "1"},
}


def code_of(answer: Answer) -> str:
    """The code in the redirect that ends an authorization."""
    found = parse_qs(urlsplit(answer.location).query).get("code")
    assert found, (answer.status, answer.location, answer.text[:300])
    return found[0]


def json_of(answer: Answer) -> Any:
    """The JSON of an answer that is no error."""
    assert answer.status in (200, 201), (answer.url, answer.status, answer.text[:300])
    return answer.json()


def message(method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A JSON-RPC request."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}


def call_tool(
    client: HttpClient, url: str, token: str, tool: tuple[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Send a tools/call without a session; returns its result."""
    body = message("tools/call", {"name": tool[0], "arguments": tool[1]})
    answer = client.post_json(url, body, {**_MCP, "Authorization": f"Bearer {token}"})
    result: Mapping[str, Any] = json_of(answer)["result"]
    return result


def hold_session(client: HttpClient, url: str, token: str) -> None:
    """Begin an MCP session, list the tools, end it: four requests."""
    headers = {**_MCP, "Authorization": f"Bearer {token}"}
    answer = client.post_json(url, message("initialize", _INITIALIZE), headers)
    json_of(answer)
    headers |= {"Mcp-Session-Id": answer.session, "MCP-Protocol-Version": "2025-06-18"}
    done = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert client.post_json(url, done, headers).status in (200, 202)
    assert json_of(client.post_json(url, message("tools/list"), headers))["result"]["tools"]
    assert client.send("DELETE", url, headers, b"").status in (200, 202, 204)


def initialize(client: HttpClient, url: str, token: str) -> None:
    """Send initialize alone."""
    headers = {**_MCP, "Authorization": f"Bearer {token}"}
    json_of(client.post_json(url, message("initialize", _INITIALIZE), headers))


class Simulated:
    """The simulator's operations.

    Args:
        server: that answers.
    """

    def __init__(self, server: Server) -> None:
        facts = server.facts
        self.identity = facts["systems"]["identity"]
        self.mcp = next(
            each["mcp_url"] for each in facts["servers"] if each["name"] == "Procurement assistant"
        )
        self._control = facts["control"].rstrip("/")
        self._hosts = {urlsplit(url).netloc for url in facts["systems"].values()}
        client = self._client()
        self._client_id = self._register(client)
        self._tokens = self._first_sign_in(client, self._client_id, "openid profile email")
        token = self._tokens["access_token"]
        prompt = call_tool(client, self.mcp, token, WITH_APP)["structuredContent"]
        if "auth_url" in prompt:
            self._connect_account(client, prompt["auth_url"])

    def call_without_app(self) -> Operation:
        """tools/call by bearer token; the recipe calls no app."""
        return self._call(WITHOUT_APP)

    def call_with_app(self) -> Operation:
        """tools/call by bearer token; the recipe calls Coupa as that person."""
        return self._call(WITH_APP)

    def sign_in(self) -> Operation:
        """Authorize, login page, login, authorize (consent is remembered), token: 5 requests."""
        client = self._client()

        def work() -> None:
            client.forget_cookies()
            page = client.follow(client.get(self._authorize_url(self._client_id)))
            self._sign_in_on(client, page, self._client_id)

        return work

    def refresh(self) -> Operation:
        """Refresh with rotation."""
        client = self._client()
        tokens = self._first_sign_in(client, self._client_id, "openid")

        def work() -> None:
            answer = client.post_form(
                f"{self.identity}/oauth/token",
                {
                    "grant_type": "refresh_token",
                    "client_id": self._client_id,
                    "refresh_token": tokens["refresh_token"],
                },
            )
            tokens.update(json_of(answer))

        return work

    def jwks(self) -> Operation:
        """Fetch the keys."""
        client = self._client()

        def work() -> None:
            assert json_of(client.get(f"{self.identity}/oauth/jwks"))["keys"]

        return work

    def userinfo(self) -> Operation:
        """Fetch the person's claims."""
        client, token = self._client(), self._tokens["access_token"]

        def work() -> None:
            headers = {"Authorization": f"Bearer {token}"}
            answer = client.get(f"{self.identity}/oauth/userinfo", headers)
            assert json_of(answer)["email"]

        return work

    def session(self) -> Operation:
        """An MCP session: initialize, initialized, tools/list, DELETE."""
        client, token = self._client(), self._tokens["access_token"]
        return lambda: hold_session(client, self.mcp, token)

    def connect(self) -> Operation:
        """401, discovery, registration, login page, consent page, token, initialize."""
        client = self._client()
        return lambda: initialize(client, self.mcp, self._connect(client))

    def first_verified_call(self) -> Operation:
        """The same; then the prompt, its link, the app's login and consent, and the call."""
        client = self._client()

        def work() -> None:
            token = self._connect(client)
            initialize(client, self.mcp, token)
            prompt = call_tool(client, self.mcp, token, WITH_APP)["structuredContent"]
            self._connect_account(client, prompt["auth_url"])
            assert not call_tool(client, self.mcp, token, WITH_APP)["isError"]

        return work

    def reset(self) -> Operation:
        """Put the demo back, so that nobody is connected; no token works afterwards."""
        client = self._client()
        url = f"{self._control}/reset"

        def work() -> None:
            assert client.post_json(url, {}).status < 300

        return work

    def _client(self) -> HttpClient:
        return HttpClient(self._hosts)

    def _call(self, tool: tuple[str, Mapping[str, Any]]) -> Operation:
        client, token = self._client(), self._tokens["access_token"]

        def work() -> None:
            result = call_tool(client, self.mcp, token, tool)
            assert not result.get("isError"), result

        return work

    def _register(self, client: HttpClient) -> str:
        metadata = {
            "client_name": "bench",
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none",
        }
        answer = client.post_json(f"{self.identity}/oauth/register", metadata)
        return str(json_of(answer)["client_id"])

    def _authorize_url(self, client_id: str, scope: str = "openid profile email") -> str:
        question = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": CALLBACK,
            "resource": self.mcp,
            "scope": scope,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return f"{self.identity}/oauth/authorize?{urlencode(question)}"

    def _sign_in_on(self, client: HttpClient, page: Answer, client_id: str) -> Any:
        answer = client.submit(page, "password", email="ada@acme.example", password="demo-Pass-1")
        answer = client.follow(answer)
        if not answer.location:  # the consent page
            answer = client.submit(answer, "Allow", decision="allow")
        return json_of(
            client.post_form(
                f"{self.identity}/oauth/token",
                {
                    "grant_type": "authorization_code",
                    "client_id": client_id,
                    "code": code_of(answer),
                    "redirect_uri": CALLBACK,
                    "code_verifier": VERIFIER,
                    "resource": self.mcp,
                },
            )
        )

    def _first_sign_in(self, client: HttpClient, client_id: str, scope: str) -> Any:
        client.forget_cookies()
        page = client.follow(client.get(self._authorize_url(client_id, scope)))
        return self._sign_in_on(client, page, client_id)

    def _connect(self, client: HttpClient) -> str:
        """As an MCP client does it for the first time; returns an access token."""
        client.forget_cookies()
        assert client.post_json(self.mcp, message("initialize", _INITIALIZE)).status == 401
        parts = urlsplit(self.mcp)
        where = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"
        (issuer,) = json_of(client.get(where))["authorization_servers"]
        assert json_of(client.get(f"{issuer}/.well-known/oauth-authorization-server"))
        tokens = self._first_sign_in(client, self._register(client), "openid profile email")
        return str(tokens["access_token"])

    def _connect_account(self, client: HttpClient, link: str) -> None:
        page = client.follow(client.get(link))
        page = client.follow(client.submit(page, "password", login="ada", password="coupa-Pass-1"))
        page = client.follow(client.submit(page, "Allow", decision="allow"))
        assert "Connected" in page.text, (page.url, page.status, page.location, page.text[:300])

"""An MCP client made of plain HTTP requests, for revisions that SDKs no longer choose."""

import base64
import hashlib
import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from simulator.testing.actors import Actor

#: Where the browser is sent; nothing listens there, the code is read from the address.
CALLBACK = "http://127.0.0.1:9/callback"


@dataclass
class PlainClient:
    """One client of one MCP server, and one person who uses it.

    Attributes:
        url: the Remote MCP URL.
        headers: sent with every message.
        tokens: the last answer of the token endpoint.
    """

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    _server: dict[str, Any] = field(default_factory=dict)
    _client_id: str = ""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def sign_in(self, person: Actor) -> None:
        """Discovery from a refused request (RFC 9728, RFC 8414), registration (RFC 7591), PKCE."""
        refused = self.post("ping")
        assert refused.status_code == 401
        place = refused.headers["WWW-Authenticate"].partition('resource_metadata="')[2]
        resource = requests.get(place.partition('"')[0]).json()
        issuer = resource["authorization_servers"][0]
        self._server = requests.get(f"{issuer}/.well-known/oauth-authorization-server").json()
        registered = requests.post(
            self._server["registration_endpoint"],
            json={"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"},
        )
        self._client_id = registered.json()["client_id"]
        verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(verifier.encode()).digest()
        question = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": CALLBACK,
            "resource": resource["resource"],
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        back = person.authorize(f"{self._server['authorization_endpoint']}?{urlencode(question)}")
        code = dict(parse_qsl(urlsplit(back).query))["code"]
        self._fetch_tokens(
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=verifier,
        )

    def refresh(self) -> None:
        """Trade the refresh token (RFC 6749 §6)."""
        self._fetch_tokens(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])

    def revoke(self) -> None:
        """Give the access token back (RFC 7009)."""
        given = {"token": self.tokens["access_token"], "client_id": self._client_id}
        assert requests.post(self._server["revocation_endpoint"], data=given).ok

    def initialize(self, version: str, capabilities: dict[str, Any]) -> str:
        """The handshake; returns the revision that the server agrees to."""
        answered = self.post(
            "initialize",
            {
                "protocolVersion": version,
                "capabilities": capabilities,
                "clientInfo": {"name": "plain requests", "version": "1"},
            },
        )
        self.headers["Mcp-Session-Id"] = answered.headers["Mcp-Session-Id"]
        assert self.post("notifications/initialized", number=None).status_code == 202
        return str(answered.json()["result"]["protocolVersion"])

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request; returns the whole JSON-RPC answer."""
        answer: dict[str, Any] = self.post(method, params).json()
        return answer

    def post(
        self, method: str, params: dict[str, Any] | None = None, number: int | None = 0
    ) -> requests.Response:
        """POST a message; `number=None` makes it a notification."""
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if number is not None:
            message["id"] = next(self._numbers)
        if params is not None:
            message["params"] = params
        bearer = {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}
        accept = {"Accept": "application/json, text/event-stream"}
        return requests.post(self.url, json=message, headers=self.headers | bearer | accept)

    def _fetch_tokens(self, **grant: str) -> None:
        given = grant | {"client_id": self._client_id}
        answered = requests.post(self._server["token_endpoint"], data=given)
        assert answered.status_code == 200, answered.text
        self.tokens = answered.json()

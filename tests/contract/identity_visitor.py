"""A person and a client at Workato Identity, without sockets and without JavaScript."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import Client, TestResponse

from simulator.sandbox.simulator import Simulator

ID = "https://id.workato.com"
URI = "https://client.example/cb"
SERVER = "https://2107.apim.mcp.workato.com"
VERIFIER = "v" * 64


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass
class Visitor:
    """A browser with a registered client behind it."""

    simulator: Simulator
    email: str = "ada@acme.example"
    method: str = "none"
    registered: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Client(self.simulator)
        body = {"redirect_uris": [URI], "token_endpoint_auth_method": self.method}
        self.registered = self.browser.post("/oauth/register", base_url=ID, json=body).json or {}

    def sign_in(self) -> None:
        """Sign in with the demo's password."""
        page = self.browser.get("/login", base_url=ID).text
        self._post("/login", page, email=self.email, password="demo-Pass-1")

    def authorize(self, decision: str = "allow", **changes: str) -> dict[str, str]:
        """Ask for a code and decide; returns what the client's redirect URI was sent."""
        query = {
            "response_type": "code",
            "client_id": self.registered["client_id"],
            "redirect_uri": URI,
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
            "resource": SERVER,
            "state": "s",
        } | changes
        answer = self.browser.get("/oauth/authorize", base_url=ID, query_string=query)
        if answer.status_code == 200:
            path = re.findall(r'action="(/oauth/authorize[^"]*)"', answer.text)[0]
            answer = self._post(path.replace("&amp;", "&"), answer.text, decision=decision)
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def token(self, **changes: str) -> TestResponse:
        """POST to the token endpoint, as a public client unless the changes say otherwise."""
        form = {"client_id": self.registered["client_id"]} | changes
        return self.browser.post("/oauth/token", base_url=ID, data=form)

    def redeem(self, code: str, **changes: str) -> TestResponse:
        """Redeem a code with the right verifier and redirect URI, but for the changes."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": URI}
        return self.token(**(form | {"code_verifier": VERIFIER} | changes))

    def redeem_with(self, code: str, secret: str) -> TestResponse:
        """The same with a secret, shown as the client registered."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": URI}
        form |= {"code_verifier": VERIFIER}
        if self.method == "client_secret_post":
            return self.token(**form, client_secret=secret)
        pair = f"{self.registered['client_id']}:{secret}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return self.browser.post("/oauth/token", base_url=ID, data=form, headers=headers)

    def refresh(self, token: str, **changes: str) -> TestResponse:
        """Use a refresh token."""
        return self.token(grant_type="refresh_token", refresh_token=token, **changes)

    def ping(self, access_token: str) -> int:
        """The MCP server's status for a request with this token."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.browser.post("/", base_url=SERVER, json=body, headers=headers).status_code

    def _post(self, path: str, page: str, **form: str) -> TestResponse:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        data = form | {"csrf_token": token}
        return self.browser.post(path, base_url=ID, data=data, headers={"Referer": ID + "/"})

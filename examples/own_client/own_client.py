"""A small MCP client with nothing but `requests`: it stands for the one that you test.

MCP 2026-07-28; OAuth as MCP asks for it: metadata (RFC 9728, RFC 8414), registration (RFC 7591),
PKCE (RFC 7636), resource indicators (RFC 8707).
"""

import base64
import hashlib
import itertools
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

VERSION, ABOUT = "2026-07-28", "io.modelcontextprotocol/"
#: Where the browser is sent with the code. Nobody listens there: the address itself is the answer.
REDIRECT_URI = "http://127.0.0.1:8977/callback"


class RefusedError(Exception):
    """The server refused a request; the message is the server's sentence."""


class OwnClient:
    """One person's client of one MCP server.

    `open_browser(address)` shows the person a page, and returns the address that their browser was
    sent back to.
    """

    def __init__(self, url, open_browser):
        self.url, self.access_token = url, None
        self._open_browser = open_browser
        self._http, self._numbers = requests.Session(), itertools.count(1)

    def connect(self):
        """Sign the person in, then ask the server for its tools, as a host does at first."""
        challenge = self._post("tools/list", {}).headers["WWW-Authenticate"]
        where = challenge.partition('resource_metadata="')[2].partition('"')[0]
        self.access_token = self._sign_in(self._http.get(where).json())
        self.list_tools()

    def list_tools(self):
        """The tools, as dicts."""
        return self._result("tools/list", {})["tools"]

    def call_tool(self, name, arguments):
        """A tool's result, as a dict: prompts and failures too."""
        return self._result("tools/call", {"name": name, "arguments": arguments})

    def close(self):
        """Close the connections."""
        self._http.close()

    def _result(self, method, params):
        message = self._post(method, params).json()
        if "error" in message:
            raise RefusedError(message["error"]["message"])
        return message["result"]

    def _post(self, method, params):
        meta = {ABOUT + "protocolVersion": VERSION, ABOUT + "clientCapabilities": {}}
        message = {"jsonrpc": "2.0", "id": next(self._numbers), "method": method}
        headers = {
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {self.access_token}" if self.access_token else None,
            "MCP-Protocol-Version": VERSION,
            "Mcp-Method": method,
            "Mcp-Name": params.get("name"),  # requests does not send what is None
        }
        message["params"] = {**params, "_meta": meta}
        return self._http.post(self.url, headers=headers, json=message)

    def _sign_in(self, metadata):
        resource, issuer = metadata["resource"], metadata["authorization_servers"][0]
        server = self._http.get(f"{issuer}/.well-known/oauth-authorization-server").json()
        about = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none"}
        client = self._http.post(server["registration_endpoint"], json=about).json()
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        digest = hashlib.sha256(verifier.encode()).digest()
        question = {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": REDIRECT_URI,
            "resource": resource,
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        back = self._open_browser(f"{server['authorization_endpoint']}?{urlencode(question)}")
        answer = dict(parse_qsl(urlsplit(back).query))
        if (answer.get("state"), answer.get("iss")) != (state, server["issuer"]):
            raise RefusedError("The browser came back from another sign-in.")
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": REDIRECT_URI,
            "client_id": client["client_id"],
            "code_verifier": verifier,
            "resource": resource,
        }
        return self._http.post(server["token_endpoint"], data=form).json()["access_token"]

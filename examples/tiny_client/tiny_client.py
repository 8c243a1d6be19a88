"""A tiny MCP client: it signs its user in, calls tools in her name, and tells her what went wrong.

It speaks MCP 2026-07-28, and OAuth as MCP asks for it: metadata (RFC 9728, RFC 8414), registration
(RFC 7591), PKCE (RFC 7636), resource indicators (RFC 8707), the issuer in answers (RFC 9207).
"""

import base64
import hashlib
import itertools
import json
import re
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

VERSION, ABOUT = "2026-07-28", "io.modelcontextprotocol/"
#: Where the browser is sent with the code. Nobody listens there: the address itself is the answer.
REDIRECT_URI = "http://127.0.0.1:8976/callback"
#: What the user is told, by the server's error code; for others it is what the server says.
SENTENCES = {
    "authentication_required": "Connect your {apps} account, then ask again: {auth_url}",
    "not_in_group": "You have no access to this server. Ask your administrator for it.",
    "rate_limited": "That was too much at once. Ask again in {retry_after} seconds.",
    "tool_failed": "It failed, though you are signed in and connected: {message}",
}


class Trouble(Exception):
    """It cannot be done now: a sentence for the user; the OAuth error, where there is one."""


class TinyClient:
    """One user's client of one MCP server, at its Remote MCP URL.

    `open_browser(address)` shows her a page and returns the address that her browser was sent back
    to; `tell(sentence)` shows her a sentence.
    """

    def __init__(self, url, open_browser, tell=print):
        self.url, self._open_browser, self._tell = url, open_browser, tell
        self.tokens, self.registration, self._server = {}, {}, {}
        self._numbers = itertools.count(1)

    def list_tools(self):
        """All tools, as a list of dicts; None when the user was told why there is no answer."""
        page = self._answer("tools/list")
        tools = page and page["tools"]
        while page and "nextCursor" in page:
            page = self._answer("tools/list", cursor=page["nextCursor"])
            tools = page and tools + page["tools"]
        return tools

    def call_tool(self, name, **arguments):
        """A tool's result, as a dict; None when the user was told why there is none."""
        return self._answer("tools/call", name=name, arguments=arguments)

    def _answer(self, method, **params):
        try:
            response = self._post(method, params)
            if response.status_code == 401:
                if not (self.tokens and self._refresh()):
                    self._sign_in(response)
                response = self._post(method, params)
            return _outcome(_read(response, "jsonrpc"))
        except Trouble as trouble:
            self._tell(trouble.args[0])

    def _post(self, method, params):
        meta = {ABOUT + "protocolVersion": VERSION, ABOUT + "clientCapabilities": {}}
        message = {"jsonrpc": "2.0", "id": next(self._numbers), "method": method}
        headers = {
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {self.tokens['access_token']}" if self.tokens else None,
            "MCP-Protocol-Version": VERSION,
            "Mcp-Method": method,
            "Mcp-Name": params.get("name"),  # requests does not send what is None
        }
        message["params"] = {**params, "_meta": meta}
        return _http("POST", self.url, headers=headers, json=message)

    def _refresh(self):
        """Renew the access; False if it has ended and the user has to sign in again."""
        try:
            self._get_tokens("refresh_token", refresh_token=self.tokens["refresh_token"])
        except Trouble as trouble:
            if trouble.args[1:] not in {("invalid_grant",), ("invalid_client",)}:
                raise
            self.tokens, self.registration = {}, {}
            self._tell("Your sign-in has ended. Please sign in again.")
        return bool(self.tokens)

    def _sign_in(self, refused):
        server = self._server = self._server or _discover(self.url, refused)
        if not self.registration:
            client = {"client_name": "Tiny client", "redirect_uris": [REDIRECT_URI]}
            client["token_endpoint_auth_method"] = "none"
            registered = _http("POST", server["registration_endpoint"], json=client)
            self.registration = _read(registered, "client_id")
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        digest = hashlib.sha256(verifier.encode()).digest()
        question = {
            "response_type": "code",
            "client_id": self.registration["client_id"],
            "redirect_uri": REDIRECT_URI,
            "resource": self.url,
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        address = self._open_browser(f"{server['authorization_endpoint']}?{urlencode(question)}")
        back = dict(parse_qsl(urlsplit(address).query))
        if (back.get("state"), back.get("iss")) != (state, server["issuer"]):
            raise Trouble("The browser came back from another sign-in. Ask again to sign in.")
        if "code" not in back:
            raise Trouble(f"You are not signed in ({back.get('error')}). Ask again to sign in.")
        proof = {"redirect_uri": REDIRECT_URI, "code_verifier": verifier}
        self._get_tokens("authorization_code", code=back["code"], **proof)

    def _get_tokens(self, grant_type, **grant):
        form = {"grant_type": grant_type, "resource": self.url, **grant}
        form["client_id"] = self.registration["client_id"]
        self.tokens |= _read(
            _http("POST", self._server["token_endpoint"], data=form), "access_token"
        )


def _discover(url, refused):
    place = re.search('resource_metadata="(.+?)"', refused.headers.get("WWW-Authenticate", ""))
    if not place:
        raise Trouble("Nobody can sign in to this server. Ask your administrator for another way.")
    resource = _read(_http("GET", place[1]), "authorization_servers")
    issuer = resource["authorization_servers"][0]
    server = _read(_http("GET", f"{issuer}/.well-known/oauth-authorization-server"), "issuer")
    if (resource["resource"], server["issuer"]) != (url, issuer):
        raise Trouble("The sign-in of this server belongs to another one. Do not trust it.")
    return server


def _http(method, url, **what):
    try:
        return requests.request(method, url, timeout=70, **what)
    except requests.RequestException:
        raise Trouble(f"{urlsplit(url).netloc} does not answer. Try again later.") from None


def _read(response, needed):
    """The JSON object of an answer, or of the last event of a stream."""
    text = response.content.decode(errors="replace")
    if "event-stream" in response.headers.get("Content-Type", ""):
        text = f"\n{text}".rpartition("\ndata:")[2]
    try:
        found = dict(json.loads(text))
    except (ValueError, TypeError):
        found = {}
    if needed in found:
        return found
    said = found.get("error_description", f"it cannot answer (HTTP {response.status_code}).")
    host = urlsplit(response.url).netloc
    raise Trouble(f"{host} says: {said} Try again later.", found.get("error"))


def _outcome(message):
    """The result of a JSON-RPC response; a refusal, or a tool's failure, is trouble."""
    if "error" in message:
        said, why = message["error"]["message"], message["error"].get("data", {})
    elif message["result"].get("isError"):
        said = " ".join(block.get("text", "") for block in message["result"]["content"])
        why = message["result"].get("structuredContent", {})
    else:
        return message["result"]
    apps = " and ".join(each["app"] for each in why.get("connections", []))
    sentence = SENTENCES.get(why.get("error"), "{message}")
    raise Trouble(sentence.format_map({**why, "apps": apps, "message": said}))

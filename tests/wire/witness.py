"""What a client was seen to do, told from what reached the simulator and what it answered."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Request, Response, request, request_finished
from mcp_types import PROTOCOL_VERSION_META_KEY, URL_ELICITATION_REQUIRED
from werkzeug.datastructures import Headers

from simulator.net.addresses import IDENTITY, MCP
from simulator.sandbox.simulator import Simulator

#: The whole way, in order.
STEPS = ("sign-in", "list", "prompt", "consent", "call", "refresh", "revocation")

VERSION_HEADER = "MCP-Protocol-Version"


@dataclass
class Witness:
    """What one client did.

    Attributes:
        steps: those of `STEPS` that succeeded, and `userinfo`.
        revisions: the protocol revisions in which tools were listed and called.
        prompts: how the connection prompt was put: `tool result`, `-32042`, `input_required`.
        agents: the User-Agent headers of its requests to the MCP servers.
        token: the access token that it sent last.
        credentials: the `client_id`, and `client_secret` if any, of its last token request, and
            whether they were in the header.
    """

    steps: set[str] = field(default_factory=set)
    revisions: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    token: str = ""
    credentials: dict[str, Any] = field(default_factory=dict)
    _revoked: bool = False
    _negotiated: dict[str, str] = field(default_factory=dict)

    def sees_identity(self, request: Request, response: Response) -> None:
        """One exchange with Workato Identity."""
        path = request.path
        if response.status_code != 200:
            return
        if path.startswith("/connections/") and "<title>Connected " in response.get_data(True):
            self.steps.add("consent")
        if path == "/oauth/token":
            grant = request.form.get("grant_type")
            self.steps.add("refresh" if grant == "refresh_token" else "sign-in")
            self.credentials = _credentials(request)
        elif path == "/oauth/revoke":
            self._revoked = True
        elif path == "/oauth/userinfo":
            self.steps.add("userinfo")

    def sees_mcp(self, request: Request, response: Response) -> None:
        """One POST to an MCP server."""
        headers = request.headers
        self.agents.add(headers.get("User-Agent", ""))
        if "Authorization" in headers:
            self.token = headers["Authorization"].removeprefix("Bearer ")
            if response.status_code == 401 and self._revoked:
                self.steps.add("revocation")
        body = request.get_json(silent=True)
        if response.status_code != 200 or not isinstance(body, dict):
            return
        method = body.get("method")
        if method == "initialize" and "Mcp-Session-Id" in response.headers:
            version = _answer(response)["result"]["protocolVersion"]
            self._negotiated[response.headers["Mcp-Session-Id"]] = version
        if method in ("tools/list", "tools/call"):
            self.revisions.add(self._revision(body, headers))
            self._sees_tools(method, response)

    def _revision(self, message: Mapping[str, Any], headers: Headers) -> str:
        """As the envelope says (2026-07-28), or the header, or what its session agreed on."""
        meta = (message.get("params") or {}).get("_meta") or {}
        agreed = self._negotiated.get(headers.get("Mcp-Session-Id", ""), "unnamed")
        return str(meta.get(PROTOCOL_VERSION_META_KEY) or headers.get(VERSION_HEADER) or agreed)

    def _sees_tools(self, method: str, response: Response) -> None:
        answer = _answer(response)
        prompt = _prompt(answer)
        result = answer.get("result") or {}
        if prompt:
            self.prompts.add(prompt)
            self.steps.add("prompt")
        elif method == "tools/list" and result.get("tools"):
            self.steps.add("list")
        elif method == "tools/call" and result and not result.get("isError"):
            self.steps.add("call")


def _credentials(request: Request) -> dict[str, Any]:
    """How a client named itself at the token endpoint (RFC 6749 §2.3.1)."""
    basic = request.authorization
    if basic is not None and basic.username and basic.password:
        pair = {"client_id": basic.username, "client_secret": basic.password}
        return pair | {"by_header": True}
    return {name: value for name, value in request.form.items() if name.startswith("client_")}


def _prompt(answer: Mapping[str, Any]) -> str | None:
    """How an answer asks for a connection, if it does."""
    result = answer.get("result") or {}
    if answer.get("error", {}).get("code") == URL_ELICITATION_REQUIRED:
        return "-32042"
    if result.get("resultType") == "input_required":
        return "input_required"
    structured = result.get("structuredContent") or {}
    return "tool result" if structured.get("error") == "authentication_required" else None


def _answer(response: Response) -> dict[str, Any]:
    """The JSON-RPC answer in a JSON body, or in the last event of a stream."""
    text = response.get_data(as_text=True)
    if response.mimetype == "text/event-stream":
        events = [line for line in text.splitlines() if line.startswith("data: {")]
        text = events[-1].removeprefix("data: ")
    answer: dict[str, Any] = json.loads(text)
    return answer


@contextmanager
def witnessing(simulator: Simulator) -> Iterator[Witness]:
    """Watch every exchange of this simulator's Workato Identity and MCP servers."""
    seen = Witness()

    def look(sender: Flask, response: Response, **_: object) -> None:
        if sender.extensions.get("simulator.world") is not simulator.world:
            return
        if sender.name == f"simulator.systems.{IDENTITY}":
            seen.sees_identity(request, response)
        elif sender.name == f"simulator.systems.{MCP}" and request.method == "POST":
            seen.sees_mcp(request, response)

    watcher: Callable[..., None] = look
    with request_finished.connected_to(watcher):
        yield seen

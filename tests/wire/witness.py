"""What a client was seen to do, told from what reached the simulator and what it answered."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request, request_finished
from mcp_types import PROTOCOL_VERSION_META_KEY, URL_ELICITATION_REQUIRED
from werkzeug.datastructures import Headers

from simulator.addresses import IDENTITY, MCP
from simulator.simulator import Simulator

#: The whole way, in order.
STEPS = ("sign-in", "list", "prompt", "consent", "call", "refresh", "revocation")


@dataclass
class Witness:
    """What one client did.

    Attributes:
        steps: those of `STEPS` that succeeded, and `userinfo`.
        revisions: the protocol revisions in which tools were listed and called.
        prompts: how the connection prompt was put: `tool result`, `-32042`, `input_required`.
        agents: the User-Agent headers of its requests to the MCP servers.
    """

    steps: set[str] = field(default_factory=set)
    revisions: set[str] = field(default_factory=set)
    prompts: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    _revoked: bool = False

    def sees_identity(self, path: str, form: Mapping[str, str], response: Response) -> None:
        """One exchange with Workato Identity."""
        if path.startswith("/connections/finish/") and "Connected" in response.get_data(True):
            self.steps.add("consent")
        if response.status_code != 200:
            return
        if path == "/oauth/token":
            grant = form.get("grant_type")
            self.steps.add("refresh" if grant == "refresh_token" else "sign-in")
        elif path == "/oauth/revoke":
            self._revoked = True
        elif path == "/oauth/userinfo":
            self.steps.add("userinfo")

    def sees_mcp(self, message: Any, headers: Headers, response: Response) -> None:
        """One exchange with an MCP server."""
        self.agents.add(headers.get("User-Agent", ""))
        if response.status_code == 401 and "Authorization" in headers and self._revoked:
            self.steps.add("revocation")
        method = message.get("method") if isinstance(message, dict) else None
        if method not in ("tools/list", "tools/call") or response.status_code != 200:
            return
        self.revisions.add(_revision(message, headers))
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


def _revision(message: Mapping[str, Any], headers: Headers) -> str:
    meta = (message.get("params") or {}).get("_meta") or {}
    named = meta.get(PROTOCOL_VERSION_META_KEY) or headers.get("MCP-Protocol-Version")
    return str(named or "unnamed")


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
        if sender.name == f"simulator.{IDENTITY}":
            seen.sees_identity(request.path, request.form, response)
        elif sender.name == f"simulator.{MCP}" and request.method == "POST":
            message = request.get_json(silent=True)
            seen.sees_mcp(message, request.headers, response)

    watcher: Callable[..., None] = look
    with request_finished.connected_to(watcher):
        yield seen

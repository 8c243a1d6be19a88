"""An MCP client of the office that speaks plain JSON-RPC, and its person's browser."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import Connection, Job
from simulator.domain import servers
from tests.contract.browser import Browser
from tests.contract.identity_world import (
    PROCUREMENT,
    Identity,
    email_of,
    identity,
    office,
)
from tests.contract.mcp_endpoint import token_for
from tests.contract.mcp_refusals import check_refusal

__all__ = ["Mcp", "identity", "mcp", "office"]  # with the fixtures that `mcp` stands on
APP_PASSWORD = "coupa-Pass-1"
MODERN = "2026-07-28"
_META = "io.modelcontextprotocol"


@dataclass
class Mcp(Identity):
    """Clients of the MCP servers; each method names the server by its URL."""

    def token_of(self, who: str, url: str = PROCUREMENT) -> str:
        """An access token of a person for a server, issued without a browser."""
        return token_for(self.simulator, email_of(who), url)

    def mcp_token(self, number: int) -> str:
        """A fresh MCP token of a server on token-based access."""
        with self.world.db.unit():
            server = servers.find_server_by_number(self.world, number)
            assert server is not None
            return servers.generate_token(self.world, server)

    def send(
        self,
        payload: Any,
        token: str | None,
        url: str = PROCUREMENT,
        address: str = "127.0.0.1",
        **headers: str,
    ) -> TestResponse:
        """As `post`; each refusal is checked for its shape."""
        answer = self.post(payload, token, url, address, **headers)
        if answer.status_code >= 400:
            check_refusal(answer)
        return answer

    def post(
        self,
        payload: Any,
        token: str | None,
        url: str = PROCUREMENT,
        address: str = "127.0.0.1",
        **headers: str,
    ) -> TestResponse:
        """POST a message, or raw bytes, with a bearer token; `_` in header names means `-`.

        Args:
            payload: to be sent as JSON, or bytes as they are.
            token: None sends no Authorization header.
            url: of the server.
            address: where the request comes from.
            **headers: of the request.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent.setdefault("Authorization", f"Bearer {token}")
        sent.setdefault("Content-Type", "application/json")
        body = {"data": payload} if isinstance(payload, bytes) else {"json": payload}
        caller = {"REMOTE_ADDR": address}
        return Browser(self.simulator).request(
            "POST", url, headers=sent, environ_overrides=caller, **body
        )

    def ask(
        self, method: str, params: dict[str, Any] | None = None, who: str = "ada", **headers: str
    ) -> Any:
        """The JSON-RPC answer to a request of this person's client."""
        message = {"jsonrpc": "2.0", "id": 1, "method": method}
        if params is not None:
            message["params"] = params
        answer = self.send(message, self.token_of(who), **headers)
        assert answer.status_code < 500, answer.text
        return answer.get_json()

    def call(
        self, tool: str, arguments: dict[str, Any] | None = None, who: str = "ada"
    ) -> dict[str, Any]:
        """The result of a tool call of this person's client."""
        params = {"name": tool} | ({} if arguments is None else {"arguments": arguments})
        answer = self.ask("tools/call", params, who)
        assert "result" in answer, answer
        return dict(answer["result"])

    def ask_modern(
        self, method: str, params: dict[str, Any] | None = None, who: str = "ada", **headers: str
    ) -> TestResponse:
        """A request of the modern era, whose client opens URLs."""
        meta = {
            f"{_META}/protocolVersion": MODERN,
            f"{_META}/clientCapabilities": {"elicitation": {"url": {}}},
            f"{_META}/clientInfo": {"name": "test", "version": "1"},
        }
        params = (params or {}) | {"_meta": meta}
        named = {"Mcp_Name": params["name"]} if "name" in params else {}
        sent = {"MCP_Protocol_Version": MODERN, "Mcp_Method": method} | named | headers
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.send(message, self.token_of(who), **sent)

    def open_link(self, link: str, who: str = "ada", press: str = "Allow") -> Browser:
        """Open a setup link, signed in as this person, and decide at the app."""
        browser = self.browser(who).get(link)
        return self.decide(browser, who, press)

    def decide(self, browser: Browser, who: str, press: str = "Allow") -> Browser:
        """Sign in at the app unless that was done, and decide on its consent page."""
        if browser.has_button("Sign in"):
            browser.press("Sign in", login=who, password=APP_PASSWORD)
        return browser.press(press)

    def connect(self, who: str = "ada") -> None:
        """Follow the prompt of a tool that acts in Coupa to the end."""
        link = self.call("List_my_requisitions", who=who)["structuredContent"]["auth_url"]
        assert "Connected" in self.open_link(link, who).text

    def children(self) -> list[Connection]:
        """The connections that end users made, the oldest first."""
        with self.world.db.unit() as session:
            made = select(Connection).where(Connection.parent_id.is_not(None))
            return list(session.scalars(made.order_by(Connection.id)))

    def jobs(self) -> list[Job]:
        """What was called, oldest first."""
        with self.world.db.unit() as session:
            return list(session.scalars(select(Job).order_by(Job.sequence)))


@pytest.fixture
def mcp(identity: Identity) -> Mcp:
    """The office as it is in its file."""
    return Mcp(identity.simulator)

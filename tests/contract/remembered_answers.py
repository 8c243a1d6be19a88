"""What MCP clients are answered: whatever a change of the catalogue could show in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client

from simulator import scenarios
from simulator.db.tables import McpServer
from simulator.domain import access_methods, servers
from simulator.sandbox.simulator import Simulator
from simulator.world import World
from tests.contract.mcp_endpoint import token_for

SIGNED_IN = "https://2107.apim.mcp.workato.com"
BY_TOKEN = "https://2108.apim.mcp.workato.com"
#: Of the next server that is created.
_NUMBER = 1 + max(server.number for server in scenarios.load("demo").servers)
NEXT = f"https://{_NUMBER}.apim.mcp.workato.com"
NUMBERS = (2107, 2108, _NUMBER)
IDENTITY_URL = "https://id.workato.com"
ADA = "ada@acme.example"
POLICY = {"name": "Get_procurement_policy", "arguments": {"category": "travel"}}


@dataclass(frozen=True)
class Keys:
    """What a client has: an access token and a session of one server, an MCP token of another."""

    access_token: str
    session: str
    mcp_token: str

    @classmethod
    def get(cls, simulator: Simulator) -> "Keys":
        """Have them made in this world."""
        access = token_for(simulator, ADA)
        with simulator.world.db.unit():
            mcp_token = servers.generate_token(simulator.world, server(simulator.world, 2108))
        params = {"protocolVersion": "2025-11-25", "capabilities": {}}
        params["clientInfo"] = {"name": "test", "version": "1"}
        begun = _ask(simulator, SIGNED_IN, access, "initialize", params)
        return cls(access, begun.headers["Mcp-Session-Id"], mcp_token)


def see(simulator: Simulator, keys: Keys) -> Mapping[str, str]:
    """Every answer that a client gets which a change could show in, by what was asked."""
    listed = _ask(simulator, SIGNED_IN, keys.access_token, "tools/list")
    own = {"name": "List_my_requisitions"}
    return {
        "tools": _text(listed),
        "apps": _text(_ask(simulator, SIGNED_IN, keys.access_token, "resources/list")),
        "policy": _text(_ask(simulator, SIGNED_IN, keys.access_token, "tools/call", POLICY)),
        "own rows": _kind(_ask(simulator, SIGNED_IN, keys.access_token, "tools/call", own)),
        "in a session": _text(
            _ask(simulator, SIGNED_IN, keys.access_token, "ping", session=keys.session)
        ),
        "by token": _text(_ask(simulator, BY_TOKEN, keys.mcp_token, "tools/list")),
        "a new server": _text(_ask(simulator, NEXT, keys.access_token, "ping")),
        "metadata": Client(simulator)
        .get("/.well-known/oauth-protected-resource", base_url=SIGNED_IN)
        .text,
        "keys": Client(simulator).get("/oauth/jwks", base_url=IDENTITY_URL).text,
        "access": _access(simulator),
    }


def _access(simulator: Simulator) -> str:
    """What an authorization server knows of the servers."""
    with simulator.world.db.reading():
        found = [access_methods.find_access_method(simulator.world, number) for number in NUMBERS]
        return f"{found} {access_methods.find_only_with_workato_identity(simulator.world)}"


def _ask(
    simulator: Simulator,
    url: str,
    token: str,
    method: str,
    params: Mapping[str, Any] | None = None,
    session: str = "",
) -> Any:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    headers = {"Authorization": f"Bearer {token}"}
    if session:
        headers["Mcp-Session-Id"] = session
    return Client(simulator).post("/", base_url=url, json=message, headers=headers)


def _text(answer: Any) -> str:
    return f"{answer.status_code} {json.dumps(answer.get_json(), sort_keys=True)}"


def _kind(answer: Any) -> str:
    """Without a link, which is another one each time."""
    message = answer.get_json()
    content = message.get("result", {}).get("structuredContent") or message
    return f"{answer.status_code} {content.get('error')}"


def server(world: World, number: int = 2107) -> McpServer:
    """A server's row."""
    return world.db.session.get_one(McpServer, number)

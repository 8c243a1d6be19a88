"""A simulator at production names, without sockets, and a client that talks to one MCP server."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from simulator.db.tables import EndUser
from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.mcp_refusals import check_refusal, id_of_request

SERVER = "https://2107.apim.mcp.workato.com"


@dataclass
class Endpoint:
    """One MCP server, as somebody with a token sees it."""

    simulator: Simulator
    token: str
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.simulator)

    def post(
        self, body: Any, base_url: str = SERVER, path: str = "/", **headers: str
    ) -> TestResponse:
        """POST a message (or raw bytes); header names are written with underscores.

        Each refusal is checked for its shape, and each answer for the id that it answers to.
        """
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        present_headers = {name: value for name, value in sent.items() if value}
        answer = self.client.post(path, base_url=base_url, data=data, headers=present_headers)
        if answer.status_code >= 400:
            check_refusal(answer)
        if answer.is_json and isinstance(message := answer.get_json(), dict):
            assert message["id"] == id_of_request(data)
        return answer

    def ask(
        self, method: str, params: dict[str, Any] | None = None, **headers: str
    ) -> TestResponse:
        """POST a request with id 1."""
        message: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": method}
        return self.post(message | ({"params": params} if params is not None else {}), **headers)


def token_for(simulator: Simulator, email: str, resource: str | None = SERVER) -> str:
    """A live access token of an end user for a server."""
    world = simulator.world
    with world.db.unit() as session:
        person = session.scalars(select(EndUser).where(EndUser.email == email)).one()
        answer = AccessTokens(world, IDENTITY).store.issue(
            client_id="somebody",
            subject=person.id,
            scope="openid",
            family=f"{email} {resource}",
            auth_time=world.clock.now(),
            resource=resource,
        )
    return str(answer["access_token"])


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """The demo's Procurement assistant, with Ada's token."""
    with Simulator(Settings(database="memory")) as simulator:
        yield Endpoint(simulator, token_for(simulator, "ada@acme.example"))

"""The official Python SDK 2.x goes the whole way: from the sign-in to a revoked token."""

import time
from collections.abc import Iterator

import pytest
from mcp_types import CallToolResult

from simulator.simulator import Simulator
from simulator.testing.actors import Actor, acting
from simulator.testing.mcp_client import McpClient
from tests.wire.whole_way import EXPIRY, SERVER, TOOL, revoke
from tests.wire.witness import Witness

pytestmark = pytest.mark.wire


@pytest.fixture
def ada(simulator: Simulator) -> Iterator[Actor]:
    """Ada, with a browser without JavaScript."""
    with acting(simulator) as actor:
        yield actor("Ada")


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("python-sdk-2")
def test_python_sdk_2_goes_the_whole_way(
    ada: Actor, simulator: Simulator, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = ada.connect(SERVER, open_url=ada.open_link)
    assert TOOL in [tool.name for tool in client.list_tools()]
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}

    before = access_token(client)
    an_hour_on(simulator, monkeypatch)
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}
    assert access_token(client) != before

    registered = client.storage.client
    assert registered is not None
    revoke(simulator, access_token(client), str(registered.client_id), registered.client_secret)
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}  # it signed in anew
    assert "revocation" in witness.steps


def an_hour_on(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an access token expire, in the sandbox and in the SDK."""
    simulator.world.clock.travel(EXPIRY)
    now = time.time
    monkeypatch.setattr("mcp.client.auth.oauth2.time.time", lambda: now() + EXPIRY.total_seconds())


def access_token(client: McpClient) -> str:
    """What the client sends."""
    assert client.storage.tokens is not None
    return client.storage.tokens.access_token


def emails(answer: CallToolResult) -> set[str]:
    """Whose requisitions an answer holds."""
    assert answer.structured_content is not None, answer
    return {row["requested-by"]["email"] for row in answer.structured_content["requisitions"]}

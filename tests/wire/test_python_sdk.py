"""The official Python SDK 2.x goes the whole way: from the sign-in to a revoked token."""

import time
from collections.abc import Iterator

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult

from simulator.sandbox.simulator import Simulator
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
@pytest.mark.parametrize(
    "mode, opens_urls",
    [
        pytest.param("auto", True, marks=pytest.mark.client("python-sdk-2")),
        pytest.param("auto", False, marks=pytest.mark.client("python-sdk-2-text")),
        pytest.param("legacy", True, marks=pytest.mark.client("python-sdk-2-handshake")),
        pytest.param("legacy", False, marks=pytest.mark.client("python-sdk-2-handshake-text")),
    ],
)
def test_python_sdk_2_goes_the_whole_way(
    ada: Actor,
    simulator: Simulator,
    witness: Witness,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    opens_urls: bool,
) -> None:
    """In both eras, with and without URL elicitation."""
    client = ada.connect(SERVER, mode=mode, open_url=ada.open_link if opens_urls else None)
    assert TOOL in [tool.name for tool in client.list_tools()]
    follow_the_prompt(ada, mode, opens_urls)
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}

    before = access_token(client)
    an_hour_on(simulator, monkeypatch)
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}
    assert access_token(client) != before

    revoke(simulator, witness.token, **witness.credentials)
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}  # it signed in anew
    assert "revocation" in witness.steps


def follow_the_prompt(ada: Actor, mode: str, opens_urls: bool) -> None:
    """Call until Coupa is connected: one call, an error, or a result with a link in it."""
    if not opens_urls:
        ada.connect_account(ada.call(TOOL))
    elif mode == "legacy":
        with pytest.raises(MCPError) as required:
            ada.call(TOOL)
        (elicitation,) = required.value.error.data["elicitations"]
        ada.open_link(elicitation["url"])
    else:
        ada.call(TOOL)


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

"""Every revision of the handshake era goes the whole way, spoken by plain HTTP requests."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor, acting
from tests.wire.plain_client import PlainClient
from tests.wire.whole_way import EXPIRY, SERVER, TOOL
from tests.wire.witness import VERSION_HEADER, Witness

pytestmark = [pytest.mark.wire, pytest.mark.requirement("CLI-1")]

every_revision = pytest.mark.parametrize(
    "version",
    [
        pytest.param("2024-11-05", marks=pytest.mark.client("requests-2024-11-05")),
        pytest.param("2025-03-26", marks=pytest.mark.client("requests-2025-03-26")),
        pytest.param("2025-06-18", marks=pytest.mark.client("requests-2025-06-18")),
        pytest.param("2025-11-25", marks=pytest.mark.client("requests-2025-11-25")),
    ],
)


@pytest.fixture
def ada(simulator: Simulator) -> Iterator[Actor]:
    """Ada, with a browser without JavaScript."""
    with acting(simulator) as actor:
        yield actor("Ada")


@pytest.fixture
def client(ada: Actor) -> PlainClient:
    """Her client, not yet signed in."""
    return PlainClient(ada.stage.server(SERVER)["mcp_url"])


@every_revision
def test_a_revision_goes_the_whole_way_after_its_handshake(
    ada: Actor, client: PlainClient, simulator: Simulator, witness: Witness, version: str
) -> None:
    """The header that repeats the revision came with 2025-06-18; before, the session knows it."""
    client.sign_in(ada)
    assert client.initialize(version, {}) == version
    if version >= "2025-06-18":
        client.headers[VERSION_HEADER] = version

    prompt = call(client)["result"]

    assert "connect your Coupa account" in prompt["content"][0]["text"]
    ada.open_link(prompt["structuredContent"]["auth_url"])
    walk_on(client, simulator, witness)


@every_revision
def test_a_revision_goes_the_whole_way_without_a_handshake(
    ada: Actor, client: PlainClient, simulator: Simulator, witness: Witness, version: str
) -> None:
    """Calls of a client that keeps no session; the header alone names the revision."""
    client.sign_in(ada)
    client.headers[VERSION_HEADER] = version

    prompt = call(client)["result"]

    assert "connect your Coupa account" in prompt["content"][0]["text"]
    ada.open_link(prompt["structuredContent"]["auth_url"])
    walk_on(client, simulator, witness)


@pytest.mark.client("requests-2025-06-18-url")
def test_what_a_client_declares_counts_more_than_its_revision(
    ada: Actor, client: PlainClient, simulator: Simulator, witness: Witness
) -> None:
    """2025-06-18 knows no URL elicitation; a client that declares it all the same gets -32042."""
    client.sign_in(ada)
    assert client.initialize("2025-06-18", {"elicitation": {"url": {}}}) == "2025-06-18"
    client.headers[VERSION_HEADER] = "2025-06-18"

    error = call(client)["error"]

    assert error["code"] == -32042
    (elicitation,) = error["data"]["elicitations"]
    ada.open_link(elicitation["url"])
    walk_on(client, simulator, witness)


def walk_on(client: PlainClient, simulator: Simulator, witness: Witness) -> None:
    """From the connected account to the revoked token."""
    tools = client.ask("tools/list")["result"]["tools"]
    assert TOOL in [tool["name"] for tool in tools]
    assert emails(call(client)) == {"ada@acme.example"}

    simulator.world.clock.travel(EXPIRY)
    assert client.post("ping").status_code == 401
    client.refresh()
    assert emails(call(client)) == {"ada@acme.example"}

    client.revoke()
    assert client.post("ping").status_code == 401
    assert "revocation" in witness.steps


def call(client: PlainClient) -> dict[str, Any]:
    """The answer to a call of the tool."""
    return client.ask("tools/call", {"name": TOOL})


def emails(answer: dict[str, Any]) -> set[str]:
    """Whose requisitions an answer holds."""
    rows = answer["result"]["structuredContent"]["requisitions"]
    return {row["requested-by"]["email"] for row in rows}

"""FastMCP's client library goes the whole way, in an environment and a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor, acting
from tests.wire.browser_visits import BrowserVisits
from tests.wire.programs import ENVIRONMENTS, Desk, Program, conversing
from tests.wire.whole_way import SERVER, TOOL, revoke
from tests.wire.witness import Witness

pytestmark = [pytest.mark.wire, pytest.mark.requirement("CLI-1")]

CLIENT = Path(__file__).parent / "fastmcp/client.py"


@pytest.fixture
def ada(simulator: Simulator) -> Iterator[Actor]:
    """Ada, with a browser without JavaScript."""
    with acting(simulator) as actor:
        yield actor("Ada")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Where her client runs."""
    return Desk(tmp_path)


@pytest.mark.client("fastmcp")
def test_fastmcp_goes_the_whole_way(
    ada: Actor, desk: Desk, simulator: Simulator, witness: Witness
) -> None:
    """The prompt is an input request: one call opens the link and brings the rows."""
    with started(ada, desk, "auto") as client:
        assert TOOL in client.ask("list")
        assert emails(client.ask("call")) == {"ada@acme.example"}
        walk_on(client, desk, simulator, witness)


@pytest.mark.client("fastmcp-handshake")
def test_fastmcp_goes_the_whole_way_in_the_handshake_era(
    ada: Actor, desk: Desk, simulator: Simulator, witness: Witness
) -> None:
    """The prompt is error -32042: the link is opened, the call repeated."""
    with started(ada, desk, "legacy") as client:
        assert TOOL in client.ask("list")
        (link,) = client.ask("call")["open"]
        assert "Connected" in ada.open_link(link)
        assert emails(client.ask("call")) == {"ada@acme.example"}
        walk_on(client, desk, simulator, witness)


@contextmanager
def started(ada: Actor, desk: Desk, mode: str) -> Iterator[Program]:
    """Ada's client, running."""
    url = ada.stage.server(SERVER)["mcp_url"]
    command = [str(ENVIRONMENTS / "fastmcp/bin/python"), str(CLIENT), url, mode]
    visits = BrowserVisits(ada)
    with (
        visits.running() as browser,
        conversing(
            command, desk.environment(BROWSER=browser), desk.folder / "client.log", visits
        ) as client,
    ):
        yield client


def walk_on(client: Program, desk: Desk, simulator: Simulator, witness: Witness) -> None:
    """From the connected account to the revoked token."""
    desk.let_an_access_token_expire(simulator)
    assert emails(client.ask("call")) == {"ada@acme.example"}
    assert client.visits.sign_ins == 1

    revoke(simulator, witness.token, **witness.credentials)
    assert emails(client.ask("call")) == {"ada@acme.example"}
    assert client.visits.sign_ins == 2


def emails(answer: dict[str, Any]) -> set[str]:
    """Whose requisitions an answer holds."""
    return {row["requested-by"]["email"] for row in answer["requisitions"]}

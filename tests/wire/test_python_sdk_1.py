"""The official Python SDK 1.x goes the whole way, in an environment and a process of its own."""

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

CLIENT = Path(__file__).parent / "python_sdk_1/client.py"


@pytest.fixture
def ada(simulator: Simulator) -> Iterator[Actor]:
    """Ada, with a browser without JavaScript."""
    with acting(simulator) as actor:
        yield actor("Ada")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Where her client runs."""
    return Desk(tmp_path)


@pytest.mark.client("python-sdk-1")
def test_python_sdk_1_goes_the_whole_way(
    ada: Actor, desk: Desk, simulator: Simulator, witness: Witness
) -> None:
    """The prompt is error -32042: the link is opened, the call repeated."""
    with started(ada, desk, "open-urls") as client:
        assert TOOL in client.ask("list")
        (link,) = client.ask("call")["open"]
        walk_on(link, client, ada, desk, simulator, witness)


@pytest.mark.client("python-sdk-1-text")
def test_python_sdk_1_goes_the_whole_way_without_url_elicitation(
    ada: Actor, desk: Desk, simulator: Simulator, witness: Witness
) -> None:
    """The prompt is a result with the link in it."""
    with started(ada, desk) as client:
        assert TOOL in client.ask("list")
        link = client.ask("call")["structuredContent"]["auth_url"]
        walk_on(link, client, ada, desk, simulator, witness)


@contextmanager
def started(ada: Actor, desk: Desk, *options: str) -> Iterator[Program]:
    """Ada's client, running."""
    url = ada.stage.server(SERVER)["mcp_url"]
    command = [str(ENVIRONMENTS / "python_sdk_1/bin/python"), str(CLIENT), url, *options]
    log = desk.folder / "client.log"
    with conversing(command, desk.environment(), log, BrowserVisits(ada)) as client:
        yield client


def walk_on(
    link: str, client: Program, ada: Actor, desk: Desk, simulator: Simulator, witness: Witness
) -> None:
    """From the setup link to the revoked token."""
    assert "Connected" in ada.open_link(link)
    assert emails(client.ask("call")) == {"ada@acme.example"}

    desk.let_an_access_token_expire(simulator)
    assert emails(client.ask("call")) == {"ada@acme.example"}
    assert client.visits.sign_ins == 1

    revoke(simulator, witness.token, **witness.credentials)
    assert emails(client.ask("call")) == {"ada@acme.example"}
    assert client.visits.sign_ins == 2
    assert "revocation" in witness.steps


def emails(answer: dict[str, Any]) -> set[str]:
    """Whose requisitions an answer holds."""
    rows = answer["structuredContent"]["requisitions"]
    return {row["requested-by"]["email"] for row in rows}

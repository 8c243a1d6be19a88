"""A seeded simulator repeats: one script, two simulators, the same conversation to the byte."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import delete, select

from simulator.clock import Clock
from simulator.db.tables import EndUser, SigningKey
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.visits.forms import FormBrowser
from tests.contract.identity_world import keep_signing_key
from tests.production_client import HOSTS, IDENTITY, call, connect, sign_in

pytestmark = pytest.mark.requirement("SEED-2")
MOMENT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)


class StoppedClock(Clock):
    """It is always the same moment."""

    def now(self) -> datetime:
        """Half past nine."""
        return MOMENT


@contextmanager
def seeded(seed: int | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A simulator whose time stands still and whose signing key is the one of all tests."""
    monkeypatch.setattr("simulator.sandbox.simulator.Clock", StoppedClock)
    with Simulator(Settings(database="memory", seed=seed)) as simulator:
        yield simulator


def script(simulator: Simulator, context: str) -> list[dict[str, Any]]:
    """Sign in, be asked to connect, connect, call; what every system was asked and answered."""
    simulator.reset(seed_context=context)
    with simulator.world.db.unit() as session:
        session.execute(delete(SigningKey))  # of the same moment as the one of all tests
    keep_signing_key(simulator.world)
    browser = FormBrowser(HOSTS)
    with simulator.intercept():
        token = sign_in(browser)
        connect(browser, str(call(token)["auth_url"]))
        assert "requisitions" in call(token)
    return [_without_times(asdict(each)) for each in simulator.journal]


def _without_times(exchange: dict[str, Any]) -> dict[str, Any]:
    """Without real time: how long it took, and the form tokens, which Flask-WTF dates and draws."""
    fields = {name: value for name, value in exchange["fields"].items() if name != "csrf_token"}
    return {**exchange, "fields": fields, "seconds": None}


def test_two_simulators_of_one_seed_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with seeded(7, monkeypatch) as one, seeded(7, monkeypatch) as other:
        first, second = script(one, "a story"), script(other, "a story")

    assert len(first) > 15
    assert first == second


def test_a_story_is_the_same_after_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run in any order."""
    with seeded(7, monkeypatch) as one, seeded(7, monkeypatch) as other:
        script(other, "another story")
        first, second = script(one, "a story"), script(other, "a story")

    assert first == second


@pytest.mark.parametrize("seeds", [(7, 8), (None, None)], ids=["two seeds", "no seed"])
def test_other_simulators_say_something_else(
    seeds: tuple[int | None, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    registrations = []
    for seed in seeds:
        with seeded(seed, monkeypatch) as simulator:
            script(simulator, "a story")
            (found,) = simulator.journal.find("POST /oauth/register")
            registrations.append(found.answer["client_id"])

    assert registrations[0] != registrations[1]


def test_each_reset_is_another_world() -> None:
    """Whoever was signed in before is not any more, with a seed too."""
    with Simulator(Settings(database="memory", seed=7)) as simulator:
        worlds = [simulator.id]
        for _ in range(3):
            simulator.reset()
            worlds.append(simulator.id)
        snapshot = simulator.snapshot()
        simulator.restore(snapshot)
        worlds.append(simulator.id)
        snapshot.close()

    assert len(set(worlds)) == 5


def test_a_seeded_sandbox_that_is_started_again_draws_something_new(tmp_path: Path) -> None:
    """Ids that are in its database already cannot come a second time."""
    settings = Settings(database=f"sqlite:///{tmp_path / 'sandbox.db'}", seed=7)
    drawn = []
    for _ in range(2):
        with Simulator(settings) as simulator, simulator.intercept():
            drawn.append(_registered())
    with Simulator(settings) as simulator, simulator.intercept():
        simulator.reset()
        drawn.append(_registered())
    with Simulator(settings) as simulator, simulator.intercept():
        drawn.append(_registered())

    assert len(set(drawn)) == 4


def _registered() -> str:
    answer = requests.post(
        f"{IDENTITY}/oauth/register", json={"redirect_uris": ["http://127.0.0.1:1/callback"]}
    )
    return str(answer.json()["client_id"])


def test_passwords_are_salted_from_the_seed() -> None:
    hashes = []
    for _ in range(2):
        settings = Settings(database="memory", seed=7)
        with Simulator(settings) as simulator, simulator.world.db.unit() as session:
            hashes.append(session.scalars(select(EndUser.password_hash)).all())

    assert hashes[0]
    assert hashes[0] == hashes[1]


@pytest.mark.requirement("SEED-3")
def test_a_start_with_a_seed_warns(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "simulator"), Simulator(Settings(database="memory")):
        assert not caplog.messages
    with Simulator(Settings(database="memory", seed=7)):
        (warning,) = caplog.messages

    assert warning == "Seed 7: whoever knows it can guess every secret made here. For tests alone."

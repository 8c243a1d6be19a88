"""A connection is refreshed by one at a time, in any number of processes on one database."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update

from simulator.clock import stopwatch
from simulator.crypto import Purpose
from simulator.db.tables import Connection, OAuthToken
from simulator.domain import connections, disconnection, refresh_claims, tokens
from simulator.errors import Unreachable
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.two_simulators import first, second, settings
from tests.postgres.plugin import SECRET_KEY

__all__ = ["first", "second", "settings"]  # the fixtures

pytestmark = pytest.mark.requirement("CORE-21")

#: Another process on the same database: refreshes whenever it is told to, and says what it got.
_OTHER = """
import sys
from simulator.domain import tokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.db.tables import Connection

with Simulator(Settings(database=sys.argv[1], secret_key=sys.argv[2])) as simulator:
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            with simulator.world.db.unit() as session:
                row = session.get_one(Connection, int(line))
                print(tokens.get_live_access_token(simulator.world, row), flush=True)
        except Exception as error:
            print(repr(error), flush=True)
"""
#: Another process that dies while the app answers.
_DYING = """
import os, sys
from simulator.domain import tokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.db.tables import Connection

simulator = Simulator(Settings(database=sys.argv[1], secret_key=sys.argv[2]))
simulator.world.http.request = lambda *_, **__: os._exit(9)
with simulator.world.db.unit() as session:
    row = session.get_one(Connection, int(sys.argv[3]))
    tokens.get_live_access_token(simulator.world, row, force_refresh=True)
"""


@pytest.fixture
def number(first: Simulator) -> int:
    """Of a connection that can be refreshed."""
    with first.world.db.unit() as session:
        found = select(Connection.id).where(Connection.refresh_token_sealed.is_not(None))
        return session.scalars(found.order_by(Connection.id)).all()[0]


def _expire(simulator: Simulator, number: int) -> None:
    past = simulator.world.clock.now() - timedelta(hours=1)
    with simulator.world.db.unit() as session:
        own = update(Connection).where(Connection.id == number)
        session.execute(own.values(token_expires_at=past))


def _token(simulator: Simulator, number: int, *, force: bool = False) -> str:
    with simulator.world.db.unit() as session:
        row = session.get_one(Connection, number)
        return tokens.get_live_access_token(simulator.world, row, force_refresh=force)


def _row(simulator: Simulator, number: int) -> Connection:
    with simulator.world.db.unit() as session:
        return session.get_one(Connection, number)


def _refreshes(simulator: Simulator) -> int:
    """How many refresh tokens the apps have redeemed."""
    with simulator.world.db.unit() as session:
        used = OAuthToken.refresh_used_at.is_not(None)
        return session.scalars(select(func.count()).select_from(OAuthToken).where(used)).one()


def _before_the_answer(simulator: Simulator, act: Callable[[], None]) -> None:
    """Do something after the next refresh was claimed, and before the app has answered."""
    request, pending = simulator.world.http.request, [act]

    def ask(method: str, url: str, **options: Any) -> Any:
        if pending:
            pending.pop()()
        return request(method, url, **options)

    simulator.world.http.request = ask  # type: ignore[method-assign]


def test_who_comes_second_waits_and_takes_what_the_first_one_got(
    first: Simulator, second: Simulator, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _expire(first, number)
    waits, got = Event(), []
    monkeypatch.setattr(refresh_claims, "wait", waits.set)
    other = Thread(target=lambda: got.append(_token(second, number)))

    def come() -> None:
        other.start()
        waits.wait()

    _before_the_answer(first, come)
    mine = _token(first, number)
    other.join()

    assert got == [mine]
    assert _refreshes(first) == 1
    assert _row(first, number).refresh_claim is None


def test_a_refresh_that_fails_keeps_nobody_waiting(
    first: Simulator, second: Simulator, number: int
) -> None:
    def fail() -> None:
        raise Unreachable("the app", "it is down")

    _expire(first, number)
    _before_the_answer(first, fail)
    with pytest.raises(tokens.TokenRefused, match="it is down"):
        _token(first, number)
    _before_the_answer(first, lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        _token(first, number)

    assert _token(second, number)
    assert _refreshes(first) == 1


def test_one_who_died_keeps_nobody_waiting_for_ever(
    first: Simulator,
    settings: Settings,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = [sys.executable, "-c", _DYING, settings.database, SECRET_KEY, str(number)]
    assert subprocess.run(command, check=False, timeout=50).returncode == 9
    _expire(first, number)
    assert _row(first, number).refresh_claim

    waited: list[None] = []
    monkeypatch.setattr(refresh_claims, "wait", lambda: waited.append(None))
    monkeypatch.setattr(refresh_claims, "stopwatch", lambda: len(waited) * 10.0)

    assert _token(first, number)
    assert len(waited) == 3, "for half a minute"
    assert _row(first, number).refresh_claim is None


def test_what_was_authorized_meanwhile_is_not_replaced_by_what_was_before(
    first: Simulator, second: Simulator, number: int
) -> None:
    """Somebody connects another account while the old one's tokens are refreshed."""

    def connect() -> None:
        with second.world.db.unit() as session:
            connections.store_tokens(
                second.world, session.get_one(Connection, number), {"access_token": "another"}
            )

    _expire(first, number)
    _before_the_answer(first, connect)

    assert _token(first, number) == "another"
    assert _token(second, number) == "another"


def test_what_was_disconnected_elsewhere_meanwhile_stays_so(
    first: Simulator, second: Simulator, number: int
) -> None:
    def disconnect() -> None:
        with second.world.db.unit() as session:
            row = session.get_one(Connection, number)
            disconnection.disconnect(second.world, row, "Disconnected by Ada.")

    _expire(first, number)
    _before_the_answer(first, disconnect)

    with pytest.raises(tokens.ConnectionLost, match="Disconnected by Ada"):
        _token(first, number)
    assert not _row(first, number).connected


def test_a_claim_is_not_put_back_with_a_snapshot(first: Simulator, number: int) -> None:
    taken = []
    _before_the_answer(first, lambda: taken.append(first.snapshot()))
    _token(first, number, force=True)

    first.restore(taken[0])

    assert _row(first, number).refresh_claim is None


def test_two_processes_lose_no_connection(
    first: Simulator, settings: Settings, number: int, race_rounds: int
) -> None:
    """Both find the token expired at the same moment; it is refreshed once, and both have it."""
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER, settings.database, SECRET_KEY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        for each in range(1, race_rounds + 1):
            _expire(first, number)
            print(number, file=other.stdin, flush=True)
            mine = _token(first, number)

            assert other.stdout.readline().strip() == mine
            assert _refreshes(first) == each
        other.stdin.close()
    assert other.returncode == 0


@pytest.mark.requirement("PROC-5")
def test_who_asks_a_slow_app_is_not_taken_for_dead(
    first: Simulator, second: Simulator, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is renewed while the app is asked: who waits goes on waiting."""
    monkeypatch.setattr(refresh_claims, "PATIENCE", 0.3)
    monkeypatch.setattr(refresh_claims, "RENEWAL", 0.01)
    _expire(first, number)
    waited, seen, got = Event(), set(), []
    other = Thread(target=lambda: got.append(_token(second, number)))
    begun: list[float] = []

    def look() -> None:
        begun.append(stopwatch())
        seen.add(_row(first, number).refresh_claim)
        if begun[-1] - begun[0] > 1:
            waited.set()

    def take_long() -> None:
        other.start()
        waited.wait(30)

    monkeypatch.setattr(refresh_claims, "wait", look)
    _before_the_answer(first, take_long)
    mine = _token(first, number)
    other.join()

    assert got == [mine]
    assert len(seen) > 3
    assert len({each.partition(".")[0] for each in seen if each}) == 1, "it was one claim"
    assert _refreshes(first) == 1
    assert _row(first, number).refresh_claim is None


@pytest.mark.requirement("PROC-6")
def test_a_client_that_was_entered_while_the_app_refused_the_one_before_is_not_lost_with_it(
    first: Simulator, second: Simulator, number: int
) -> None:
    keys = first.world.keys
    with first.world.db.unit() as session:
        row = session.get_one(Connection, number)
        settings = connections.get_oauth_settings(row)
        parent, good = settings.id, settings.client_secret_sealed
        settings.client_secret_sealed = keys.seal(Purpose.CONNECTION_CLIENT_SECRET, "wrong")
    _expire(first, number)

    def enter_another() -> None:
        with second.world.db.unit() as session:
            own = update(Connection).where(Connection.id == parent)
            session.execute(own.values(client_secret_sealed=good))

    _before_the_answer(first, enter_another)
    with pytest.raises(tokens.TokenRefused, match="does not accept this client secret"):
        _token(first, number)

    assert _row(first, parent).connected
    assert _token(first, number)

"""What is redeemed once is had by one, also of two who redeem it at the same moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import InstrumentedAttribute

from simulator.db import Database
from simulator.db.tables import OAuthCode, OAuthState, OAuthToken
from simulator.domain import authorizations
from simulator.net.addresses import IDENTITY
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.expiring import app_state, signed_in, tokens_of

pytestmark = pytest.mark.requirement("CORE-18")


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@contextmanager
def quicker(db: Database, used: InstrumentedAttribute[datetime | None]) -> Iterator[None]:
    """In this block somebody else uses a row right before it is marked as used.

    As on PostgreSQL, where the other one's transaction ends while this one waits to write.
    """
    moment = {used.key: datetime(2030, 1, 1, tzinfo=UTC)}
    waiting = [update(used.class_).where(used.is_(None)).values(moment)]
    marking = f"{used.class_.__tablename__} SET {used.key}="

    def come_first(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if waiting and statement.startswith("UPDATE") and marking in statement:
            connection.execute(waiting.pop())

    event.listen(db.engine, "before_cursor_execute", come_first)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", come_first)
    assert not waiting, "nothing was marked as used"


def test_a_code_that_somebody_redeems_meanwhile_is_a_replay(simulator: Simulator) -> None:
    """RFC 6749 §4.1.2: nothing is issued for it."""
    visitor = signed_in(simulator)
    code = visitor.authorize()["code"]

    with quicker(simulator.world.db, OAuthCode.used_at):
        answer = visitor.redeem(code)

    assert (answer.json or {})["error"] == "invalid_grant"
    assert _live_tokens(simulator) == 0


def test_a_refresh_token_that_somebody_uses_meanwhile_ends_its_family(
    simulator: Simulator,
) -> None:
    """RFC 9700 §4.14.2."""
    visitor = signed_in(simulator)
    issued = tokens_of(visitor)
    assert visitor.ping(issued["access_token"]) == 200

    with quicker(simulator.world.db, OAuthToken.refresh_used_at):
        answer = visitor.refresh(issued["refresh_token"])

    assert (answer.json or {})["error"] == "invalid_grant"
    assert visitor.ping(issued["access_token"]) == 401
    assert _live_tokens(simulator) == 0


def _receive(simulator: Simulator) -> Callable[[], object]:
    state = app_state(simulator)
    return lambda: authorizations.handle_callback(simulator.world, {"state": state, "code": "c0de"})


def _take(simulator: Simulator) -> Callable[[], object]:
    came_back = {"state": app_state(simulator), "code": "c0de"}
    with simulator.world.db.unit():
        _, completion_token = authorizations.handle_callback(simulator.world, came_back)
    return lambda: authorizations.redeem(simulator.world, completion_token)


@pytest.mark.parametrize(
    "column, use", [(OAuthState.returned_at, _receive), (OAuthState.finished_at, _take)]
)
def test_a_state_and_a_completion_token_serve_one(
    simulator: Simulator, column: Any, use: Callable[[Simulator], Callable[[], object]]
) -> None:
    again = use(simulator)

    with (
        quicker(simulator.world.db, column),
        simulator.world.db.unit(),
        pytest.raises(authorizations.NotStartedHere),
    ):
        again()


def _live_tokens(simulator: Simulator) -> int:
    """Of Workato Identity; those that the scenario gave builders at apps are others."""
    live = OAuthToken.provider == IDENTITY, OAuthToken.revoked_at.is_(None)
    with simulator.world.db.unit() as session:
        return len(session.scalars(select(OAuthToken).where(*live)).all())

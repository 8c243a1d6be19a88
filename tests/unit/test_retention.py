"""What nobody needs any more is swept away: by indexes, unread, and no more than that."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from werkzeug.test import Client

from simulator.crypto import fingerprint
from simulator.db.base import Base
from simulator.db.tables import (
    ConnectionAttempt,
    Job,
    McpCancellation,
    McpSession,
    OAuthClient,
    OAuthCode,
    OAuthConsent,
    OAuthState,
    OAuthToken,
    SignIn,
)
from simulator.domain import retention, sign_ins
from simulator.net.addresses import AIHUB, IDENTITY
from simulator.sandbox import routing
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.world import World
from tests.large_world import counting
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("GROW-6")
#: Rows of each kind; each second one is over.
MANY = 400
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG_AGO, JUST_NOW = 3 * DAY, HOUR
PERSON = "eu-591da9280f41"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The demo world."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator.world


def _ended(number: int) -> timedelta:
    return LONG_AGO if number % 2 else JUST_NOW


def _state(number: int, now: datetime) -> dict[str, Any]:
    at = now - _ended(number)
    return {
        "state_hash": f"state {number}",
        "connection_id": 1,
        "attempt_id": f"attempt {number}",
        "is_denied": False,
        "created_at": at,
        "expires_at": at,
    }


def _attempt(number: int, now: datetime) -> dict[str, Any]:
    at = now - _ended(number)
    return {
        "id": f"attempt {number}",
        "link_hash": f"link {number}",
        "server_number": 2107,
        "end_user_id": PERSON,
        "tool": "a tool",
        "parent_ids": [1],
        "status": "pending",
        "created_at": at,
        "expires_at": at,
    }


def _code(number: int, now: datetime) -> dict[str, Any]:
    return {
        "code_hash": f"code {number}",
        "provider": IDENTITY,
        "client_id": "c",
        "subject": PERSON,
        "scope": "openid",
        "auth_time": now,
        "expires_at": now - _ended(number),
    }


def _token(number: int, now: datetime, **values: Any) -> dict[str, Any]:
    at = now - _ended(number)
    row = {
        "provider": IDENTITY,
        "client_id": "c",
        "subject": PERSON,
        "scope": "openid",
        "granted_scope": "openid",
        "family": f"family {number}",
        "access_hash": f"access {number}",
        "refresh_hash": f"refresh {number}",
        "auth_time": at,
        "issued_at": at,
        "expires_at": at,
    }
    return row | values


def _session(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id_hash": f"session {number}",
        "place": "2107",
        "capabilities": {},
        "created_at": now,
        "ended_at": now - _ended(number),
    }


#: Table → a row, of which each second one is over.
ROWS: dict[str, tuple[type[Base], Callable[[int, datetime], dict[str, Any]]]] = {
    "codes": (OAuthCode, _code),
    "used tokens": (
        OAuthToken,
        lambda number, now: _token(number, now, refresh_used_at=now - _ended(number)),
    ),
    "revoked tokens": (
        OAuthToken,
        lambda number, now: _token(number, now, revoked_at=now - _ended(number)),
    ),
    "tokens without a refresh token": (
        OAuthToken,
        lambda number, now: _token(number, now, refresh_hash=None),
    ),
    "refresh tokens that nobody uses": (
        OAuthToken,
        lambda number, now: _token(
            number,
            now,
            issued_at=now - (retention.UNUSED if number % 2 else LONG_AGO),
            expires_at=now - (retention.UNUSED if number % 2 else LONG_AGO),
        ),
    ),
    "ended sessions": (McpSession, _session),
    "old sessions": (
        McpSession,
        lambda number, now: (
            _session(number, now)
            | {"ended_at": None, "created_at": now - (retention.SESSION if number % 2 else DAY)}
        ),
    ),
}


def _count(world: World, table: type[Base]) -> int:
    return world.db.session.scalar(select(func.count()).select_from(table)) or 0


def _fill(world: World, table: type[Base], rows: list[dict[str, Any]]) -> int:
    """Add rows; how many there were before."""
    before = _count(world, table)
    world.db.session.execute(insert(table), rows)
    return before


@pytest.mark.parametrize("kind", ROWS)
def test_what_is_over_is_swept_and_the_rest_stays(world: World, kind: str) -> None:
    """No row is read for it; a second sweep finds nothing."""
    table, row = ROWS[kind]
    with world.db.unit():
        now = world.clock.now()
        before = _fill(world, table, [row(number, now) for number in range(MANY)])
    with counting(world.db.engine) as work, world.db.unit():
        assert retention.sweep(world) == MANY // 2

    with world.db.unit():
        assert _count(world, table) == before + MANY // 2
        assert retention.sweep(world) == 0
    assert work.rows == 0
    assert len(work.statements) <= len(retention.RULES) + 3


def test_setup_links_go_with_their_flows(world: World) -> None:
    """A link stays as long as a flow that it began."""
    with world.db.unit():
        now = world.clock.now()
        links = [_attempt(number, now) for number in range(MANY)]
        _fill(world, ConnectionAttempt, links)
        flows = [_state(number, now) for number in range(MANY)]
        _fill(world, OAuthState, [*flows, _state(1, now) | _OPEN | {"expires_at": now}])

        assert retention.sweep(world) == MANY - 1

        assert _count(world, OAuthState) == MANY // 2 + 1
        assert _count(world, ConnectionAttempt) == MANY // 2 + 1


_OPEN = {"state_hash": "a flow under way"}


def test_of_jobs_and_cancellations_the_newest_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the simulated clock said when they were written."""
    monkeypatch.setattr(retention, "AT_ONCE", 50)
    with world.db.unit():
        now = world.clock.now()
        _fill(world, McpSession, [_session(0, now)])
        _fill(world, Job, [_job(number, now) for number in range(MANY)])
        cancelled = {"session_hash": "session 0", "request_id": "1"}
        _fill(world, McpCancellation, [cancelled] * MANY)
        for rule in retention.RULES:
            if rule.table in (Job, McpCancellation):
                (key,) = rule.table.__mapper__.primary_key
                over = retention._beyond(key, MANY // 4)
                monkeypatch.setattr(retention, "RULES", (_like(rule, over),))
                sweeps = 0
                while retention.sweep(world):
                    sweeps += 1
                assert sweeps == (MANY - MANY // 4) // 50
                assert _count(world, rule.table) == MANY // 4
        newest = select(Job.id).order_by(Job.sequence.desc()).limit(1)
        assert world.db.session.scalar(newest) == f"job {MANY - 1}"


def _like(rule: retention.Rule, over: Any) -> retention.Rule:
    return retention.Rule(what=rule.what, bound=rule.bound, table=rule.table, over=over)


def _job(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": f"job {number}",
        "recipe_id": 1,
        "server_number": 2107,
        "end_user_id": PERSON,
        "tool": "a tool",
        "status": "succeeded",
        "ip_address": "127.0.0.1",
        "started_at": now - timedelta(days=number),
        "completed_at": now - timedelta(days=number),
    }


def test_registrations_behind_the_newest_go_unless_they_are_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their consents; clients that an admin of an app registered are no such ones."""
    monkeypatch.setattr(retention, "MOST_CLIENTS", 100)
    with world.db.unit():
        now = world.clock.now()
        before = _fill(world, OAuthClient, [_client(number, now) for number in range(MANY)])
        _fill(world, OAuthConsent, [_consent(number) for number in range(MANY)])
        _fill(world, OAuthToken, [_token(1, now, client_id="client 7", expires_at=now + DAY)])

        retention.sweep(world)

        assert _count(world, OAuthClient) == before + 101
        assert _count(world, OAuthConsent) == 101
        left = select(OAuthClient.client_id).where(OAuthClient.client_id.like("client %"))
        names = set(world.db.session.scalars(left))
        assert names == {"client 7", *(f"client {n}" for n in range(MANY - 100, MANY))}


def _client(number: int, now: datetime) -> dict[str, Any]:
    return {
        "provider": IDENTITY,
        "client_id": f"client {number}",
        "name": "A client",
        "redirect_uris": [],
        "grant_types": [],
        "scopes": [],
        "token_endpoint_auth_method": "none",
        "client_metadata": {},
        "registration_token_hash": fingerprint(f"registration {number}"),
        "created_at": now,
    }


def _consent(number: int) -> dict[str, Any]:
    return {
        "provider": IDENTITY,
        "client_id": f"client {number}",
        "subject": PERSON,
        "resource": "",
        "scope": "openid",
        "redirect_hosts": [],
    }


def test_sign_ins_that_are_over_go_with_the_next_one(world: World) -> None:
    with world.db.unit():
        now = world.clock.now()
        rows = [
            {
                "id_hash": f"sign-in {number}",
                "system": AIHUB,
                "person": "1",
                "signed_in_at": now - DAY,
                "expires_at": now - HOUR if number % 2 else now + HOUR,
            }
            for number in range(MANY)
        ]
        before = _fill(world, SignIn, rows)
        with counting(world.db.engine) as work:
            sign_ins.begin(world, AIHUB, "1")

        assert _count(world, SignIn) == before + MANY // 2 + 1
        assert work.rows == 0


def test_each_so_manieth_post_begins_with_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "REQUESTS", 3)
    with Simulator(Settings(database="memory")) as simulator:
        world, left = simulator.world, []
        with world.db.unit():
            now = world.clock.now()
            _fill(world, OAuthCode, [_code(number, now) for number in range(MANY)])
        for method in ("GET", "POST", "GET", "GET", "POST", "GET", "POST"):
            Client(simulator).open("/oauth/token", method=method, base_url="https://id.workato.com")
            with world.db.reading():
                left.append(_count(world, OAuthCode))

    assert left == [MANY] * 6 + [MANY // 2]


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.what)
def test_a_sweep_goes_by_indexes(rule: retention.Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's plan names no scan of a table."""
    monkeypatch.setattr(retention, "RULES", (rule,))
    with Simulator(Settings(database="memory")) as simulator, simulator.world.db.unit() as session:
        with counting(simulator.world.db.engine) as work:
            retention.sweep(simulator.world)
        connection = session.connection()
        plans = [
            row.detail
            for statement, parameters in work.statements
            if statement.startswith("DELETE")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN")], plans

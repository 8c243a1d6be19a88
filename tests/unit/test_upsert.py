"""What somebody else stored a moment before is no reason to fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from simulator.db.base import Base
from simulator.db.tables import (
    CallLimit,
    ClientDocument,
    Connection,
    EndUser,
    FailedSignIns,
    McpServer,
    OAuthConsent,
)
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import connections, limits, lockout
from simulator.net.addresses import IDENTITY
from simulator.oauth import TokenStore
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.identity import client_documents
from simulator.world import World

pytestmark = pytest.mark.requirement("CORE-15")
URL = "https://client.example/client.json"


@pytest.fixture
def world() -> Iterator[World]:
    """The demo world, in a unit of work."""
    with Simulator(Settings(database="memory")) as simulator, simulator.world.db.unit():
        yield simulator.world


@contextmanager
def rival(world: World, entity: type[Base], **values: Any) -> Iterator[None]:
    """In this block somebody else stores a row right before the first one is inserted.

    That is what happens where no transaction is open in between, and on PostgreSQL anywhere.
    """
    waiting = [values]

    def come_first(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if waiting and statement.startswith(f"INSERT INTO {entity.__tablename__} "):
            connection.execute(insert(entity).values(**waiting.pop()))

    event.listen(world.db.engine, "before_cursor_execute", come_first)
    try:
        yield
    finally:
        event.remove(world.db.engine, "before_cursor_execute", come_first)
    assert not waiting, "nothing was inserted"


def _consent(world: World) -> None:
    store = TokenStore(world=world, provider=IDENTITY)
    granted = {"client_id": "c", "subject": "eu-1", "resource": ""}
    values = {"provider": IDENTITY, "scope": "email"}
    with rival(world, OAuthConsent, redirect_hosts=["a.example"], **granted, **values):
        store.remember_consent(scope="openid profile", redirect_host="b.example", **granted)

    row = world.db.session.scalars(select(OAuthConsent)).one()
    assert row.scope == "email openid profile", "what was granted at the same time is kept"
    assert row.redirect_hosts == ["a.example", "b.example"]


def _document(world: World) -> None:
    now = world.clock.now()
    with rival(world, ClientDocument, url=URL, document={}, fresh_until=now):
        client_documents._keep(world, URL, {"client_id": URL}, timedelta(minutes=5))

    row = world.db.session.scalars(select(ClientDocument)).one()
    assert row.document == {"client_id": URL}
    assert row.fresh_until > now


def _wrong_password(world: World) -> None:
    email = "ada@acme.example"
    key = lockout._key(world, IDENTITY, email)
    later = world.clock.now() + timedelta(hours=1)
    values = {"email_hash": key, "count": lockout.MOST_FAILURES - 1, "forgotten_at": later}
    with rival(world, FailedSignIns, **values):
        lockout.count_failure(world, IDENTITY, email)

    assert lockout.explain_lock(world, IDENTITY, email, "e-mail address"), "both count"


def _limit(world: World) -> None:
    server = world.db.session.get_one(McpServer, 2107)
    values = {"tool_calls": 9, "interval": "hour", "counted": 3}
    with rival(world, CallLimit, server_number=2107, kind=RATE_LIMIT, **values):
        limits.set_limit(world, server, RATE_LIMIT, 5, "minute")

    row = world.db.session.scalars(select(CallLimit)).one()
    assert (row.tool_calls, row.interval, row.counted) == (5, "minute", 3)


def _runtime_user_connection(world: World) -> None:
    session = world.db.session
    parent = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
    ada = session.scalars(select(EndUser)).first()
    assert parent is not None
    assert ada is not None
    now = world.clock.now()
    key = {"parent_id": parent.id, "environment_id": parent.environment_id, "external_id": ada.id}
    same = {name: getattr(parent, name) for name in ("workspace_id", "project_id", "provider")}
    values = {
        "end_user_id": ada.id,
        "name": "Mine",
        "input": {},
        "created_at": now,
        "updated_at": now,
    }
    with rival(world, Connection, **key, **same, **values):
        made = connections.authorize_child(
            world, parent, parent.environment_id, ada, {"access_token": "at"}
        )

    assert connections.find_child(world, parent, parent.environment_id, ada.id) is made
    assert (made.name, made.connected) == ("Mine", True)


@pytest.mark.parametrize(
    "store",
    [_consent, _document, _wrong_password, _limit, _runtime_user_connection],
    ids=lambda store: store.__name__.strip("_"),
)
def test_who_comes_second_changes_what_the_first_one_stored(
    world: World, store: Callable[[World], None]
) -> None:
    store(world)

"""Starting on PostgreSQL: by several at once, on an empty database and on an old one, with data."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, func, insert, select

from simulator.crypto import Keys
from simulator.db import Database, app_tables, schema
from simulator.db.tables import Connection, EndUser, GroupMember, Workspace
from simulator.domain import user_connections
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.postgres.cluster import Cluster
from tests.postgres.plugin import SECRET_KEY

pytestmark = [pytest.mark.requirement("CORE-23"), pytest.mark.postgresql]

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Rows of the first version: table → columns.
_OLD_ROWS: dict[str, dict[str, Any]] = {
    "workspaces": {"id": 1, "name": "Acme"},
    "environments": {"id": 1, "workspace_id": 1, "name": "DEV"},
    "end_users": {
        "id": "eu-1",
        "workspace_id": 1,
        "name": "Ada",
        "email": "Ada@x",
        "password_hash": "",
        "status": "active",
        "created_at": _NOW,
    },
    "end_user_groups": {
        "id": "eug-1",
        "environment_id": 1,
        "name": "Buyers",
        "created_at": _NOW,
        "updated_at": _NOW,
    },
    "group_members": {"group_id": "eug-1", "end_user_id": "eu-1"},
}


def _fill_first_version(url: str) -> None:
    db = Database(url)
    schema.migrate(db, Keys(SECRET_KEY), "0001")
    with db.engine.begin() as connection:
        old = MetaData()
        old.reflect(connection)
        for name, row in _OLD_ROWS.items():
            columns = old.tables[name].columns
            required = {
                column.name: 0
                for column in columns
                if not column.nullable and column.name not in row and not column.primary_key
            }
            connection.execute(insert(old.tables[name]).values(row | required))
    db.close()


def test_several_who_start_at_once_share_one_world(empty_postgres_url: str) -> None:
    settings = Settings(database=empty_postgres_url, secret_key=SECRET_KEY)

    with ThreadPoolExecutor(4) as threads:
        started = list(threads.map(lambda _: Simulator(settings), range(4)))

    assert len({simulator.id for simulator in started}) == 1
    with started[0].world.db.reading() as session:
        assert session.scalars(select(func.count()).select_from(Workspace)).one() == 1
    for simulator in started:
        simulator.close()


def test_several_migrate_at_once_and_nothing_is_lost(empty_postgres_url: str) -> None:
    _fill_first_version(empty_postgres_url)
    settings = Settings(database=empty_postgres_url, secret_key=SECRET_KEY)

    with ThreadPoolExecutor(4) as threads:
        started = list(threads.map(lambda _: Simulator(settings), range(4)))

    with started[0].world.db.reading() as session:
        ada = session.scalars(select(EndUser)).one()
        assert (ada.name, ada.normalized_email) == ("Ada", "ada@x")
        assert session.scalars(select(GroupMember.end_user_id)).all() == ["eu-1"]
    for simulator in started:
        simulator.close()


def test_a_migrated_database_is_the_same_as_a_new_one(empty_postgres_url: str) -> None:
    db = Database(empty_postgres_url)
    schema.migrate(db, Keys(SECRET_KEY))
    assert not schema.prepare(db, lambda: Keys(SECRET_KEY))

    everything: Any = [*app_tables.all_metadata(), app_tables.VERSIONS.metadata]
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), everything) == []
    db.close()


def test_pages_of_a_list_hold_every_row_once(postgres_url: str) -> None:
    """The newest first, in the same order each time."""
    settings = Settings(database=postgres_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator, simulator.world.db.unit() as session:
        parent = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
        assert parent is not None
        same = ("workspace_id", "project_id", "environment_id", "provider", "created_at")
        values = {name: getattr(parent, name) for name in same} | {"updated_at": _NOW}
        mail = [f"n{number}@acme.example" for number in range(120)]
        people = [
            EndUser(
                id=f"eu-n{number}",
                workspace_id=parent.workspace_id,
                name=f"Ännchen {number}",
                email=email,
                password_hash="",
                created_at=_NOW,
            )
            for number, email in enumerate(mail)
        ]
        session.add_all(people)
        session.flush()
        session.add_all(
            Connection(
                parent_id=parent.id,
                end_user_id=one.id,
                external_id=one.id,
                name="Mine",
                input={},
                **values,
            )
            for one in people
        )
        session.flush()

        found = []
        for number in (1, 2, 3):
            listing = user_connections.list_in_workspace(
                simulator.world, parent.workspace_id, "ÄNNCHEN", number=number
            )
            found += [connection.end_user_id for connection, _ in listing.rows]

        assert found == [one.id for one in reversed(people)]


def test_connections_that_the_server_ended_are_made_anew(
    postgres: Cluster, postgres_url: str
) -> None:
    """As after its restart: the next request is answered, and nobody starts the sandbox again."""
    settings = Settings(database=postgres_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator:
        browser = Browser(simulator).get("https://id.workato.com/login")
        name = postgres_url.rpartition("/")[2]
        ended = postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            name,
        )

        assert ended
        browser.press("Sign in", email="ada@acme.example", password="demo-Pass-1")
        assert browser.page.status_code == 200
        assert "Ada" in browser.text

"""A statement that is made ready once reads the same as SQLAlchemy does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select

from simulator.db import Database
from simulator.db.base import Base, table_of
from simulator.db.prepared import Prepared
from simulator.db.tables import McpSession

_TABLE = table_of(McpSession)
_COLUMNS = _TABLE.c.place, _TABLE.c.capabilities, _TABLE.c.created_at, _TABLE.c.ended_at
_HASHED = Prepared(
    select(*_COLUMNS).where(_TABLE.c.id_hash == bindparam("own"), _TABLE.c.place != "0")
)
_COUNTED = Prepared(select(func.count().label("count")).select_from(_TABLE))
_ROW = {
    "id_hash": "a",
    "place": "2107",
    "capabilities": {"roots": {"listChanged": True}, "é": None},
    "created_at": datetime(2026, 11, 27, 20, 15, 0, 123456, tzinfo=UTC),
}


@pytest.fixture(params=["file", "memory"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the table, and no row in it."""
    url = "memory" if request.param == "memory" else f"sqlite:///{tmp_path}/some.db"
    database = Database(url)
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection, [Base.metadata.tables["end_users"], _TABLE])
    yield database
    database.close()


@pytest.mark.requirement("SPEED-1")
def test_values_are_those_of_the_columns(db: Database) -> None:
    with db.unit():
        db.write(_TABLE.insert(), _ROW)
    with db.unit():
        row = db.read_one(_HASHED, {"own": "a"})

    assert (row.place, row.capabilities, row.created_at, row.ended_at) == (
        "2107",
        _ROW["capabilities"],
        _ROW["created_at"],
        None,
    )


@pytest.mark.requirement("SPEED-1")
def test_a_unit_of_work_sees_what_it_has_written(db: Database) -> None:
    with db.unit() as session:
        session.connection().execute(_TABLE.insert(), _ROW)
        db.write(_TABLE.insert(), _ROW | {"id_hash": "b"})
        assert db.read_one(_COUNTED, {}).count == 2
        session.rollback()
    with db.unit():
        assert db.read_one(_COUNTED, {}).count == 0


@pytest.mark.requirement("SPEED-1")
def test_to_read_one_row_of_a_file_begins_no_transaction(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/some.db")
    Base.metadata.create_all(db.engine, [Base.metadata.tables["end_users"], _TABLE])
    with db.unit():
        db.read_one(_COUNTED, {})
        assert not db.holds_transaction()
        db.write(_TABLE.insert(), _ROW)
        assert not db.holds_transaction()
        assert db.read_one(_COUNTED, {}).count == 1, "it was committed at once"
    db.close()

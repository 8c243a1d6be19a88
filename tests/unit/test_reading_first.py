"""A unit of work that reads first waits for nobody until it writes, and never writes in vain."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update

from simulator.db import Database

pytestmark = pytest.mark.requirement("SPEED-21")

#: Only a test that fails waits so long.
SECONDS = 20
COUNTERS = Table(
    "counters",
    MetaData(),
    Column("name", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A database file with one counter, which is 1."""
    db = Database(f"sqlite:///{tmp_path}/sandbox.db")
    with db.unit() as session:
        COUNTERS.create(session.connection())
        session.execute(insert(COUNTERS).values(name=1, value=1))
    yield db
    db.close()


def read(db: Database) -> int:
    """The counter, in a unit of its own."""
    with db.reading() as session:
        return int(session.scalars(select(COUNTERS.c.value)).one())


def count_elsewhere(db: Database) -> None:
    """Add 10 to the counter, in another thread, and wait for that."""

    def add() -> None:
        with db.unit() as session:
            session.execute(update(COUNTERS).values(value=COUNTERS.c.value + 10))

    thread = threading.Thread(target=add, daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert not thread.is_alive(), "it waits for who only read"


def test_who_reads_does_not_wait_for_who_writes(db: Database) -> None:
    with ExitStack() as stack:
        writing = stack.enter_context(db.unit())
        writing.execute(update(COUNTERS).values(value=2))
        seen: list[int] = []

        def look() -> None:
            with db.unit(reads_first=True) as session:
                seen.append(session.scalars(select(COUNTERS.c.value)).one())

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(SECONDS)

        assert seen == [1]
    assert read(db) == 2


def test_who_writes_after_reading_changes_what_was_written_meanwhile(db: Database) -> None:
    """SQLite alone would refuse: the snapshot is stale (SQLITE_BUSY_SNAPSHOT)."""
    with db.unit(reads_first=True) as session:
        assert session.scalars(select(COUNTERS.c.value)).one() == 1
        count_elsewhere(db)
        session.execute(update(COUNTERS).values(value=COUNTERS.c.value + 1))
        assert session.scalars(select(COUNTERS.c.value)).one() == 12

    assert read(db) == 12


def test_who_locks_rows_reads_them_anew_and_keeps_others_out(db: Database) -> None:
    with db.unit(reads_first=True) as session:
        session.scalars(select(COUNTERS.c.value)).one()
        count_elsewhere(db)

        locked = session.scalars(select(COUNTERS.c.value).with_for_update()).one()

        assert locked == 11
        assert db._queue._current is not None, "the row is not locked"


def test_a_savepoint_is_of_the_transaction_that_writes(db: Database) -> None:
    with db.unit(reads_first=True) as session:
        session.scalars(select(COUNTERS.c.value)).one()
        count_elsewhere(db)
        with session.begin_nested() as nested:
            session.execute(update(COUNTERS).values(value=0))
            nested.rollback()
        session.execute(update(COUNTERS).values(value=COUNTERS.c.value + 1))

    assert read(db) == 12


def test_after_a_commit_it_reads_first_again(db: Database) -> None:
    with db.unit(reads_first=True) as session:
        session.execute(update(COUNTERS).values(value=5))
        db.commit()
        assert session.scalars(select(COUNTERS.c.value)).one() == 5
        count_elsewhere(db)  # would wait for a write lock

    assert read(db) == 15


def test_what_was_not_committed_is_rolled_back_and_the_lock_with_it(db: Database) -> None:
    def fail() -> None:
        with db.unit(reads_first=True) as session:
            session.scalars(select(COUNTERS.c.value)).one()
            session.execute(text("UPDATE counters SET value = 99"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    count_elsewhere(db)
    assert read(db) == 11


def test_a_database_in_memory_takes_the_lock_at_once() -> None:
    """It has no WAL mode: whoever reads would block whoever writes."""
    db = Database("memory")
    with db.unit(reads_first=True) as session:
        session.execute(text("SELECT 1"))
        assert db._queue._current is not None
    db.close()

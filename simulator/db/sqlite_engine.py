"""SQLite's engine: who only reads takes no write lock, and who writes takes it in order.

A transaction that reads first and writes later may find its snapshot stale (SQLITE_BUSY_SNAPSHOT).
So a unit of work either takes the write lock before its first statement, or *reads first*: then it
reads what was committed last, and before its first statement that writes, or that locks rows, it
ends that transaction and begins one that has the write lock. What it read before may be outdated by
then, just as on PostgreSQL (READ COMMITTED), so whoever depends on it changes rows conditionally.
"""

import sqlite3
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from simulator.db.nul_characters import serialize_json
from simulator.db.sqlite_connection import QueuedConnection
from simulator.db.sqlite_dialect import LOCKING, NAME, compiled_statements
from simulator.db.write_queue import WriteQueue

#: Execution option of connections that read first.
_READS_FIRST = "simulator_reads_first"
#: So long SQLite waits for another process.
_BUSY_SECONDS = 30
#: So many connections are kept; more may be open, for whoever waits for a turn has one already.
_CONNECTIONS = 64


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def create_sqlite_engine(url: str, queue: WriteQueue, *, in_memory: bool) -> Engine:
    """Return an engine whose transactions wait for each other in order, where they write.

    Args:
        url: an SQLAlchemy URL.
        queue: where those wait that write.
        in_memory: without a file there is no WAL mode, so that whoever reads would block whoever
            writes: all wait in the queue.
    """
    engine = create_engine(
        make_url(url).set(drivername=NAME),
        json_serializer=serialize_json,
        connect_args={"timeout": _BUSY_SECONDS, "factory": QueuedConnection},
        hide_parameters=True,
        pool_size=_CONNECTIONS,
        max_overflow=-1,  # a limit would be a second queue, before the one that is in order
        pool_use_lifo=True,
    )
    engine.update_execution_options(compiled_cache=compiled_statements)
    settings = make_settings(in_memory=in_memory)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA foreign_keys = ON")
        # SQLite's own knows ASCII alone, so that a search for 'änne' would not find 'Änne'.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        own = connection.connection.driver_connection
        if connection.get_execution_options().get(_READS_FIRST):
            _execute(own, "BEGIN")  # reads what was committed last: no lock
            own.reads_so_far = True
        else:
            _lock(own, queue, settings)

    return engine


def read_first(engine: Engine, queue: WriteQueue) -> Engine:
    """Return the same engine, for units of work that read first.

    Args:
        engine: the engine of `create_sqlite_engine`, for a file.
        queue: the queue as there.
    """
    reading = engine.execution_options(**{_READS_FIRST: True})
    settings = make_settings(in_memory=False)

    @event.listens_for(reading, "before_cursor_execute")
    def _lock_before_writing(
        _connection: Any, cursor: sqlite3.Cursor, statement: str, *_: Any
    ) -> None:
        own = cast("QueuedConnection", cursor.connection)
        is_reading = statement.startswith("SELECT") and not statement.endswith(LOCKING)
        if own.reads_so_far and not is_reading:
            _execute(own, "COMMIT")
            _lock(own, queue, settings)

    return reading


def make_settings(*, in_memory: bool) -> tuple[str, ...]:
    """Return what a new connection sets in its first turn, for which it may have to wait.

    A connection is opened before its turn comes. If it waited for the lock at that moment, it
    would do so outside of the queue.

    Args:
        in_memory: whether there is no file.
    """
    return (
        f"PRAGMA journal_mode = {'MEMORY' if in_memory else 'WAL'}",
        "PRAGMA synchronous = NORMAL",
    )


def _lock(own: QueuedConnection, queue: WriteQueue, settings: tuple[str, ...]) -> None:
    """Begin a transaction that has the write lock."""
    own.reads_so_far = False
    try:
        own.take_turn(queue)
        if not own.is_set_up:
            own.set_up(settings)
        own.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        own.end_turn()
        raise _as_of_sqlalchemy("BEGIN IMMEDIATE", error) from None
    except BaseException:
        own.end_turn()
        raise


def _execute(own: QueuedConnection, statement: str) -> None:
    try:
        own.execute(statement)
    except sqlite3.DatabaseError as error:
        raise _as_of_sqlalchemy(statement, error) from None


def _as_of_sqlalchemy(statement: str, error: sqlite3.DatabaseError) -> DBAPIError:
    """Return what SQLite says of a statement of ours as SQLAlchemy says it of its own."""
    kind = OperationalError if isinstance(error, sqlite3.OperationalError) else DatabaseError
    return kind(statement, None, error)

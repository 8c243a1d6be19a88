"""Engine and units of work: every request is one transaction, and none stays open during a call."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from simulator.db.nul_characters import refuse_on, serialize_json
from simulator.db.sqlite_connection import QueuedConnection
from simulator.db.write_queue import queue_before
from simulator.errors import StartupError
from simulator.extras import lacking
from simulator.settings import MEMORY

#: So long SQLite waits for another process.
_BUSY_SECONDS = 30
#: So many connections are kept; more may be open, for whoever waits for a turn has one already.
_CONNECTIONS = 64
#: Of PostgreSQL's advisory locks, the one of whoever starts; any number would do.
_STARTING_LOCK = 8_700_002
#: Execution option of a connection whose transaction writes nothing.
_READS = "simulator_reads"


class Database:
    """The one database all systems share.

    Args:
        url: an SQLAlchemy URL, or `memory`.

    Raises:
        StartupError: the URL cannot be understood or the folder cannot be made.
    """

    def __init__(self, url: str) -> None:
        self.in_memory = url in (MEMORY, "sqlite://", "sqlite:///:memory:")
        if self.in_memory:
            # One shared in-memory file per process; StaticPool crashes under threads.
            url = f"sqlite:///file:/{uuid4().hex}?vfs=memdb&uri=true"
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise StartupError(f"'{url}' is not a database URL (sqlite:///file.db …).") from None
        sqlite = parsed.get_backend_name() == "sqlite"
        self.path = self._file_of(parsed.database) if sqlite else None
        self._queue = queue_before(self.path)
        try:
            self.engine = self._engine(url, sqlite=sqlite)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            if getattr(error, "name", None) == "psycopg":
                raise StartupError(lacking("a database of PostgreSQL", "psycopg")) from None
            raise StartupError(f"No driver for this database URL: {error}.") from None
        refuse_on(self.engine)
        self._keep_alive = self.engine.connect() if self.in_memory else None
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._current: ContextVar[Session | None] = ContextVar("unit_of_work", default=None)

    @property
    def is_postgres(self) -> bool:
        """Whether it is on PostgreSQL, where several transactions write at once."""
        return self.engine.dialect.name == "postgresql"

    def _file_of(self, name: str | None) -> Path | None:
        if self.in_memory or not name:
            return None
        path = Path(name)
        # A folder of this project is made; one elsewhere is more likely a slip of the pen.
        if not path.parent.is_dir() and Path.cwd() not in path.parent.resolve().parents:
            raise StartupError(
                f"The folder {path.parent} of the database does not exist. Make it, or choose "
                "another place with --database sqlite:///PATH (SIM_DATABASE)."
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartupError(f"Cannot make the folder {path.parent}: {error.strerror}.") from None
        with suppress(OSError):  # what is wrong with the place is told when it is opened
            path.touch(mode=0o600)  # SQLite takes an empty file for a new database
        return path

    def _engine(self, url: str, *, sqlite: bool) -> Engine:
        if not sqlite:
            return self._server_engine(url)
        engine = create_engine(
            url,
            json_serializer=serialize_json,
            connect_args={"timeout": _BUSY_SECONDS, "factory": QueuedConnection},
            hide_parameters=True,
            pool_size=_CONNECTIONS,
            max_overflow=-1,  # a limit would be a second queue, before the one that is in order
            pool_use_lifo=True,
        )

        @event.listens_for(engine, "connect")
        def _configure(connection: sqlite3.Connection, _record: Any) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves, below
            connection.execute("PRAGMA foreign_keys = ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            # A transaction that reads first and writes later could find its snapshot stale;
            # taking the write lock at once makes it wait instead.
            if connection.get_execution_options().get(_READS) and not self.in_memory:
                connection.exec_driver_sql("BEGIN")  # reads what was committed last: no lock
                return
            own = connection.connection.driver_connection
            try:
                own.take_turn(self._queue)
            except sqlite3.OperationalError as error:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from None
            try:
                for statement in (*self._settings_of(own), "BEGIN IMMEDIATE"):
                    connection.exec_driver_sql(statement)
            except BaseException:
                own.end_turn()
                raise
            own.is_set_up = True

        return engine

    def _server_engine(self, url: str) -> Engine:
        engine = create_engine(
            url, pool_pre_ping=True, hide_parameters=True, json_serializer=serialize_json
        )
        if engine.driver == "psycopg":
            from simulator.db.postgres_connection import ForgottenConnection

            @event.listens_for(engine, "do_connect")
            def _connect(_dialect: Any, _record: Any, where: Any, options: Any) -> Any:
                return ForgottenConnection.connect(*where, **{"client_encoding": "UTF8"} | options)

        return engine

    def _settings_of(self, connection: QueuedConnection) -> tuple[str, ...]:
        """Return what a new connection sets in its first turn, for which it may have to wait.

        A connection is opened before its turn comes. If it waited for the lock at that moment, it
        would do so outside of the queue.
        """
        if connection.is_set_up:
            return ()
        journal = "MEMORY" if self.in_memory else "WAL"
        return f"PRAGMA journal_mode = {journal}", "PRAGMA synchronous = NORMAL"

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Keep others from starting on this database in a `with` block, on PostgreSQL.

        Of several processes that start at the same moment, the first one fills an empty database.
        The lock ends with the process that holds it.
        """
        if not self.is_postgres:
            yield
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(select(func.pg_advisory_lock(_STARTING_LOCK)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(_STARTING_LOCK)))

    @property
    def session(self) -> Session:
        """Return the session of the current unit of work.

        Raises:
            RuntimeError: none is; open one with `unit()`.
        """
        session = self._current.get()
        if session is None:
            raise RuntimeError("No unit of work is open: wrap the call in `with db.unit():`")
        return session

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """Open a unit of work, on top of the current one if there is one.

        It commits at the end, and rolls back what is not committed when an exception leaves it.
        """
        with self._opened() as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a unit of work that writes nothing: it does not wait for those that do.

        In WAL mode SQLite shows it what was committed last. A database in memory has no such mode:
        there it waits for the one that is writing.
        """
        with self._opened() as session:
            session.connection(execution_options={_READS: True})
            yield session

    @contextmanager
    def _opened(self) -> Iterator[Session]:
        outer = self._current.get()
        with self._sessions() as session:
            self._current.set(session)
            try:
                yield session
            finally:
                self._current.set(outer)

    def commit(self) -> None:
        """Commit the current unit of work; do this before calling another system."""
        self.session.commit()

    def rollback(self) -> None:
        """Roll back what was done since the last commit."""
        self.session.rollback()

    def holds_transaction(self) -> bool:
        """Return whether the current unit of work, if any, holds locks."""
        session = self._current.get()
        return session is not None and session.in_transaction()

    @contextmanager
    def exclusive_connection(self) -> Iterator[sqlite3.Connection]:
        """Open a connection to SQLite without a transaction, undisturbed in this process.

        No unit of work may be open in this thread; those of others are waited for, in order.

        Raises:
            sqlite3.OperationalError: one is, or another stays open.
        """
        with closing(self.engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            assert isinstance(connection, QueuedConnection), "this is for SQLite alone"
            connection.take_turn(self._queue)
            try:
                for statement in self._settings_of(connection):
                    connection.execute(statement)
                connection.is_set_up = True
                yield connection
            finally:
                connection.end_turn()

    def close(self) -> None:
        """Close every connection; an in-memory database is gone then."""
        if self._keep_alive is not None:
            self._keep_alive.close()
        self.engine.dispose()

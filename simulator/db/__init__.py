"""Engine and units of work: every request is one transaction, and none stays open during a call."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import CursorResult, Engine, Executable, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from simulator.db.file_lock import hold
from simulator.db.nul_characters import refuse_on, serialize_json
from simulator.db.prepared import Prepared
from simulator.db.remembered import move_versions_on
from simulator.db.sqlite_connection import QueuedConnection
from simulator.db.sqlite_engine import create_sqlite_engine, make_settings, read_first
from simulator.db.write_queue import queue_before
from simulator.errors import StartupError
from simulator.extras import lacking
from simulator.settings import MEMORY

#: Of PostgreSQL's advisory locks, the one of whoever starts; any number would do.
_STARTING_LOCK = 8_700_002
#: Rows that a session holds, in its `info`.
_HELD = "simulator_held"


class Database:
    """The one database all systems share.

    Args:
        url: an SQLAlchemy URL, or `memory`.
        pool_size: so many connections to a server are open at most; SQLite has its own rule.

    Raises:
        StartupError: the URL cannot be understood or the folder cannot be made.

    Attributes:
        url: the URL as it was given; that of the engine names our own dialect.
        has_current_schema: False while it is migrated, or after it was to an older version.
    """

    def __init__(self, url: str, pool_size: int = 20) -> None:
        self._pool_size = pool_size
        self.in_memory = url in (MEMORY, "sqlite://", "sqlite:///:memory:")
        if self.in_memory:
            # One shared in-memory file per process; StaticPool crashes under threads.
            url = f"sqlite:///file:/{uuid4().hex}?vfs=memdb&uri=true"
        try:
            parsed = self.url = make_url(url)
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
        self._glancing = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT")
            if self.is_postgres
            else self.engine
        )
        self.has_current_schema = True
        move_versions_on(self.engine, lambda: self.has_current_schema)
        self._keep_alive = self.engine.connect() if self.in_memory else None
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        reading = read_first(self.engine, self._queue) if self.path else self.engine
        self._reading_first = sessionmaker(reading, expire_on_commit=False)
        self._current: ContextVar[Session | None] = ContextVar("unit_of_work", default=None)

    @property
    def is_postgres(self) -> bool:
        """Whether it is on PostgreSQL, where several transactions write at once."""
        return self.engine.dialect.name == "postgresql"

    def _file_of(self, name: str | None) -> Path | None:
        if self.in_memory or not name:
            return None
        path = Path(name)
        if path.is_dir():
            raise StartupError(
                f"{path} is a folder. Name a file in it: --database sqlite:///{path}/simulator.db "
                "(SIM_DATABASE)."
            )
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
        if sqlite:
            return create_sqlite_engine(url, self._queue, in_memory=self.in_memory)
        return self._server_engine(url)

    def _server_engine(self, url: str) -> Engine:
        engine = create_engine(
            url,
            pool_size=self._pool_size,
            max_overflow=0,
            pool_pre_ping=True,  # one that a restart of the server ended is made anew
            pool_use_lifo=True,
            hide_parameters=True,
            json_serializer=serialize_json,
        )
        if engine.driver == "psycopg":
            from simulator.db.postgres_connection import ForgottenConnection

            @event.listens_for(engine, "do_connect")
            def _connect(_dialect: Any, _record: Any, where: Any, options: Any) -> Any:
                return ForgottenConnection.connect(*where, **{"client_encoding": "UTF8"} | options)

        return engine

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Keep others from starting on this database in a `with` block.

        Of several processes that start at the same moment, the first one fills an empty database.
        The lock ends with the process that holds it.

        Raises:
            StartupError: there is no place for the lock file beside a database file.
        """
        if self.is_postgres:
            with self._glancing.connect() as connection:
                connection.execute(select(func.pg_advisory_lock(_STARTING_LOCK)))
                try:
                    yield
                finally:
                    connection.execute(select(func.pg_advisory_unlock(_STARTING_LOCK)))
        elif self.path is not None:
            with hold(self.path.with_name(f"{self.path.name}.starting")):
                yield
        else:
            yield

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
    def unit(self, *, reads_first: bool = False) -> Iterator[Session]:
        """Open a unit of work, on top of the current one if there is one.

        It commits at the end, and rolls back what is not committed when an exception leaves it.

        Args:
            reads_first: on SQLite, take the write lock before the first statement that writes or
                locks rows, and not before the first one of all. Then others may write between what
                it reads and what it writes, as they may on PostgreSQL in any case. A database in
                memory takes it at once.
        """
        with self._opened(self._reading_first if reads_first else self._sessions) as session:
            yield session
            if session.in_transaction():
                session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a unit of work that writes nothing: it does not wait for those that do.

        In WAL mode SQLite shows it what was committed last. A database in memory has no such mode:
        there it waits for the one that is writing.
        """
        with self._opened(self._reading_first) as session:
            yield session

    @contextmanager
    def aside(self) -> Iterator[Session]:
        """Open a unit of work of its own; where one holds a transaction, go on in that one.

        For what is written besides, whoever asks: another transaction would wait for the one that
        is open in this thread, for ever.
        """
        if self.holds_transaction():
            yield self.session
            return
        with self.unit() as session:
            yield session

    def glance(self, statement: str) -> Sequence[Sequence[Any]]:
        """Read the latest committed data, outside any open unit of work.

        For what is read so often that SQLAlchemy would be most of the cost.

        Args:
            statement: a SELECT that both databases understand, without parameters.
        """
        if self.is_postgres:
            with self._glancing.connect() as connection:
                return connection.exec_driver_sql(statement).all()
        with self._beside() as connection:
            return connection.execute(statement).fetchall()

    def read_one(self, prepared: Prepared, parameters: Mapping[str, Any]) -> Any:
        """Read one row at the beginning of a unit of work; it begins no transaction in a file.

        Args:
            prepared: what is read.
            parameters: the parameters as `Prepared.execute` takes them.

        Returns:
            The row: what was committed last, and what the unit of work has written, if anything.
        """
        session = self.session
        if self.path is None or session.in_transaction():
            return session.connection().execute(prepared.statement, parameters).one()
        with self._beside() as connection:
            return prepared.execute(connection, parameters)

    def write(self, statement: Executable, values: Mapping[str, Any]) -> None:
        """Write what nobody reads again in this unit of work.

        Where no transaction is open, that is one of its own, committed at once: a session would
        take three times as long for it.

        Args:
            statement: an INSERT or UPDATE of a table.
            values: its parameters.
        """
        session = self.session
        if session.in_transaction():
            session.connection().execute(statement, values)
            return
        with self.engine.begin() as connection:
            connection.execute(statement, values)

    @contextmanager
    def _beside(self) -> Iterator[QueuedConnection]:
        """A connection to SQLite for one SELECT outside of any transaction: it needs no lock."""
        try:
            with closing(self.engine.raw_connection()) as pooled:
                own = pooled.driver_connection
                assert isinstance(own, QueuedConnection)
                yield own
        except sqlite3.DatabaseError as error:
            raise DatabaseError("SELECT", None, error) from None

    @contextmanager
    def _opened(self, sessions: sessionmaker[Session]) -> Iterator[Session]:
        outer = self._current.get()
        with sessions() as session:
            self._current.set(session)
            try:
                yield session
            finally:
                self._current.set(outer)

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Execute a statement in the current unit of work that makes no rows of its session.

        For what is done so often that the session's own work would be most of the cost.

        Args:
            statement: on tables and columns, not on what is mapped to them.
            values: its parameters.
        """
        session = self.session
        session.flush()  # what waits there may be what it is about
        return session.connection().execute(statement, values)

    def hold(self, *rows: object) -> None:
        """Keep rows in the current unit of work until its end.

        A session forgets rows that nobody refers to; `get` finds those that are held without
        another statement.

        Args:
            *rows: the rows as they were read in it.
        """
        self.session.info.setdefault(_HELD, []).extend(rows)

    def commit(self) -> None:
        """Commit the current unit of work; do this before calling another system."""
        session = self.session
        if session.in_transaction():
            session.commit()

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
                connection.set_up(make_settings(in_memory=self.in_memory))
                yield connection
            finally:
                connection.end_turn()

    def close(self) -> None:
        """Close every connection; an in-memory database is gone then."""
        if self._keep_alive is not None:
            self._keep_alive.close()
        self.engine.dispose()

"""The contents of every table on PostgreSQL, in the memory of this process, and back again."""

import json
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from simulator.db import Database
from simulator.db.app_tables import sorted_tables

#: So often a deadlock with somebody who writes is broken by beginning again.
_ATTEMPTS = 5
_FIND_COUNTERS = text(
    "SELECT s.relname, t.relname, pg_sequence_last_value(s.oid) FROM pg_class s"
    " JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
    " JOIN pg_class t ON t.oid = d.refobjid"
    " WHERE s.relkind = 'S' AND s.relnamespace = current_schema()::regnamespace"
)
_SET_COUNTERS = text(
    "SELECT setval(name, coalesce(last, 1), last IS NOT NULL)"
    " FROM jsonb_to_recordset(CAST(:counters AS jsonb)) AS each(name text, last bigint)"
)


class PostgresContents:
    """What was in the tables at one moment; the schema stays out of it.

    `COPY` reads and writes a table in one round trip, and nothing is left in the database when
    this process ends, whatever ends it.

    Args:
        db: on PostgreSQL.
    """

    def __init__(self, db: Database) -> None:
        self._rows: dict[str, bytes] = {}
        self._closed = False
        with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            for table in sorted_tables():
                if rows := _read(connection, table):
                    self._rows[table.name] = rows
            self._counters = _read_counters(connection)

    def restore(self, db: Database) -> None:
        """Put it back in one transaction; those of others that write are waited for.

        Args:
            db: on PostgreSQL, with the tables.

        Raises:
            ValueError: it was closed.
        """
        if self._closed:
            raise ValueError("This snapshot is closed.")
        for last in (*[False] * (_ATTEMPTS - 1), True):
            try:
                with db.engine.begin() as connection:
                    self._restore(connection)
            except OperationalError as error:
                # Who holds a lock that we wait for may want one that we hold.
                if last or getattr(error.orig, "sqlstate", None) != "40P01":
                    raise
            else:
                return

    def _restore(self, connection: Connection) -> None:
        tables = list(sorted_tables())
        names = ", ".join(table.name for table in tables)
        # Readers go on reading what was there before.
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        connection.exec_driver_sql("".join(f"{table.delete()};" for table in reversed(tables)))
        for table in tables:
            if table.name in self._rows:
                _write(connection, table, self._rows[table.name])
        connection.execute(_SET_COUNTERS, {"counters": json.dumps(self._counters)})

    def close(self) -> None:
        """Free the memory."""
        self._closed = True
        self._rows.clear()


def _columns(table: Table) -> str:
    """The columns by name: a database that was migrated has them in another order."""
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _read(connection: Connection, table: Table) -> bytes:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({_columns(table)}) TO STDOUT") as copy:
        return b"".join(copy)


def _write(connection: Connection, table: Table, rows: bytes) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({_columns(table)}) FROM STDIN") as copy:
        copy.write(rows)


def _read_counters(connection: Connection) -> list[dict[str, Any]]:
    """Where PostgreSQL counts on; None of a number that nobody has been given yet."""
    own = {table.name for table in sorted_tables()}
    found = connection.execute(_FIND_COUNTERS)
    return [{"name": name, "last": last} for name, table, last in found if table in own]

"""Keep the whole contents of a SQLite database, and put them back in a moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from simulator.db import Database
from simulator.errors import StartupError


class Snapshot:
    """The contents of a database at one moment, in memory.

    Args:
        db: no unit of work of it may be open.

    Raises:
        StartupError: it is no SQLite database.
    """

    def __init__(self, db: Database) -> None:
        self._pages = sqlite3.connect(":memory:", check_same_thread=False)
        with _connection(db) as connection:
            connection.backup(self._pages)

    def restore(self, db: Database) -> None:
        """Make a database what it was; units of work that are open elsewhere are waited for."""
        with _connection(db) as connection:
            self._pages.backup(connection)

    def close(self) -> None:
        """Give the memory back."""
        self._pages.close()


def can_snapshot(db: Database) -> bool:
    """Whether the database is one that snapshots can be taken of."""
    return db.engine.dialect.name == "sqlite"


@contextmanager
def _connection(db: Database) -> Iterator[sqlite3.Connection]:
    if not can_snapshot(db):
        raise StartupError("Snapshots need SQLite: use --database sqlite:///FILE, or memory.")
    with closing(db.engine.raw_connection()) as pooled:
        assert pooled.driver_connection is not None
        yield pooled.driver_connection

"""Store the whole contents of a database in memory, and put them back in a moment."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator.clock import ClockState
from simulator.db import Database
from simulator.db.postgres_contents import PostgresContents
from simulator.db.sqlite_connection import QueuedConnection
from simulator.errors import NotFound, SimulatorError

#: So many are kept under a name.
MOST = 50
#: What a snapshot may be called, as a regular expression.
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class BadName(SimulatorError):
    """A snapshot cannot have this name."""

    status = 422


class TooManySnapshots(SimulatorError):
    """As many are kept as may be: each is a whole database in memory."""

    status = 409


class SnapshotError(SimulatorError):
    """The database is none that snapshots can be taken of."""


class _SqliteContents:
    """The pages of a SQLite database.

    Args:
        db: on SQLite.
    """

    def __init__(self, db: Database) -> None:
        self._pages = sqlite3.connect(":memory:", check_same_thread=False, factory=QueuedConnection)
        with db.exclusive_connection() as connection:
            connection.backup(self._pages)

    def restore(self, db: Database) -> None:
        """Put them back."""
        with db.exclusive_connection() as connection:
            self._pages.backup(connection)

    def close(self) -> None:
        """Free the memory."""
        self._pages.close()


class Snapshot:
    """The contents of a database at one moment, in memory.

    Args:
        db: no unit of work of it may be open in this thread.
        accepted: the accounts that are used on purpose then, for the isolation oracle.

    Raises:
        SnapshotError: it is neither SQLite nor PostgreSQL.
    """

    def __init__(self, db: Database, accepted: frozenset[tuple[str, str]] = frozenset()) -> None:
        if not can_snapshot(db):
            raise SnapshotError(
                "Snapshots need SQLite or PostgreSQL: use --database sqlite:///FILE, memory, or "
                "postgresql+psycopg://…"
            )
        self.accepted = accepted
        self._contents = PostgresContents(db) if db.is_postgres else _SqliteContents(db)

    def restore(self, db: Database) -> None:
        """Make a database what it was; units of work that are open elsewhere are waited for.

        Args:
            db: of the same kind as the one that the snapshot was taken of.
        """
        self._contents.restore(db)

    def close(self) -> None:
        """Free the memory."""
        self._contents.close()


@dataclass(frozen=True, kw_only=True)
class NamedSnapshot:
    """A snapshot that has a name.

    Attributes:
        name: 1 to 64 letters, digits and `. _ -`, the first one a letter or digit.
        scenario: the scenario that its world was made from.
        at: its simulated moment.
        clock_state: to go on from, for `Clock.restore`.
        contents: the contents of the database.
    """

    name: str
    scenario: str | None
    at: datetime
    clock_state: ClockState
    contents: Snapshot


class SnapshotStore:
    """Snapshots by name; a new one under an old name replaces it."""

    def __init__(self) -> None:
        self._snapshots: dict[str, NamedSnapshot] = {}

    def __iter__(self) -> Iterator[NamedSnapshot]:
        return iter(sorted(self._snapshots.values(), key=lambda snapshot: snapshot.name))

    def check(self, name: str) -> None:
        """Check that a snapshot of this name can be added.

        Raises:
            BadName: nothing can have this name.
            TooManySnapshots: there are `MOST` others.
        """
        check_name(name)
        if name not in self._snapshots and len(self._snapshots) >= MOST:
            raise TooManySnapshots(
                f"{MOST} snapshots are kept, each a whole database in memory: drop one first."
            )

    def add(self, snapshot: NamedSnapshot) -> None:
        """Add a snapshot, in place of the one of that name.

        Raises:
            BadName: nothing can have its name.
            TooManySnapshots: there are `MOST` others.
        """
        self.check(snapshot.name)
        replaced = self._snapshots.get(snapshot.name)
        self._snapshots[snapshot.name] = snapshot
        if replaced:
            replaced.contents.close()

    def get(self, name: str) -> NamedSnapshot:
        """Return the snapshot of this name.

        Raises:
            NotFound: there is none; the message names those there are.
        """
        if name not in self._snapshots:
            known = ", ".join(sorted(self._snapshots)) or "none"
            raise NotFound(f"There is no snapshot '{name}'. Kept: {known}.")
        return self._snapshots[name]

    def drop(self, name: str) -> None:
        """Remove a snapshot and free its memory.

        Raises:
            NotFound: it does not exist.
        """
        snapshot = self.get(name)
        del self._snapshots[name]
        snapshot.contents.close()

    def close(self) -> None:
        """Remove all snapshots."""
        for name in list(self._snapshots):
            self.drop(name)


def check_name(name: str) -> str:
    """Return the name, if a snapshot may have it.

    Raises:
        BadName: it may not.
    """
    if not re.fullmatch(NAME, name):
        raise BadName(
            "A snapshot's name is 1 to 64 letters, digits and . _ - and starts with a letter or "
            "digit."
        )
    return name


def can_snapshot(db: Database) -> bool:
    """Return whether the database is one that snapshots can be taken of."""
    return db.engine.dialect.name in ("sqlite", "postgresql")

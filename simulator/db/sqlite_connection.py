"""A connection to SQLite that waits for its turn, gives it back, and closes by itself."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress

from simulator.db.write_queue import Turn, WriteQueue

#: How often a setting is tried again; each time, another process was quicker.
_TRIES = 20


class QueuedConnection(sqlite3.Connection):
    """A connection that has a turn at the write lock for as long as its transaction lasts.

    It is closed when it is forgotten, of which Python 3.13 warns otherwise: a pool that is disposed
    of forgets what is in use then, such as by a request whose client hung up; and tests forget
    whole databases.

    Attributes:
        is_set_up: whether it had its first turn, in which its settings are made.
        reads_so_far: whether its transaction has no write lock, and takes it before it writes.
    """

    reads_so_far = False
    is_set_up = False
    _turn: Turn | None = None

    def take_turn(self, queue: WriteQueue) -> None:
        """Wait until nobody who came before uses the database.

        Raises:
            sqlite3.OperationalError: see `WriteQueue.enter`.
        """
        self.end_turn()
        self._turn = Turn(queue)  # before the wait: an interrupt right after it must not lose it
        self._turn.take()

    def set_up(self, settings: Iterable[str]) -> None:
        """Make its settings, in its first turn.

        Args:
            settings: statements.

        Raises:
            sqlite3.OperationalError: another process has the database for longer than the timeout,
                or again and again.
        """
        for statement in settings:
            self._execute_alone(statement)
        self.is_set_up = True

    def _execute_alone(self, statement: str) -> None:
        """Execute what no other process may be reading or writing beside.

        A change of the journal mode waits for nobody: "database is locked" comes at once, as where
        two processes open a new file. Whoever has the database exclusively has waited for all.
        """
        for _ in range(_TRIES):
            try:
                self.execute(statement)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                self.execute("BEGIN EXCLUSIVE")  # waits, for as long as the timeout
                self.execute("ROLLBACK")
            else:
                return
        self.execute(statement)

    def end_turn(self) -> None:
        """Call the next one, if this one has its turn."""
        if self._turn is not None:
            self._turn.give_back()
            self._turn = None

    def commit(self) -> None:
        super().commit()  # where it fails, the transaction and the turn last until the rollback
        self.end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.end_turn()

    def __del__(self) -> None:
        with suppress(sqlite3.Error):  # it may never have been opened
            self.close()

"""Turns at SQLite's write lock: who asked first is served first, in one process."""

import threading
from collections import deque
from pathlib import Path
from sqlite3 import OperationalError
from weakref import WeakValueDictionary

#: So long nothing may move before whoever waits gives up, in seconds.
PATIENCE = 30.0


class Turn:
    """A place in the queue; whose turn it is may begin a transaction.

    Args:
        queue: where to wait, once it is taken.

    Attributes:
        thread: the one that waits for it, or has it.
    """

    def __init__(self, queue: "WriteQueue") -> None:
        self.thread = threading.current_thread()
        self._queue = queue
        # A bare lock: a connection that is forgotten gives its turn back whenever Python finds it,
        # also while this thread is on its way into or out of a wait. An Event would not bear that.
        self._called = threading.Lock()
        self._called.acquire()

    def take(self) -> None:
        """Wait until it has come; see `WriteQueue.enter`."""
        self._queue.enter(self)

    def call(self) -> None:
        """Say that it has come."""
        self._called.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the call; returns whether it came."""
        return self._called.acquire(timeout=seconds)

    def give_back(self) -> None:
        """Let the next one have it; once is enough, and any thread may."""
        self._queue.leave(self)


class WriteQueue:
    """The queue before one database file.

    SQLite's own way to wait, the busy handler, sleeps and tries again: whoever wakes up at the
    right moment is served, and who is unlucky waits for long. Here each one is called when the one
    before is done. Other processes have queues of their own; between them the busy handler
    decides, for the one whose turn it is.

    A turn belongs to a connection, not to a thread, and the queue refers to no connection: one that
    nobody refers to any more is collected, and gives its turn back.
    """

    def __init__(self) -> None:
        # Re-entrant, for the same reason as in Turn; every step below leaves the queue whole.
        self._mutex = threading.RLock()
        self._waiting: deque[Turn] = deque()
        self._current: Turn | None = None
        self._served = 0

    def enter(self, turn: Turn) -> None:
        """Wait for a turn, behind all who came before.

        Raises:
            sqlite3.OperationalError: this thread has one already and would wait for itself, or
                nobody was served for `PATIENCE` seconds.
        """
        try:
            with self._mutex:
                current = self._current
                if current is not None and current.thread is turn.thread:
                    raise OperationalError(
                        "database is locked by this very thread: commit or roll back the unit of "
                        "work that is open before another one begins a transaction"
                    )
                self._waiting.append(turn)
                self._call_next()
            self._wait(turn)
        except BaseException:  # an interrupt, too: nobody may wait behind one who is gone
            self.leave(turn)
            raise

    def leave(self, turn: Turn) -> None:
        """Give a turn back, or a place in the queue up; neither is had twice."""
        with self._mutex:
            if turn is self._current:
                self._current = None
                self._served += 1
            elif turn in self._waiting:
                self._waiting.remove(turn)
            self._call_next()

    def _call_next(self) -> None:
        if self._current is None and self._waiting:
            self._current = self._waiting.popleft()
            self._current.call()

    def _wait(self, turn: Turn) -> None:
        """Wait as long as the queue moves: a long one is no reason to give up."""
        served = self._served
        while not turn.wait(PATIENCE):
            if served == self._served:
                error = OperationalError(
                    f"database is locked: nobody was served for {PATIENCE:g} s, because a "
                    "transaction stays open"
                )
                error.sqlite_errorname = "SQLITE_BUSY"
                raise error
            served = self._served


_queues: WeakValueDictionary[Path, WriteQueue] = WeakValueDictionary()
_lock = threading.Lock()


def queue_before(path: Path | None) -> WriteQueue:
    """Return the one queue before a database file, or a new one before a database in memory.

    Args:
        path: the path of the file, however it is spelled; None for a database in memory.
    """
    if path is None:
        return WriteQueue()
    with _lock:
        return _queues.setdefault(path.resolve(), WriteQueue())

"""Who asked first for SQLite's write lock gets it first, and nobody waits for one who is gone."""

import gc
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from simulator.db import Database, write_queue
from simulator.db.snapshot import Snapshot
from simulator.db.write_queue import Turn, WriteQueue, queue_before

pytestmark = pytest.mark.requirement("CORE-17")
#: More than a pool would let in by itself.
PEOPLE = 24
#: Only a test that fails waits so long.
SECONDS = 20


class Line(deque[Turn]):
    """The places of a queue; who looks on is told of each newcomer."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Semaphore(0)

    def clear_count(self) -> None:
        """Only who comes from now on is told of."""
        self.came = threading.Semaphore(0)

    def append(self, turn: Turn, /) -> None:
        """Stand at the end."""
        super().append(turn)
        self.came.release()


@pytest.fixture(params=["memory", "file"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each kind of SQLite database, with one table."""
    url = "memory" if request.param == "memory" else f"sqlite:///{tmp_path}/sandbox.db"
    db = Database(url)
    with db.unit() as session:
        session.execute(text("CREATE TABLE served (who INTEGER PRIMARY KEY)"))
    yield db
    db.close()


@pytest.fixture
def line(db: Database) -> Line:
    """Who waits for the database; the one who has it stands in it no more."""
    found = db._queue._waiting = Line()
    return found


def serve(db: Database, who: int) -> None:
    """Somebody's unit of work."""
    with db.unit() as session:
        session.execute(text("INSERT INTO served (who) VALUES (:who)"), {"who": who})


def serve_twice(db: Database, who: int) -> None:
    """Fail in the middle of the unit of work that is open."""
    for _ in range(2):
        db.session.execute(text("INSERT INTO served (who) VALUES (:who)"), {"who": who})


def served(db: Database) -> list[int]:
    """Who was served, in the order of the rows' insertion."""
    with db.unit() as session:
        return list(session.scalars(text("SELECT who FROM served ORDER BY rowid")))


def start(line: Line, work: Callable[..., object], *args: Any) -> threading.Thread:
    """A thread that stands in the line when this returns."""
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    assert line.came.acquire(timeout=SECONDS)
    return thread


def finish(*threads: threading.Thread) -> None:
    """All of them are done."""
    for thread in threads:
        thread.join(timeout=SECONDS)
        assert not thread.is_alive()


def hold(db: Database, line: Line) -> None:
    """Begin a transaction in the unit of work that is open."""
    db.session.execute(text("SELECT 1"))
    assert line.came.acquire(timeout=SECONDS)


def test_the_order_of_arrival_is_the_order_of_service(db: Database, line: Line) -> None:
    order: list[int] = []

    def work(who: int) -> None:
        with db.unit() as session:
            session.execute(text("SELECT 1"))
            order.append(who)

    people = list(range(PEOPLE, 0, -1))
    with db.unit():
        hold(db, line)
        threads = [start(line, work, who) for who in people]
        assert order == []
    finish(*threads)

    assert order == people


def test_who_comes_back_stands_behind_those_who_wait(db: Database, line: Line) -> None:
    """A commit lets the next one in: nobody takes turn after turn while others wait."""
    order: list[str] = []

    def work(who: str) -> None:
        with db.unit() as session:
            for _ in range(3):
                session.execute(text("SELECT 1"))
                order.append(who)
                others.acquire(timeout=SECONDS)
                session.commit()

    others = threading.Semaphore(0)
    with db.unit():
        hold(db, line)
        threads = [start(line, work, who) for who in "ab"]
    for _ in range(4):  # whoever commits stands in line again before the other one goes on
        others.release()
        assert line.came.acquire(timeout=SECONDS)
    for _ in range(2):
        others.release()
    finish(*threads)

    assert order == ["a", "b", "a", "b", "a", "b"]


def test_a_second_transaction_in_one_thread_is_refused_at_once(db: Database) -> None:
    """It would wait for itself; the first one goes on, and others are served after it."""
    with db.unit() as session:
        session.execute(text("INSERT INTO served (who) VALUES (1)"))
        with pytest.raises(OperationalError, match="by this very thread"), db.unit():
            db.session.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="by this very thread"):
            Snapshot(db)
        session.execute(text("INSERT INTO served (who) VALUES (2)"))

    finish(_thread(serve, db, 3))
    assert served(db) == [1, 2, 3]


def test_units_nest_where_none_holds_a_transaction(db: Database) -> None:
    """As in a call between systems: what was done before it is committed."""
    with db.unit() as outer:
        with db.unit():
            serve(db, 1)
            db.commit()
        outer.execute(text("INSERT INTO served (who) VALUES (2)"))
        db.commit()
        serve(db, 3)
        outer.execute(text("INSERT INTO served (who) VALUES (4)"))

    assert served(db) == [1, 2, 3, 4]


def test_a_failure_lets_the_next_one_in(db: Database) -> None:
    serve(db, 1)
    with pytest.raises(IntegrityError), db.unit() as session:
        session.execute(text("INSERT INTO served (who) VALUES (1)"))

    finish(_thread(serve, db, 2))
    assert served(db) == [1, 2]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_while_it_waits_keeps_nobody_waiting(
    db: Database, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of the line, or in the moment that it is called."""
    wait = Turn.wait
    dying = threading.Event()

    def die(turn: Turn, seconds: float) -> bool:
        if turn.thread.name == "dies at once":
            raise KeyboardInterrupt
        called = wait(turn, seconds)
        if turn.thread.name == "dies when called":
            dying.set()
            raise KeyboardInterrupt
        return called

    monkeypatch.setattr(Turn, "wait", die)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    with db.unit():
        hold(db, line)
        first = start(line, serve, db, 1)
        gone = [_named(line, "dies at once", db, 8), _named(line, "dies when called", db, 9)]
        last = start(line, serve, db, 2)
        finish(gone[0])
        assert len(line) == 3
    finish(first, *gone, last)

    assert dying.is_set()
    assert served(db) == [1, 2]


def test_a_thread_that_ends_in_a_transaction_keeps_nobody_waiting(db: Database) -> None:
    """Its session is forgotten with it, the connection comes back, and so does the turn."""

    def leave_open() -> None:
        Session(db.engine).execute(text("INSERT INTO served (who) VALUES (1)"))

    finish(_thread(leave_open))
    gc.collect()

    finish(_thread(serve, db, 2))
    assert served(db) == [2]


def test_who_waits_gives_up_when_nobody_is_served(
    db: Database, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the words of SQLite; whoever comes later is served."""
    monkeypatch.setattr(write_queue, "PATIENCE", 0.01)
    refusals: list[OperationalError] = []

    def work() -> None:
        try:
            serve(db, 1)
        except OperationalError as error:
            refusals.append(error)

    with db.unit():
        hold(db, line)
        finish(_thread(work))
    finish(_thread(serve, db, 2))

    assert [str(error.orig).split(":")[0] for error in refusals] == ["database is locked"]
    assert served(db) == [2]


def test_a_long_line_that_moves_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience runs out ten times, and each time somebody was served meanwhile."""
    queue = WriteQueue()
    before = Turn(queue)
    before.take()
    last, rounds = Turn(queue), iter(range(10))

    def wait(_turn: Turn, _seconds: float) -> bool:
        for _ in rounds:
            queue._served += 1
            return False
        return True

    monkeypatch.setattr(Turn, "wait", wait)
    thread = _thread(_take_as_another, queue, last)
    finish(thread)

    assert next(rounds, None) is None
    assert queue._waiting.popleft() is last


def test_keeping_and_putting_back_wait_for_their_turn(db: Database, line: Line) -> None:
    """A snapshot shows what was done before it was asked for, and nothing of what came after."""
    serve(db, 1)
    before, snapshots = Snapshot(db), list[Snapshot]()
    line.clear_count()
    with db.unit():
        hold(db, line)
        threads = [
            start(line, serve, db, 2),
            start(line, lambda: snapshots.append(Snapshot(db))),
            start(line, serve, db, 3),
            start(line, before.restore, db),
            start(line, serve, db, 4),
        ]
    finish(*threads)

    assert served(db) == [1, 4]
    snapshots[0].restore(db)
    assert served(db) == [1, 2]
    for each in (before, *snapshots):
        each.close()


def test_a_unit_that_is_over_holds_no_turn(db: Database) -> None:
    """Nor does one that failed, nor one that was opened within another that has none."""
    with db.unit(), db.unit():
        db.session.execute(text("INSERT INTO served (who) VALUES (1)"))
    finish(_thread(serve, db, 2))
    with pytest.raises(IntegrityError), db.unit():
        serve_twice(db, 9)
    finish(_thread(serve, db, 3))

    assert served(db) == [1, 2, 3]


def test_all_that_open_one_file_stand_in_one_line(tmp_path: Path) -> None:
    """However its path is spelled; another file has a line of its own, and so has any in memory."""
    file = tmp_path / "sandbox.db"
    link = tmp_path / "link.db"
    link.symlink_to(file)
    first = Database(f"sqlite:///{file}")
    same = [Database(f"sqlite:///{path}") for path in (file, link, tmp_path / "." / "sandbox.db")]
    other = [Database(f"sqlite:///{tmp_path}/other.db"), Database("memory"), Database("memory")]

    assert all(each._queue is first._queue for each in same)
    assert len({id(each._queue) for each in (first, *other)}) == 4
    for each in (first, *same, *other):
        each.close()
    queue = queue_before(file)
    assert queue is first._queue


def test_another_process_is_waited_for_behind_the_queue(tmp_path: Path) -> None:
    """By SQLite's own busy handler: the queue knows nothing of a connection from elsewhere."""
    url = f"{tmp_path}/sandbox.db"
    db = Database(f"sqlite:///{url}")
    with db.unit() as session:
        session.execute(text("CREATE TABLE served (who INTEGER PRIMARY KEY)"))
    line = db._queue._waiting = Line()
    with closing(sqlite3.connect(url, isolation_level=None)) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")
        elsewhere.execute("INSERT INTO served (who) VALUES (1)")
        threads = [start(line, serve, db, 2), start(line, serve, db, 3)]
        elsewhere.execute("COMMIT")
        finish(*threads)

    assert served(db) == [1, 2, 3]
    db.close()


def _thread(work: Callable[..., object], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread


def _named(line: Line, name: str, db: Database, who: int) -> threading.Thread:
    thread = threading.Thread(target=serve, args=(db, who), name=name, daemon=True)
    thread.start()
    assert line.came.acquire(timeout=SECONDS)
    return thread


def _take_as_another(queue: WriteQueue, turn: Turn) -> None:
    turn.thread = threading.current_thread()
    queue.enter(turn)

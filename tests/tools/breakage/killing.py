"""kill -9 before each statement that writes, and before each commit, of every write path.

A copy of a prepared database is opened by a child, which kills itself at one point; then `doctor`
has to find nothing wrong, nothing may be half stored, and the whole way has to be gone.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, event, select

from simulator.db.tables import Connection, OAuthCode, OAuthToken, Workspace
from simulator.sandbox.database_check import check_database
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.tools.breakage.places import Place
from tests.tools.breakage.write_paths import STARTS, WRITE_PATHS, check_whole_way

_NOWHERE = 10**9
#: Tells the parent.
Say = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Killed:
    """What came of one write path.

    Attributes:
        path: its name.
        points: how many places there are where it could be killed.
        killed: how often it was.
        problems: what was wrong afterwards.
    """

    path: str
    points: int
    killed: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """One line."""
        verdict = "; ".join(self.problems) or "whole each time"
        return f"{self.path:<34} {self.killed:>4} of {self.points:>4} points: {verdict}"


def kill_everywhere(place: Place, most: int) -> Iterator[Killed]:
    """Kill each write path at its points.

    Args:
        place: where databases are.
        most: so many points of a path, evenly spread; all of them if there are fewer.
    """
    with place.copy("seeded") as settings:  # children find imported what this one needed
        check_whole_way(settings)
    for name in (*WRITE_PATHS, *STARTS):
        yield _kill_in(place, name, most)


def _kill_in(place: Place, name: str, most: int) -> Killed:
    kind = STARTS.get(name, "seeded")
    with place.copy(kind) as settings:
        points = int(_in_child(partial(_run, settings, name, _NOWHERE))[1])
    chosen = sorted({1 + (2 * index + 1) * points // (2 * most) for index in range(most)})
    problems, killed = [], 0
    for point in range(1, points + 1) if points <= most else chosen:
        with place.copy(kind) as settings:
            status, _ = _in_child(partial(_run, settings, name, point))
            killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            status, found = _in_child(partial(_examine, settings, name))
            if status or found:
                problems.append(f"point {point}: {found or 'the check failed'}")
    return Killed(path=name, points=points, killed=killed, problems=tuple(problems))


def _run(settings: Settings, name: str, point: int, say: Say) -> None:
    """In the child: do it, be killed at a point, or say how many points there were."""
    seen = 0

    def reach() -> None:
        nonlocal seen
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            reach()

    def watch() -> None:
        event.listen(Engine, "before_cursor_execute", before_statement)
        event.listen(Engine, "commit", lambda _connection: reach())

    if name in STARTS:
        watch()
        Simulator(settings).close()
    else:
        demo = Simulator(settings)
        watch()
        WRITE_PATHS[name](demo)
    say(str(seen))


def _examine(settings: Settings, name: str, say: Say) -> None:
    """In another child: say what is wrong, if anything is."""
    wrong = [each.sentence for each in check_database(settings) if not each.is_well]
    if not wrong:
        with Simulator(settings) as simulator:
            wrong += _find_halves(simulator)
    if not wrong and name != "migration from the first version":  # that world has nobody in it
        check_whole_way(settings)
    say("; ".join(wrong))


def _find_halves(simulator: Simulator) -> Iterator[str]:
    """What is stored without what belongs to it."""
    with simulator.world.db.reading() as session:
        if len(session.scalars(select(Workspace.id)).all()) != 1:
            yield "there is not one workspace"
        if not simulator.id:
            yield "the world has no id"
        connected = select(Connection).where(Connection.authorization_status == "success")
        for row in session.scalars(connected):
            if row.connected and row.access_token_sealed is None:
                yield f"connection {row.id} is connected without a token"
        families = set(session.scalars(select(OAuthToken.family)))
        used = select(OAuthCode.code_hash).where(OAuthCode.used_at.is_not(None))
        if lost := [code for code in session.scalars(used) if code not in families]:
            yield f"{len(lost)} codes were redeemed for nothing"


def _in_child(act: Callable[[Say], None]) -> tuple[int, str]:
    """Act in a copy of this process; returns its wait status, and what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            act(lambda text: os.write(writing, text.encode()))
        except BaseException:
            traceback.print_exc(file=sys.stderr)
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    return os.waitpid(child, 0)[1], text

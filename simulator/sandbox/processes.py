"""Which processes serve a database: each has a journal and a control API of its own."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update

from simulator.clock import has_expired, stopwatch
from simulator.db.tables import ServingProcess
from simulator.db.upsert import insert_missing
from simulator.world import World

#: How often, in real seconds, a process that is asked something says that it is there.
_ANNOUNCE_EVERY = 20.0
#: After so long a silence one on another machine is taken for gone; here it is looked for.
_SILENCE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process that serves the database.

    Attributes:
        pid: its number on its machine.
        machine: the machine's name.
        control: the origin of its control API; empty where it has none.
        is_this: whether it is the one that answers.
    """

    pid: int
    machine: str
    control: str
    is_this: bool

    def __str__(self) -> str:
        """As a sentence names it."""
        return self.control or f"process {self.pid} of {self.machine}"


class Processes:
    """The processes that serve the database of a world.

    Args:
        world: the world; of a database in memory nothing is kept.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._id = ""
        self._control = ""
        self._announced = 0.0

    def enter(self, control: str) -> None:
        """Say that this process serves the database from now on.

        Args:
            control: the origin of its control API; empty where it has none.
        """
        if self._world.db.in_memory:
            return
        self._id = self._id or self._world.randomness.hex("process", 8)
        self._control = control
        with self._world.db.unit() as session:
            if control:  # who had this port is gone
                session.execute(
                    delete(ServingProcess).where(
                        ServingProcess.machine == platform.node(), ServingProcess.control == control
                    )
                )
        self._announce()

    def stay(self) -> None:
        """Say now and then that this process is still there, where others cannot look for it.

        A file of SQLite is one machine's: whoever reads there waits for nobody who writes.
        """
        must = self._world.db.is_postgres or os.name != "posix"
        if must and self._id and stopwatch() - self._announced > _ANNOUNCE_EVERY:
            self._announce()

    def reenter(self) -> None:
        """Say it anew, in a world that was made anew."""
        if self._id:
            self._announce()

    def leave(self) -> None:
        """Say that this process ends."""
        if self._id:
            with self._world.db.unit() as session:
                session.execute(delete(ServingProcess).where(ServingProcess.id == self._id))
            self._id = ""

    def list_all(self) -> list[Process]:
        """Return those that are there, as far as can be told: this one first."""
        this = Process(
            pid=os.getpid(), machine=platform.node(), control=self._control, is_this=True
        )
        if self._world.db.in_memory:
            return [this]
        with self._world.db.reading() as session:
            others = select(ServingProcess).where(ServingProcess.id != self._id)
            order = (ServingProcess.control, ServingProcess.id)
            rows = session.scalars(others.order_by(*order)).all()
            now = _utc(session.scalar(select(func.now())))
        there = (
            Process(pid=row.pid, machine=row.machine, control=row.control, is_this=False)
            for row in rows
            if _is_there(row, now)
        )
        return [this, *there]

    def list_others(self) -> list[Process]:
        """Return those whose journal and oracle are not this process's."""
        return [each for each in self.list_all() if not each.is_this]

    def _announce(self) -> None:
        self._announced = stopwatch()
        own = {"pid": os.getpid(), "machine": platform.node(), "control": self._control}
        with self._world.db.aside() as session:
            if not insert_missing(session, ServingProcess, {"id": self._id}, **own):
                mine = update(ServingProcess).where(ServingProcess.id == self._id)
                session.execute(mine.values(seen_at=func.now()))


def _is_there(row: ServingProcess, now: datetime) -> bool:
    if row.machine != platform.node() or os.name != "posix":
        return not has_expired(row.seen_at + _SILENCE, now)
    try:
        os.kill(row.pid, 0)  # asks, and sends nothing
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def _utc(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

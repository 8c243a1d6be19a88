"""What the processes on one database agree on: the time, the faults, and which world there is.

Each of them keeps a copy. At the door of each request it compares that with the database, by one
statement; journal and oracle are its own. A database in memory is seen by one process alone.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from simulator.clock import Change, ClockState
from simulator.db.remembered import CATALOGUE
from simulator.db.tables import Fact, PlantedFault, Version
from simulator.db.upsert import get_or_create
from simulator.faults import Faults
from simulator.sandbox.processes import Processes
from simulator.world import WORLD_FACT, World

CLOCK = "clock"
_FAULTS = "faults"
_GLANCE = f"""
    SELECT name, value FROM {Fact.__tablename__} WHERE name IN ('{WORLD_FACT}', '{CLOCK}')
    UNION ALL
    SELECT name, value FROM {Version.__tablename__} WHERE name = '{CATALOGUE}'
    UNION ALL
    SELECT '{_FAULTS}', CAST(count(*) AS VARCHAR) FROM {PlantedFault.__tablename__}
    WHERE NOT cleared
"""  # noqa: S608  # names of ours alone
_MICROSECOND = timedelta(microseconds=1)
_log = logging.getLogger("simulator")


class Sharing:
    """The copy of one process.

    Args:
        world: the world whose clock it sets.
        faults: the faults of this process.
        processes: those that serve the database.
        follow: called when another process has made the world anew.
    """

    def __init__(
        self, world: World, faults: Faults, processes: Processes, follow: Callable[[], None]
    ) -> None:
        self._world, self._faults, self._processes = world, faults, processes
        self._follow = follow
        self._clock = write_clock(ClockState())
        #: Grows with each change by this process: what was read before it is out of date.
        self._changes = 0
        self._lock = Lock()
        if not world.db.in_memory:
            world.clock.keeper = self._keep_clock

    def begin(self, world_id: str) -> None:
        """Say that this process made the world that is there now, or found it when it started."""
        self._changes += 1
        self._world.known.id = world_id

    def refresh(self) -> str | None:
        """Take over what other processes changed; called before a request is answered.

        Returns:
            The version of the catalogue (`simulator.db.remembered`), or None where it was not read.
        """
        if self._world.db.in_memory:
            return None
        before = self._changes
        try:
            there: dict[str, str] = dict(self._world.db.glance(_GLANCE))  # type: ignore[arg-type]
            if self._changes != before:
                return None  # this process knows it better by now; the next request looks again
            self._take_over(there)
            self._processes.stay()
            return there.get(CATALOGUE)
        except SQLAlchemyError:
            # Whoever is asked needs the database, too, and says so in a shape of its own.
            _log.debug("The database was not read at the door.", exc_info=True)
        return None

    def _take_over(self, there: dict[str, str]) -> None:
        with self._lock:  # of several requests at once, one follows
            known, current = self._world.known, there.get(WORLD_FACT, "")
            before, known.id = known.id, current
            if before != current:
                self._follow()
        clock = there.get(CLOCK, write_clock(ClockState()))
        if clock != self._clock:
            self._clock = clock
            self._world.clock.adopt(read_clock(clock))
        if there[_FAULTS] != "0" or any(self._faults):
            self._faults.refresh()

    def _keep_clock(self, change: Change) -> ClockState:
        """Change the time of all processes; as `Clock.keeper`."""
        now = self._world.clock.now()
        with self._world.db.aside() as session:
            default = write_clock(ClockState())
            fact = get_or_create(session, Fact, {"name": CLOCK}, value=default, updated_at=now)
            state = change(read_clock(fact.value))
            fact.value, fact.updated_at = write_clock(state), now
            session.flush()
        self._changes += 1
        self._clock = write_clock(state)
        return state


def write_clock(state: ClockState) -> str:
    """Return the state of a clock as the database holds it.

    Args:
        state: the state of a clock.
    """
    at = state.stopped_at
    written = {"stopped_at": at.isoformat()} if at else {"offset_us": state.offset // _MICROSECOND}
    return json.dumps(written)


def read_clock(text: str) -> ClockState:
    """Return what `write_clock` wrote.

    Args:
        text: as it wrote it.
    """
    written = json.loads(text)
    if at := written.get("stopped_at"):
        return ClockState(stopped_at=datetime.fromisoformat(at))
    return ClockState(offset=written["offset_us"] * _MICROSECOND)

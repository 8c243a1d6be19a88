"""Faults in the database: they strike in every process on it, and are counted over all of them."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from simulator.db.claim import did_change
from simulator.db.conflicts import is_conflict
from simulator.db.tables import PlantedFault
from simulator.faults.fault import Fault, FaultCounts
from simulator.faults.ledger import Ledger
from simulator.world import World

#: So often several who plant at once are given other numbers.
_ATTEMPTS = 20
#: In the place of a body that is bytes.
_ENCODED = "body_base64"


class SharedLedger(Ledger):
    """The faults of all processes on one database, as this one knows them.

    A number, and each time that a fault happens, is claimed by one statement: a fault with
    `times=1` strikes once, whichever processes its requests come to.

    Args:
        world: the world whose database it is.
    """

    patience = 0.25

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._tokens: dict[int, str] = {}

    def refresh(self) -> bool:
        """Read the faults as they are now; return whether one that was there is gone."""
        there = select(PlantedFault).where(~PlantedFault.cleared).order_by(PlantedFault.number)
        with self._world.db.reading() as session:
            rows = session.scalars(there).all()
        with self._lock:
            before = self.active
            known = {(each.number, self._tokens.get(each.number)): each for each in before}
            self.active = [known.get((row.number, row.token)) or _fault_of(row) for row in rows]
            self._tokens = {row.number: row.token for row in rows}
            for fault, row in zip(self.active, rows, strict=True):
                fault.adopt(_tally_of(row))
            return bool({id(each) for each in before} - {id(each) for each in self.active})

    def plant(self, faults: Iterable[Fault]) -> None:
        """Add faults, numbered over all processes."""
        planted = list(faults)
        for last in (*[False] * (_ATTEMPTS - 1), True):
            try:
                with self._world.db.aside() as session:
                    self._insert(session, planted)
            except Exception as error:
                if last or not is_conflict(error):
                    raise
                continue
            break
        with self._lock:
            self.active = [*self.active, *planted]

    def _insert(self, session: Session, planted: Iterable[Fault]) -> None:
        highest = session.scalar(select(func.max(PlantedFault.number))) or 0
        for number, fault in enumerate(planted, highest + 1):
            token = self._world.randomness.hex("fault", 8)
            session.add(
                PlantedFault(
                    number=number,
                    token=token,
                    attributes=_to_json(fault.changed()),
                    step_hits=fault.step_hits,
                )
            )
            fault.number, self._tokens[number] = number, token
        session.flush()

    def strike(self, fault: Fault, outcome: Fault) -> bool | None:
        """Have an outcome happen, if chance agrees and no other process was quicker."""
        if fault.number == 0:  # what a request asks for itself is in no database
            return super().strike(fault, outcome)
        # The lock is not held while the database is waited for: who holds that may wait for it.
        with self._lock:
            if fault.outcome() is not outcome:
                return None
            before = fault.counts
            fires = fault.draw()
            if fires:
                fault.count(outcome)
            after = fault.counts
            fault.adopt(before)
        if after == before or self._store(fault, before, after):
            return fires
        self.refresh()
        return None

    def discount(self, fault: Fault, outcome: Fault) -> None:
        """Take back that an outcome happened, also if it happened elsewhere meanwhile."""
        if fault.number == 0:
            super().discount(fault, outcome)
            return
        while any(each is fault for each in self.active):
            with self._lock:
                before = fault.counts
                fault.count(outcome, -1)
                after = fault.counts
                fault.adopt(before)
            if self._store(fault, before, after):
                return
            self.refresh()

    def _store(self, fault: Fault, before: FaultCounts, after: FaultCounts) -> bool:
        """Store what was counted, if nobody counted since; whether it was stored."""
        own = (
            *self._row_of(fault),
            PlantedFault.hits == before.hits,
            PlantedFault.draws == before.draws,
        )
        counted = {"hits": after.hits, "step_hits": [*after.step_hits], "draws": after.draws}
        with self._world.db.aside() as session:
            is_mine = did_change(session, update(PlantedFault).where(*own).values(counted))
        with self._lock:
            if is_mine and fault.counts == before:
                fault.adopt(after)
        return is_mine

    def _row_of(self, fault: Fault) -> tuple[ColumnElement[bool], ...]:
        token = self._tokens.get(fault.number)
        return (
            PlantedFault.number == fault.number,
            PlantedFault.token == token,
            ~PlantedFault.cleared,
        )

    def clear(self, fault: Fault | None = None) -> None:
        """Remove one fault, or all of them, in every process."""
        with self._world.db.aside() as session:
            if fault is None:
                session.execute(delete(PlantedFault))
            else:
                own = self._row_of(fault)
                session.execute(update(PlantedFault).where(*own).values(cleared=True))
        super().clear(fault)

    def forget(self) -> None:
        """Forget all of them in this process, whose world is over or which ends."""
        super().clear()


def _tally_of(row: PlantedFault) -> FaultCounts:
    return FaultCounts(row.hits, tuple(row.step_hits), row.draws)


def _fault_of(row: PlantedFault) -> Fault:
    fault = Fault(**_from_json(row.attributes))
    fault.number = row.number
    return fault


def _to_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a fault or of a step of its plan as JSON has them: `body` may be bytes."""
    made = dict(attributes)
    if isinstance(made.get("body"), bytes):
        made[_ENCODED] = base64.b64encode(made.pop("body")).decode()
    if "plan" in made:
        made["plan"] = [_to_json(step) for step in made["plan"]]
    return made


def _from_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(attributes)
    if _ENCODED in made:
        made["body"] = base64.b64decode(made.pop(_ENCODED))
    if "plan" in made:
        made["plan"] = [_from_json(step) for step in made["plan"]]
    return made

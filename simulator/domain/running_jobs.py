"""Jobs that take long: seen while they run, and cancelled, from whichever process.

A job that has called an app for a second (real time) is stored as under way. Whoever cancels it
marks the row; after each step the job looks, and ends. A step that is under way is not torn off.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Delete, delete, select, update
from sqlalchemy.exc import DBAPIError

from simulator.alarms import Alarm
from simulator.clock import has_expired
from simulator.db.tables import Recipe, RunningJob
from simulator.errors import NotFound, SimulatorError
from simulator.world import World

_log = logging.getLogger(__name__)
#: Why a job has no result that was cancelled so.
REASON = "The job was cancelled."


class JobCancelled(SimulatorError):
    """Somebody cancelled the job; what its steps did before stays done."""

    status = 409

    def __init__(self) -> None:
        super().__init__(REASON)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A job that has begun.

    Attributes:
        job_id: what it will be called.
        recipe_id: of its recipe.
        end_user_id: for whom it runs; None for nobody.
        tool: that was called.
        started_at: the simulated moment.
        deadline: when it may not run any more.
    """

    job_id: str
    recipe_id: int
    end_user_id: str | None
    tool: str
    started_at: datetime
    deadline: datetime


class Watch:
    """Has a job be seen by others once it takes long.

    Args:
        world: shared by all systems.
        begun: the job.

    Attributes:
        is_stored: whether others see it.
        was_cancelled: whether the job was told so.
    """

    def __init__(self, world: World, begun: Begun) -> None:
        self._world, self._begun = world, begun
        self.is_stored = self._is_over = self.was_cancelled = False
        self._alarm: Alarm = world.alarms.set(self._store)

    def check(self) -> None:
        """Go on only if nobody cancelled the job; what was done so far is committed.

        Raises:
            JobCancelled: somebody did.
        """
        self._world.db.commit()  # an open transaction sees what was there when it began
        marked = select(RunningJob.is_cancelled).where(RunningJob.id == self._begun.job_id)
        if self._world.db.session.scalar(marked):
            self.was_cancelled = True
            raise JobCancelled

    def end(self) -> None:
        """Have nobody see the job any more, with the open unit of work."""
        self._alarm.action = None
        self._is_over = True  # before the other thread says that it has stored the row, or after
        if self.is_stored:
            self._world.db.session.execute(self._removal)

    @property
    def _removal(self) -> Delete:
        return delete(RunningJob).where(RunningJob.id == self._begun.job_id)

    def _store(self) -> None:
        """Store the job, in a thread of its own; another that died is forgotten."""
        begun = self._begun
        row = RunningJob(
            id=begun.job_id,
            recipe_id=begun.recipe_id,
            end_user_id=begun.end_user_id,
            tool=begun.tool,
            started_at=begun.started_at,
            deadline=begun.deadline,
        )
        try:
            with self._world.db.unit() as session:
                past = has_expired(RunningJob.deadline, begun.started_at)
                session.execute(delete(RunningJob).where(past))
                session.add(row)
            self.is_stored = True
            if self._is_over:
                with self._world.db.unit() as session:
                    session.execute(self._removal)
        except DBAPIError as error:  # it runs on, and nobody sees it
            _log.warning("A job that takes long was not stored: %s", error.orig)


def list_running(world: World, recipe: Recipe) -> Sequence[RunningJob]:
    """Return the jobs of a recipe that are under way, and have been for a second, by id.

    Args:
        world: with an open unit of work.
        recipe: the recipe.
    """
    found = select(RunningJob).where(RunningJob.recipe_id == recipe.id)
    alive = ~has_expired(RunningJob.deadline, world.clock.now())
    return world.db.session.scalars(found.where(alive).order_by(RunningJob.id)).all()


def get_running(world: World, recipe: Recipe, job_id: str) -> RunningJob:
    """Return a job of a recipe that is under way.

    Args:
        world: with an open unit of work.
        recipe: the recipe.
        job_id: what it will be called.

    Raises:
        NotFound: it has ended, or never was.
    """
    for each in list_running(world, recipe):
        if each.id == job_id:
            return each
    raise NotFound(f"The recipe '{recipe.name}' has no job {job_id} under way.")


def cancel(world: World, recipe: Recipe, job_ids: Collection[str]) -> set[str]:
    """Have jobs of a recipe end after the step that is under way.

    Args:
        world: with an open unit of work.
        recipe: the recipe.
        job_ids: of the jobs.

    Returns:
        Which of them were under way; of several who cancel one, each is told so.
    """
    meant = set(job_ids) & {each.id for each in list_running(world, recipe)}
    mark = update(RunningJob).where(RunningJob.id.in_(meant)).values(is_cancelled=True)
    world.db.session.execute(mark.execution_options(synchronize_session=False))
    return meant

"""Long jobs: every process can list and cancel them while they run.

A job that has been running for a second of real time since it first called an app is stored as a
row. Cancelling it marks the row. The job checks the mark after each step, and ends; a step that is
being performed is not interrupted.
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
#: The error of a cancelled job.
REASON = "The job was cancelled."


class JobCancelled(SimulatorError):
    """The job was cancelled; what its steps have done is not undone."""

    status = 409

    def __init__(self) -> None:
        super().__init__(REASON)


@dataclass(frozen=True, kw_only=True)
class StartedJob:
    """A job that has started.

    Attributes:
        job_id: the id under which it will be recorded.
        recipe_id: the recipe's id.
        end_user_id: the id of the end user that it runs for; None for no end user.
        tool: the name of the MCP tool that was called.
        started_at: the simulated time when it started.
        deadline: the simulated time at which its time limit ends.
    """

    job_id: str
    recipe_id: int
    end_user_id: str | None
    tool: str
    started_at: datetime
    deadline: datetime


class Watch:
    """Stores a job's row once the job takes long, so that other processes see it.

    Args:
        world: shared by all systems.
        begun: the job.

    Attributes:
        is_stored: whether the row is stored.
        was_cancelled: whether `check` has found that the job was cancelled.
    """

    def __init__(self, world: World, begun: StartedJob) -> None:
        self._world, self._begun = world, begun
        self.is_stored = self._is_over = self.was_cancelled = False
        self._alarm: Alarm = world.alarms.set(self._store)

    def check(self) -> None:
        """Check that nobody has cancelled the job; this commits the unit of work.

        Raises:
            JobCancelled: the job was cancelled.
        """
        self._world.db.commit()  # only a new transaction sees what others have written
        marked = select(RunningJob.is_cancelled).where(RunningJob.id == self._begun.job_id)
        if self._world.db.session.scalar(marked):
            self.was_cancelled = True
            raise JobCancelled

    def end(self) -> None:
        """Delete the job's row, in the open unit of work."""
        self._alarm.action = None
        self._is_over = True  # before the other thread says that it has stored the row, or after
        if self.is_stored:
            self._world.db.session.execute(self._removal)

    @property
    def _removal(self) -> Delete:
        return delete(RunningJob).where(RunningJob.id == self._begun.job_id)

    def _store(self) -> None:
        """Store the job's row, in a separate thread; delete rows whose time limit has passed."""
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
        except DBAPIError as error:  # the job continues, but nobody sees it
            _log.warning("A job that takes long was not stored: %s", error.orig)


def list_running(world: World, recipe: Recipe) -> Sequence[RunningJob]:
    """Return the stored jobs of a recipe that are still running, sorted by id.

    Args:
        recipe: the recipe.
    """
    found = select(RunningJob).where(RunningJob.recipe_id == recipe.id)
    alive = ~has_expired(RunningJob.deadline, world.clock.now())
    return world.db.session.scalars(found.where(alive).order_by(RunningJob.id)).all()


def get_running(world: World, recipe: Recipe, job_id: str) -> RunningJob:
    """Return a running job of a recipe.

    Args:
        recipe: the recipe.
        job_id: the job's id.

    Raises:
        NotFound: no such job is running.
    """
    for each in list_running(world, recipe):
        if each.id == job_id:
            return each
    raise NotFound(f"The recipe '{recipe.name}' has no job {job_id} under way.")


def cancel(world: World, recipe: Recipe, job_ids: Collection[str]) -> set[str]:
    """Cancel running jobs of a recipe; each ends after the step that is being performed.

    Args:
        recipe: the recipe.
        job_ids: the ids of the jobs.

    Returns:
        The ids of those that were running; a job that was already cancelled counts, too.
    """
    meant = set(job_ids) & {each.id for each in list_running(world, recipe)}
    mark = update(RunningJob).where(RunningJob.id.in_(meant)).values(is_cancelled=True)
    world.db.session.execute(mark.execution_options(synchronize_session=False))
    return meant

"""The jobs of a recipe: listed, counted and read with their steps."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from simulator.db.tables import DeletedRecipe, Job, Recipe
from simulator.db.tables.recipes import JobStatus
from simulator.errors import FieldError, NotFound
from simulator.validation.paging import Page
from simulator.world import World

#: Statuses by which jobs are filtered: those of the product, and what they are here.
FILTERS: dict[str, tuple[JobStatus, ...]] = {
    "succeeded": (JobStatus.SUCCEEDED,),
    "failed": (JobStatus.FAILED, JobStatus.CONNECTION_REQUIRED, JobStatus.CANCELLED),
    "pending": (),
}


#: Why a job has no result that has no error of its own.
_REASONS = {
    JobStatus.CONNECTION_REQUIRED.value: "The end user has to connect an app first.",
    JobStatus.CANCELLED.value: "The client cancelled the call.",
}


@dataclass(frozen=True, kw_only=True)
class JobCounts:
    """How many jobs a recipe has had.

    Attributes:
        succeeded: ended well.
        failed: all others.
        tasks: the tasks that they used.
        last_at: when the latest of them began; None where there is none.
    """

    succeeded: int
    failed: int
    tasks: int = 0
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return self.succeeded + self.failed

    def of(self, status: str | None) -> int:
        """Return how many fit a filter's status; None for every one.

        Args:
            status: `succeeded`, `failed` or `pending`.
        """
        return {"succeeded": self.succeeded, "failed": self.failed, "pending": 0}.get(
            status or "", self.total
        )


def count_jobs(world: World, recipe: Recipe) -> JobCounts:
    """Count the jobs of a recipe.

    Args:
        recipe: the recipe.
    """
    return count_jobs_of(world, [recipe.id])[recipe.id]


def count_jobs_of(world: World, recipe_ids: Sequence[int]) -> dict[int, JobCounts]:
    """Count the jobs of several recipes, in one statement.

    Args:
        recipe_ids: the ids of the recipes.

    Returns:
        Recipe's id → how many, for each of them.
    """
    statement = select(
        Job.recipe_id, Job.status, func.count(), func.sum(Job.tasks), func.max(Job.started_at)
    )
    statement = statement.where(Job.recipe_id.in_(recipe_ids)).group_by(Job.recipe_id, Job.status)
    rows = world.db.session.execute(statement).all()
    good = {each: number for each, status, number, *_ in rows if status == JobStatus.SUCCEEDED}
    total: Counter[int] = Counter()
    tasks: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for each, _, number, used, at in rows:
        assert each is not None, "they were asked for by it"
        total[each] += number
        tasks[each] += int(used or 0)
        last[each] = max(at, last.get(each, at))
    return {
        each: JobCounts(
            succeeded=good.get(each, 0),
            failed=total[each] - good.get(each, 0),
            tasks=tasks[each],
            last_at=last.get(each),
        )
        for each in recipe_ids
    }


def list_page(world: World, recipe: Recipe, page: Page) -> Sequence[Job]:
    """Return a page of a recipe's jobs, newest first.

    Args:
        recipe: the recipe.
        page: which.
    """
    statement = select(Job).where(Job.recipe_id == recipe.id).order_by(Job.sequence.desc())
    return world.db.session.scalars(statement.limit(page.size).offset(page.offset)).all()


def list_beside(
    world: World,
    recipe: Recipe,
    *,
    status: str | None,
    offset_job_id: str | None,
    newer: bool,
    size: int,
    tool: str | None = None,
) -> Sequence[Job]:
    """Return jobs of a recipe before or after one of them, newest first.

    Args:
        recipe: the recipe.
        status: a key of `FILTERS`; None for every job.
        offset_job_id: the job beside which they were; None for the newest ones.
        newer: whether those after it are meant, instead of those before.
        size: how many, at most.
        tool: what stands for the tool in runs that no server called; None for every job.

    Raises:
        FieldError: on `status`, when it is none.
        NotFound: the recipe has no such job.
    """
    statement = select(Job).where(Job.recipe_id == recipe.id)
    if status is not None:
        if status not in FILTERS:
            raise FieldError("status", f"must be one of {', '.join(FILTERS)}.")
        statement = statement.where(Job.status.in_([one.value for one in FILTERS[status]]))
    if tool is not None:
        statement = statement.where(Job.server_number.is_(None), Job.tool == tool)
    if offset_job_id is None:
        order = Job.sequence.desc()
    else:
        place = get_job(world, recipe, offset_job_id).sequence
        statement = statement.where(Job.sequence > place if newer else Job.sequence < place)
        order = Job.sequence.asc() if newer else Job.sequence.desc()
    found = world.db.session.scalars(statement.order_by(order).limit(size)).all()
    return sorted(found, key=lambda job: -job.sequence)


def get_job(world: World, recipe: Recipe, job_id: str) -> Job:
    """Return a job of a recipe.

    Args:
        recipe: the recipe.
        job_id: the job's id.

    Raises:
        NotFound: the recipe has no such job.
    """
    statement = select(Job).where(Job.recipe_id == recipe.id, Job.id == job_id)
    found = world.db.session.scalar(statement.options(undefer(Job.steps)))
    if found is None:
        raise NotFound(f"The recipe '{recipe.name}' has no such job.")
    return found


def get_job_of_deleted(world: World, workspace_id: int, job_id: str) -> tuple[Job, DeletedRecipe]:
    """Return a job whose recipe was deleted, and what is kept of the recipe.

    Args:
        workspace_id: the workspace's id.
        job_id: the job's id.

    Raises:
        NotFound: there is no such job, or its recipe is still there.
    """
    statement = select(Job, DeletedRecipe).join(
        DeletedRecipe, DeletedRecipe.id == Job.deleted_recipe_id
    )
    own = DeletedRecipe.workspace_id == workspace_id, Job.id == job_id
    found = world.db.session.execute(statement.where(*own).options(undefer(Job.steps))).first()
    if found is None:
        raise NotFound("There is no such job of a deleted recipe.")
    return found[0], found[1]


def detach_jobs(world: World, recipe: Recipe) -> None:
    """Have the jobs of a recipe that is about to be deleted refer to what names it afterwards.

    Args:
        recipe: the recipe to delete, and locked.
    """
    session, own = world.db.session, Job.recipe_id == recipe.id
    if session.scalar(select(Job.sequence).where(own).limit(1)) is None:
        return
    gone = DeletedRecipe(
        workspace_id=recipe.workspace_id,
        project_id=recipe.project_id,
        name=recipe.name,
        deleted_at=world.clock.now(),
    )
    session.add(gone)
    session.flush()
    detached = update(Job).where(own).values(recipe_id=None, deleted_recipe_id=gone.id)
    session.execute(detached.execution_options(synchronize_session=False))


def find_deleted_names(world: World, jobs: Collection[Job]) -> dict[int, str]:
    """Return what the deleted recipes of jobs were called: `deleted_recipe_id` → name.

    Args:
        jobs: the jobs.
    """
    ids = {job.deleted_recipe_id for job in jobs if job.deleted_recipe_id is not None}
    if not ids:
        return {}
    names = select(DeletedRecipe.id, DeletedRecipe.name).where(DeletedRecipe.id.in_(ids))
    return dict(world.db.session.execute(names).all())


def find_calling(world: World, job: Job) -> Job | None:
    """Return the job whose step called this one; None if there is none, or it was deleted.

    Args:
        job: the job.
    """
    if job.calling_job_id is None:
        return None
    return world.db.session.scalar(select(Job).where(Job.id == job.calling_job_id))


def explain_error(job: Job) -> str | None:
    """Return why a job has no result; None for one that has.

    Args:
        job: the job.
    """
    return job.error or _REASONS.get(job.status)


def find_failed_step(job: Job) -> dict[str, Any] | None:
    """Return the entry of the step that a job failed at; None if it failed at none.

    Args:
        job: the job with its steps.
    """
    if job.status != JobStatus.FAILED.value:
        return None
    return next((entry for entry in reversed(job.steps) if entry.get("error")), None)


def list_called(world: World, job: Job) -> Sequence[Job]:
    """Return the jobs that steps of a job called, in order.

    Args:
        job: the job.
    """
    statement = select(Job).where(Job.calling_job_id == job.id).order_by(Job.sequence)
    return world.db.session.scalars(statement).all()

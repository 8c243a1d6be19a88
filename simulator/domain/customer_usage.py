"""What customers of a vendor use: tasks, recipes and jobs, counted from the jobs that there are.

Workato docs, Embedded API, manage customers. What counts as a task, `JobRecord.tasks` says; months,
weeks and days are those of UTC (Workato: of the vendor's time zone).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, func, select

from simulator.clock import has_expired
from simulator.db.tables import Customer, DeletedRecipe, Job, Recipe
from simulator.db.tables.recipes import JobStatus
from simulator.errors import FieldError
from simulator.world import World

#: Months of a report (documented), and parts that a span is cut into at most (our choice).
MONTHS, MOST = 12, 400
#: How long the parts are that a span is cut into; `none` does not cut it (documented).
INTERVALS = ("none", "year", "month", "week", "day", "hour")
_LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
#: A Monday.
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of time.

    Attributes:
        since: its first moment, aware.
        until: the first moment after it, aware.
    """

    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a workspace used.

    Attributes:
        tasks: the tasks of its jobs.
        recipes: the recipes that had jobs.
        succeeded: jobs.
        failed: jobs, those that were cancelled or lacked a connection among them.
    """

    tasks: int = 0
    recipes: int = 0
    succeeded: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """Which recipes count; with any filter, deleted ones do not.

    Attributes:
        recipe_ids: theirs; None for all.
        project_ids: the ids of their projects; None for all.
        name: what is in their names, in the same case; empty for all.
    """

    recipe_ids: Collection[int] | None = None
    project_ids: Collection[int] | None = None
    name: str = ""


def count_tasks(world: World, ids: Collection[int]) -> dict[int, int]:
    """Return how many tasks workspaces used in this calendar month: workspace's id → how many.

    Args:
        ids: the ids of the workspaces.
    """
    since = _begin("month", world.clock.now())
    part = Part(since=since, until=_next("month", since))
    return {each: usage.tasks for each, usage in count(world, ids, part).items()}


def list_months(world: World) -> list[Part]:
    """Return the last twelve calendar months, this one last.

    Args:
        world: with its clock.
    """
    since = _begin("month", world.clock.now())
    months = [Part(since=since, until=_next("month", since))]
    while len(months) < MONTHS:
        until = months[0].since
        months.insert(0, Part(since=_begin("month", until - timedelta.resolution), until=until))
    return months


def cut(since: datetime, until: datetime, interval: str) -> list[Part]:
    """Cut a span at full hours, days, weeks (Monday), months or years of UTC.

    Args:
        since: its first moment, aware.
        until: the first moment after it, aware.
        interval: one of `INTERVALS`.

    Raises:
        FieldError: on `to` or `interval`: the span is empty, or has more than 400 parts.
    """
    if has_expired(until, since):
        raise FieldError("to", "must be after `from`.")
    if interval == "none":
        return [Part(since=since, until=until)]
    parts = []
    while not has_expired(until, since):
        edge = _next(interval, _begin(interval, since))
        end = until if has_expired(until, edge) else edge
        parts.append(Part(since=since, until=end))
        if len(parts) > MOST:
            raise FieldError("interval", f"cuts this span into more than {MOST} parts.")
        since = end
    return parts


def count(
    world: World, ids: Collection[int], part: Part, criteria: Criteria | None = None
) -> dict[int, Usage]:
    """Count what workspaces used in a stretch of time: workspace's id → what; none for those idle.

    Args:
        ids: the ids of the workspaces.
        part: when the jobs began.
        criteria: which recipes; None for all, the deleted ones, too.
    """
    owner = func.coalesce(Recipe.workspace_id, DeletedRecipe.workspace_id)
    recipe = func.coalesce(Job.recipe_id, -Job.deleted_recipe_id)
    good = case((Job.status == JobStatus.SUCCEEDED.value, 1), else_=0)
    tasks = func.coalesce(func.sum(Job.tasks), 0)
    found = select(owner, tasks, func.count(recipe.distinct()), func.sum(good), func.count())
    found = (
        found.select_from(Job)
        .join(Recipe, Recipe.id == Job.recipe_id, isouter=True)
        .join(DeletedRecipe, DeletedRecipe.id == Job.deleted_recipe_id, isouter=True)
        .where(
            ~has_expired(Job.started_at, part.since - timedelta.resolution),
            has_expired(Job.started_at, part.until - timedelta.resolution),
            owner.in_(ids),
        )
    )
    if criteria is not None:
        if criteria.recipe_ids is not None:
            found = found.where(Recipe.id.in_(criteria.recipe_ids))
        if criteria.project_ids is not None:
            found = found.where(Recipe.project_id.in_(criteria.project_ids))
        if criteria.name:
            found = found.where(func.replace(Recipe.name, criteria.name, "") != Recipe.name)
    return {
        number: Usage(tasks=used, recipes=recipes, succeeded=done, failed=jobs - done)
        for number, used, recipes, done, jobs in world.db.session.execute(found.group_by(owner))
    }


def find_customers(
    world: World, vendor_id: int, ids: Iterable[int], external_ids: Iterable[str]
) -> dict[int, str | None]:
    """Return the selected customers of a vendor: id → the vendor's external id.

    Args:
        vendor_id: the vendor's workspace.
        ids: theirs.
        external_ids: what the vendor calls others of them.

    Raises:
        FieldError: on `workspace_ids` or `external_ids`: the vendor has no such customer.
    """
    own = select(Customer.id, Customer.external_id).where(Customer.vendor_id == vendor_id)
    found: dict[int, str | None] = {}
    for field, column, named in (
        ("workspace_ids", Customer.id, set(ids)),
        ("external_ids", Customer.external_id, set(external_ids)),
    ):
        rows = world.db.session.execute(own.where(column.in_(named))).all()
        missing = named - {row[0] if field == "workspace_ids" else row[1] for row in rows}
        if missing:
            raise FieldError(field, f"There is no customer {min(missing, key=str)}.")
        found |= {row[0]: row[1] for row in rows}
    return found


def _begin(interval: str, moment: datetime) -> datetime:
    """Return the first moment of the hour, day, week, month or year that a moment is in."""
    moment = moment.astimezone(UTC)
    if interval == "year":
        return datetime(moment.year, 1, 1, tzinfo=UTC)
    if interval == "month":
        return datetime(moment.year, moment.month, 1, tzinfo=UTC)
    length = _LENGTHS[interval]
    return _MONDAY + (moment - _MONDAY) // length * length


def _next(interval: str, begin: datetime) -> datetime:
    """Return the first moment after the hour, day, week, month or year that begins then."""
    if interval == "year":
        return datetime(begin.year + 1, 1, 1, tzinfo=UTC)
    if interval == "month":
        year, month = divmod(begin.month, 12)
        return datetime(begin.year + year, month + 1, 1, tzinfo=UTC)
    return begin + _LENGTHS[interval]

"""Jobs: every run of a recipe leaves one, attributable to one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert

from simulator.db.tables import Job
from simulator.db.tables.recipes import JobStatus
from simulator.domain.request_context import RequestContext
from simulator.world import World

_INSERT = insert(cast("Table", Job.__table__))


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A run that is over.

    Attributes:
        job_id: of the job.
        recipe_id: of the recipe.
        tool: that was called.
        started_at: the simulated moment.
        status: what became of it.
        error: why it failed; None where it did not.
        steps: what they took and gave.
        calling_job_id: of the job whose step called it; None for a tool's own.
        calling_recipe_id: of the recipe of that job.
        estimated_tokens: of a tool call (`token_estimates`); None for other runs.
        tasks: how many its steps count as (`JobRecord.tasks`).
    """

    job_id: str
    recipe_id: int
    tool: str
    started_at: datetime
    status: JobStatus
    error: str | None
    steps: Sequence[Mapping[str, Any]]
    calling_job_id: str | None
    calling_recipe_id: int | None
    estimated_tokens: int | None
    tasks: int


def new_id(world: World) -> str:
    """Return the id of a job that begins.

    Args:
        world: the world.
    """
    return f"j-{world.randomness.hex('job', 7)}"


def record(world: World, context: RequestContext, ended: Ended) -> None:
    """Record a run that is over.

    Args:
        world: with an open unit of work.
        context: for whom it ran.
        ended: the run.
    """
    row = {
        "id": ended.job_id,
        "recipe_id": ended.recipe_id,
        "server_number": context.server.number or None,
        "end_user_id": context.person.id if context.person else None,
        "tool": ended.tool,
        "status": ended.status.value,
        "error": ended.error,
        "ip_address": context.ip_address or "in-process",
        "started_at": ended.started_at,
        "completed_at": world.clock.now(),
        "calling_job_id": ended.calling_job_id,
        "calling_recipe_id": ended.calling_recipe_id,
        "client_id": context.client_id,
        "estimated_tokens": ended.estimated_tokens,
        "tasks": ended.tasks,
        "steps": list(ended.steps),
    }
    world.db.write(_INSERT, row)

"""Record jobs: one for each run of a recipe, with the person that it ran for."""

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
class EndedJob:
    """A run of a recipe that has ended.

    Attributes:
        job_id: the job's id.
        recipe_id: the recipe's id.
        tool: the name of the MCP tool that was called.
        started_at: the simulated time when the run began.
        status: how the run ended.
        error: the reason of the failure; None for a run that succeeded.
        steps: the record of the steps (`JobRecord.entries`).
        calling_job_id: the id of the job whose step called the recipe; None for a tool's own
            recipe.
        calling_recipe_id: the recipe of that job.
        estimated_tokens: the estimated tokens of a tool call (`token_estimates`); None for other
            runs.
        tasks: the number of tasks that the steps count as (`JobRecord.tasks`).
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
    """Return an id for a new job.

    Args:
        world: the world.
    """
    return f"j-{world.randomness.hex('job', 7)}"


def record(world: World, context: RequestContext, ended: EndedJob) -> None:
    """Store the job of a run that has ended.

    Args:
        context: the person and the MCP session that the recipe ran for.
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

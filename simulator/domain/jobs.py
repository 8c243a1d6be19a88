"""Jobs: every run of a recipe leaves one, attributable to one person."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert

from simulator.db.tables import Job
from simulator.db.tables.recipes import JobStatus
from simulator.domain.catalogue import PublishedTool
from simulator.domain.request_context import RequestContext
from simulator.world import World

_INSERT = insert(cast("Table", Job.__table__))


def record(
    world: World,
    context: RequestContext,
    tool: PublishedTool,
    started_at: datetime,
    status: JobStatus,
    error: str | None,
) -> None:
    """Record a run that is over.

    Args:
        world: with an open unit of work.
        context: for whom it ran.
        tool: whose recipe ran.
        started_at: the simulated moment.
        status: what became of it.
        error: why it failed; None where it did not.
    """
    row = {
        "id": f"j-{world.randomness.hex('job', 7)}",
        "recipe_id": tool.recipe.id,
        "server_number": context.server.number,
        "end_user_id": context.person.id if context.person else None,
        "tool": tool.name,
        "status": status.value,
        "error": error,
        "ip_address": context.ip_address or "in-process",
        "started_at": started_at,
        "completed_at": world.clock.now(),
    }
    world.db.session.connection().execute(_INSERT, row)

"""The log of tool calls, log type "MCP server": one line for each call, which is its job's row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from simulator.clock import has_expired
from simulator.db.listing import PAGE_SIZE, contains
from simulator.db.newest_first import Part, read_part
from simulator.db.tables import (
    ClientDocument,
    DeletedRecipe,
    DeletedServer,
    EndUser,
    Job,
    McpServer,
    OAuthClient,
    Recipe,
)
from simulator.domain import job_history, oauth_client_names
from simulator.net.addresses import IDENTITY
from simulator.world import World

#: Time ranges, as the dashboard of Workato has them (Workato docs, MCP servers dashboard).
RANGES: dict[str, tuple[str, timedelta]] = {
    "30m": ("Last 30 minutes", timedelta(minutes=30)),
    "1h": ("Last hour", timedelta(hours=1)),
    "1d": ("Last 1 day", timedelta(days=1)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which lines; what is empty filters nothing.

    Attributes:
        server: part of a server's name.
        user: part of a user's name or e-mail address, or their whole id.
        client: part of a client's name, or its whole id.
        tool: part of a tool's name.
        ip_address: the whole address.
        status: a `JobStatus`.
        span: a key of `RANGES`.
    """

    server: str = ""
    user: str = ""
    client: str = ""
    tool: str = ""
    ip_address: str = ""
    status: str = ""
    span: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One call.

    Attributes:
        job: its row.
        server: the server's name, of one that was deleted, too.
        server_handle: to link to it; None if it was deleted.
        server_created_at: None if it was deleted.
        recipe: the name of the recipe that ran, if it was deleted; else empty.
        user: the end user's name; empty for calls with an MCP token and for who was removed.
        client: the client's name, as it registered; empty where there was none.
    """

    job: Job
    server: str
    server_handle: str | None
    server_created_at: datetime | None
    recipe: str
    user: str
    client: str

    @property
    def milliseconds(self) -> int:
        """How long the call took, by the simulated clock."""
        return round((self.job.completed_at - self.job.started_at) / timedelta(milliseconds=1))


def list_part(
    world: World,
    workspace_id: int,
    filters: Filters,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Part[Line]:
    """Return a part of a workspace's log; it is never counted, nor read whole.

    Args:
        workspace_id: the workspace's id.
        filters: which lines.
        before: only lines older than the one with this number.
        after: only lines newer than it, those nearest to it.
        size: how many lines, at most.
    """
    own = select(Recipe.id).where(Recipe.workspace_id == workspace_id)
    gone = select(DeletedRecipe.id).where(DeletedRecipe.workspace_id == workspace_id)
    found = select(Job).where(
        Job.server_number.is_not(None),
        Job.calling_job_id.is_(None),
        Job.recipe_id.in_(own) | Job.deleted_recipe_id.in_(gone),
        *conditions(world, filters),
    )
    jobs = read_part(world.db.session, found, Job.sequence, before=before, after=after, size=size)
    return Part(lines=_lines(world, jobs.lines), newer=jobs.newer, older=jobs.older)


def conditions(world: World, filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions for the jobs that filters let pass.

    Args:
        filters: which lines.
    """
    conditions = [*contains(filters.tool, Job.tool)]
    if server := filters.server.strip():
        numbers = select(McpServer.number).where(*contains(server, McpServer.name))
        gone = select(DeletedServer.number).where(*contains(server, DeletedServer.name))
        conditions.append(Job.server_number.in_(numbers.union_all(gone)))
    if user := filters.user.strip():
        people = select(EndUser.id).where(*contains(user, EndUser.name, EndUser.email))
        conditions.append(Job.end_user_id.in_(people) | (Job.end_user_id == user))
    if client := filters.client.strip():
        registered = select(OAuthClient.client_id).where(
            OAuthClient.provider == IDENTITY, *contains(client, OAuthClient.name)
        )
        name = ClientDocument.document["client_name"].as_string()
        documented = select(ClientDocument.url).where(*contains(client, name))
        named = registered.union_all(documented)
        conditions.append(Job.client_id.in_(named) | (Job.client_id == client))
    if filters.ip_address.strip():
        conditions.append(Job.ip_address == filters.ip_address.strip())
    if filters.status:
        conditions.append(Job.status == filters.status)
    if filters.span in RANGES:
        since = world.clock.now() - RANGES[filters.span][1]
        conditions.append(~has_expired(Job.started_at, since))
    return conditions


def _lines(world: World, jobs: Collection[Job]) -> list[Line]:
    session = world.db.session
    numbers = {job.server_number for job in jobs}
    servers = {
        one.number: one
        for one in session.scalars(select(McpServer).where(McpServer.number.in_(numbers)))
    }
    gone = select(DeletedServer.number, DeletedServer.name)
    deleted = dict(session.execute(gone.where(DeletedServer.number.in_(numbers))).all())
    users = select(EndUser.id, EndUser.name)
    ids = {job.end_user_id for job in jobs}
    names = dict(session.execute(users.where(EndUser.id.in_(ids))).all())
    clients = oauth_client_names.find_names(world, {job.client_id for job in jobs if job.client_id})
    recipes = job_history.find_deleted_names(world, jobs)
    lines = []
    for job in jobs:
        number = job.server_number or 0
        server = servers.get(number)
        lines.append(
            Line(
                job=job,
                server=server.name if server else deleted.get(number, ""),
                server_handle=server.handle if server else None,
                server_created_at=server.created_at if server else None,
                recipe=recipes.get(job.deleted_recipe_id or 0, ""),
                user=names.get(job.end_user_id or "", ""),
                client=clients.get(job.client_id or "", ""),
            )
        )
    return lines

"""What the dashboards show: the log of tool calls, counted and grouped in the database.

Everything that is grouped by stands in one index (`ix_jobs_tool_calls`), so no line of the log is
read for it; it is never loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, union_all

from simulator.clock import has_expired
from simulator.db.base import UtcDateTime
from simulator.db.tables import DeletedServer, EndUser, Job, McpServer, OAuthClient
from simulator.domain import oauth_client_names, tool_call_log
from simulator.domain.time_buckets import Span, cut, name_part
from simulator.domain.tool_call_log import Filters
from simulator.net.addresses import IDENTITY
from simulator.world import World

#: Bars of a chart of the first ones (our choice).
TOP = 10
#: What calls with an MCP token have instead of a client and a user: whoever has it is not known.
MCP_TOKEN = "MCP token"


class Measure(StrEnum):
    """What charts show of the calls."""

    CALLS = "calls"
    TOKENS = "tokens"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Calls that have something in common.

    Attributes:
        name: the name of the time, server, client or user.
        calls: how many.
        tokens: their estimated token usage (`token_estimates`).
        handle: the handle of a server that is still there; empty for everything else.
    """

    name: str
    calls: int
    tokens: int
    handle: str = ""

    def get(self, measure: Measure) -> int:
        """Return what a chart of this measure shows.

        Args:
            measure: calls or tokens.
        """
        return self.calls if measure is Measure.CALLS else self.tokens


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The calls of a span.

    Attributes:
        calls: how many.
        tokens: their estimated token usage.
        over_time: the over time of each part of the span, in order; parts without a call, too.
        servers, clients, users: those with most, first; `TOP` at most.
    """

    calls: int
    tokens: int
    over_time: Sequence[Group]
    servers: Sequence[Group]
    clients: Sequence[Group]
    users: Sequence[Group]


def count(
    world: World,
    workspace_id: int,
    filters: Filters,
    span: Span,
    measure: Measure,
    *,
    server: McpServer | None = None,
) -> Statistics:
    """Return what the dashboard shows of a workspace's tool calls.

    Args:
        workspace_id: the workspace's id.
        filters: which calls; its own time range is not looked at.
        span: when they began.
        measure: which ones are the first.
        server: the server of one server alone; its name filters nothing then.
    """
    if server is not None:
        filters = replace(filters, server="")
        of_servers = [Job.server_number == server.number]
    else:
        own = select(McpServer.number).where(McpServer.workspace_id == workspace_id)
        gone = select(DeletedServer.number).where(DeletedServer.workspace_id == workspace_id)
        of_servers = [Job.server_number.in_(own.union_all(gone))]
    calls = [
        Job.server_number.is_not(None),
        Job.calling_job_id.is_(None),
        *of_servers,
        *tool_call_log.conditions(world, replace(filters, span="")),
    ]
    over_time = _count_over_time(world, calls, span)
    calls += _begun_within(span.since, span.until)
    return Statistics(
        calls=sum(group.calls for group in over_time),
        tokens=sum(group.tokens for group in over_time),
        over_time=over_time,
        servers=_top_servers(world, calls, measure),
        clients=_top_clients(world, calls, measure),
        users=_top_users(world, calls, measure),
    )


def _begun_within(since: Any, until: Any) -> list[ColumnElement[bool]]:
    return [~has_expired(Job.started_at, since), has_expired(Job.started_at, until)]


def _sums() -> dict[Measure, ColumnElement[Any]]:
    tokens = func.coalesce(func.sum(Job.estimated_tokens), 0)
    return {Measure.CALLS: func.count().label("calls"), Measure.TOKENS: tokens.label("tokens")}


def _count_over_time(world: World, calls: Sequence[ColumnElement[bool]], span: Span) -> list[Group]:
    width, parts = cut(span)
    rows = [
        select(
            literal(number).label("number"),
            literal(part.since, UtcDateTime).label("since"),
            literal(part.until, UtcDateTime).label("until"),
        )
        for number, part in enumerate(parts)
    ]
    table = union_all(*rows).cte("parts")
    found = (
        select(table.c.number, *_sums().values())
        .join_from(table, Job, and_(*_begun_within(table.c.since, table.c.until)))
        .where(*calls)
        .group_by(table.c.number)
    )
    counted = {number: sums for number, *sums in world.db.session.execute(found)}
    return [
        _group(name_part(part, width), *counted.get(number, (0, 0)))
        for number, part in enumerate(parts)
    ]


def _group(name: str, calls: int, tokens: int, handle: str = "") -> Group:
    # PostgreSQL's sums of large numbers are decimals.
    return Group(name=name, calls=int(calls), tokens=int(tokens), handle=handle)


def _top(
    world: World, calls: Sequence[ColumnElement[bool]], measure: Measure, column: Any
) -> list[tuple[Any, int, int]]:
    """Return what the column holds in the calls of the first groups, with their sums."""
    sums = _sums()
    found = (
        select(column, *sums.values())
        .where(*calls)
        .group_by(column)
        .having(sums[measure] > 0)
        .order_by(sums[measure].desc(), column.is_(None), column)
        .limit(TOP)
    )
    return [(key, calls, tokens) for key, calls, tokens in world.db.session.execute(found)]


def _top_servers(
    world: World, calls: Sequence[ColumnElement[bool]], measure: Measure
) -> list[Group]:
    found = _top(world, calls, measure, Job.server_number)
    numbers = [number for number, *_sums in found]
    own = select(McpServer.number, McpServer.name, McpServer.handle)
    gone = select(DeletedServer.number, DeletedServer.name)
    session = world.db.session
    # One that is being deleted meanwhile may be in neither table for a moment.
    names = {number: (str(number), "") for number in numbers}
    for number, name in session.execute(gone.where(DeletedServer.number.in_(numbers))):
        names[number] = (f"{name} (deleted)", "")
    for number, name, handle in session.execute(own.where(McpServer.number.in_(numbers))):
        names[number] = (name, handle)
    return [
        _group(names[number][0], calls, tokens, names[number][1]) for number, calls, tokens in found
    ]


def _top_users(world: World, calls: Sequence[ColumnElement[bool]], measure: Measure) -> list[Group]:
    found = _top(world, calls, measure, Job.end_user_id)
    users = select(EndUser.id, EndUser.name).where(EndUser.id.in_([row[0] for row in found]))
    names: dict[str | None, str] = {None: MCP_TOKEN}
    names |= dict(world.db.session.execute(users).all())
    return [
        _group(names.get(key, f"{key} (removed)"), calls, tokens) for key, calls, tokens in found
    ]


def _top_clients(
    world: World, calls: Sequence[ColumnElement[bool]], measure: Measure
) -> list[Group]:
    """Group by name: each installation of a program registers separately (RFC 7591)."""
    of_ids = select(Job.client_id, *_sums().values()).where(*calls).group_by(Job.client_id)
    each = of_ids.subquery()
    registered = (OAuthClient.provider == IDENTITY) & (OAuthClient.client_id == each.c.client_id)
    name = func.coalesce(OAuthClient.name, each.c.client_id)
    sums = {one: func.sum(each.c[one.value]) for one in Measure}
    found = (
        select(name, *sums.values())
        .join_from(each, OAuthClient, registered, isouter=True)
        .group_by(name)
        .having(sums[measure] > 0)
        .order_by(sums[measure].desc(), name.is_(None), name)
        .limit(TOP)
    )
    rows = world.db.session.execute(found).all()
    names: dict[str | None, str] = {None: MCP_TOKEN}
    names.update(oauth_client_names.find_names(world, {row[0] for row in rows if row[0]}).items())
    return [_group(names.get(key, key), calls, tokens) for key, calls, tokens in rows]

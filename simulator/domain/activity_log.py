"""The activity audit log, read part by part: who changed what, newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from simulator.clock import has_expired
from simulator.db.base import normalized
from simulator.db.listing import PAGE_SIZE
from simulator.db.newest_first import Part, read_part
from simulator.db.tables import ActivityLog
from simulator.domain.activity_rows import Kind
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which lines; what is empty filters nothing.

    Attributes:
        text: part of an actor's name or e-mail address, or of a resource's name.
        include_resource_types: these alone, in any case.
        exclude_resource_types: not these.
        include_event_types: these alone.
        exclude_event_types: not these.
        user_ids: the user ids of the actors.
        since: later than this.
        until: not later than this.
    """

    text: str = ""
    include_resource_types: Collection[str] = ()
    exclude_resource_types: Collection[str] = ()
    include_event_types: Collection[str] = ()
    exclude_event_types: Collection[str] = ()
    user_ids: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def list_part(
    world: World,
    workspace_id: int,
    filters: Filters,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Part[ActivityLog]:
    """Return a part of a workspace's activity audit log; it is never read whole.

    Args:
        workspace_id: the workspace's id.
        filters: which lines.
        before: only lines older than the one with this id.
        after: only lines newer than it, those nearest to it.
        size: how many lines, at most.
    """
    found = select(ActivityLog).where(
        ActivityLog.workspace_id == workspace_id, *_conditions(filters)
    )
    return read_part(world.db.session, found, ActivityLog.id, before=before, after=after, size=size)


def find_last(world: World, workspace_id: int, kind: Kind, resource_id: str) -> ActivityLog | None:
    """Return the last line that says that something was made or deleted; None without one.

    Args:
        workspace_id: the workspace's id.
        kind: the kind of what it is about.
        resource_id: the resource id of what it is about.
    """
    log = ActivityLog
    found = select(log).where(
        log.workspace_id == workspace_id,
        log.resource_type == kind.resource,
        log.resource_id == resource_id,
        log.event_type.in_((kind.created, kind.deleted)),
    )
    return world.db.session.scalars(found.order_by(log.id.desc()).limit(1)).first()


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    log = ActivityLog
    conditions: list[ColumnElement[bool]] = []
    if text := normalized(filters.text):
        conditions.append(log.search_text.contains(text, autoescape=True))
    kind, what = func.lower(log.resource_type), func.lower(log.event_type)
    if filters.include_resource_types:
        conditions.append(kind.in_([one.lower() for one in filters.include_resource_types]))
    if filters.exclude_resource_types:
        conditions.append(kind.not_in([one.lower() for one in filters.exclude_resource_types]))
    if filters.include_event_types:
        conditions.append(what.in_([one.lower() for one in filters.include_event_types]))
    if filters.exclude_event_types:
        conditions.append(what.not_in([one.lower() for one in filters.exclude_event_types]))
    if filters.user_ids:
        conditions.append(log.actor_id.in_(filters.user_ids))
    if filters.since is not None:
        conditions.append(~has_expired(log.created_at, filters.since))
    if filters.until is not None:
        conditions.append(has_expired(log.created_at, filters.until))
    return conditions

"""Which recipes a workspace has: found, filtered and ordered by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, false, func, or_, select

from simulator.db.listing import Found
from simulator.db.tables import Job, Recipe
from simulator.domain import tags
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """Filters of recipes; None or an empty value for no filter.

    Attributes:
        inside: a condition that they are in one folder.
        project_id: the project that they are of.
        tag_id: the tag that they have.
        running: whether they run.
        all_apps: provider names, each of which they use.
        any_apps: provider names, one of which they use.
        below_id: their ids are lower.
        not_stopped_after: they were not stopped after this moment.
        updated_after: they were changed after this moment.
        stopped_by_workato: whether Workato stopped them by itself, which never happens here.
    """

    inside: ColumnElement[bool] | None = None
    project_id: int | None = None
    tag_id: int | None = None
    running: bool | None = None
    all_apps: Sequence[str] = ()
    any_apps: Sequence[str] = ()
    below_id: int | None = None
    not_stopped_after: datetime | None = None
    updated_after: datetime | None = None
    stopped_by_workato: bool = False


def find_recipes(
    world: World,
    workspace_id: int,
    criteria: Criteria | None = None,
    *,
    by_activity: bool = False,
) -> Found[Recipe]:
    """Return recipes of a workspace, the newest first.

    Args:
        workspace_id: the workspace's id.
        criteria: which.
        by_activity: those that ran last come first.
    """
    criteria = criteria or Criteria()
    found = select(Recipe).where(Recipe.workspace_id == workspace_id, *_conditions(criteria))
    order: list[ColumnElement[int]] = [Recipe.id.desc()]
    if by_activity:
        last = select(func.max(Job.sequence)).where(Job.recipe_id == Recipe.id)
        order.insert(0, func.coalesce(last.scalar_subquery(), 0).desc())
    return Found(world.db.session, found.order_by(*order))


def _conditions(criteria: Criteria) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.inside is not None:
        found.append(criteria.inside)
    if criteria.project_id is not None:
        found.append(Recipe.project_id == criteria.project_id)
    if criteria.tag_id is not None:
        found.append(tags.has_tag(Recipe, criteria.tag_id))
    if criteria.running is not None:
        found.append(Recipe.running == criteria.running)
    found.extend(_uses(app) for app in criteria.all_apps)
    if criteria.any_apps:
        found.append(or_(*map(_uses, criteria.any_apps)))
    if criteria.below_id is not None:
        found.append(Recipe.id < criteria.below_id)
    if criteria.not_stopped_after is not None:
        stopped = Recipe.stopped_at
        found.append(or_(Recipe.running, stopped.is_(None), stopped <= criteria.not_stopped_after))
    if criteria.updated_after is not None:
        found.append(Recipe.updated_at > criteria.updated_after)
    if criteria.stopped_by_workato:
        found.append(false())
    return found


def _uses(app: str) -> ColumnElement[bool]:
    """The recipe's trigger is the app's, or its `config` names it."""
    named = cast(Recipe.config, String).contains(f'"{app}"', autoescape=True)
    return or_(Recipe.code["provider"].as_string() == app, named)

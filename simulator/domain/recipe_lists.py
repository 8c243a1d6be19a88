"""Which recipes a workspace has: found, filtered and ordered by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, false, func, or_, select

from simulator.db.listing import Found
from simulator.db.tables import Job, Recipe
from simulator.domain import asset_folders
from simulator.domain.folders import Place
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which recipes are meant; None, or nothing, for any.

    Attributes:
        place: the folder that they are in, at any depth.
        running: whether they run.
        all_apps: provider names, each of which they use.
        any_apps: provider names, one of which they use.
        below_id: their ids are lower.
        not_stopped_after: they were not stopped after this moment.
        updated_after: they were changed after this moment.
        stopped_by_workato: whether Workato stopped them by itself, which never happens here.
    """

    place: Place | None = None
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
    wanted: Wanted | None = None,
    *,
    by_activity: bool = False,
) -> Found[Recipe]:
    """Return recipes of a workspace, the newest first.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
        wanted: which.
        by_activity: those that ran last come first.
    """
    wanted = wanted or Wanted()
    found = select(Recipe).where(Recipe.workspace_id == workspace_id, *_conditions(wanted))
    order: list[ColumnElement[int]] = [Recipe.id.desc()]
    if by_activity:
        last = select(func.max(Job.sequence)).where(Job.recipe_id == Recipe.id)
        order.insert(0, func.coalesce(last.scalar_subquery(), 0).desc())
    return Found(world.db.session, found.order_by(*order))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.place is not None:
        found.append(asset_folders.is_inside(Recipe, wanted.place))
    if wanted.running is not None:
        found.append(Recipe.running == wanted.running)
    found.extend(_uses(app) for app in wanted.all_apps)
    if wanted.any_apps:
        found.append(or_(*map(_uses, wanted.any_apps)))
    if wanted.below_id is not None:
        found.append(Recipe.id < wanted.below_id)
    if wanted.not_stopped_after is not None:
        stopped = Recipe.stopped_at
        found.append(or_(Recipe.running, stopped.is_(None), stopped <= wanted.not_stopped_after))
    if wanted.updated_after is not None:
        found.append(Recipe.updated_at > wanted.updated_after)
    if wanted.stopped_by_workato:
        found.append(false())
    return found


def _uses(app: str) -> ColumnElement[bool]:
    """The recipe's trigger is the app's, or its `config` names it."""
    named = cast(Recipe.config, String).contains(f'"{app}"', autoescape=True)
    return or_(Recipe.code["provider"].as_string() == app, named)

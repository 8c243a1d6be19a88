"""The name that an end-user group has among all of a workspace.

It is the group's own, or `Environment / name` where several environments have one of that name.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import aliased

from simulator.db.tables import EndUserGroup, Environment, GroupMember
from simulator.world import World

#: Between an environment's name and a group's.
_BETWEEN = " / "


def get_group_names(world: World, end_user_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the names of the groups of these end users: end-user id → names.

    Each is a name that is unique in the workspace: the group's name, or `Environment / name` where
    several environments have one of that name.

    Args:
        end_user_ids: the end users' ids.
    """
    name = _unique_name()
    rows = world.db.session.execute(
        select(GroupMember.end_user_id, name)
        .join(EndUserGroup, EndUserGroup.id == GroupMember.group_id)
        .join(Environment, Environment.id == EndUserGroup.environment_id)
        .where(GroupMember.end_user_id.in_(end_user_ids))
        .order_by(Environment.id, EndUserGroup.name)
    )
    found: dict[str, list[str]] = {each: [] for each in end_user_ids}
    for end_user_id, called in rows:
        found[end_user_id].append(called)
    return found


def _unique_name() -> ColumnElement[str]:
    twin, elsewhere = aliased(EndUserGroup), aliased(Environment)
    has_twin = (
        select(twin.id)
        .join(elsewhere, elsewhere.id == twin.environment_id)
        .where(
            elsewhere.workspace_id == Environment.workspace_id,
            elsewhere.id != Environment.id,
            twin.name == EndUserGroup.name,
        )
        .exists()
    )
    whole = Environment.name + _BETWEEN + EndUserGroup.name
    return case((has_twin, whole), else_=EndUserGroup.name)


def find_by_names(world: World, workspace_id: int, names: Collection[str]) -> dict[str, str]:
    """Return the ids of groups by their unique names, as far as there are such groups.

    Args:
        workspace_id: the workspace's id.
        names: the names as `get_group_names` has them.
    """
    short = {name[place:] for name in names for place in _places_of_group(name)}
    called = _unique_name()
    rows = world.db.session.execute(
        select(called, EndUserGroup.id)
        .join(Environment, Environment.id == EndUserGroup.environment_id)
        .where(Environment.workspace_id == workspace_id, EndUserGroup.name.in_(short))
        .order_by(Environment.id, EndUserGroup.name)
    )
    return {name: group_id for name, group_id in rows if name in names}


def _places_of_group(name: str) -> Iterator[int]:
    """Where the group's own name may begin: at the start, or behind an environment's."""
    place = 0
    yield place
    while (found := name.find(_BETWEEN, place)) >= 0:
        place = found + len(_BETWEEN)
        yield place


def list_unique_names(world: World, workspace_id: int, most: int) -> Sequence[str]:
    """Return the unique names of a workspace's first groups, by environment and name.

    Args:
        workspace_id: the workspace's id.
        most: how many, at most.
    """
    return world.db.session.scalars(
        select(_unique_name())
        .join(Environment, Environment.id == EndUserGroup.environment_id)
        .where(Environment.workspace_id == workspace_id)
        .order_by(Environment.id, EndUserGroup.name)
        .limit(most)
    ).all()

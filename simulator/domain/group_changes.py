"""End-user groups: created, renamed, and who is added to them or removed."""

from collections.abc import Collection

from sqlalchemy import delete, func, select

from simulator.db.tables import EndUser, EndUserGroup, Environment, GroupMember
from simulator.db.upsert import insert, insert_missing
from simulator.errors import AlreadyExists, FieldError, NotFound
from simulator.world import World

#: Ids in one statement: SQLite's own limit is 32,766 values.
_AT_ONCE = 5_000


def create_group(
    world: World,
    environment: Environment,
    name: str,
    end_user_ids: Collection[str],
    *,
    may_be_empty: bool = False,
) -> EndUserGroup:
    """Create an end-user group; it must contain at least one end user (docs: Workato Identity).

    Args:
        environment: where the group is.
        name: 1 to 100 characters.
        end_user_ids: the members' ids.
        may_be_empty: whether there may be none: the Developer API takes a name alone.

    Raises:
        FieldError: on `name` or `end_users`.
        AlreadyExists: on `name`.
        NotFound: an end user is not of this workspace.
    """
    name = _check_name(world, environment, name)
    if not end_user_ids and not may_be_empty:
        raise FieldError("end_users", "Select at least one end user.")
    now, session = world.clock.now(), world.db.session
    group_id = f"eug-{world.randomness.hex('group', 6)}"
    key = {"environment_id": environment.id, "name": name}
    if not insert_missing(session, EndUserGroup, key, id=group_id, created_at=now, updated_at=now):
        raise _taken(environment, name)
    group = session.get_one(EndUserGroup, group_id)
    add_members(world, group, end_user_ids)
    return group


def rename_group(world: World, group: EndUserGroup, name: str) -> None:
    """Give a group another name; what it gives access to stays.

    Args:
        group: the end-user group.
        name: 1 to 100 characters.

    Raises:
        FieldError: on `name`.
        AlreadyExists: on `name`: another group of the environment has it, in any case.
    """
    name = _check_name(world, group.environment, name, but=group.id)
    if name == group.name:
        return
    group.name, group.updated_at = name, world.clock.now()
    world.db.session.flush()


def add_members(world: World, group: EndUserGroup, end_user_ids: Collection[str]) -> int:
    """Add end users to a group; it is no error if they are members already.

    Args:
        group: the end-user group.
        end_user_ids: the end users' ids.

    Returns:
        How many were no members before.

    Raises:
        NotFound: one is no end user of this workspace.
    """
    ids = _check_ids(world, group, end_user_ids)
    added = 0
    for start in range(0, len(ids), _AT_ONCE):
        rows = [{"group_id": group.id, "end_user_id": one} for one in ids[start : start + _AT_ONCE]]
        new = insert(world.db.session, GroupMember).values(rows).on_conflict_do_nothing()
        added += len(world.db.session.execute(new.returning(GroupMember.end_user_id)).all())
    _note_change(world, group, added)
    return added


def remove_members(world: World, group: EndUserGroup, end_user_ids: Collection[str]) -> int:
    """Remove end users from a group; it is no error if they are not members.

    Args:
        group: the end-user group.
        end_user_ids: the end users' ids.

    Returns:
        How many were members before.

    Raises:
        NotFound: one is no end user of this workspace.
    """
    ids, removed = _check_ids(world, group, end_user_ids), 0
    for start in range(0, len(ids), _AT_ONCE):
        gone = delete(GroupMember).where(
            GroupMember.group_id == group.id,
            GroupMember.end_user_id.in_(ids[start : start + _AT_ONCE]),
        )
        removed += len(world.db.session.execute(gone.returning(GroupMember.end_user_id)).all())
    _note_change(world, group, removed)
    return removed


def _note_change(world: World, group: EndUserGroup, changed: int) -> None:
    if changed:
        world.db.session.expire(group, ["members"])
        group.updated_at = world.clock.now()
        world.db.session.flush()


def _check_ids(world: World, group: EndUserGroup, end_user_ids: Collection[str]) -> list[str]:
    """Each once, in order; all of them of the group's workspace."""
    ids = sorted(set(end_user_ids))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        there = select(func.count()).where(
            EndUser.id.in_(some), EndUser.workspace_id == group.environment.workspace_id
        )
        if world.db.session.scalar(there) != len(some):
            raise NotFound("One of the chosen end users does not exist any more. Reload the page.")
    return ids


def _check_name(world: World, environment: Environment, name: str, but: str = "") -> str:
    name = name.strip()
    if not name:
        raise FieldError("name", "Enter a group name.")
    if len(name) > 100:
        raise FieldError("name", "A group name has at most 100 characters.")
    taken = select(EndUserGroup.id).where(
        EndUserGroup.environment_id == environment.id,
        EndUserGroup.id != but,
        func.lower(EndUserGroup.name) == name.lower(),
    )
    if world.db.session.scalar(taken.limit(1)):
        raise _taken(environment, name)
    return name


def _taken(environment: Environment, name: str) -> AlreadyExists:
    return AlreadyExists(
        "name", f"The environment {environment.name} already has a group named '{name}'."
    )

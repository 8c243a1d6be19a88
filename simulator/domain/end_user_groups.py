"""End-user groups: who is a member, and who may be given access to a server."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select

from simulator.db.claim import did_change
from simulator.db.tables import EndUser, EndUserGroup, Environment, GroupMember
from simulator.db.upsert import insert_missing
from simulator.errors import FieldError, NotFound
from simulator.world import World

_GONE = "This end-user group does not exist."


def get_groups_by_name(world: World, workspace_id: int) -> dict[str, EndUserGroup]:
    """Return the end-user groups of a workspace, each by a name that is unique.

    That is its name, or `Environment / name` where several environments have one of that name.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
    """
    found = world.db.session.scalars(
        select(EndUserGroup)
        .join(Environment)
        .where(Environment.workspace_id == workspace_id)
        .order_by(Environment.id, EndUserGroup.name)
    ).all()
    times = Counter(one.name for one in found)
    return {
        one.name if times[one.name] == 1 else f"{one.environment.name} / {one.name}": one
        for one in found
    }


def list_group_names(world: World, person: EndUser) -> list[str]:
    """Return the names of a person's groups, as `get_groups_by_name` has them.

    Args:
        world: with an open unit of work.
        person: the end user.
    """
    known = get_groups_by_name(world, person.workspace_id)
    return [name for name, one in known.items() if person in one.members]


def set_groups(world: World, person: EndUser, names: Collection[str]) -> None:
    """Make somebody a member of these end-user groups and of no others.

    In the product, directory groups that are synchronised change members like this.

    Args:
        world: with an open unit of work.
        person: who.
        names: as `get_groups_by_name` has them.

    Raises:
        FieldError: on `groups`: there is none of that name.
    """
    if isinstance(names, str):  # a collection, too, but of letters
        raise FieldError("groups", f"Groups are a list of names, such as ['{names}'].")
    known = get_groups_by_name(world, person.workspace_id)
    for name in names:
        if name not in known:
            there = ", ".join(f"'{one}'" for one in known) or "none"
            raise FieldError("groups", f"There is no end-user group '{name}'. There are: {there}.")
    for name, one in known.items():
        set_member(world, one, person, is_member=name in names)


def set_member(world: World, group: EndUserGroup, person: EndUser, *, is_member: bool) -> None:
    """Add a person to a group or remove them; it is no error if that is so already.

    Args:
        world: with an open unit of work.
        group: the end-user group.
        person: the end user.
        is_member: True to add them, False to remove them.
    """
    session = world.db.session
    key = {"group_id": group.id, "end_user_id": person.id}
    if is_member:
        changed = insert_missing(session, GroupMember, key)
    else:
        own = GroupMember.group_id == group.id, GroupMember.end_user_id == person.id
        changed = did_change(session, delete(GroupMember).where(*own))
    if changed:
        session.expire(group, ["members"])
        group.updated_at = world.clock.now()
        session.flush()


def get_memberships(
    world: World, environment_id: int | None = None
) -> dict[str, list[EndUserGroup]]:
    """Return the groups of every end user by name: end-user id → groups.

    Args:
        world: with an open unit of work.
        environment_id: of one environment; None for all.
    """
    query = (
        select(GroupMember.end_user_id, EndUserGroup)
        .join(EndUserGroup, EndUserGroup.id == GroupMember.group_id)
        .order_by(EndUserGroup.name)
    )
    if environment_id is not None:
        query = query.where(EndUserGroup.environment_id == environment_id)
    found: dict[str, list[EndUserGroup]] = {}
    for end_user_id, one in world.db.session.execute(query):
        found.setdefault(end_user_id, []).append(one)
    return found


def list_groups(world: World, environment_id: int) -> Sequence[EndUserGroup]:
    """Return every end-user group of an environment, by name.

    Args:
        world: with an open unit of work.
        environment_id: the environment's id.
    """
    return world.db.session.scalars(
        select(EndUserGroup)
        .where(EndUserGroup.environment_id == environment_id)
        .order_by(EndUserGroup.name)
    ).all()


def count_members(world: World, group_ids: Sequence[str]) -> dict[str, int]:
    """Return the number of members of each group.

    Args:
        world: with an open unit of work.
        group_ids: the groups' ids.
    """
    rows = world.db.session.execute(
        select(GroupMember.group_id, func.count())
        .where(GroupMember.group_id.in_(group_ids))
        .group_by(GroupMember.group_id)
    )
    return dict.fromkeys(group_ids, 0) | dict(rows.all())


def create_group(
    world: World, environment: Environment, name: str, end_user_ids: Sequence[str]
) -> EndUserGroup:
    """Create an end-user group; it must contain at least one end user (docs: Workato Identity).

    Args:
        world: with an open unit of work.
        environment: where the group is.
        name: 1 to 100 characters.
        end_user_ids: the members' ids, one or more.

    Raises:
        FieldError: on `name` or `end_users`.
        NotFound: an end user is not of this workspace.
    """
    name = name.strip()
    if not name:
        raise FieldError("name", "Enter a group name.")
    if len(name) > 100:
        raise FieldError("name", "A group name has at most 100 characters.")
    taken = world.db.session.scalar(
        select(EndUserGroup.id).where(
            EndUserGroup.environment_id == environment.id,
            func.lower(EndUserGroup.name) == name.lower(),
        )
    )
    if taken:
        raise _taken(environment, name)
    if not end_user_ids:
        raise FieldError("end_users", "Select at least one end user.")
    now, session = world.clock.now(), world.db.session
    group_id = f"eug-{world.randomness.hex('group', 6)}"
    key = {"environment_id": environment.id, "name": name}
    if not insert_missing(session, EndUserGroup, key, id=group_id, created_at=now, updated_at=now):
        raise _taken(environment, name)
    group = session.get_one(EndUserGroup, group_id)
    for end_user_id in dict.fromkeys(end_user_ids):
        person = world.db.session.get(EndUser, end_user_id)
        if person is None or person.workspace_id != environment.workspace_id:
            raise NotFound("One of the chosen end users does not exist any more. Reload the page.")
        group.members.append(person)
    session.flush()
    return group


def _taken(environment: Environment, name: str) -> FieldError:
    return FieldError(
        "name", f"The environment {environment.name} already has a group named '{name}'."
    )


def delete_group(world: World, group: EndUserGroup) -> None:
    """Delete a group; its members lose the access it gave.

    Args:
        world: with an open unit of work.
        group: the end-user group.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    own = delete(EndUserGroup).where(EndUserGroup.id == group.id)
    if not did_change(world.db.session, own):
        raise NotFound(_GONE)


def get_group(world: World, workspace_id: int, group_id: str) -> EndUserGroup:
    """Return a group of this workspace.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
        group_id: the group's id.

    Raises:
        NotFound: there is none with this id.
    """
    found = world.db.session.get(EndUserGroup, group_id)
    if found is None or found.environment.workspace_id != workspace_id:
        raise NotFound(_GONE)
    return found

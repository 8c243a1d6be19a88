"""Groups of collaborators, who have together what each group is granted (Workato docs).

Groups are granted project roles alone, never a role in an environment; whoever is in several has
what each of them is granted. Everybody is in Workato's own group, which nobody changes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select

from simulator.db.claim import delete_present
from simulator.db.listing import Found, contains
from simulator.db.tables import Collaborator, CollaboratorGroup, CollaboratorGroupMember
from simulator.db.upsert import insert, insert_missing
from simulator.errors import AlreadyExists, FieldError, Forbidden, NotFound
from simulator.world import World

#: What Workato calls its own group.
EVERYBODY = "All collaborators"
LONGEST_NAME, LONGEST_DESCRIPTION = 100, 1000
#: Who is added or removed at once.
MOST_AT_ONCE = 1000


def build_everybody(workspace_id: int, now: datetime) -> CollaboratorGroup:
    """Return the row of Workato's own group of a workspace, to be added.

    Args:
        workspace_id: the workspace's id.
        now: the simulated moment.
    """
    handle = f"ug-all-{workspace_id}"
    times = {"created_at": now, "updated_at": now}
    return CollaboratorGroup(
        workspace_id=workspace_id, handle=handle, name=EVERYBODY, is_system=True, **times
    )


def list_groups(
    world: World, workspace_id: int, text: str = "", *, name: str = ""
) -> Found[CollaboratorGroup]:
    """Return the groups of a workspace by name, Workato's own first.

    Args:
        workspace_id: the workspace's id.
        text: a part of a name or description.
        name: the whole name; empty for all.
    """
    found = select(CollaboratorGroup).where(CollaboratorGroup.workspace_id == workspace_id)
    found = found.where(*contains(text, CollaboratorGroup.name, CollaboratorGroup.description))
    if name:
        found = found.where(CollaboratorGroup.name == name)
    order = CollaboratorGroup.is_system.desc(), CollaboratorGroup.name, CollaboratorGroup.id
    return Found(world.db.session, found.order_by(*order))


def get_group(world: World, workspace_id: int, handle: str) -> CollaboratorGroup:
    """Return a group of a workspace.

    Args:
        workspace_id: the workspace's id.
        handle: the handle of the group.

    Raises:
        NotFound: it does not exist.
    """
    own = CollaboratorGroup.workspace_id == workspace_id, CollaboratorGroup.handle == handle
    found = world.db.session.scalars(select(CollaboratorGroup).where(*own)).first()
    if found is None:
        raise NotFound(f"There is no such group of collaborators here: {handle}.")
    return found


def create(
    world: World,
    workspace_id: int,
    *,
    name: str,
    description: str = "",
    member_ids: Collection[int] = (),
) -> CollaboratorGroup:
    """Create a group, with members or without.

    Args:
        workspace_id: the workspace's id.
        name: the name, 1 to 100 characters; no other group of the workspace has it.
        description: what it is for, up to 1,000 characters.
        member_ids: the ids of collaborators.

    Raises:
        FieldError: on `name` or `description`.
        AlreadyExists: on `name`.
        NotFound: one is no collaborator of the workspace.
    """
    name, now = _check_name(world, workspace_id, name, None), world.clock.now()
    made = insert_missing(
        world.db.session,
        CollaboratorGroup,
        {"workspace_id": workspace_id, "name": name},
        handle=f"ug-{world.randomness.secret('collaborator group', 10)}",
        description=_check_description(description),
        created_at=now,
        updated_at=now,
    )
    if not made:
        raise _taken(name)
    group = list_groups(world, workspace_id, name=name).first(1)[0]
    if member_ids:
        add_members(world, group, member_ids)
    return group


def change(world: World, group: CollaboratorGroup, *, name: str, description: str | None) -> None:
    """Give a group another name and description; its members keep what they have by it.

    Args:
        group: the group to be changed.
        name: the name, 1 to 100 characters; no other group of the workspace has it.
        description: what it is for, up to 1,000 characters.

    Raises:
        FieldError: on `name` or `description`.
        AlreadyExists: on `name`.
        Forbidden: it is Workato's own.
    """
    _check_own(group)
    group.name = _check_name(world, group.workspace_id, name, group)
    group.description = _check_description(description or "")
    group.updated_at = world.clock.now()
    world.db.session.flush()


def remove(world: World, group: CollaboratorGroup) -> None:
    """Delete a group: from the next request on, its members lack what they had by it alone.

    Args:
        group: the group to be deleted.

    Raises:
        Forbidden: it is Workato's own.
        NotFound: somebody else deleted it meanwhile.
    """
    _check_own(group)
    delete_present(world.db.session, group)


def add_members(world: World, group: CollaboratorGroup, ids: Collection[int]) -> None:
    """Add collaborators to a group; it is no error if they are members already.

    Args:
        group: the group.
        ids: the ids of the collaborators, one at least.

    Raises:
        Forbidden: it is Workato's own.
        FieldError: on `user_ids`: nobody is named, or too many are.
        NotFound: one is no collaborator of the workspace.
    """
    rows = [{"group_id": group.id, "collaborator_id": one} for one in _check_ids(world, group, ids)]
    added = insert(world.db.session, CollaboratorGroupMember).values(rows)
    new = added.on_conflict_do_nothing().returning(CollaboratorGroupMember.collaborator_id)
    _note_change(world, group, world.db.session.execute(new).all())


def remove_members(world: World, group: CollaboratorGroup, ids: Collection[int]) -> None:
    """Remove collaborators from a group; it is no error if they are no members.

    Args:
        group: the group.
        ids: the ids of the collaborators, one at least.

    Raises:
        Forbidden: it is Workato's own.
        FieldError: on `user_ids`: nobody is named, or too many are.
        NotFound: one is no collaborator of the workspace.
    """
    gone = delete(CollaboratorGroupMember).where(
        CollaboratorGroupMember.group_id == group.id,
        CollaboratorGroupMember.collaborator_id.in_(_check_ids(world, group, ids)),
    )
    left = gone.returning(CollaboratorGroupMember.collaborator_id)
    _note_change(world, group, world.db.session.execute(left).all())


def list_members(world: World, group: CollaboratorGroup, text: str = "") -> Found[Collaborator]:
    """Return the members of a group, by name.

    Args:
        group: the group.
        text: a part of a name or e-mail address.
    """
    found = select(Collaborator).where(Collaborator.workspace_id == group.workspace_id)
    if not group.is_system:
        own = CollaboratorGroupMember.group_id == group.id
        ids = select(CollaboratorGroupMember.collaborator_id).where(own)
        found = found.where(Collaborator.id.in_(ids))
    found = found.where(*contains(text, Collaborator.name, Collaborator.email))
    return Found(world.db.session, found.order_by(Collaborator.name, Collaborator.id))


def count_members(world: World, groups: Iterable[CollaboratorGroup]) -> Mapping[int, int]:
    """Return how many members each group has: its id → how many.

    Args:
        groups: the groups, all of one workspace.
    """
    given = list(groups)
    ids, member = [each.id for each in given], CollaboratorGroupMember
    counted = select(member.group_id, func.count()).where(member.group_id.in_(ids))
    rows = world.db.session.execute(counted.group_by(member.group_id))
    counts = {number: count for number, count in rows}  # noqa: C416 (typed, as rows are not)
    for group in (each for each in given if each.is_system):
        counts[group.id] = list_members(world, group).count()
    return {each: counts.get(each, 0) for each in ids}


def includes(person: Collaborator) -> ColumnElement[bool]:
    """Return the condition that a group has somebody as a member.

    Args:
        person: the person.
    """
    member = CollaboratorGroupMember
    own = select(member.group_id).where(member.collaborator_id == person.id)
    is_everybody = CollaboratorGroup.is_system & (
        CollaboratorGroup.workspace_id == person.workspace_id
    )
    return or_(is_everybody, CollaboratorGroup.id.in_(own))


def list_of_person(world: World, person: Collaborator) -> Sequence[CollaboratorGroup]:
    """Return the workspace's own groups that a collaborator is in, by name.

    Args:
        person: the person.
    """
    own = select(CollaboratorGroup).where(includes(person), CollaboratorGroup.is_system.is_(False))
    return world.db.session.scalars(own.order_by(CollaboratorGroup.name)).all()


def _note_change(world: World, group: CollaboratorGroup, changed: Collection[object]) -> None:
    if changed:
        group.updated_at = world.clock.now()
        world.db.session.flush()


def _check_own(group: CollaboratorGroup) -> None:
    if group.is_system:
        raise Forbidden(f"'{group.name}' is Workato's own group: everybody is in it, and stays.")


def _check_ids(world: World, group: CollaboratorGroup, ids: Collection[int]) -> list[int]:
    _check_own(group)
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise FieldError("user_ids", f"Select 1 to {MOST_AT_ONCE:,} collaborators.")
    own = Collaborator.workspace_id == group.workspace_id, Collaborator.id.in_(ids)
    there = set(world.db.session.scalars(select(Collaborator.id).where(*own)))
    if strangers := sorted(set(ids) - there):
        raise NotFound(f"There is no collaborator {strangers[0]} here.")
    return sorted(there)


def _check_name(world: World, workspace_id: int, name: str, group: CollaboratorGroup | None) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise FieldError("name", f"A name has 1 to {LONGEST_NAME} characters, in one line.")
    twin = select(CollaboratorGroup.id).where(
        CollaboratorGroup.workspace_id == workspace_id,
        CollaboratorGroup.name == name,
        CollaboratorGroup.id != (group.id if group else 0),
    )
    if world.db.session.scalar(twin):
        raise _taken(name)
    return name


def _check_description(text: str) -> str | None:
    text = text.strip()
    if len(text) > LONGEST_DESCRIPTION:
        limit = f"{LONGEST_DESCRIPTION:,} characters"
        raise FieldError("description", f"A description has {limit} at most.")
    return text or None


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists("name", f"There already is a group '{name}'.")

"""Who has a custom role: collaborators and groups that were given it, and members of the groups."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Select, func, or_, select, union_all

from simulator.db.base import table_of
from simulator.db.listing import Found
from simulator.db.tables import (
    Collaborator,
    CollaboratorGroup,
    CollaboratorGroupMember,
    ProjectGrant,
    Role,
    RoleInEnvironment,
)
from simulator.world import World

#: Holders who are named when a role cannot be deleted.
_NAMED = 5


def _select_held() -> list[Select[tuple[int, int]]]:
    """Who is given which role, in whatever project: of tables, of which nothing is left out."""
    columns = ("role_id", "collaborator_id")
    tables = (table_of(RoleInEnvironment), table_of(ProjectGrant))
    return [
        select(*(each.c[name] for name in columns)).where(each.c.collaborator_id.is_not(None))
        for each in tables
    ]


def _select_by_group() -> Select[tuple[int, int]]:
    """Who has which role by a group."""
    grant, group = table_of(ProjectGrant), table_of(CollaboratorGroup)
    person, member = table_of(Collaborator), table_of(CollaboratorGroupMember)
    own = select(member.c.group_id).where(member.c.collaborator_id == person.c.id)
    is_in = or_(
        group.c.id.in_(own), group.c.is_system & (group.c.workspace_id == person.c.workspace_id)
    )
    both = grant.join(group, group.c.id == grant.c.group_id).join(person, is_in)
    return select(grant.c.role_id, person.c.id.label("collaborator_id")).select_from(both)


_HELD = union_all(*_select_held()).subquery()
_EVERY = union_all(*_select_held(), _select_by_group()).subquery()


def name_holders(world: World, role: Role) -> tuple[Sequence[str], int]:
    """Return whom a role is given to itself, people and groups: some of their names, how many.

    Args:
        role: the role.
    """
    groups = select(ProjectGrant.group_id).where(ProjectGrant.role_id == role.id)
    granted = select(CollaboratorGroup).where(CollaboratorGroup.id.in_(groups))
    together: Found[CollaboratorGroup] = Found(
        world.db.session, granted.order_by(CollaboratorGroup.name)
    )
    theirs = select(_HELD.c.collaborator_id).where(_HELD.c.role_id == role.id)
    people: Found[Collaborator] = Found(
        world.db.session,
        select(Collaborator).where(Collaborator.id.in_(theirs)).order_by(Collaborator.name),
    )
    names = [each.name for each in people.first(_NAMED)]
    names += [f"the group '{each.name}'" for each in together.first(_NAMED)]
    return names[:_NAMED], people.count() + together.count()


def list_users(world: World, role: Role) -> Found[Collaborator]:
    """Return the collaborators who have a role somewhere, by themselves or by a group, by name.

    Args:
        role: the role.
    """
    theirs = select(_EVERY.c.collaborator_id).where(_EVERY.c.role_id == role.id)
    found = select(Collaborator).where(Collaborator.id.in_(theirs))
    return Found(world.db.session, found.order_by(Collaborator.name, Collaborator.id))


def count_users(world: World, roles: Iterable[Role]) -> Mapping[int, int]:
    """Return how many collaborators have each role: its id → how many.

    Args:
        roles: the roles.
    """
    ids = [each.id for each in roles]
    people = func.count(_EVERY.c.collaborator_id.distinct())
    counted = select(_EVERY.c.role_id, people).where(_EVERY.c.role_id.in_(ids))
    counted = counted.group_by(_EVERY.c.role_id)
    found = {row[0]: row[1] for row in world.db.session.execute(counted)}
    return {each: found.get(each, 0) for each in ids}

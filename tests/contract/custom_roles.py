"""Custom roles of collaborators, for tests that need some."""

from collections.abc import Mapping, Sequence

from simulator.db.tables import Collaborator, Role
from simulator.domain import held_roles, roles, workspaces
from simulator.domain.roles import LEGACY
from simulator.world import World


def give_role(
    world: World,
    name: str,
    given: Mapping[str, Sequence[str]],
    kind: str = LEGACY,
    workspace_id: int = 1,
) -> Role:
    """Make a custom role in a workspace."""
    with world.db.unit():
        return roles.save(world, workspace_id, None, kind=kind, name=name, given=given)


def give_everywhere(world: World, number: int, role: Role) -> None:
    """Give a collaborator of workspace 1 a custom role in every environment."""
    with world.db.unit() as session:
        person = session.get_one(Collaborator, number)
        there = [each.id for each in workspaces.list_environments(world, 1)]
        given = dict.fromkeys(there, session.get_one(Role, role.id))
        held_roles.give(world, person, given, by_role="owner")

"""Custom roles of collaborators, for tests that need some."""

from collections.abc import Mapping, Sequence

from simulator.db.tables import Role
from simulator.domain import roles
from simulator.domain.roles import LEGACY
from simulator.world import World


def give_role(
    world: World, name: str, given: Mapping[str, Sequence[str]], kind: str = LEGACY
) -> Role:
    """Make a custom role in workspace 1."""
    with world.db.unit():
        return roles.save(world, 1, None, kind=kind, name=name, given=given)

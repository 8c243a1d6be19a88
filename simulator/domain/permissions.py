"""What a collaborator may do where, by the roles that they have (our choice of rules).

What is of one environment, such as a deployed project or an MCP server, takes the role there; what
administers the workspace, the role in its first environment; anything else, the role in some one.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from simulator.db.tables import Collaborator, Project
from simulator.domain import held_roles
from simulator.domain.held_roles import BY_ENVIRONMENT, Held
from simulator.domain.privileges import OF_SYSTEM_ROLES, RESOURCES, Privileges
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What somebody may do.

    Attributes:
        everywhere: privileges of a role of the system that they have in every environment; None
            for who has roles by environment.
        held: the roles that they have otherwise, in the order of environments.
        first: the id of the workspace's first environment.
    """

    everywhere: Privileges | None
    held: Collection[Held] = ()
    first: int = 0

    def allow(self, resource: str, action: str, places: Collection[int] = ()) -> bool:
        """Return whether they may do something; what they may change, they see, and its project.

        Args:
            resource: a key of `privileges.RESOURCES`.
            action: one of its actions.
            places: ids of the environments that it is about: it takes a role in each; empty where
                it is about none.
        """
        if self.everywhere is not None:
            return _include(self.everywhere, resource, action)
        there = {
            each.environment.id for each in self.held if _include(each.privileges, resource, action)
        }
        if not places and RESOURCES[resource].is_of_workspace:
            return self.first in there
        return there.issuperset(places) if places else bool(there)


def get_permissions(world: World, person: Collaborator) -> Permissions:
    """Return what a collaborator may do.

    Args:
        world: with an open unit of work.
        person: the person.
    """
    if person.role != BY_ENVIRONMENT:
        return Permissions(everywhere=OF_SYSTEM_ROLES[person.role])
    held = held_roles.list_held(world, [person])[person.id]
    first = held_roles.list_environments(world, person.workspace_id)[0]
    return Permissions(everywhere=None, held=held, first=first.id)


def list_projects(
    world: World, workspace_id: int, permissions: Permissions
) -> Collection[int] | None:
    """Return the ids of the projects that somebody sees; None for all of them.

    A project that was made here is of the first environment, one that was deployed of its own.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
        permissions: theirs.
    """
    if permissions.everywhere is not None:
        return None
    seen = [each for each in permissions.held if _include(each.privileges, "Projects", "read")]
    parts = []
    for each in seen:
        number = each.environment.id
        here = Project.environment_id == number
        if number == permissions.first:
            here = or_(here, Project.environment_id.is_(None))
        ids = each.project_ids
        parts.append(here if ids is None else here & Project.id.in_(ids))
    if not parts:
        return ()
    own = select(Project.id).where(Project.workspace_id == workspace_id, or_(*parts))
    return tuple(world.db.session.scalars(own))


def _include(privileges: Privileges, resource: str, action: str) -> bool:
    if action in privileges.get(resource, ()):
        return True
    if action != "read":
        return False
    if resource == "Projects":
        return any(RESOURCES[each].is_of_project for each in privileges)
    return bool(privileges.get(resource))

"""What a collaborator may do, by their roles (which role counts where is our choice).

For an asset of one environment, such as a deployed project or an MCP server, their role in that
environment counts, or a project role that they, or a group that they are in, are granted in its
project. For administering the workspace, the role in its first environment counts. For anything
else, a role in any environment is enough.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from simulator.db.tables import Collaborator, CollaboratorGroup, Project, ProjectGrant, Role
from simulator.domain import collaborator_groups, held_roles
from simulator.domain.held_roles import BY_ENVIRONMENT, HeldRole
from simulator.domain.privileges import OF_SYSTEM_ROLES, RESOURCES, Privileges
from simulator.world import World

#: Stands for the id of a project that does not exist yet; nobody has a project role in it.
NEW = 0


class AssetScope(NamedTuple):
    """The environment and the project of an asset, by which roles apply to it.

    Attributes:
        environment_id: the id of the asset's environment.
        project_id: the id of the asset's project, or `NEW`; None for no project, or for any
            project.
    """

    environment_id: int
    project_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """The permissions of a collaborator.

    Attributes:
        everywhere: the privileges of a system role, which they have in every environment; None for
            a collaborator with roles by environment.
        held: the roles by environment, in the order of the environments.
        granted: id of a project → the project roles that they, or groups of theirs, are granted
            there.
        first: the id of the workspace's first environment.
    """

    everywhere: Privileges | None
    held: Collection[HeldRole] = ()
    granted: Mapping[int, Sequence[Role]] = field(default_factory=dict)
    first: int = 0

    def allow(self, resource: str, action: str, places: Collection[AssetScope] = ()) -> bool:
        """Return whether they may do something; permission to change implies permission to view.

        Args:
            resource: a key of `privileges.RESOURCES`.
            action: one of its actions.
            places: where the assets are; a role is needed in each; empty if no asset is concerned.
        """
        if self.everywhere is not None:
            return _include(self.everywhere, resource, action)
        if places:
            return all(self._allow_at(resource, action, each) for each in places)
        there = {
            each.environment.id for each in self.held if _include(each.privileges, resource, action)
        }
        if RESOURCES[resource].is_of_workspace:
            return self.first in there
        is_new = (resource, action) == ("Projects", "create")  # of no project that there is
        roles = () if is_new else chain(*self.granted.values())
        return bool(there) or any(_include(each.privileges, resource, action) for each in roles)

    def _allow_at(self, resource: str, action: str, place: AssetScope) -> bool:
        held = [each for each in self.held if each.environment.id == place.environment_id]
        roles: list[HeldRole | Role] = [
            each for each in held if each.covers(place.project_id or None)
        ]
        for project_id, granted in self.granted.items() if held else ():
            if place.project_id in (None, project_id):
                roles.extend(granted)
        return any(_include(each.privileges, resource, action) for each in roles)


def get_permissions(world: World, person: Collaborator) -> Permissions:
    """Return what a collaborator may do.

    Args:
        person: the person.
    """
    if person.role != BY_ENVIRONMENT:
        return Permissions(everywhere=OF_SYSTEM_ROLES[person.role])
    held = held_roles.list_held(world, [person])[person.id]
    first = held_roles.list_environments(world, person.workspace_id)[0]
    granted = _list_granted(world, person, {each.environment.id for each in held}, first.id)
    return Permissions(everywhere=None, held=held, granted=granted, first=first.id)


def _list_granted(
    world: World, person: Collaborator, environment_ids: Collection[int], first: int
) -> dict[int, list[Role]]:
    """Return project → roles, their own first, of the environments to which somebody has access."""
    groups = select(CollaboratorGroup.id).where(collaborator_groups.includes(person))
    own = or_(ProjectGrant.collaborator_id == person.id, ProjectGrant.group_id.in_(groups))
    rows = select(ProjectGrant, Project.environment_id).join(Project).where(own)
    found: dict[int, list[Role]] = {}
    ordered = rows.order_by(ProjectGrant.group_id.is_not(None), ProjectGrant.id)
    for grant, environment_id in world.db.session.execute(ordered):
        if (environment_id or first) in environment_ids:
            found.setdefault(grant.project_id, []).append(grant.role)
    return found


def list_privileges(permissions: Permissions, place: AssetScope) -> dict[str, list[str]]:
    """Return what somebody may do in a project: resource → actions, without those that lack.

    Args:
        permissions: theirs.
        place: the project.
    """
    found = {
        name: [one for one in each.actions if permissions.allow(name, one, [place])]
        for name, each in RESOURCES.items()
        if each.is_of_project
    }
    return {name: actions for name, actions in found.items() if actions}


def list_projects(
    world: World,
    workspace_id: int,
    permissions: Permissions,
    needed: Collection[tuple[str, str]] = (("Projects", "read"),),
) -> Collection[int] | None:
    """Return the ids of the projects where somebody may do something; None for all of them.

    A project that was made here is of the first environment, one that was deployed of its own.

    Args:
        workspace_id: the workspace's id.
        permissions: theirs.
        needed: resources and actions, one of which they may do there: by default, see the project.
    """
    if permissions.everywhere is not None:
        return None

    def fits(role: HeldRole | Role) -> bool:
        return any(_include(role.privileges, *each) for each in needed)

    granted = [number for number, roles in permissions.granted.items() if any(map(fits, roles))]
    parts: list[ColumnElement[bool]] = [Project.id.in_(granted)] if granted else []
    for each in filter(fits, permissions.held):
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

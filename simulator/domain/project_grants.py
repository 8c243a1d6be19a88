"""Project roles that collaborators and groups are granted in single projects (Workato docs).

A person whom one is granted to has other roles by environment, and one in the environment of the
project: whoever has a role of the system everywhere sees every project by it (our choice). Of a
group, it gives something to those members alone.
"""

from typing import TypeAlias

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload

from simulator.db.listing import Found
from simulator.db.tables import Collaborator, CollaboratorGroup, Project, ProjectGrant, Role
from simulator.db.upsert import insert_missing
from simulator.domain import collaborator_groups, held_roles
from simulator.domain.held_roles import BY_ENVIRONMENT
from simulator.domain.roles import PROJECT
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: Whom a project role is granted to.
Holder: TypeAlias = Collaborator | CollaboratorGroup


def list_of_holder(world: World, holder: Holder) -> Found[ProjectGrant]:
    """Return what a collaborator or group is granted itself, by the names of the projects.

    Args:
        holder: the person or group.
    """
    own = select(ProjectGrant).filter_by(**_key(holder))
    ordered = own.join(Project).order_by(Project.name, ProjectGrant.id)
    return Found(world.db.session, ordered.options(joinedload(ProjectGrant.project)))


def list_by_group(world: World, person: Collaborator) -> Found[ProjectGrant]:
    """Return what groups are granted that a collaborator is in, by the names of the projects.

    Args:
        person: the person.
    """
    own = select(ProjectGrant).join(CollaboratorGroup).where(collaborator_groups.includes(person))
    ordered = own.join(Project).order_by(Project.name, CollaboratorGroup.name, ProjectGrant.id)
    loaded = joinedload(ProjectGrant.project), joinedload(ProjectGrant.group)
    return Found(world.db.session, ordered.options(*loaded))


def list_of_project(world: World, project: Project) -> Found[ProjectGrant]:
    """Return who is granted something in a project, people and groups by their names.

    Args:
        project: the project.
    """
    own = select(ProjectGrant).where(ProjectGrant.project_id == project.id)
    both = own.outerjoin(Collaborator).outerjoin(CollaboratorGroup)
    ordered = both.order_by(
        func.coalesce(Collaborator.name, CollaboratorGroup.name), ProjectGrant.id
    )
    loaded = joinedload(ProjectGrant.collaborator), joinedload(ProjectGrant.group)
    return Found(world.db.session, ordered.options(*loaded))


def get_grant(world: World, workspace_id: int, handle: str) -> ProjectGrant:
    """Return a grant of a workspace.

    Args:
        workspace_id: the workspace's id.
        handle: the handle of the grant.

    Raises:
        NotFound: it does not exist.
    """
    own = select(ProjectGrant).join(Project).where(Project.workspace_id == workspace_id)
    found = world.db.session.scalars(own.where(ProjectGrant.handle == handle)).first()
    if found is None:
        raise NotFound(f"There is no such project grant here: {handle}.")
    return found


def find_of_holder(world: World, holder: Holder, handle: str) -> ProjectGrant | None:
    """Return a grant of a collaborator or group; None where they do not have it.

    Args:
        holder: the person or group.
        handle: the handle of the grant.
    """
    own = select(ProjectGrant).filter_by(**_key(holder), handle=handle)
    return world.db.session.scalars(own).first()


def assign(world: World, project: Project, holder: Holder, role: Role) -> ProjectGrant:
    """Grant a project role in a project, instead of the one that the person or group had there.

    Args:
        project: a project of the workspace.
        holder: the person or group.
        role: a project role.

    Raises:
        FieldError: on `role`, or on `collaborator`: they need no grant, or it would open nothing.
    """
    if role.kind != PROJECT:
        raise FieldError("role", f"'{role.name}' is no project role.")
    if isinstance(holder, Collaborator):
        _check_access(world, project, holder)
    session, key = world.db.session, {"project_id": project.id, **_key(holder)}
    handle = f"pg-{world.randomness.secret('project grant', 10)}"
    if not insert_missing(session, ProjectGrant, key, handle=handle, role_id=role.id):
        same = update(ProjectGrant).filter_by(**key)
        session.execute(same.values(role_id=role.id))
    found = select(ProjectGrant).filter_by(**key)
    return session.scalars(found, execution_options={"populate_existing": True}).one()


def _check_access(world: World, project: Project, person: Collaborator) -> None:
    if person.role != BY_ENVIRONMENT:
        raise FieldError(
            "collaborator",
            f"{person.name} has the role {held_roles.describe(world, person)} in every project. "
            "Give them an environment role first.",
        )
    place = project.environment or held_roles.list_environments(world, project.workspace_id)[0]
    held = held_roles.list_held(world, [person])[person.id]
    if place.id not in {each.environment.id for each in held}:
        raise FieldError(
            "collaborator",
            f"{person.name} has no access to {place.name}. Give them a role there first.",
        )


def _key(holder: Holder) -> dict[str, int]:
    column = "collaborator_id" if isinstance(holder, Collaborator) else "group_id"
    return {column: holder.id}


def remove(world: World, grant: ProjectGrant) -> None:
    """Take a grant away: from the next request on, nobody has the project by it.

    Args:
        grant: the grant.
    """
    world.db.session.execute(delete(ProjectGrant).where(ProjectGrant.id == grant.id))

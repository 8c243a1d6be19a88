"""Roles that a workspace makes for its collaborators, of three kinds (Workato docs).

One of the old model (`privilege_group`) says what somebody does, and in which projects; in the new
one, an environment role says what they do in an environment beside its projects, and a project role
what they do in the projects where they are granted it. Workato has some of each kind of its own.
"""

from collections.abc import Collection

from sqlalchemy import delete, func, select

from simulator.db.listing import Found, contains
from simulator.db.tables import Project, Role
from simulator.db.tables.roles import FIRST_NUMBER
from simulator.db.upsert import insert_missing
from simulator.domain import privileges, role_holders
from simulator.domain.privileges import OF_SYSTEM_ROLES, RESOURCES, Privileges
from simulator.errors import AlreadyExists, FieldError, NotFound
from simulator.world import World

LEGACY, ENVIRONMENT, PROJECT = "privilege_group", "environment", "project"
#: Kind → what pages call such roles.
KINDS = {LEGACY: "Role", ENVIRONMENT: "Environment role", PROJECT: "Project role"}
LONGEST_NAME = 100
#: What the number of a copy may take of its name.
_ROOM = len(" (100000)")


def list_resources(kind: str) -> list[privileges.Resource]:
    """Return what roles of a kind may have privileges of, in the order of pages.

    Args:
        kind: a key of `KINDS`.
    """
    return [
        each
        for each in RESOURCES.values()
        if kind == LEGACY or each.is_of_project == (kind == PROJECT)
    ]


def list_roles(world: World, workspace_id: int, kind: str, name: str = "") -> Found[Role]:
    """Return the custom roles of a workspace, by name.

    Args:
        workspace_id: the workspace's id.
        kind: a key of `KINDS`.
        name: the whole name; empty for all.
    """
    found = select(Role).where(Role.workspace_id == workspace_id, Role.kind == kind)
    if name:
        found = found.where(Role.name == name)
    return Found(world.db.session, found.order_by(Role.name, Role.id))


def find_roles(world: World, workspace_id: int, text: str = "") -> Found[Role]:
    """Return the custom roles of a workspace of every kind, by kind and name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name.
    """
    found = select(Role).where(Role.workspace_id == workspace_id, *contains(text, Role.name))
    return Found(world.db.session, found.order_by(Role.kind.desc(), Role.name, Role.id))


def get_role(world: World, workspace_id: int, role_id: int) -> Role:
    """Return a custom role by the id of its row.

    Args:
        workspace_id: the workspace's id.
        role_id: the role's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(Role, role_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This role does not exist.")
    return found


def get_role_by_key(world: World, workspace_id: int, kind: str, key: int | str) -> Role:
    """Return a custom role as programs name it.

    Args:
        workspace_id: the workspace's id.
        kind: a key of `KINDS`.
        key: the handle of a project role, the number of another one.

    Raises:
        NotFound: there is none of this kind.
    """
    own = select(Role).where(Role.workspace_id == workspace_id, Role.kind == kind)
    named = Role.handle == key if isinstance(key, str) else Role.id == key - FIRST_NUMBER
    found = world.db.session.scalars(own.where(named)).first()
    if found is None:
        raise NotFound(f"There is no such role here: {key}.")
    return found


def save(
    world: World,
    workspace_id: int,
    role: Role | None,
    *,
    kind: str,
    name: str,
    given: Privileges,
    project_ids: Collection[int] | None = None,
) -> Role:
    """Create a role, or change one: whoever has it may do what it says from then on.

    Args:
        workspace_id: the workspace's id.
        role: the role to change; None for a new one.
        kind: a key of `KINDS`, which does not change.
        name: 1 to 100 characters; no other role of the kind has it, nor one of the system.
        given: resource → actions.
        project_ids: the ids of the projects that a role of the old model applies to; None for all.

    Raises:
        FieldError: on `name`, `privileges` or `project_ids`.
        AlreadyExists: on `name`.
    """
    name, now = _check_name(name), world.clock.now()
    checked = privileges.check(given)
    if not checked:
        raise FieldError("privileges", "Select at least one privilege.")
    known = {each.name for each in list_resources(kind)}
    if foreign := [each for each in checked if each not in known]:
        what = KINDS[kind].lower()
        raise FieldError("privileges", f"No {what} has the privilege '{foreign[0]}'.")
    _check_free(world, workspace_id, kind, name, role)
    projects = _check_projects(world, workspace_id, project_ids)
    if role is not None:
        role.name, role.privileges, role.project_ids = name, checked, projects
        role.updated_at = now
        world.db.session.flush()
        return role
    letters = world.randomness.secret("project role", 10)
    key = {"workspace_id": workspace_id, "kind": kind, "name": name}
    made = insert_missing(
        world.db.session,
        Role,
        key,
        handle=f"pr-{letters}" if kind == PROJECT else "",
        privileges=checked,
        project_ids=projects,
        created_at=now,
        updated_at=now,
    )
    if not made:
        raise _taken(name)
    return world.db.session.scalars(select(Role).filter_by(**key)).one()


def copy(
    world: World, role: Role, name: str = "", project_ids: Collection[int] | None = None
) -> Role:
    """Create a role that allows what another one does; nobody has it yet.

    Args:
        role: the original.
        name: the name of the copy; empty for `Copy of` and the original's, numbered where that is
            taken.
        project_ids: the ids of the projects that the copy applies to; None for those of the
            original.

    Raises:
        FieldError: on `name` or `project_ids`.
        AlreadyExists: on `name`.
    """
    if not name:
        start = f"Copy of {role.name}"[: LONGEST_NAME - _ROOM]
        same = Role.workspace_id == role.workspace_id, Role.kind == role.kind
        taken = set(world.db.session.scalars(select(Role.name).where(*same)))
        names = (start, *(f"{start} ({number})" for number in range(2, len(taken) + 3)))
        name = next(each for each in names if each not in taken)
    return save(
        world,
        role.workspace_id,
        None,
        kind=role.kind,
        name=name,
        given=role.privileges,
        project_ids=role.project_ids if project_ids is None else project_ids,
    )


def remove(world: World, role: Role) -> None:
    """Delete a role that nobody has.

    Args:
        role: the role.

    Raises:
        FieldError: on `role`: somebody has it, with who does.
    """
    names, count = role_holders.name_holders(world, role)
    if count:
        others = f" and {count - len(names)} more" if count > len(names) else ""
        raise FieldError(
            "role",
            f"{', '.join(names)}{others} {'has' if count == 1 else 'have'} the role "
            f"'{role.name}'. Give them another one first.",
        )
    world.db.session.execute(delete(Role).where(Role.id == role.id))


def forget_project(world: World, project: Project) -> None:
    """Take a project that goes out of the roles that are for it: its id may come again.

    Args:
        project: the project that goes.
    """
    own = select(Role).where(Role.workspace_id == project.workspace_id)
    for each in world.db.session.scalars(own).all():
        if project.id in (each.project_ids or ()):
            each.project_ids = [one for one in each.project_ids or () if one != project.id]


def _check_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise FieldError("name", "A name has 1 to 100 characters, in one line.")
    return name


def _check_free(world: World, workspace_id: int, kind: str, name: str, role: Role | None) -> None:
    twin = select(Role.id).where(
        Role.workspace_id == workspace_id,
        Role.kind == kind,
        Role.name == name,
        Role.id != (role.id if role else 0),
    )
    if name.lower() in OF_SYSTEM_ROLES or world.db.session.scalar(twin):
        raise _taken(name)


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists("name", f"There already is a role '{name}'.")


def _check_projects(
    world: World, workspace_id: int, project_ids: Collection[int] | None
) -> list[int] | None:
    if project_ids is None:
        return None
    ids = sorted(set(project_ids))
    there = select(func.count()).where(Project.id.in_(ids), Project.workspace_id == workspace_id)
    if not ids or world.db.session.scalar(there) != len(ids):
        raise FieldError("project_ids", "Select at least one existing project, or all projects.")
    return ids

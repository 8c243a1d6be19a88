"""Which role a collaborator has in each environment, and what that allows (our choice of rules).

Whoever has one role of the system has it everywhere. Whoever has a custom role, or other roles in
other environments, has a row for each environment, and no access to one without a row: a role that
was meant for Development says nothing of the Production that is added later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from simulator.db.tables import Collaborator, Environment, Role, RoleInEnvironment
from simulator.domain import environments, workspaces
from simulator.domain.collaborators import ROLES, check_rank
from simulator.domain.privileges import OF_SYSTEM_ROLES, Privileges
from simulator.domain.roles import ENVIRONMENT, LEGACY
from simulator.errors import FieldError
from simulator.world import World

#: What `Collaborator.role` says of those who have rows.
BY_ENVIRONMENT = "by_environment"
#: Kinds of custom roles that are had in an environment.
GIVEN_KINDS = (LEGACY, ENVIRONMENT)
#: Roles of the system that can be had in one environment alone; an owner is one everywhere.
GIVEN = {name: label for name, label in ROLES.items() if name != "owner"}


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """A role that somebody has in an environment.

    Attributes:
        environment: the environment.
        system_role: a key of `ROLES`; empty for a custom role.
        role: the custom role; None for one of the system.
    """

    environment: Environment
    system_role: str
    role: Role | None

    @property
    def name(self) -> str:
        """What programs and pages call it."""
        return self.role.name if self.role else ROLES[self.system_role]

    @property
    def kind(self) -> str:
        """A key of `roles.KINDS`."""
        return self.role.kind if self.role else LEGACY

    @property
    def privileges(self) -> Privileges:
        """Resource → actions."""
        return self.role.privileges if self.role else OF_SYSTEM_ROLES[self.system_role]

    @property
    def project_ids(self) -> Sequence[int] | None:
        """The projects that it is for; None for all of them."""
        return self.role.project_ids if self.role else None

    def covers(self, project_id: int | None) -> bool:
        """Return whether it is for a project; for what is of none, it always is.

        Args:
            project_id: the project's id; None for none.
        """
        return project_id is None or self.project_ids is None or project_id in self.project_ids


def list_held(world: World, people: Iterable[Collaborator]) -> dict[int, list[HeldRole]]:
    """Return the roles of collaborators of one workspace: id → roles, in the order of environments.

    Args:
        people: the collaborators.
    """
    given = list(people)
    if not given:
        return {}
    there = list_environments(world, given[0].workspace_id)
    ids = [each.id for each in given if each.role == BY_ENVIRONMENT]
    rows: dict[tuple[int, int], RoleInEnvironment] = {}
    if ids:
        own = select(RoleInEnvironment).where(RoleInEnvironment.collaborator_id.in_(ids))
        rows = {
            (one.collaborator_id, one.environment_id): one for one in world.db.session.scalars(own)
        }
    found: dict[int, list[HeldRole]] = {}
    for person in given:
        held = found.setdefault(person.id, [])
        for environment in there:
            row = rows.get((person.id, environment.id))
            if person.role != BY_ENVIRONMENT:
                held.append(HeldRole(environment=environment, system_role=person.role, role=None))
            elif row is not None:
                one = HeldRole(environment=environment, system_role=row.system_role, role=row.role)
                held.append(one)
    return found


def describe(world: World, person: Collaborator) -> str:
    """Return what pages call the role of a collaborator.

    Args:
        person: the person.
    """
    if person.role != BY_ENVIRONMENT:
        return ROLES[person.role]
    return name_all(list_held(world, [person])[person.id])


def name_all(held: Iterable[HeldRole]) -> str:
    """Return what pages call the roles of somebody.

    Args:
        held: the roles.
    """
    names = {each.name for each in held}
    return names.pop() if len(names) == 1 else "By environment"


def give(
    world: World,
    person: Collaborator,
    given: Mapping[int, str | Role | None],
    *,
    by_role: str,
) -> None:
    """Give a collaborator roles in environments; in others they keep what they have.

    Args:
        person: the person.
        given: id of an environment → a key of `GIVEN`, a custom role, or None for no access.
        by_role: the role of whoever gives them.

    Raises:
        FieldError: on `role`: there is no such role, or they would have access nowhere.
        Forbidden: see `collaborators.check_rank`.
    """
    for each in given.values():
        if isinstance(each, str) and each not in GIVEN:
            raise FieldError("role", f"A role in an environment is one of {', '.join(GIVEN)}.")
        if isinstance(each, Role) and each.kind not in GIVEN_KINDS:
            raise FieldError("role", f"'{each.name}' is a project role.")
    check_rank(world, person, by_role, gives="admin" if "admin" in given.values() else "")
    held: dict[int, str | Role] = {
        each.environment.id: each.role or each.system_role
        for each in list_held(world, [person])[person.id]
    }
    for number, role in given.items():
        if role is None:
            held.pop(number, None)
        else:
            held[number] = role
    if not held:
        raise FieldError("role", "Select a role in one environment at least, or remove them.")
    _store(world, person, held)


def _store(world: World, person: Collaborator, held: Mapping[int, str | Role]) -> None:
    session = world.db.session
    own = RoleInEnvironment.collaborator_id == person.id
    session.execute(delete(RoleInEnvironment).where(own))
    first = next(iter(held.values()))
    everywhere = len(held) == len(workspaces.list_environments(world, person.workspace_id))
    if everywhere and isinstance(first, str) and set(held.values()) == {first}:
        person.role = first
    else:
        person.role = BY_ENVIRONMENT
        for number, role in held.items():
            is_custom = isinstance(role, Role)
            session.add(
                RoleInEnvironment(
                    collaborator_id=person.id,
                    environment_id=number,
                    system_role="" if is_custom else role,
                    role_id=role.id if isinstance(role, Role) else None,
                )
            )
    session.flush()


def list_environments(world: World, workspace_id: int) -> list[Environment]:
    """Return the environments of a workspace, Development first.

    Args:
        workspace_id: the workspace's id.
    """
    there = {each.name: each for each in workspaces.list_environments(world, workspace_id)}
    return [there[name] for name in environments.list_types(world, workspace_id)]

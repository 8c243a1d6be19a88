"""Who people are: sign-in of collaborators and end users, end-user groups."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select

from simulator.db.base import normalized
from simulator.db.tables import (
    Collaborator,
    EndUser,
    EndUserGroup,
    Environment,
    GroupMember,
)
from simulator.domain import lockout
from simulator.errors import FieldError, NotFound, SimulatorError
from simulator.net.addresses import AIHUB, IDENTITY
from simulator.world import World


class SignInRefused(SimulatorError):
    """E-mail or password is wrong, or the account may not sign in."""

    status = 401


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WRONG = "The e-mail or password is wrong. Check both and try again."


def sign_in_collaborator(world: World, email: str, password: str) -> Collaborator:
    """The collaborator with these credentials; wrong ones lock an address as at Workato Identity.

    Raises:
        SignInRefused: they match nobody, or the address is locked.
    """
    person = world.db.session.scalar(
        select(Collaborator)
        .where(Collaborator.normalized_email == normalized(email))
        # An old database may hold two spellings of one address: the one that was typed wins.
        .order_by((Collaborator.email == email.strip()).desc(), Collaborator.id)
        .limit(1)
    )
    if locked := lockout.explain_lock(world, AIHUB, email, "e-mail"):
        raise SignInRefused(locked)
    fits = world.keys.password_matches(password, person.password_hash if person else None)
    if person is None or not fits:
        lockout.count_failure(world, AIHUB, email)
        locked = lockout.explain_lock(world, AIHUB, email, "e-mail")
        raise SignInRefused(f"{_WRONG} {locked}".strip())
    lockout.forget_failures(world, AIHUB, email)
    return person


def sign_in_end_user(world: World, email: str, password: str) -> EndUser:
    """The end user with these credentials.

    After five wrong passwords in a row none is looked at for fifteen minutes (our choice); that
    goes for addresses nobody has, too, so that the answer does not tell one from the other.

    Raises:
        SignInRefused: they match nobody, the address is locked, or the account is not active.
    """
    person = world.db.session.scalar(_end_user_with(email))
    if locked := lockout.explain_lock(world, IDENTITY, email, "e-mail"):
        raise SignInRefused(locked)
    fits = world.keys.password_matches(password, person.password_hash if person else None)
    if person is None or not fits:
        lockout.count_failure(world, IDENTITY, email)
        locked = lockout.explain_lock(world, IDENTITY, email, "e-mail")
        raise SignInRefused(f"{_WRONG} {locked}".strip())
    lockout.forget_failures(world, IDENTITY, email)
    if person.status != "active":
        reason = {
            "invited": "The invitation was not accepted yet: open the link in it first. An admin "
            "finds it under Workspace admin > Authentication & Groups > End users.",
            "disabled": "This account is disabled. Ask your administrator.",
        }[person.status]
        raise SignInRefused(reason)
    return person


def find_active_end_user(world: World, end_user_id: str | None) -> EndUser | None:
    """The end user with this id, if they exist and are active."""
    person = world.db.session.get(EndUser, end_user_id) if end_user_id else None
    return person if person is not None and person.status == "active" else None


def find_active_end_user_by_email(world: World, email: str) -> EndUser | None:
    """The active end user with this e-mail address, whatever its case."""
    return world.db.session.scalar(_end_user_with(email).where(EndUser.status == "active"))


def _end_user_with(email: str) -> Select[EndUser]:
    """Who has this address, whatever its case; of two spellings, the one that was typed."""
    return (
        select(EndUser)
        .where(EndUser.normalized_email == normalized(email))
        .order_by((EndUser.email == email.strip()).desc(), EndUser.id)
        .limit(1)
    )


def list_end_users(world: World, workspace_id: int) -> Sequence[EndUser]:
    """Every end user of a workspace, by name."""
    return world.db.session.scalars(
        select(EndUser).where(EndUser.workspace_id == workspace_id).order_by(EndUser.name)
    ).all()


def get_end_user(world: World, end_user_id: str) -> EndUser:
    """The end user with this id, active or not.

    Raises:
        NotFound: there is none.
    """
    person = world.db.session.get(EndUser, end_user_id)
    if person is None:
        raise NotFound(f"There is no end user '{end_user_id}'.")
    return person


def change_end_user(
    world: World,
    person: EndUser,
    *,
    name: str | None = None,
    email: str | None = None,
    status: str | None = None,
    groups: Collection[str] | None = None,
) -> None:
    """Change what is said; whoever is disabled loses every access at once (our choice).

    Args:
        world: with an open unit of work.
        person: who.
        name: 1 to 100 characters.
        email: one that nobody else in the workspace has, whatever its case.
        status: `active` or `disabled`.
        groups: as in `set_groups`.

    Raises:
        FieldError: on `name`, `email`, `status` or `groups`.
    """
    if name is not None:
        if not name.strip() or len(name) > 100 or not name.isprintable():
            raise FieldError("name", "A name has 1 to 100 characters, in one line.")
        person.name = name.strip()
    if email is not None:
        before, person.email = person.email, _free_email(world, person, email.strip())
        world.calls.rename_person(before, person.email)
    if status is not None:
        if status not in ("active", "disabled"):
            raise FieldError("status", f"A status is 'active' or 'disabled', not '{status}'.")
        person.status = status
    if groups is not None:
        set_groups(world, person, groups)
    world.db.session.flush()


def _free_email(world: World, person: EndUser, email: str) -> str:
    if not _EMAIL.fullmatch(email):
        raise FieldError("email", f"'{email}' is no e-mail address.")
    taken = world.db.session.scalar(
        select(EndUser.id).where(
            EndUser.workspace_id == person.workspace_id,
            EndUser.id != person.id,
            EndUser.normalized_email == normalized(email),
        )
    )
    if taken:
        raise FieldError("email", f"Another end user has the e-mail address {email}.")
    return email


def get_groups_by_name(world: World, workspace_id: int) -> dict[str, EndUserGroup]:
    """Every end-user group of a workspace under a name of its own.

    That is its name, or `Environment / name` where several environments have one of that name.
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
    """The end-user groups that somebody is a member of, as `get_groups_by_name` has them."""
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
    """Make somebody a member of a group, or not; what is so already stays."""
    if is_member != (person in group.members):
        (group.members.append if is_member else group.members.remove)(person)
        group.updated_at = world.clock.now()
        world.db.session.flush()


def get_memberships(
    world: World, environment_id: int | None = None
) -> dict[str, list[EndUserGroup]]:
    """Id of an end user → their groups by name, of one environment or of all."""
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


def list_environments(world: World, workspace_id: int) -> Sequence[Environment]:
    """Every environment of a workspace."""
    return world.db.session.scalars(
        select(Environment).where(Environment.workspace_id == workspace_id).order_by(Environment.id)
    ).all()


def list_groups(world: World, environment_id: int) -> Sequence[EndUserGroup]:
    """Every end-user group of an environment, by name."""
    return world.db.session.scalars(
        select(EndUserGroup)
        .where(EndUserGroup.environment_id == environment_id)
        .order_by(EndUserGroup.name)
    ).all()


def count_members(world: World, group_ids: Sequence[str]) -> dict[str, int]:
    """How many members each of these groups has."""
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
        raise FieldError(
            "name", f"The environment {environment.name} already has a group named '{name}'."
        )
    if not end_user_ids:
        raise FieldError("end_users", "Select at least one end user.")
    now = world.clock.now()
    group = EndUserGroup(
        id=f"eug-{world.randomness.hex('group', 6)}",
        environment_id=environment.id,
        name=name,
        created_at=now,
        updated_at=now,
    )
    for end_user_id in dict.fromkeys(end_user_ids):
        person = world.db.session.get(EndUser, end_user_id)
        if person is None or person.workspace_id != environment.workspace_id:
            raise NotFound("One of the chosen end users does not exist any more. Reload the page.")
        group.members.append(person)
    world.db.session.add(group)
    world.db.session.flush()
    return group


def delete_group(world: World, group: EndUserGroup) -> None:
    """Delete a group; its members lose the access it gave."""
    world.db.session.delete(group)
    world.db.session.flush()


def get_group(world: World, workspace_id: int, group_id: str) -> EndUserGroup:
    """A group of this workspace.

    Raises:
        NotFound: there is none with this id.
    """
    found = world.db.session.get(EndUserGroup, group_id)
    if found is None or found.environment.workspace_id != workspace_id:
        raise NotFound("This end-user group does not exist.")
    return found

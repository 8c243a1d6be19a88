"""Sign-in of collaborators and end users, and the lists of end users."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, bindparam, select, tuple_

from simulator.db.base import normalized
from simulator.db.listing import Found, contains
from simulator.db.remembered import READ_VERSION, note_version
from simulator.db.tables import Collaborator, EndUser, EndUserGroup, Environment, GroupMember
from simulator.domain import lockout
from simulator.errors import NotFound, SimulatorError
from simulator.net.addresses import AIHUB, IDENTITY
from simulator.world import World

Account = TypeVar("Account", Collaborator, EndUser)


class SignInRefused(SimulatorError):
    """The e-mail address or password is wrong, or the account may not sign in."""

    status = 401


#: More members of a group than these are not sorted by their names.
_MANY_MEMBERS = 1_000
_WRONG = "The e-mail or password is wrong. Check both and try again."


def sign_in_collaborator(world: World, email: str, password: str) -> list[Collaborator]:
    """Check a collaborator's credentials; return their account in each workspace.

    Five wrong passwords lock the address, as at Workato Identity.

    Args:
        email: the e-mail address as typed.
        password: the password as typed.

    Raises:
        SignInRefused: the credentials are wrong, or the address is locked.
    """
    found = world.db.session.scalars(
        select(Collaborator)
        .where(Collaborator.normalized_email == normalized(email))
        # An old database may hold two spellings of one address: the one that was typed wins.
        .order_by((Collaborator.email == email.strip()).desc(), Collaborator.id)
    )
    return _check_password(world, AIHUB, email, password, _one_of_each_workspace(found))


def list_own_accounts(world: World, number: int) -> list[Collaborator]:
    """Return a collaborator's accounts in all workspaces: those with their address and password.

    Args:
        number: the collaborator's id in one of them.

    Raises:
        NotFound: it does not exist.
    """
    own = world.db.session.get(Collaborator, number)
    if own is None:
        raise NotFound("This collaborator does not exist.")
    found = world.db.session.scalars(
        select(Collaborator)
        .where(
            Collaborator.normalized_email == own.normalized_email,
            Collaborator.password_hash == own.password_hash,
        )
        .order_by(Collaborator.id)
    )
    return _one_of_each_workspace(found)


def look_up_end_user(world: World, email: str) -> list[EndUser]:
    """Return the end users with an e-mail address, in each workspace, active or not.

    The version that the process's cache depends on is read in the same statement.

    Args:
        email: the e-mail address as typed.
    """
    session = world.db.session
    rows = session.execute(_WITH_VERSION, _spelled(email)).all()
    if rows:
        note_version(session, rows[0].version)
    return _one_of_each_workspace(row[0] for row in rows)


def sign_in_end_user(
    world: World, email: str, password: str, *, found: Sequence[EndUser] | None = None
) -> list[EndUser]:
    """Check an end user's credentials; return their account in each workspace.

    After five wrong passwords in a row, the address is locked for fifteen minutes (our choice).
    This also applies to unknown addresses, so that the answer does not tell whether an address is
    known.

    Args:
        email: the e-mail address as typed.
        password: the password as typed.
        found: the result of `look_up_end_user`, limited to accounts that may sign in here; None for
            all.

    Raises:
        SignInRefused: the credentials are wrong, the address is locked, or the account is not
            active.
    """
    candidates = look_up_end_user(world, email) if found is None else found
    fitting = _check_password(world, IDENTITY, email, password, candidates)
    active = [each for each in fitting if each.status == "active"]
    if not active:
        reason = {
            "invited": "The invitation was not accepted yet: open the link in it first. An admin "
            "finds it under Workspace admin > Authentication & Groups > End users.",
            "disabled": "This account is disabled. Ask your administrator.",
        }[fitting[0].status]
        raise SignInRefused(reason)
    return active


def _one_of_each_workspace(found: Iterable[Account]) -> list[Account]:
    first: dict[int, Account] = {}
    for each in found:
        first.setdefault(each.workspace_id, each)
    return list(first.values())


def _check_password(
    world: World, place: str, email: str, password: str, found: Sequence[Account]
) -> list[Account]:
    """Return the accounts that have this password; equal hashes are checked once."""
    hashes = list(dict.fromkeys(each.password_hash for each in found))
    if len(hashes) > 1 and not lockout.explain_lock(world, place, email, "e-mail"):
        fitting = [each for each in hashes if world.keys.password_matches(password, each)]
        hashes = fitting or hashes[:1]
    hashed = hashes[0] if hashes else None
    if refusal := lockout.refuse_password(
        world, place, email, "e-mail", password=password, hashed=hashed, wrong=_WRONG
    ):
        raise SignInRefused(refusal)
    return [each for each in found if each.password_hash in hashes]


def find_active_end_user(world: World, end_user_id: str | None) -> EndUser | None:
    """Return the end user with this id if they are active, else None.

    Args:
        end_user_id: None finds nobody.
    """
    person = world.db.session.get(EndUser, end_user_id) if end_user_id else None
    return person if person is not None and person.status == "active" else None


def find_active_end_user_by_email(
    world: World, email: str, workspace_id: int | None = None
) -> EndUser | None:
    """Return the active end user with this e-mail address, or None.

    Args:
        email: the e-mail address, in upper or lower case.
        workspace_id: the id of the workspace; None for the first one in which there is such an
            account.
    """
    found = _END_USER.where(EndUser.status == "active")
    if workspace_id is not None:
        found = found.where(EndUser.workspace_id == workspace_id)
    return world.db.session.scalar(found.limit(1), _spelled(email))


#: Who has an address, whatever its case; of two spellings, the one that was typed.
_END_USER = (
    select(EndUser)
    .where(EndUser.normalized_email == bindparam("normalized_email"))
    .order_by(EndUser.workspace_id, (EndUser.email == bindparam("typed_email")).desc(), EndUser.id)
)
_WITH_VERSION = _END_USER.add_columns(READ_VERSION.scalar_subquery().label("version"))


def _spelled(email: str) -> dict[str, str]:
    return {"normalized_email": normalized(email), "typed_email": email.strip()}


def list_end_users(
    world: World,
    workspace_id: int,
    text: str = "",
    *,
    name: str = "",
    emails: Collection[str] = (),
    ids: Collection[str] = (),
    except_ids: Collection[str] = (),
    group_ids: Collection[str] = (),
    environment_id: int | None = None,
    outside_group: str = "",
) -> Found[EndUser]:
    """Return the end users of a workspace that match all filters, sorted by name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name or e-mail address.
        name: part of a name.
        emails: whole addresses, in any case; empty for all.
        ids: the ids of end users; empty for all.
        except_ids: the ids of end users who are left out.
        group_ids: the ids of groups that they are in, any of them; empty for all.
        environment_id: the environment id of these groups; one that the workspace does not have
            leaves nobody.
        outside_group: of a group that they are no member of.
    """
    found = select(EndUser).where(
        EndUser.workspace_id == workspace_id, *_called(text), *contains(name, EndUser.name)
    )
    if emails:
        found = found.where(EndUser.normalized_email.in_({normalized(each) for each in emails}))
    if ids:
        found = found.where(EndUser.id.in_(ids))
    if except_ids:
        found = found.where(EndUser.id.not_in(except_ids))
    if environment_id is not None:
        own = Environment.workspace_id == workspace_id, Environment.id == environment_id
        found = found.where(select(Environment.id).where(*own).exists())
    if group_ids:
        members = select(GroupMember.end_user_id).join(EndUserGroup)
        members = members.where(EndUserGroup.id.in_(group_ids))
        if environment_id is not None:
            members = members.where(EndUserGroup.environment_id == environment_id)
        found = found.where(EndUser.id.in_(members))
    if outside_group:
        member = select(GroupMember.group_id).where(
            GroupMember.group_id == outside_group, GroupMember.end_user_id == EndUser.id
        )
        found = found.where(~member.exists())
    return Found(world.db.session, found.order_by(EndUser.name, EndUser.id))


def list_members(
    world: World, group: EndUserGroup, text: str = "", *, ids: Collection[str] = ()
) -> Found[EndUser]:
    """Return a group's members, sorted by name.

    Args:
        group: the end-user group.
        text: part of a name or e-mail address.
        ids: the ids of end users; empty for all.
    """
    session = world.db.session
    members = select(GroupMember).where(GroupMember.group_id == group.id)
    found = select(EndUser).join(GroupMember, GroupMember.end_user_id == EndUser.id)
    found = found.where(GroupMember.group_id == group.id)
    if Found[GroupMember](session, members).count() > _MANY_MEMBERS:
        # It takes long to sort them; among all people in their order, they are not far apart.
        is_member = members.where(GroupMember.end_user_id == EndUser.id).exists()
        found = select(EndUser).where(
            EndUser.workspace_id == group.environment.workspace_id, is_member
        )
    order = EndUser.name, EndUser.id
    conditions = [*_called(text), *([EndUser.id.in_(ids)] if ids else [])]
    if conditions:
        return Found(session, found.where(*conditions).order_by(*order))
    return Found(session, found.order_by(*order), counted=members)


def _called(text: str) -> list[ColumnElement[bool]]:
    return contains(text, EndUser.name, EndUser.email)


def list_behind(world: World, last: EndUser | None, size: int, text: str = "") -> Sequence[EndUser]:
    """Return the end users of all workspaces that follow a given one in the order of names.

    Unlike with numbered pages, nobody is listed twice or left out when people are added or removed
    between two calls.

    Args:
        last: the last one that was read; None for the beginning.
        size: how many, at most.
        text: part of a name or e-mail address.
    """
    order = (EndUser.workspace_id, EndUser.name, EndUser.id)
    found = select(EndUser).where(*_called(text)).order_by(*order).limit(size)
    if last is not None:
        found = found.where(tuple_(*order) > (last.workspace_id, last.name, last.id))
    return world.db.session.scalars(found).all()


def count_end_users(world: World) -> int:
    """Return the number of end users in all workspaces."""
    return Found(world.db.session, select(EndUser)).count()


def get_end_user(world: World, end_user_id: str) -> EndUser:
    """Return the end user with this id, active or not.

    Args:
        end_user_id: the end user's id.

    Raises:
        NotFound: it does not exist.
    """
    person = world.db.session.get(EndUser, end_user_id)
    if person is None:
        raise NotFound(f"There is no end user '{end_user_id}'.")
    return person


def find_names(world: World, end_user_ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return the names of end users: id → name; deleted end users are left out.

    Args:
        end_user_ids: None is ignored.
    """
    ids = {each for each in end_user_ids if each is not None}
    people = world.db.session.scalars(select(EndUser).where(EndUser.id.in_(ids)))
    return {person.id: person.name for person in people}

"""Collaborators: invited, given a role, and removed (our choice of pages and invitations).

Roles: the owner and admins administer; a collaborator builds; an operator looks, and starts and
stops what others built (after Workato's system roles Admin, Analyst and Operator). Whoever
collaborates in several workspaces has one password for all of them (our choice).
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update

from simulator.clock import has_expired
from simulator.crypto import NO_PASSWORD, Purpose, SealError
from simulator.db.base import first_name, normalized
from simulator.db.listing import Found
from simulator.db.tables import Collaborator, OAuthState, RoleInEnvironment, SignIn, Tag
from simulator.db.upsert import insert_missing
from simulator.domain.end_user_accounts import check_email, check_name
from simulator.errors import AlreadyExists, FieldError, Forbidden, NotFound, SimulatorError
from simulator.net.addresses import AIHUB
from simulator.world import World, world_id

#: Role → its label.
ROLES = {
    "owner": "Owner",
    "admin": "Admin",
    "collaborator": "Collaborator",
    "operator": "Operator",
}
#: How long an invitation is good.
LENGTH = timedelta(days=7)
#: Matches no password: whoever has it has not accepted yet.
INVITED = NO_PASSWORD
_SHORTEST, _LONGEST = 8, 200
_KIND = "collaborator"


class InvitationNotUsable(SimulatorError):
    """The link invites nobody: it is wrong, too old, or was used."""

    status = 410


def get_collaborator(world: World, workspace_id: int, number: int) -> Collaborator:
    """Return a collaborator of a workspace.

    Args:
        workspace_id: the workspace's id.
        number: the collaborator's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(Collaborator, number)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This collaborator does not exist.")
    return found


def invite(
    world: World, workspace_id: int, *, name: str, email: str, role: str
) -> tuple[Collaborator, str]:
    """Invite somebody to build or administer; who has an account in another workspace joins.

    Args:
        workspace_id: the workspace's id.
        name: 1 to 100 characters.
        email: one that no other collaborator of the workspace has, whatever its case.
        role: a key of `ROLES`.

    Returns:
        The collaborator, and the address at which they accept, once, within seven days; empty for
        who signs in with the password that they have.

    Raises:
        FieldError: on `name`, `email` or `role`.
        AlreadyExists: on `email`.
    """
    name, email, role = check_name(name), check_email(email), _check_role(role)
    session = world.db.session
    same = Collaborator.normalized_email == normalized(email)
    taken = select(Collaborator.id).where(Collaborator.workspace_id == workspace_id, same)
    if session.scalar(taken.limit(1)):
        raise _taken(email)
    known = select(Collaborator.password_hash).where(same, Collaborator.password_hash != INVITED)
    account = session.scalar(known.order_by(Collaborator.id).limit(1))
    key = {"workspace_id": workspace_id, "email": email}
    made = insert_missing(
        session,
        Collaborator,
        key,
        name=name,
        first_name=first_name(name),
        normalized_email=normalized(email),
        password_hash=account or INVITED,
        role=role,
    )
    if not made:
        raise _taken(email)
    person = session.scalars(select(Collaborator).filter_by(**key)).one()
    return person, "" if account else create_link(world, person)


def list_invited(world: World, email: str = "") -> Found[Collaborator]:
    """Return who was invited and has not accepted, in every workspace, by name.

    Args:
        email: a whole address, in any case; empty for all.
    """
    found = select(Collaborator).where(Collaborator.password_hash == INVITED)
    if email:
        found = found.where(Collaborator.normalized_email == normalized(email))
    return Found(world.db.session, found.order_by(Collaborator.name, Collaborator.id))


def create_link(world: World, person: Collaborator) -> str:
    """Return a new address at which an invited collaborator accepts.

    Args:
        person: the person who has not accepted yet.
    """
    expires_at = world.clock.this_second() + LENGTH
    text = "\n".join((_KIND, world_id(world), str(person.id), str(int(expires_at.timestamp()))))
    secret = world.keys.seal(Purpose.INVITATION, text).rstrip("=")
    return f"{world.addresses.base_url(AIHUB)}/users/invitations/{secret}"


def get_invitee(world: World, secret: str) -> Collaborator:
    """Return the collaborator whom a link invites.

    Args:
        secret: the last part of the link.

    Raises:
        InvitationNotUsable: nobody, with the reason and what to do.
    """
    try:
        text = world.keys.unseal(Purpose.INVITATION, secret + "=" * (-len(secret) % 4))
        kind, of_world, number, expires_at = text.split("\n")
    except (SealError, ValueError):
        raise InvitationNotUsable("There is no such invitation. Ask an admin.") from None
    person = world.db.session.get(Collaborator, int(number)) if kind == _KIND else None
    if person is None or of_world != world_id(world):
        raise InvitationNotUsable("This invitation was withdrawn. Ask an admin for a new one.")
    if person.password_hash != INVITED:
        raise InvitationNotUsable(
            "This invitation was accepted before. Sign in with your password."
        )
    if has_expired(datetime.fromtimestamp(int(expires_at), UTC), world.clock.now()):
        raise InvitationNotUsable("This invitation has expired. Ask an admin for a new one.")
    return person


def accept(world: World, secret: str, password: str) -> Collaborator:
    """Give the invited collaborator this password; of several who try, one succeeds.

    It is theirs in every workspace that they were invited to.

    Args:
        secret: the last part of the link.
        password: the password as typed.

    Raises:
        FieldError: on `password`.
        InvitationNotUsable: see `get_invitee`.
    """
    person = get_invitee(world, secret)
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise FieldError("password", f"A password has {_SHORTEST} to {_LONGEST} characters.")
    claimed = world.db.session.execute(
        update(Collaborator)
        .where(Collaborator.id == person.id, Collaborator.password_hash == INVITED)
        .values(password_hash=world.keys.hash_password(password))
        .returning(Collaborator.password_hash)
    ).scalar()
    if claimed is None:
        raise InvitationNotUsable(
            "This invitation was accepted before. Sign in with your password."
        )
    world.db.session.execute(
        update(Collaborator)
        .where(
            Collaborator.normalized_email == person.normalized_email,
            Collaborator.password_hash == INVITED,
        )
        .values(password_hash=claimed)
    )
    world.db.session.refresh(person)
    return person


def change_role(world: World, person: Collaborator, role: str, *, by_role: str) -> None:
    """Give a collaborator another role; it counts from their next request on.

    Args:
        person: the person.
        role: a key of `ROLES`.
        by_role: the role of whoever changes it.

    Raises:
        FieldError: on `role`.
        Forbidden: see `check_rank`.
    """
    role = _check_role(role)
    if role == person.role:
        return
    check_rank(world, person, by_role, gives=role)
    world.db.session.execute(
        delete(RoleInEnvironment).where(RoleInEnvironment.collaborator_id == person.id)
    )
    person.role = role
    world.db.session.flush()


def remove(world: World, person: Collaborator, *, by: int, by_role: str) -> None:
    """Remove a collaborator; what they built stays, and they are signed out at once.

    Args:
        person: the person.
        by: the id of whoever removes them.
        by_role: the role of whoever removes them.

    Raises:
        Forbidden: they would remove themselves; and see `check_rank`.
    """
    if person.id == by:
        raise Forbidden("Nobody can remove themselves. Ask another admin.")
    check_rank(world, person, by_role)
    session = world.db.session
    session.execute(delete(OAuthState).where(OAuthState.collaborator_id == person.id))
    own = SignIn.system == AIHUB, SignIn.person == str(person.id)
    session.execute(delete(SignIn).where(*own))
    authored = update(Tag).where(Tag.author_id == person.id)
    session.execute(authored.values(author_id=None))
    session.execute(delete(Collaborator).where(Collaborator.id == person.id))


def check_rank(world: World, person: Collaborator, by_role: str, *, gives: str = "") -> None:
    """Let owners alone change and make owners, and owners and admins admins; one owner stays.

    Args:
        person: the person who is to be changed, or to go.
        by_role: the role of whoever changes them.
        gives: the role that they would get; empty where they get none of the system.

    Raises:
        Forbidden: with what is to be done instead.
    """
    ranks = person.role, gives
    if "owner" in ranks and by_role != "owner":
        raise Forbidden("Only an owner makes somebody an owner, or changes one.")
    if "admin" in ranks and by_role not in ("owner", "admin"):
        raise Forbidden("Only owners and admins make somebody an admin, or change one.")
    if person.role == "owner":
        owners = select(func.count()).where(
            Collaborator.workspace_id == person.workspace_id, Collaborator.role == "owner"
        )
        if world.db.session.scalar(owners) == 1:
            raise Forbidden("A workspace has an owner: make somebody else one first.")


def _check_role(role: str) -> str:
    if role not in ROLES:
        raise FieldError("role", f"A role is one of {', '.join(ROLES)}.")
    return role


def _taken(email: str) -> AlreadyExists:
    return AlreadyExists("email", f"Another collaborator has the e-mail address {email} already.")

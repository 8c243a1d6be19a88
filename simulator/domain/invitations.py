"""Invitations: an invited end user opens a link, chooses a password, and is active from then on.

The invitation mail and its page are not documented; all of this is our choice. A link holds,
sealed, whom it invites to which world, and until when: nothing is stored until they accept.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from simulator.clock import has_expired
from simulator.crypto import Purpose, SealError
from simulator.db.base import normalized
from simulator.db.listing import Found
from simulator.db.tables import EndUser
from simulator.errors import FieldError, SimulatorError
from simulator.net.addresses import IDENTITY
from simulator.world import World, world_id

LENGTH = timedelta(days=7)
#: How long a password is, in characters.
_SHORTEST, _LONGEST = 8, 200
_ASK = "Ask your administrator for a new link."


class InvitationNotUsable(SimulatorError):
    """The link invites nobody: it is wrong, too old, or was used."""

    status = 410


def create_link(world: World, person: EndUser) -> str:
    """Return the address at which an invited person accepts, once, within seven days of it.

    Args:
        person: the person who was invited.
    """
    expires_at = (person.invited_at or world.clock.this_second()) + LENGTH
    text = "\n".join((world_id(world), person.id, str(int(expires_at.timestamp()))))
    secret = world.keys.seal(Purpose.INVITATION, text).rstrip("=")
    return f"{world.addresses.base_url(IDENTITY)}/invitations/{secret}"


def list_sent(world: World, email: str = "") -> Found[EndUser]:
    """Return who was invited, by name, those first who have not accepted: what the mailbox shows.

    Args:
        email: a whole address, in any case; empty for all.
    """
    sent = select(EndUser).where(EndUser.invited_at.is_not(None))
    if email:
        sent = sent.where(EndUser.normalized_email == normalized(email))
    return Found(
        world.db.session, sent.order_by(EndUser.status != "invited", EndUser.name, EndUser.id)
    )


def get_invitee(world: World, secret: str) -> EndUser:
    """Return the person whom a link invites.

    Args:
        secret: the last part of the link.

    Raises:
        InvitationNotUsable: nobody, with the reason and what to do.
    """
    try:
        text = world.keys.unseal(Purpose.INVITATION, secret + "=" * (-len(secret) % 4))
    except SealError:
        raise InvitationNotUsable(f"There is no such invitation. {_ASK}") from None
    of_world, person_id, expires_at = text.split("\n")
    person = world.db.session.get(EndUser, person_id)
    if of_world != world_id(world) or person is None:
        raise InvitationNotUsable(f"The sandbox was reset since you were invited. {_ASK}")
    if person.status != "invited":
        raise _used(person.status)
    if has_expired(datetime.fromtimestamp(int(expires_at), UTC), world.clock.now()):
        raise InvitationNotUsable(f"This invitation has expired. {_ASK}")
    return person


def accept(world: World, secret: str, password: str) -> EndUser:
    """Make the invited person active, with this password; of several who try, one succeeds.

    Args:
        secret: the last part of the link.
        password: the password as typed.

    Raises:
        FieldError: on `password`: it is too short or too long.
        InvitationNotUsable: see `get_invitee`.
    """
    person = get_invitee(world, secret)
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise FieldError("password", f"A password has {_SHORTEST} to {_LONGEST} characters.")
    claimed = world.db.session.execute(
        update(EndUser)
        .where(EndUser.id == person.id, EndUser.status == "invited")
        .values(status="active", password_hash=world.keys.hash_password(password))
        .returning(EndUser.id)
    ).scalar()
    world.db.session.refresh(person)
    if claimed is None:
        raise _used(person.status)
    return person


def _used(status: str) -> InvitationNotUsable:
    if status == "active":
        return InvitationNotUsable(
            "This invitation was accepted before. Sign in with your password."
        )
    return InvitationNotUsable("This account is disabled. Ask your administrator.")

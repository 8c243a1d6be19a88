"""Who is signed in with which browser: kept here, so that a sign-in can end whatever a cookie says.

One rule for every system with pages: a sign-in lasts eight hours, and a sign-out ends it for every
copy of its cookie (our choice).
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.base import Base, table_of
from simulator.db.tables import SignIn
from simulator.world import World

LENGTH = timedelta(hours=8)
_TABLE = table_of(SignIn)
_SWEEP = delete(_TABLE).where(has_expired(SignIn.expires_at, bindparam("now")))
_INSERT = insert(_TABLE)


def begin(world: World, system: str, person: str, saml_provider_id: int | None = None) -> str:
    """Store a sign-in; returns the secret that its browser shows from now on.

    Args:
        system: where; a sign-in at one opens no other.
        person: the id of who signed in, as text.
        saml_provider_id: the id of the identity provider that said who it is; None for a password.
    """
    now = world.clock.now()
    _sweep(world, now)
    secret = world.randomness.secret("sign-in")
    row = {
        "id_hash": fingerprint(secret),
        "system": system,
        "person": person,
        "signed_in_at": now,
        "expires_at": now + LENGTH,
        "saml_provider_id": saml_provider_id,
    }
    world.db.session.execute(_INSERT, row)
    return secret


def _sweep(world: World, now: datetime) -> None:
    """Delete what is over, once a minute: nobody signs out of most sign-ins."""
    minute = now.replace(second=0, microsecond=0)
    if world.known.swept != minute:
        world.db.session.execute(_SWEEP, {"now": now})
        world.known.swept = minute


def find(world: World, system: str, secret: str, people: type[Base] | None = None) -> SignIn | None:
    """Return the live sign-in at a system that a browser shows, or None.

    Args:
        system: the system that answers.
        secret: the secret as its browser shows it.
        people: the table of the system's people, whose ids are texts; the person is read along,
            and held for whoever asks for them next.
    """
    statement = _select(people)
    found = world.db.session.execute(statement, {"id_hash": fingerprint(secret)}).first()
    world.db.hold(*(found or ()))
    row: SignIn | None = found[0] if found else None
    if row is None or row.system != system or has_expired(row.expires_at, world.clock.now()):
        return None
    return row


def end(world: World, secret: str) -> None:
    """End a sign-in for good; one that is unknown or over stays so.

    Args:
        secret: the secret as its browser shows it.
    """
    world.db.session.execute(delete(SignIn).where(SignIn.id_hash == fingerprint(secret)))


@cache
def _select(people: Any) -> Select[Any]:
    own = SignIn.id_hash == bindparam("id_hash")
    if people is None:
        return select(SignIn).where(own)
    return select(SignIn, people).outerjoin(people, people.id == SignIn.person).where(own)


def store_secret(row: SignIn, sealed: str) -> None:
    """Store a new secret for the next page that shows it.

    Args:
        row: the sign-in.
        sealed: the secret, sealed.
    """
    row.unseen_secret = sealed


def take_secret(world: World, row: SignIn) -> str | None:
    """Return the secret that no page has shown yet; of several pages at once, one gets it.

    Args:
        row: the sign-in.
    """
    sealed = row.unseen_secret
    if sealed is None:
        return None
    claimed = world.db.session.execute(
        update(SignIn)
        .where(SignIn.id_hash == row.id_hash, SignIn.unseen_secret == sealed)
        .values(unseen_secret=None)
        .returning(SignIn.id_hash)
    ).first()
    return sealed if claimed else None

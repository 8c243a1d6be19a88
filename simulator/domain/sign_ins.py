"""Who is signed in with which browser: kept here, so that a sign-in can end whatever a cookie says.

One rule for every system with pages: a sign-in lasts eight hours, and a sign-out ends it for every
copy of its cookie (our choice).
"""

from datetime import timedelta

from sqlalchemy import delete, update

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.tables import SignIn
from simulator.world import World

LENGTH = timedelta(hours=8)


def begin(world: World, system: str, person: str) -> str:
    """Store a sign-in; returns the secret that its browser shows from now on.

    Args:
        world: with an open unit of work.
        system: where; a sign-in at one opens no other.
        person: the id of who signed in, as text.
    """
    now = world.clock.now()
    # Nobody signs out of most sign-ins: they are not kept for ever.
    world.db.session.execute(delete(SignIn).where(has_expired(SignIn.expires_at, now)))
    secret = world.randomness.secret("sign-in")
    world.db.session.add(
        SignIn(
            id_hash=fingerprint(secret),
            system=system,
            person=person,
            signed_in_at=now,
            expires_at=now + LENGTH,
        )
    )
    return secret


def find(world: World, system: str, secret: str) -> SignIn | None:
    """Return the live sign-in at a system that a browser shows, or None.

    Args:
        world: with an open unit of work.
        system: the system that answers.
        secret: as its browser shows it.
    """
    row = world.db.session.get(SignIn, fingerprint(secret))
    if row is None or row.system != system or has_expired(row.expires_at, world.clock.now()):
        return None
    return row


def end(world: World, secret: str) -> None:
    """End a sign-in for good; one that is unknown or over stays so.

    Args:
        world: with an open unit of work.
        secret: as its browser shows it.
    """
    world.db.session.execute(delete(SignIn).where(SignIn.id_hash == fingerprint(secret)))


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
        world: with an open unit of work.
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

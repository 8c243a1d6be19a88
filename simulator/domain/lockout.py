"""Wrong passwords in a row lock a name, whether or not somebody has an account of that name."""

import math
from datetime import timedelta

from sqlalchemy import delete

from simulator.clock import has_expired
from simulator.db.base import normalized
from simulator.db.tables import FailedSignIns
from simulator.db.upsert import get_or_create
from simulator.net.addresses import IDENTITY
from simulator.world import World

MOST_FAILURES = 5
LOCK = timedelta(minutes=15)
#: Failures further apart than this are not in a row.
_MEMORY = timedelta(days=1)
#: In the `info` of a session: what was found of each name.
_FOUND = "simulator_failed_sign_ins"
_WAYS_OUT = (
    "the control API moves its clock on (POST /_simulator/clock/travel), and "
    "'simulator reset' starts anew."
)


def refuse_password(
    world: World, place: str, name: str, what: str, *, password: str, hashed: str | None, wrong: str
) -> str:
    """Compare a password, and count it; return why nobody is signed in by it, empty if it fits.

    While a name is locked no password is looked at. It is compared, counted and refused alike
    where nobody has the name, so that the answer does not tell one from the other.

    Args:
        place: the system; failures at one lock no name of another.
        name: an e-mail address or a login name, whatever its case.
        what: what `name` is, for the error message: "e-mail" or the login name's label.
        password: the password as typed.
        hashed: the hash of the account's password; None if nobody has the name.
        wrong: the error message for a wrong password.
    """
    if locked := explain_lock(world, place, name, what):
        return locked
    if world.keys.password_matches(password, hashed):
        forget_failures(world, place, name)
        return ""
    count_failure(world, place, name)
    return f"{wrong} {explain_lock(world, place, name, what)}".strip()


def explain_lock(world: World, place: str, name: str, what: str) -> str:
    """Return why a name is locked, for how long and what to do; empty if it is not.

    Args:
        place: the system; failures at one lock no name of another.
        name: an e-mail address or a login name, whatever its case.
        what: what `name` is, for the error message: "e-mail" or the login name's label.
    """
    row = _find(world, _key(world, place, name))
    now = world.clock.now()
    if row is None or row.locked_until is None or has_expired(row.locked_until, now):
        return ""
    minutes = math.ceil((row.locked_until - now) / timedelta(minutes=1))
    return (
        f"Too many wrong passwords: this {what} is locked for {minutes} "
        f"minute{'s' if minutes > 1 else ''}. Try again after that. It is a sandbox: {_WAYS_OUT}"
    )


def count_failure(world: World, place: str, name: str) -> None:
    """Count a wrong password; the fifth in a row locks the name for fifteen minutes.

    Args:
        place: the system; failures at one lock no name of another.
        name: an e-mail address or a login name, whatever its case.
    """
    now = world.clock.now()
    # Nobody comes back for most addresses that were tried: they are not kept for ever.
    world.db.session.execute(
        delete(FailedSignIns).where(has_expired(FailedSignIns.forgotten_at, now))
    )
    key = _key(world, place, name)
    own = {"email_hash": key}
    row = get_or_create(world.db.session, FailedSignIns, own, count=0, forgotten_at=now)
    _found(world)[key] = row
    row.count += 1
    row.forgotten_at = now + _MEMORY
    if row.count >= MOST_FAILURES:
        row.count = 0
        row.locked_until = now + LOCK


def forget_failures(world: World, place: str, name: str) -> None:
    """Forget the wrong passwords for a name, after the right one.

    Args:
        place: the system; failures at one lock no name of another.
        name: an e-mail address or a login name, whatever its case.
    """
    key = _key(world, place, name)
    if _find(world, key) is not None:
        own = FailedSignIns.email_hash == key
        world.db.session.execute(delete(FailedSignIns).where(own))


def _find(world: World, key: str) -> FailedSignIns | None:
    """Return the row of a name, or None; read once in a unit of work."""
    found = _found(world)
    if key not in found:
        found[key] = world.db.session.get(FailedSignIns, key)
    return found[key]


def _found(world: World) -> dict[str, FailedSignIns | None]:
    rows: dict[str, FailedSignIns | None] = world.db.session.info.setdefault(_FOUND, {})
    return rows


def _key(world: World, place: str, name: str) -> str:
    text = normalized(name)
    if place != IDENTITY:  # whose rows are older than the others'
        text = f"{place}:{text}"
    return world.keys.derive(f"failed-sign-ins:{text}").hex()

"""Whom an access token of Workato Identity stands for, in one statement."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.base import table_of
from simulator.db.tables import EndUser, OAuthToken
from simulator.net.addresses import IDENTITY
from simulator.world import World

_TOKEN, _PERSON = table_of(OAuthToken).c, table_of(EndUser).c
_BEARER = (
    select(
        _PERSON.id,
        _PERSON.name,
        _PERSON.email,
        _PERSON.status,
        _TOKEN.scope,
        _TOKEN.expires_at,
        _TOKEN.revoked_at,
    )
    .join(table_of(EndUser), _PERSON.id == _TOKEN.subject)
    .where(_TOKEN.provider == IDENTITY, _TOKEN.access_hash == bindparam("access_hash"))
)


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """An active end user, as a live access token stands for them.

    Attributes:
        id: the `sub` of their tokens.
        name: theirs.
        email: theirs.
        scopes: the scopes of the token.
    """

    id: str
    name: str
    email: str
    scopes: tuple[str, ...]


def find_bearer(world: World, token: str) -> Bearer | None:
    """Return the person of a live access token; None for any other text.

    Args:
        token: the token as a client sent it.
    """
    connection = world.db.session.connection()
    row = connection.execute(_BEARER, {"access_hash": fingerprint(token)}).first()
    if row is None or row.revoked_at is not None or row.status != "active":
        return None
    if has_expired(row.expires_at, world.clock.now()):
        return None
    return Bearer(id=row.id, name=row.name, email=row.email, scopes=tuple(row.scope.split()))

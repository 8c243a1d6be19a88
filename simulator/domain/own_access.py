"""What somebody signed in to: browsers and MCP clients, to look at and to end (our choice)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, union, update

from simulator.clock import has_expired
from simulator.db.listing import Found
from simulator.db.tables import EndUser, McpSession, OAuthConsent, OAuthToken, SignIn
from simulator.domain import activity_trail, oauth_client_names
from simulator.errors import NotFound
from simulator.net.addresses import IDENTITY
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client that acts for somebody, or may ask for it without another consent.

    Attributes:
        id: its `client_id`.
        name: as it registered.
        since: the sign-in that the first of the tokens it has now comes from; None where it has
            none.
        latest: the last one.
    """

    id: str
    name: str
    since: datetime | None
    latest: datetime | None


def find_sign_ins(world: World, person: EndUser) -> Found[SignIn]:
    """Return the browsers that somebody is signed in with at Workato Identity.

    Args:
        person: the end user.
    """
    live = select(SignIn).where(
        *_own_sign_ins(person), ~has_expired(SignIn.expires_at, world.clock.now())
    )
    return Found(world.db.session, live.order_by(SignIn.id_hash))


def find_clients(world: World, person: EndUser) -> Found[str]:
    """Return the ids of the clients that have a live token of somebody or their consent.

    Args:
        person: the end user.
    """
    ids = union(
        select(OAuthToken.client_id).where(*_own_tokens(person)),
        select(OAuthConsent.client_id).where(*_own_consents(person)),
    ).subquery()
    return Found(world.db.session, select(ids.c.client_id).order_by(ids.c.client_id))


def describe_clients(world: World, person: EndUser, ids: Sequence[str]) -> list[Client]:
    """Return clients of somebody, by name.

    Args:
        person: the end user.
        ids: the ids of the clients.
    """
    times = (
        select(OAuthToken.client_id, func.min(OAuthToken.auth_time), func.max(OAuthToken.issued_at))
        .where(*_own_tokens(person), OAuthToken.client_id.in_(ids))
        .group_by(OAuthToken.client_id)
    )
    found = {row[0]: (row[1], row[2]) for row in world.db.session.execute(times)}
    names = oauth_client_names.find_names(world, ids)
    clients = []
    for each in ids:
        since, latest = found.get(each, (None, None))
        clients.append(Client(id=each, name=names.get(each, each), since=since, latest=latest))
    return sorted(clients, key=lambda client: (client.name.lower(), client.id))


def get_client(world: World, person: EndUser, client_id: str) -> Client:
    """Return one of somebody's clients.

    Args:
        person: the end user.
        client_id: the client's id.

    Raises:
        NotFound: it acts for somebody else, or for nobody.
    """
    session = world.db.session
    token = select(OAuthToken.id).where(*_own_tokens(person), OAuthToken.client_id == client_id)
    consent = select(OAuthConsent.id).where(
        *_own_consents(person), OAuthConsent.client_id == client_id
    )
    if all(session.scalar(each.limit(1)) is None for each in (token, consent)):
        raise NotFound("This client does not act for you any more.")
    return describe_clients(world, person, [client_id])[0]


def end_client(world: World, person: EndUser, client: Client) -> None:
    """Revoke a client's tokens and forget the consent: it has to ask again.

    Args:
        person: the end user.
        client: one of theirs.
    """
    session = world.db.session
    session.execute(
        update(OAuthToken)
        .where(*_own_tokens(person), OAuthToken.client_id == client.id)
        .values(revoked_at=world.clock.now())
    )
    session.execute(
        delete(OAuthConsent).where(*_own_consents(person), OAuthConsent.client_id == client.id)
    )
    activity_trail.note(world, "client_revoked", "IdpUser", person.id, person.name)


def sign_out_everywhere(world: World, person: EndUser, *, clients: bool) -> int:
    """End every sign-in of somebody, in every browser.

    Args:
        person: the end user.
        clients: whether their MCP clients lose their tokens, too; consents stay.

    Returns:
        How many browsers were signed out.
    """
    session = world.db.session
    ended = session.execute(
        delete(SignIn).where(*_own_sign_ins(person)).returning(SignIn.id_hash)
    ).all()
    if clients:
        now = world.clock.now()
        session.execute(update(OAuthToken).where(*_own_tokens(person)).values(revoked_at=now))
        session.execute(
            update(McpSession)
            .where(McpSession.end_user_id == person.id, McpSession.ended_at.is_(None))
            .values(ended_at=now)
        )
    activity_trail.note(world, "signed_out_everywhere", "IdpUser", person.id, person.name)
    return len(ended)


def _own_sign_ins(person: EndUser) -> tuple[ColumnElement[bool], ...]:
    return SignIn.system == IDENTITY, SignIn.person == person.id


def _own_consents(person: EndUser) -> tuple[ColumnElement[bool], ...]:
    return OAuthConsent.provider == IDENTITY, OAuthConsent.subject == person.id


def _own_tokens(person: EndUser) -> tuple[ColumnElement[bool], ...]:
    return (
        OAuthToken.provider == IDENTITY,
        OAuthToken.subject == person.id,
        OAuthToken.revoked_at.is_(None),
        OAuthToken.refresh_used_at.is_(None),
    )

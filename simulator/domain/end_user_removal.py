"""Remove an end user: what goes with them is counted before, and given up at the apps."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select

from simulator.clock import has_expired
from simulator.db.tables import (
    Connection,
    ConnectionAttempt,
    EndUser,
    GroupMember,
    McpSession,
    OAuthCode,
    OAuthConsent,
    OAuthState,
    OAuthToken,
    SignIn,
)
from simulator.domain import disconnection, end_user_groups
from simulator.net.addresses import IDENTITY
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Access:
    """What an end user has that ends with them.

    Attributes:
        sign_ins: browsers that they are signed in with at Workato Identity.
        clients: MCP clients that hold a token of theirs.
        connections: runtime user connections, live or not.
        groups: the groups that they are a member of, in all environments.
    """

    sign_ins: int
    clients: int
    connections: int
    groups: int


def count_access(world: World, person: EndUser) -> Access:
    """Count what an end user has.

    Args:
        person: the end user.
    """
    session, now = world.db.session, world.clock.now()

    def count(query: Select[Any]) -> int:
        return int(session.execute(query).scalar_one())

    live = OAuthToken.revoked_at.is_(None) & OAuthToken.refresh_used_at.is_(None)
    return Access(
        sign_ins=count(
            select(func.count()).where(*_signed_in(person), ~has_expired(SignIn.expires_at, now))
        ),
        clients=count(
            select(func.count(OAuthToken.client_id.distinct())).where(
                OAuthToken.provider == IDENTITY, OAuthToken.subject == person.id, live
            )
        ),
        connections=count(
            select(func.count()).select_from(Connection).where(Connection.end_user_id == person.id)
        ),
        groups=count(
            select(func.count())
            .select_from(GroupMember)
            .where(GroupMember.end_user_id == person.id)
        ),
    )


def remove(world: World, person: EndUser) -> str:
    """Remove an end user with their sign-ins, tokens, memberships and connections.

    Each connection is given up at its app first. The log of what their tools did stays; it knows
    them by their id from then on.

    Args:
        world: with an open unit of work, which is committed on the way.
        person: the end user.

    Returns:
        A sentence about what is left at an app, if one could not be told; else empty.
    """
    session, person_id = world.db.session, person.id
    person.status = "disabled"  # whatever comes meanwhile is refused
    own = select(Connection).where(Connection.end_user_id == person_id).order_by(Connection.id)
    left = {disconnection.delete(world, each) for each in session.scalars(own).all()}
    for group in end_user_groups.get_memberships(world, [person_id]).get(person_id, []):
        end_user_groups.set_member(world, group, person, is_member=False)
    attempts = select(ConnectionAttempt.id).where(ConnectionAttempt.end_user_id == person_id)
    session.execute(
        delete(OAuthState)
        .where(OAuthState.attempt_id.in_(attempts))
        .execution_options(synchronize_session=False)
    )
    tables: tuple[Any, ...] = (OAuthToken, OAuthCode, OAuthConsent)
    for table in tables:
        session.execute(delete(table).where(table.provider == IDENTITY, table.subject == person_id))
    session.execute(delete(SignIn).where(*_signed_in(person)))
    session.execute(delete(McpSession).where(McpSession.end_user_id == person_id))
    session.execute(delete(ConnectionAttempt).where(ConnectionAttempt.end_user_id == person_id))
    session.flush()
    session.execute(delete(EndUser).where(EndUser.id == person_id))
    return min(filter(None, left), default="")


def _signed_in(person: EndUser) -> tuple[ColumnElement[bool], ...]:
    return SignIn.system == IDENTITY, SignIn.person == person.id

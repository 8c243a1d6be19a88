"""Look up who calls an MCP server: one statement for all that must be true at this moment.

Nothing of it is remembered: a token that is revoked, a person who leaves a group or is disabled, a
session that ends and a limit that is set count from the next request on, in every process.
"""

from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, literal, select

from simulator.crypto import fingerprint
from simulator.db.prepared import Prepared
from simulator.db.remembered import READ_VERSION
from simulator.db.tables import (
    CallLimit,
    EndUser,
    McpCancellation,
    McpSession,
    OAuthToken,
    ServerGroup,
)
from simulator.domain import server_access
from simulator.domain.request_context import Caller, Grant, Person, Session
from simulator.net.addresses import IDENTITY
from simulator.world import World


def _build_statement() -> "Select[tuple[object, ...]]":
    """Build it once; `number`, `token` and `session` are its parameters (the last two hashed)."""
    token, person, session = OAuthToken.__table__.c, EndUser.__table__.c, McpSession.__table__.c
    number = bindparam("number", type_=ServerGroup.__table__.c.server_number.type)
    nothing = select(literal(1).label("one")).subquery()  # a row to join to, whatever is missing
    found = (
        nothing.outerjoin(
            OAuthToken.__table__,
            and_(token.provider == IDENTITY, token.access_hash == bindparam("token")),
        )
        .outerjoin(EndUser.__table__, person.id == token.subject)
        .outerjoin(McpSession.__table__, session.id_hash == bindparam("session"))
    )
    return select(
        READ_VERSION.scalar_subquery().label("version"),
        exists().where(CallLimit.__table__.c.server_number == number).label("is_limited"),
        token.scope,
        token.client_id,
        token.expires_at,
        token.revoked_at,
        person.id,
        person.email,
        person.name,
        person.status,
        server_access.has_grant(number, person.id).label("is_member"),
        server_access.has_lost_environment(number, person.id).label("has_lost_environment"),
        session.id_hash,
        session.place,
        session.end_user_id,
        session.capabilities,
        session.protocol_version,
        session.ended_at,
        select(func.max(McpCancellation.__table__.c.id)).scalar_subquery().label("cancellation"),
    ).select_from(found)


_LOOK_UP = Prepared(_build_statement())


def look_up(world: World, number: int, token: str, session_id: str) -> Caller:
    """Look up who sends a request to an MCP server, and write nothing.

    Whether the token is signed, for this server and still good is for others to say.

    Args:
        number: the number of the server, whether there is one or not.
        token: the bearer token; empty where the request has none.
        session_id: the session that the request names; empty where it names none.
    """
    sent = {
        "number": number,
        "token": fingerprint(token) if token else "",
        "session": fingerprint(session_id) if session_id else "",
    }
    row = world.db.read_one(_LOOK_UP, sent)
    return Caller(
        version=row.version,
        grant=_read_grant(row),
        person=_read_person(row),
        is_member=bool(row.is_member),
        has_lost_environment=bool(row.has_lost_environment),
        is_limited=bool(row.is_limited),
        session=_read_session(row),
    )


def _read_grant(row: Any) -> Grant | None:
    if row.scope is None:
        return None
    return Grant(
        scopes=tuple(row.scope.split()),
        client_id=row.client_id,
        expires_at=row.expires_at,
        is_revoked=row.revoked_at is not None,
    )


def _read_person(row: Any) -> Person | None:
    if row.id is None:
        return None
    return Person(id=row.id, email=row.email, name=row.name, is_active=row.status == "active")


def _read_session(row: Any) -> Session | None:
    if row.id_hash is None:
        return None
    return Session(
        id_hash=row.id_hash,
        place=row.place,
        end_user_id=row.end_user_id,
        capabilities=row.capabilities,
        protocol_version=row.protocol_version,
        has_ended=row.ended_at is not None,
        newest_cancellation=row.cancellation or 0,
    )

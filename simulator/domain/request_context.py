"""The caller of an MCP server: passed from the request to the apps that a recipe calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pragma: no cover
    from simulator.domain.catalogue import PublishedServer


@dataclass(frozen=True, kw_only=True)
class Person:
    """The properties of an end user that a call needs.

    Attributes:
        id: the end user's id, which is the subject of their tokens.
        email: their e-mail address at Workato Identity.
        name: their full name.
        is_active: whether they may sign in.
    """

    id: str
    email: str
    name: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The grant behind an access token.

    Attributes:
        scopes: the scopes of the token.
        client_id: the id of the OAuth client.
        expires_at: the simulated time from which the token is refused.
        is_revoked: whether the token was revoked.
    """

    scopes: tuple[str, ...]
    client_id: str
    expires_at: datetime
    is_revoked: bool


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session of the MCP versions that have sessions; other attributes are those of `McpSession`.

    Attributes:
        has_ended: whether the session was ended.
        newest_cancellation: the number of the newest cancellation of any request when it was read.
    """

    id_hash: str
    place: str
    end_user_id: str | None
    capabilities: Mapping[str, Any]
    protocol_version: str | None
    has_ended: bool
    newest_cancellation: int


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Everything that is read from the database when a request comes to an MCP server.

    Attributes:
        version: the version of the catalogue; None in a database that has none yet.
        grant: the grant of the request's token; None for an unknown token.
        person: the end user that the token was issued to.
        is_member: whether the person, or one of their groups, is assigned to the server.
        has_lost_environment: whether the person's access to the server's environment is revoked.
        is_limited: whether calls count against limits of the server.
        session: the session that the request names; None for an unknown one.
    """

    version: str | None
    grant: Grant | None
    person: Person | None
    is_member: bool
    has_lost_environment: bool
    is_limited: bool
    session: Session | None


@dataclass(frozen=True, kw_only=True)
class RequestContext:
    """The sender of a request to an MCP server, and the server.

    These are plain values, read when the request came, because a streamed call lasts longer than
    the transaction in which they were read.

    Attributes:
        server: the MCP server.
        person: the verified end user; None with token-based access.
        ip_address: the address of the client; None for a call within this process.
        session: the session that the request names, also another person's; None for an unknown one.
        is_limited: whether calls count against limits of the server.
        client_id: the id of the OAuth client that the person's token was issued to; None with an
            MCP token.
    """

    server: "PublishedServer"
    person: Person | None
    ip_address: str | None
    session: Session | None = None
    is_limited: bool = True
    client_id: str | None = None

"""Who is calling: the one thing that says so, from an MCP server's door to the app."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pragma: no cover
    from simulator.domain.catalogue import PublishedServer


@dataclass(frozen=True, kw_only=True)
class Person:
    """An end user, as far as a call has to know them.

    Attributes:
        id: what their tokens name them by.
        email: their address at Workato Identity.
        name: as people read it.
        is_active: whether they may sign in.
    """

    id: str
    email: str
    name: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What an access token was issued for.

    Attributes:
        scopes: that it has.
        client_id: of the client.
        expires_at: from then on it is refused.
        is_revoked: whether it is refused already.
    """

    scopes: tuple[str, ...]
    client_id: str
    expires_at: datetime
    is_revoked: bool


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session of the handshake era; attributes are those of `McpSession`, but for these.

    Attributes:
        has_ended: whether it was ended.
        newest_cancellation: number of the newest of all cancellations when it was read.
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
    """Everything that is looked up when a request comes to an MCP server.

    Attributes:
        version: of the catalogue; None in a database that has none yet.
        grant: of the token that was sent; None for one that nobody issued.
        person: for whom it was issued.
        is_member: whether a group of theirs is assigned to the server, or they themselves are.
        has_lost_environment: whether their access to the server's environment is revoked.
        is_limited: whether the server has limits that calls are counted against.
        session: that the request names; None if there never was such a one.
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
    """Who sends a request to an MCP server, and through which.

    All of it are values, as they were when the request came: a call that streams outlives the
    transaction in which they were read.

    Attributes:
        server: that the request came to.
        person: the verified end user; None with token-based access.
        ip_address: where the request came from; None within this process.
        session: that the request names, whoever's it is; None if there is no such one.
        is_limited: whether calls of the server are counted against a limit.
        client_id: of the client that the person's token was issued to; None with an MCP token.
    """

    server: "PublishedServer"
    person: Person | None
    ip_address: str | None
    session: Session | None = None
    is_limited: bool = True
    client_id: str | None = None

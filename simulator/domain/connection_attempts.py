"""Connection attempts: an end user follows a setup link and connects the apps that a tool needs."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.tables import Connection, ConnectionAttempt, EndUser, McpServer, McpTool
from simulator.db.tables.connections import AttemptStatus
from simulator.domain import authorizations, connections, tokens
from simulator.domain.attempt_outcomes import close_attempt
from simulator.domain.authorizations import NotGranted
from simulator.domain.catalogue import PublishedServer, PublishedTool
from simulator.domain.request_context import Person
from simulator.domain.verified_access import explain_loss, list_missing
from simulator.errors import NotFound, SimulatorError
from simulator.net.addresses import IDENTITY
from simulator.world import World

#: Lifetime of a connection setup link (our choice: not documented).
LINK_LIFETIME = timedelta(minutes=10)


_AGAIN = "Call the tool again from your MCP client to get a new link."


class LinkNotUsable(SimulatorError):
    """A setup link is unknown, expired, used, or was made for another person.

    Args:
        message: the error message.
        ended_id: the attempt's id, if it is the person's own and has ended.
    """

    status = 410

    def __init__(self, message: str, ended_id: str | None = None) -> None:
        super().__init__(message)
        self.ended_id = ended_id


def open_attempt(
    world: World,
    server: McpServer | PublishedServer,
    person: EndUser | Person,
    tool: McpTool | PublishedTool | None,
    parents: Sequence[Connection],
) -> tuple[ConnectionAttempt, str]:
    """Create an attempt with a setup link, which works for this person, once, for ten minutes.

    Args:
        world: the world.
        server: the MCP server; its environment is that of the connections.
        person: the end user who will authorize them.
        tool: the tool that needs the connections; None if the person starts on the connections
            page.
        parents: the parents of the connections to authorize, in order.

    Returns:
        The attempt, and the link as a URL.
    """
    secret = world.randomness.secret("setup link")
    now = world.clock.this_second()
    attempt = ConnectionAttempt(
        id=f"rca-{world.randomness.hex('connection attempt', 8)}",
        link_hash=fingerprint(secret),
        server_number=server.number,
        end_user_id=person.id,
        tool=tool.name if tool else "",
        parent_ids=[parent.id for parent in parents],
        status=AttemptStatus.PENDING,
        created_at=now,
        expires_at=now + LINK_LIFETIME,
    )
    world.db.session.add(attempt)
    world.db.session.flush()
    return attempt, f"{world.addresses.base_url(IDENTITY)}/connections/setup/{secret}"


def get_attempt_by_link(world: World, secret: str, person: EndUser) -> ConnectionAttempt:
    """Return the attempt behind a setup link, for the person it was made for.

    Args:
        secret: the last part of the link.
        person: the end user.

    Raises:
        LinkNotUsable: the link is unknown, expired, used, or was made for another person.
    """
    found = world.db.session.scalar(
        select(ConnectionAttempt).where(ConnectionAttempt.link_hash == fingerprint(secret))
    )
    return _usable(world, found, person)


def find_workspace(world: World, reference: str) -> int | None:
    """Return the id of the workspace of an attempt's person; None for an unknown attempt.

    Args:
        reference: the attempt's id, or the last part of its link.
    """
    own = ConnectionAttempt.id == reference, ConnectionAttempt.link_hash == fingerprint(reference)
    found = select(EndUser.workspace_id).join(
        ConnectionAttempt, ConnectionAttempt.end_user_id == EndUser.id
    )
    return world.db.session.scalar(found.where(or_(*own)).limit(1))


def get_attempt(world: World, attempt_id: str, person: EndUser) -> ConnectionAttempt:
    """Return a pending attempt of this person.

    Args:
        attempt_id: the attempt's id.
        person: the end user.

    Raises:
        LinkNotUsable: see `get_attempt_by_link`.
    """
    return _usable(world, world.db.session.get(ConnectionAttempt, attempt_id), person)


def find_ended_attempt(world: World, attempt_id: str, person: EndUser) -> ConnectionAttempt | None:
    """Return this person's attempt if it has ended, and its connections still exist; else None.

    Args:
        attempt_id: the attempt's id.
        person: the end user.
    """
    found = world.db.session.get(ConnectionAttempt, attempt_id)
    if found is None or found.end_user_id != person.id or found.is_pending:
        return None
    if found.status == AttemptStatus.DONE and list_still_missing(world, found, person):
        return None
    return found


def _usable(world: World, found: ConnectionAttempt | None, person: EndUser) -> ConnectionAttempt:
    if found is None:
        raise LinkNotUsable(f"This connection setup link does not exist. {_AGAIN}")
    if found.end_user_id != person.id:
        raise LinkNotUsable(
            f"This connection setup link was made for somebody else. You are signed in as "
            f"{person.email}: sign out and sign in as the person who called the tool, "
            "or call it yourself to get a link of your own."
        )
    if not found.is_pending:
        raise LinkNotUsable(
            f"This connection setup link was used before. {_AGAIN}", ended_id=found.id
        )
    if has_expired(found.expires_at, world.clock.now()):
        raise LinkNotUsable(f"This connection setup link has expired. {_AGAIN}")
    if found.opened_at is None:
        found.opened_at = world.clock.now()
    return found


def list_still_missing(
    world: World, attempt: ConnectionAttempt, person: EndUser
) -> list[Connection]:
    """Return the parents of the connections that the person still has to authorize, in order.

    Args:
        attempt: the attempt.
        person: the end user.

    Raises:
        NotFound: the MCP server was deleted.
    """
    server = world.db.session.get(McpServer, attempt.server_number)
    if server is None:
        raise NotFound("The MCP server of this link does not exist any more.")
    return list_missing(world, server, person, list_attempt_parents(world, attempt))


def list_attempt_parents(world: World, attempt: ConnectionAttempt) -> list[Connection]:
    """Return the parent connections of an attempt, in order.

    Args:
        attempt: the attempt.
    """
    found = (world.db.session.get(Connection, parent_id) for parent_id in attempt.parent_ids)
    return [parent for parent in found if parent is not None]


def cancel(world: World, attempt_id: str, person: EndUser) -> ConnectionAttempt:
    """Cancel an attempt: its link stops working; existing connections are kept.

    Args:
        attempt_id: the attempt's id.
        person: the end user.

    Raises:
        LinkNotUsable: see `get_attempt_by_link`; also if another request has just ended the
            attempt.
    """
    attempt = get_attempt(world, attempt_id, person)
    reason = "The person cancelled the connection."
    if not close_attempt(world, attempt, AttemptStatus.CANCELLED, reason):
        return _usable(world, attempt, person)
    return attempt


def finish(
    world: World, completion_token: str, person: EndUser
) -> tuple[ConnectionAttempt, Connection]:
    """Finish an authorization code flow: store the connection that a person authorized at the app.

    Args:
        completion_token: the completion token that the browser sends.
        person: the end user.

    Returns:
        The attempt, and the parent of the authorized connection. If the person denied access or the
        app refused, the attempt is closed (`attempt.status`, `attempt.error`) and nothing is
        stored.

    Raises:
        NotStartedHere: the completion token is unknown, used or expired.
        LinkNotUsable: the attempt is another person's, or has ended.
    """
    state, outcome = authorizations.redeem(world, completion_token)
    attempt = get_attempt(world, state.attempt_id or "", person)
    parent = world.db.session.get(Connection, state.connection_id)
    server = world.db.session.get(McpServer, attempt.server_number)
    if parent is None or server is None:
        raise NotFound("The connection this link was made for does not exist any more.")
    if isinstance(outcome, NotGranted):
        status = AttemptStatus.DENIED if outcome.is_denied else AttemptStatus.FAILED
        close_attempt(world, attempt, status, outcome.reason)
        return attempt, parent
    try:
        granted = tokens.exchange_code(world, parent, outcome)
    except tokens.TokenRefused as refused:
        app = connections.get_connector(parent).name
        sentence = explain_loss(app) if refused.cause else refused.message
        close_attempt(world, attempt, AttemptStatus.FAILED, sentence)
        return attempt, parent
    connections.authorize_child(
        world,
        parent,
        server.environment_id,
        person,
        *(granted.answer, granted.account, granted.api_url),
    )
    if not list_still_missing(world, attempt, person):
        close_attempt(world, attempt, AttemptStatus.DONE)
    return attempt, parent

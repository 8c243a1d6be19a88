"""Verified user access: who may call, which connections a call needs, and how to get them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from simulator import connectors
from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.tables import (
    Connection,
    ConnectionAttempt,
    EndUser,
    GroupMember,
    McpServer,
    McpTool,
    Recipe,
    ServerGroup,
)
from simulator.domain import authorizations, connections, people, recipes, tokens
from simulator.domain.recipes import Step
from simulator.errors import Forbidden, NotFound, SimulatorError
from simulator.net.addresses import IDENTITY
from simulator.world import World

#: How long a connection setup link works (our choice: not documented).
LINK_LIFETIME = timedelta(minutes=10)
_AGAIN = "Call the tool again from your MCP client to get a new link."


class NotInGroup(Forbidden):
    """Signed in, but in no end-user group that is assigned to the server."""


class LinkNotUsable(SimulatorError):
    """A setup link is unknown, expired, finished, or somebody else's.

    Args:
        message: the sentence.
        ended_id: of the attempt, where it is the person's own and over.
    """

    status = 410

    def __init__(self, message: str, ended_id: str | None = None) -> None:
        super().__init__(message)
        self.ended_id = ended_id


class Unavailable(Forbidden):
    """A connection that end users depend on cannot be used; they cannot mend it themselves."""

    status = 503


class ConnectionRequired(SimulatorError):
    """The end user has no live connection to the apps that the tool needs.

    Attributes:
        parents: the parent connections to be authorized, in the recipe's order.
    """

    def __init__(self, parents: Sequence[Connection]) -> None:
        super().__init__("The end user has no live connection.")
        self.parents = list(parents)


def admit(world: World, server: McpServer, end_user_id: str) -> EndUser:
    """The end user, if a group of his is assigned to the server (Workato docs, Workato Identity).

    Owners, admins and collaborators have no implicit access (Workato docs, MCP servers).

    Raises:
        NotInGroup: he is in none, or is not active any more.
    """
    person = people.find_active_end_user(world, end_user_id)
    if person is None:
        raise NotInGroup("This account may not sign in any more.")
    membership = select(GroupMember.end_user_id).join(
        ServerGroup, ServerGroup.group_id == GroupMember.group_id
    )
    membership = membership.where(
        ServerGroup.server_number == server.number, GroupMember.end_user_id == person.id
    )
    if world.db.session.scalar(membership.limit(1)) is None:
        raise make_not_in_group(person, server)
    return person


def make_not_in_group(person: EndUser, server: McpServer) -> NotInGroup:
    """The refusal of a person who has no group that is assigned to a server."""
    return NotInGroup(
        f"{person.email} is in no end-user group that has access to the MCP server "
        f"'{server.name}'. An admin can add a group under AI Hub > MCP servers > "
        f"{server.name} > End user access."
    )


def list_parents(world: World, recipe: Recipe) -> list[Connection]:
    """The parent connections that a recipe's steps use as the end user's, in order, each once."""
    parents: dict[int, Connection] = {}
    for step in recipes.iter_steps(recipe):
        if step.calls_app and recipes.acts_as_end_user(recipe, step.provider):
            parent = get_step_connection(world, recipe, step)
            parents.setdefault(parent.id, parent)
    return list(parents.values())


def get_step_connection(world: World, recipe: Recipe, step: Step) -> Connection:
    """The established connection of a builder that a step names.

    Raises:
        Unavailable: there is none, or the app refuses it; the sentence is for end users. Why it is
            lost stands in `connection_lost_reason`, for builders.
    """
    parent = recipes.find_connection(world, recipe, step.provider)
    if parent is not None and parent.connected:
        return parent
    app = connectors.find(step.provider).name
    if parent is None or parent.connection_lost_at is None:
        raise Unavailable(
            f"Step {step.number + 1} of the recipe '{recipe.name}' has no established connection "
            f"to {app}. Ask an admin or builder of your Workato workspace to connect it."
        )
    raise Unavailable(explain_loss(app))


def explain_loss(app: str) -> str:
    """What an end user is told of a builder's connection that is lost: whom to ask, and no more."""
    return (
        f"The connection to {app} that this tool depends on is lost, and signing in again does "
        "not help. Ask an admin or builder of your Workato workspace to connect it again."
    )


def check_app(world: World, parent: Connection) -> None:
    """Find out whether an app would ask a person for consent, before the person is sent there.

    Raises:
        Unavailable: the builder's connection is lost, now or before; or the app does not answer.
    """
    app = connections.get_connector(parent).name
    if not parent.connected:
        raise Unavailable(explain_loss(app))
    refusal = authorizations.preflight(world, parent)
    if refusal is None:
        return
    if refusal.cause is None:
        raise Unavailable(f"{app} does not answer as it should. Try again in a few minutes.")
    world.db.session.refresh(parent)
    connections.mark_lost(world, parent, refusal.lost_reason, refusal.cause)
    world.db.commit()
    raise Unavailable(explain_loss(app))


def list_missing(
    world: World, server: McpServer, person: EndUser, parents: Sequence[Connection]
) -> list[Connection]:
    """Those of the parents for which this person has no live connection."""
    return [
        parent
        for parent in parents
        if find_acting_connection(world, server, person, parent) is None
    ]


def find_acting_connection(
    world: World, server: McpServer, person: EndUser, parent: Connection
) -> Connection | None:
    """The live connection that a person acts with in an app: her own, or else an inherited one.

    Where the server allows same-user token inheritance, the parent itself serves the person who
    authorized it, told by e-mail, and nobody else.
    """
    own = connections.find_child(world, parent, server.environment_id, person.id)
    if own is not None and own.connected:
        return own
    inherits = (
        server.allow_same_user_token_inheritance
        and parent.authorized_by is not None
        and parent.authorized_by.casefold() == person.email.casefold()
    )
    return parent if inherits else None


def open_attempt(
    world: World,
    server: McpServer,
    person: EndUser,
    tool: McpTool | None,
    parents: Sequence[Connection],
) -> tuple[ConnectionAttempt, str]:
    """A new attempt, and its setup link: for this person, until it is done, ten minutes.

    Args:
        world: the world.
        server: in whose environment the connections will be.
        person: who will authorize them.
        tool: that needs them; None where the person begins by themselves.
        parents: what is to be authorized, in order.
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
        status="pending",
        created_at=now,
        expires_at=now + LINK_LIFETIME,
    )
    world.db.session.add(attempt)
    world.db.session.flush()
    return attempt, f"{world.addresses.base_url(IDENTITY)}/connections/setup/{secret}"


def get_attempt_by_link(world: World, secret: str, person: EndUser) -> ConnectionAttempt:
    """The attempt behind a setup link, for the person it was made for.

    Raises:
        LinkNotUsable: it is unknown, expired, finished, or somebody else's.
    """
    found = world.db.session.scalar(
        select(ConnectionAttempt).where(ConnectionAttempt.link_hash == fingerprint(secret))
    )
    return _usable(world, found, person)


def get_attempt(world: World, attempt_id: str, person: EndUser) -> ConnectionAttempt:
    """The attempt that this person has under way.

    Raises:
        LinkNotUsable: as `get_attempt_by_link`.
    """
    return _usable(world, world.db.session.get(ConnectionAttempt, attempt_id), person)


def find_ended_attempt(world: World, attempt_id: str, person: EndUser) -> ConnectionAttempt | None:
    """An attempt of this person that is over, while what came of it still holds; else None."""
    found = world.db.session.get(ConnectionAttempt, attempt_id)
    if found is None or found.end_user_id != person.id or found.status == "pending":
        return None
    return None if found.status == "done" and list_still_missing(world, found, person) else found


def _usable(world: World, found: ConnectionAttempt | None, person: EndUser) -> ConnectionAttempt:
    if found is None:
        raise LinkNotUsable(f"This connection setup link does not exist. {_AGAIN}")
    if found.end_user_id != person.id:
        raise LinkNotUsable(
            f"This connection setup link was made for somebody else. You are signed in as "
            f"{person.email}: sign out and sign in as the person who called the tool, "
            "or call it yourself to get a link of your own."
        )
    if found.status != "pending":
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
    """The attempt's connections that this person has yet to authorize, in order."""
    server = world.db.session.get(McpServer, attempt.server_number)
    if server is None:
        raise NotFound("The MCP server of this link does not exist any more.")
    return list_missing(world, server, person, list_attempt_parents(world, attempt))


def list_attempt_parents(world: World, attempt: ConnectionAttempt) -> list[Connection]:
    """The parent connections that an attempt is about, in order."""
    found = (world.db.session.get(Connection, parent_id) for parent_id in attempt.parent_ids)
    return [parent for parent in found if parent is not None]


def close_attempt(attempt: ConnectionAttempt, status: str, error: str | None = None) -> None:
    """End an attempt as `done`, `denied`, `failed` or `cancelled`; its link works no more."""
    attempt.status = status
    attempt.error = error


def finish(
    world: World, completion_token: str, person: EndUser
) -> tuple[ConnectionAttempt, Connection]:
    """Store the connection that a person came back from the app with.

    Returns:
        The attempt, and the parent whose child was authorized. A denied or failed consent closes
        the attempt (`attempt.status`, `attempt.error`) and stores nothing.

    Raises:
        NotStartedHere: nothing is to be finished.
        LinkNotUsable: the attempt is somebody else's or over.
    """
    state, code = authorizations.redeem(world, completion_token)
    attempt = get_attempt(world, state.attempt_id or "", person)
    parent = world.db.session.get(Connection, state.connection_id)
    server = world.db.session.get(McpServer, attempt.server_number)
    if parent is None or server is None:
        raise NotFound("The connection this link was made for does not exist any more.")
    if code is None:
        denied = (state.error or "").startswith("access_denied")
        close_attempt(attempt, "denied" if denied else "failed", state.error)
        return attempt, parent
    try:
        answer: dict[str, Any] = tokens.exchange_code(world, parent, code)
    except tokens.TokenRefused as refused:
        app = connections.get_connector(parent).name
        sentence = explain_loss(app) if refused.cause else refused.message
        close_attempt(attempt, "failed", sentence)
        return attempt, parent
    account = tokens.fetch_account(world, parent, answer)
    connections.authorize_child(world, parent, server.environment_id, person.id, answer, account)
    if not list_still_missing(world, attempt, person):
        close_attempt(attempt, "done")
    return attempt, parent

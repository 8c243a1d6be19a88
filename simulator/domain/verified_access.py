"""Verified user access: who may call, which connections a call needs, and how to get them."""

from collections.abc import Sequence

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.db.tables import Connection, EndUser, McpServer
from simulator.domain import authorizations, connections
from simulator.domain.catalogue import PublishedServer
from simulator.domain.engine.steps import Step
from simulator.domain.request_context import Caller, Person
from simulator.errors import Forbidden, SimulatorError
from simulator.settings import ACCESS_TABS
from simulator.world import World


class NotInGroup(Forbidden):
    """Signed in, but in no end-user group that is assigned to the server."""


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


def admit(world: World, caller: Caller, server: PublishedServer) -> Person:
    """Return the end user, if they or a group of theirs have access (Workato docs).

    Owners, admins and collaborators have no implicit access (Workato docs, MCP servers).

    Args:
        world: its labels are in what is said.
        caller: looked up for this server; their token is good.
        server: the MCP server.

    Raises:
        NotInGroup: they are in none, lost the environment, or are not active any more.
    """
    person = caller.person
    if person is None or not person.is_active:
        raise NotInGroup("This account may not sign in any more.")
    if not caller.is_member:
        raise make_not_in_group(world, person, server)
    if caller.has_lost_environment:
        raise NotInGroup(
            f"The access of {person.email} to the environment of the MCP server '{server.name}' is "
            "revoked. An admin can restore it under Workspace admin > Authentication & Groups > "
            f"End users > {person.name}."
        )
    return person


def make_not_in_group(world: World, person: Person, server: PublishedServer) -> NotInGroup:
    """Make the error for a person who has no access to a server, by a group or alone.

    Args:
        world: its labels are in what is said.
        person: the end user.
        server: the MCP server.
    """
    return NotInGroup(
        f"{person.email} has no access to the MCP server '{server.name}', neither as a member of "
        "an end-user group nor as a single end user. An admin can give access under "
        f"{name_access_tab(world, server)}."
    )


def name_access_tab(world: World, server: PublishedServer) -> str:
    """Return the way to the tab where people are given access to a server.

    Args:
        world: its setting `navigation` chooses the labels.
        server: the MCP server.
    """
    tab = ACCESS_TABS[world.settings.navigation]
    return f"AI Hub > MCP servers > {server.name} > {tab}"


def check_established(parent: Connection | None, recipe: str, step: Step) -> Connection:
    """Return the connection of a builder that a step names, if it is established.

    Args:
        parent: the connection; None where the recipe names none that there is.
        recipe: the recipe's name.
        step: the step of the recipe; it calls an app.

    Raises:
        Unavailable: there is none, the app refuses it, or end users cannot have their own of it;
            the sentence is for end users. Why it is lost stands in `connection_lost_reason`, for
            builders.
    """
    assert step.connector is not None, "the step calls an app"
    app = step.connector.name
    if parent is not None and parent.connected:
        is_usual = parent.input.get("auth_type") == AUTHORIZATION_CODE_GRANT
        if is_usual or not step.acts_as_end_user:
            return parent
        if step.connector.auth_type_of(parent.input).needs_consent:
            return parent
        label = step.connector.auth_type_of(parent.input).label
        raise Unavailable(
            f"Step {step.number + 1} of the recipe '{recipe}' acts as each end user, and its "
            f"connection to {app} authenticates with {label}: only OAuth 2.0 "
            "authorization code connections can do this. Ask a builder of your Workato workspace."
        )
    if parent is None or parent.connection_lost_at is None:
        raise Unavailable(
            f"Step {step.number + 1} of the recipe '{recipe}' has no established connection "
            f"to {app}. Ask an admin or builder of your Workato workspace to connect it."
        )
    raise Unavailable(explain_loss(app))


def explain_loss(app: str) -> str:
    """Explain to an end user that a builder's connection is lost, and whom to ask.

    Args:
        app: the app's name.
    """
    return (
        f"The connection to {app} that this tool depends on is lost, and signing in again does "
        "not help. Ask an admin or builder of your Workato workspace to connect it again."
    )


def check_app(world: World, parent: Connection) -> None:
    """Check that an app would show its consent page, before a person is sent there.

    Args:
        parent: the builder's connection.

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
    """Return the parents for which a person has no live connection.

    Args:
        server: the MCP server.
        person: the end user.
        parents: builders' connections.
    """
    return [
        parent
        for parent in parents
        if find_acting_connection(world, server, person, parent) is None
    ]


def find_acting_connection(
    world: World, server: McpServer, person: EndUser, parent: Connection
) -> Connection | None:
    """Return the live connection that a person acts with, or None; see `choose_acting`.

    Args:
        server: the MCP server.
        person: the end user.
        parent: the builder's connection.
    """
    own = connections.find_child(world, parent, server.environment_id, person.id)
    return choose_acting(server, person, parent, own)


def choose_acting(
    server: McpServer | PublishedServer,
    person: EndUser | Person,
    parent: Connection,
    own: Connection | None,
) -> Connection | None:
    """Return the live connection that a person acts with: their own, or an inherited one.

    Where the server allows same-user token inheritance, the parent itself serves the person who
    authorized it, recognised by e-mail address, and nobody else.

    Args:
        server: the MCP server.
        person: the end user.
        parent: the builder's connection.
        own: the person's child of it, live or not.

    Returns:
        None if there is none.
    """
    if own is not None and own.connected:
        return own
    inherits = (
        server.allow_same_user_token_inheritance
        and parent.authorized_by is not None
        and parent.authorized_by.casefold() == person.email.casefold()
    )
    return parent if inherits else None

"""Runtime user connections: those of one person, and those of a workspace, page by page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.orm import aliased, contains_eager

from simulator.connectors import CONNECTORS
from simulator.db.base import normalized
from simulator.db.listing import PAGE_SIZE, Found, Listing, contains
from simulator.db.tables import (
    Connection,
    ConnectionAttempt,
    EndUser,
    Environment,
    McpServer,
)
from simulator.db.tables.connections import REFUSED, ConnectionStatus, LostCause
from simulator.db.tables.servers import WORKATO_IDP
from simulator.domain import (
    connection_attempts,
    connections,
    disconnection,
    recipes,
    server_access,
    verified_access,
)
from simulator.errors import NotFound
from simulator.validation.paging import Page
from simulator.world import World


def list_in_workspace(
    world: World,
    workspace_id: int,
    text: str = "",
    status: str = "",
    number: int = 1,
    environment_id: int | None = None,
) -> Listing[tuple[Connection, Environment]]:
    """Return the runtime user connections of a workspace, each with its environment, newest first.

    Args:
        world: the world.
        workspace_id: the workspace's id.
        text: part of a user's name, e-mail address or external id, of an account, a parent's name,
            or an app's.
        status: a `ConnectionStatus`; empty for all.
        number: the number of the page; the last one instead of one behind it.
        environment_id: the id of one environment; None for all.
    """
    parent = aliased(Connection)
    found = (
        select(Connection, Environment)
        .outerjoin(EndUser, Connection.end_user_id == EndUser.id)
        .join(parent, Connection.parent_id == parent.id)
        .join(Environment, Connection.environment_id == Environment.id)
        .where(Connection.workspace_id == workspace_id, *_filters(parent, text, status))
    )
    if environment_id is not None:
        found = found.where(Connection.environment_id == environment_id)
    session = world.db.session
    is_searched = text.strip() or environment_id is not None
    counted = None if is_searched else _alone(workspace_id, status)
    total = Found[Connection](session, found, counted).count()
    page = Page.nearest(number, size=PAGE_SIZE, total=total)
    shown = (
        found.options(
            contains_eager(Connection.end_user), contains_eager(Connection.parent.of_type(parent))
        )
        .order_by(Connection.id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    rows = [(connection, place) for connection, place in session.execute(shown)]
    return Listing(rows=rows, page=page)


def get_in_workspace(world: World, workspace_id: int, connection_id: int) -> Connection:
    """Return one of a workspace's runtime user connections.

    Args:
        workspace_id: the workspace's id.
        connection_id: the connection's id.

    Raises:
        NotFound: the workspace has none with this id.
    """
    found = world.db.session.get(Connection, connection_id)
    if found is None or found.workspace_id != workspace_id or found.parent_id is None:
        raise NotFound("This runtime user connection does not exist.")
    return found


def _alone(workspace_id: int, status: str) -> Select[Any]:
    """What there is to count where no other table is searched: each connection has its rows there.

    An index alone answers that.
    """
    own = Connection.workspace_id == workspace_id, Connection.parent_id.is_not(None)
    return select(Connection).where(*own, *([_stands(status)] if status else []))


def _filters(parent: type[Connection], text: str, status: str) -> list[ColumnElement[bool]]:
    people = EndUser.name, EndUser.normalized_email, Connection.external_id
    conditions = contains(text, *people, Connection.account, parent.name)
    if conditions:
        apps = [key for key, one in CONNECTORS.items() if normalized(text) in one.name.lower()]
        conditions = [or_(*conditions, Connection.provider.in_(apps))]
    if status:
        conditions.append(_stands(status))
    return conditions


def _stands(status: str) -> ColumnElement[bool]:
    """`Connection.status` as SQL; an unknown status matches nothing."""
    lost = Connection.connection_lost_at.is_not(None)
    by_hand = func.coalesce(Connection.connection_lost_cause, "") == LostCause.DISCONNECTED.value
    conditions: dict[str, ColumnElement[bool]] = {
        ConnectionStatus.CONNECTED: (Connection.authorization_status == "success") & ~lost,
        ConnectionStatus.DISCONNECTED: lost & by_hand,
        ConnectionStatus.LOST: lost & ~by_hand,
        ConnectionStatus.FAILED: ~lost & Connection.authorization_status.in_(REFUSED),
        ConnectionStatus.UNFINISHED: ~lost & Connection.authorization_status.is_(None),
    }
    return conditions.get(status, Connection.id.is_(None))


def list_of_person(world: World, person: EndUser) -> Sequence[tuple[Connection, Environment]]:
    """Return a person's own connections, each with its environment, by name.

    One that a program began and nobody authorized yet is none.

    Args:
        person: the end user.
    """
    found = (
        select(Connection, Environment)
        .join(Environment, Connection.environment_id == Environment.id)
        .where(
            Connection.end_user_id == person.id,
            Connection.parent_id.is_not(None),
            Connection.authorized_at.is_not(None),
        )
        .order_by(Connection.name, Connection.id)
    )
    return [(connection, place) for connection, place in world.db.session.execute(found)]


def get_own(world: World, person: EndUser, connection_id: int) -> Connection:
    """Return one of a person's own connections.

    Args:
        person: the end user.
        connection_id: the connection's id.

    Raises:
        NotFound: this person has none with this id, whoever else has.
    """
    found = world.db.session.get(Connection, connection_id)
    if found is None or found.end_user_id != person.id or found.parent_id is None:
        raise NotFound("You have no connection with this number.")
    return found


def disconnect(world: World, connection: Connection, who: str) -> str:
    """Disconnect a runtime user connection; see `disconnection.disconnect`.

    Args:
        world: the world.
        connection: the connection of an end user.
        who: the e-mail address of whoever does it.
    """
    return disconnection.disconnect(world, connection, f"Disconnected by {who}.")


def delete(world: World, connection: Connection) -> str:
    """Delete a runtime user connection; see `disconnection.delete`.

    Args:
        connection: the connection of an end user.
    """
    return disconnection.delete(world, connection)


def reconnect(
    world: World, connection: Connection, person: EndUser
) -> tuple[ConnectionAttempt, Connection]:
    """Begin to authorize one's own connection again, perhaps with another account.

    What is stored stays until the app's consent is back.

    Args:
        connection: a builder's or an end user's.
        person: the end user.

    Returns:
        The attempt, and the parent whose consent is to be asked for.

    Raises:
        Unavailable: the person has no access any more to a tool that uses the connection.
    """
    parent = connection.parent
    assert parent is not None, "a runtime user connection has a parent"
    server = _server_for(world, connection, person)
    if server is None:
        raise verified_access.Unavailable(
            "You have access to no tool that uses this connection any more, so it cannot be "
            "connected again. Ask an admin of your Workato workspace."
        )
    attempt, _link = connection_attempts.open_attempt(world, server, person, None, [parent])
    return attempt, parent


def _server_for(world: World, connection: Connection, person: EndUser) -> McpServer | None:
    """Return a server through which the person's calls use the connection."""
    reachable = (
        select(McpServer)
        .where(
            McpServer.environment_id == connection.environment_id,
            McpServer.auth_type == WORKATO_IDP,
            server_access.has_grant(McpServer.number, person.id),
            not_(server_access.has_lost_environment(McpServer.number, person.id)),
        )
        .order_by(McpServer.number)
    )
    for server in world.db.session.scalars(reachable):
        for tool in server.tools:
            used = recipes.find_connection_entry(tool.recipe, connection.provider) or {}
            if used.get("account_id") == connection.parent_id and recipes.is_personalized(used):
                return server
    return None


def list_accounts(
    world: World, attempt: ConnectionAttempt, person: EndUser
) -> list[tuple[str, Connection]]:
    """Return the apps of an attempt by name, each with the person's live connection.

    Args:
        attempt: the attempt.
        person: the end user.
    """
    server = world.db.session.get_one(McpServer, attempt.server_number)
    found = []
    for parent in connection_attempts.list_attempt_parents(world, attempt):
        acting = verified_access.find_acting_connection(world, server, person, parent)
        if acting is not None:
            found.append((connections.get_connector(parent).name, acting))
    return found

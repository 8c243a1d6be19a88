"""Connections: what a builder may save, and the tokens of each."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from simulator import connectors
from simulator.connectors import Connector
from simulator.crypto import Purpose
from simulator.db.tables import Connection
from simulator.db.tables.connections import LostCause
from simulator.db.upsert import get_or_create
from simulator.errors import NotFound
from simulator.world import World

#: How exact `last_used_at` is: a call a second must not cost a write a second.
_USE_PRECISION = timedelta(minutes=1)


def list_children(world: World, parent: Connection) -> Sequence[Connection]:
    return world.db.session.scalars(
        select(Connection).where(Connection.parent_id == parent.id)
    ).all()


def count_children(world: World, parent: Connection) -> int:
    """How many runtime user connections depend on a builder's connection."""
    count = select(func.count()).select_from(Connection).where(Connection.parent_id == parent.id)
    return world.db.session.scalars(count).one()


def get_builder_connection(world: World, workspace_id: int, connection_id: int) -> Connection:
    """A connection that a builder made (no runtime user connection).

    Raises:
        NotFound: the workspace has none with this id.
    """
    found = world.db.session.get(Connection, connection_id)
    if found is None or found.workspace_id != workspace_id or found.parent_id is not None:
        raise NotFound("This connection does not exist.")
    return found


def list_builder_connections(
    world: World, workspace_id: int, provider: str
) -> Sequence[Connection]:
    """The builders' connections to an app, by name."""
    return world.db.session.scalars(
        select(Connection)
        .where(
            Connection.workspace_id == workspace_id,
            Connection.provider == provider,
            Connection.parent_id.is_(None),
        )
        .order_by(Connection.name, Connection.id)
    ).all()


def list_in_environment(world: World, environment_id: int) -> Sequence[Connection]:
    """Every connection of an environment, runtime user connections too, by id."""
    return world.db.session.scalars(
        select(Connection)
        .where(Connection.environment_id == environment_id)
        .order_by(Connection.id)
    ).all()


def get_in_environment(world: World, environment_id: int, connection_id: int) -> Connection:
    """A connection of an environment, whoever made it.

    Raises:
        NotFound: the environment has none with this id.
    """
    found = world.db.session.get(Connection, connection_id)
    if found is None or found.environment_id != environment_id:
        raise NotFound(f"There is no connection {connection_id} in this environment.")
    return found


def find_child(
    world: World, parent: Connection, environment_id: int, end_user_id: str
) -> Connection | None:
    """The runtime user connection for (parent, environment, end user), if there is one."""
    return world.db.session.scalar(
        select(Connection).where(
            Connection.parent_id == parent.id,
            Connection.environment_id == environment_id,
            Connection.end_user_id == end_user_id,
        )
    )


def store_tokens(world: World, connection: Connection, answer: Mapping[str, Any]) -> None:
    """Store a token response; a refresh token that is not returned is kept (docs: connections)."""
    now = world.clock.now()
    connection.access_token_sealed = world.keys.seal(
        Purpose.CONNECTION_ACCESS_TOKEN, str(answer["access_token"])
    )
    if answer.get("refresh_token"):
        connection.refresh_token_sealed = world.keys.seal(
            Purpose.CONNECTION_REFRESH_TOKEN, str(answer["refresh_token"])
        )
    expires_in = answer.get("expires_in")
    connection.token_expires_at = now + timedelta(seconds=int(expires_in)) if expires_in else None
    connection.authorization_status = "success"
    connection.authorization_error = None
    connection.authorized_at = connection.updated_at = now
    connection.connection_lost_at = None
    connection.connection_lost_reason = connection.connection_lost_cause = None


def authorize(
    world: World,
    connection: Connection,
    builder_email: str,
    answer: Mapping[str, Any],
    account: str | None = None,
) -> None:
    """Store the tokens that a builder was granted, who that was, and with which account."""
    store_tokens(world, connection, answer)
    connection.authorized_by = builder_email
    connection.account = account


def authorize_child(
    world: World,
    parent: Connection,
    environment_id: int,
    end_user_id: str,
    answer: Mapping[str, Any],
    account: str | None = None,
) -> Connection:
    """Store the tokens an end user granted as the child of a parent, and with which account."""
    now = world.clock.now()
    key = {
        "parent_id": parent.id,
        "environment_id": environment_id,
        "end_user_id": end_user_id,
    }
    connection = get_or_create(
        world.db.session,
        Connection,
        key,
        workspace_id=parent.workspace_id,
        project_id=parent.project_id,
        provider=parent.provider,
        name=parent.name,
        input={},
        created_at=now,
        updated_at=now,
    )
    store_tokens(world, connection, answer)
    connection.account = account
    world.db.session.flush()
    return connection


def mark_lost(
    world: World, connection: Connection, reason: str, cause: LostCause | None = None
) -> None:
    """Mark a connection lost: the next call prompts for a new one.

    Args:
        world: the world.
        connection: a builder's or an end user's.
        reason: one sentence for those who build and administer.
        cause: the same for programs.
    """
    connection.connection_lost_at = connection.updated_at = world.clock.now()
    connection.connection_lost_reason = reason
    connection.connection_lost_cause = cause.value if cause else None
    connection.access_token_sealed = None
    connection.refresh_token_sealed = None


def record_use(world: World, connection: Connection) -> None:
    """Store that a connection's tokens are used now, at most once a minute."""
    now, before = world.clock.now(), connection.last_used_at
    if before is None or abs(now - before) >= _USE_PRECISION:
        connection.last_used_at = now


def get_oauth_settings(connection: Connection) -> Connection:
    """The connection whose form holds the OAuth client: the parent, or the connection itself."""
    return connection.parent or connection


def get_client_credentials(world: World, settings: Connection) -> dict[str, str]:
    """The form members by which the OAuth client authenticates (RFC 6749 §2.3.1)."""
    sealed = settings.client_secret_sealed
    secret = world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, sealed) if sealed else ""
    return {"client_id": settings.input["client_id"], "client_secret": secret}


def get_connector(connection: Connection) -> Connector:
    """The connector that a connection belongs to."""
    return connectors.find(connection.provider)

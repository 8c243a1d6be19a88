"""Read, list and count connections, and store their tokens.

A builder's connection has the settings of the OAuth client. A runtime user connection is its child:
it has the tokens of one end user.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from simulator import connectors
from simulator.connectors import Connector
from simulator.connectors.auth_types import AuthType
from simulator.crypto import Purpose
from simulator.db.listing import Found, contains
from simulator.db.tables import Connection, EndUser
from simulator.db.tables.connections import LostCause
from simulator.db.upsert import get_or_create
from simulator.domain import oauth_profiles
from simulator.errors import NotFound
from simulator.world import World

#: Precision of `last_used_at`: frequent calls must not cause a write each.
_USE_PRECISION = timedelta(minutes=1)


def list_children(world: World, parent: Connection) -> Sequence[Connection]:
    """Return the runtime user connections of a builder's connection, oldest first.

    Args:
        parent: the builder's connection.
    """
    return world.db.session.scalars(
        select(Connection).where(Connection.parent_id == parent.id).order_by(Connection.id)
    ).all()


def count_children(world: World, parent: Connection) -> int:
    """Return the number of runtime user connections of a builder's connection.

    Args:
        parent: the builder's connection.
    """
    count = select(func.count()).select_from(Connection).where(Connection.parent_id == parent.id)
    return world.db.session.scalars(count).one()


def count_in_workspace(world: World, workspace_id: int, *, of_end_users: bool) -> int:
    """Return the number of connections in a workspace.

    Args:
        workspace_id: the workspace's id.
        of_end_users: True to count runtime user connections, False to count builders' connections.
    """
    found = select(Connection).where(Connection.workspace_id == workspace_id)
    parent = Connection.parent_id
    found = found.where(parent.is_not(None) if of_end_users else parent.is_(None))
    return Found(world.db.session, found).count()


def get_builder_connection(world: World, workspace_id: int, connection_id: int) -> Connection:
    """Return a builder's connection.

    Args:
        workspace_id: the workspace's id.
        connection_id: the connection's id.

    Raises:
        NotFound: the workspace has no builder's connection with this id.
    """
    found = world.db.session.get(Connection, connection_id)
    if found is None or found.workspace_id != workspace_id or found.parent_id is not None:
        raise NotFound("This connection does not exist.")
    return found


def list_builder_connections(
    world: World, workspace_id: int, provider: str, text: str = ""
) -> Found[Connection]:
    """Return the builders' connections to an app, sorted by name.

    Args:
        workspace_id: the workspace's id.
        provider: the app's internal name, such as `coupa`.
        text: a part of the name, in upper or lower case; empty for all connections.
    """
    found = select(Connection).where(
        Connection.workspace_id == workspace_id,
        Connection.provider == provider,
        Connection.parent_id.is_(None),
        *contains(text, Connection.name),
    )
    return Found(world.db.session, found.order_by(Connection.name, Connection.id))


def list_in_environment(
    world: World,
    environment_id: int,
    *,
    inside: ColumnElement[bool] | None = None,
    project_id: int | None = None,
    provider: str | None = None,
    updated_after: datetime | None = None,
    parent_id: int | None = None,
    external_id: str | None = None,
    with_children: bool = True,
) -> Found[Connection]:
    """Return the connections of an environment that match all filters, sorted by id.

    Args:
        environment_id: the environment's id.
        inside: an SQL condition for the folder; None for all folders.
        project_id: the project; None for all projects.
        provider: the app's internal name; None for all apps.
        updated_after: only connections changed after this time; None for all.
        parent_id: only children of this connection; None for all.
        external_id: only connections with this external id; None for all.
        with_children: whether the list includes runtime user connections.
    """
    found = select(Connection).where(Connection.environment_id == environment_id)
    if inside is not None:
        found = found.where(inside)
    if project_id is not None:
        found = found.where(Connection.project_id == project_id)
    if provider is not None:
        found = found.where(Connection.provider == provider)
    if updated_after is not None:
        found = found.where(Connection.updated_at > updated_after)
    if parent_id is not None:
        found = found.where(Connection.parent_id == parent_id)
    if external_id is not None:
        found = found.where(Connection.external_id == external_id)
    if not with_children:
        found = found.where(Connection.parent_id.is_(None))
    return Found(world.db.session, found.order_by(Connection.id))


def get_in_environment(world: World, environment_id: int, connection_id: int) -> Connection:
    """Return a builder's or runtime user connection of an environment.

    Args:
        environment_id: the environment's id.
        connection_id: the connection's id.

    Raises:
        NotFound: the environment has no connection with this id.
    """
    found = world.db.session.get(Connection, connection_id)
    if found is None or found.environment_id != environment_id:
        raise NotFound(f"There is no connection {connection_id} in this environment.")
    return found


def find_child(
    world: World, parent: Connection, environment_id: int, end_user_id: str
) -> Connection | None:
    """Return an end user's runtime user connection, or None.

    Args:
        parent: the builder's connection.
        environment_id: the environment's id.
        end_user_id: the end user's id.
    """
    return world.db.session.scalar(
        select(Connection).where(
            Connection.parent_id == parent.id,
            Connection.environment_id == environment_id,
            Connection.end_user_id == end_user_id,
        )
    )


def store_tokens(world: World, connection: Connection, answer: Mapping[str, Any]) -> None:
    """Store a token response; keep the refresh token if it has none (docs: connections).

    Args:
        connection: a builder's or a runtime user connection.
        answer: the token response (RFC 6749 §5.1).
    """
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
    connection.refresh_claim = None  # a refresh in progress would overwrite these newer tokens
    connection.api_url = get_connector(connection).api_url_of(answer) or connection.api_url


def authorize(
    world: World,
    connection: Connection,
    builder_email: str | None,
    answer: Mapping[str, Any],
    account: str | None = None,
    api_url: str | None = None,
) -> None:
    """Store the tokens of a builder's authorization, who authorized, and the account at the app.

    Args:
        connection: a builder's or a runtime user connection.
        builder_email: the e-mail address of the collaborator who authorized it; None for a program.
        answer: the token response (RFC 6749 §5.1).
        account: the account's name at the app; None if the app does not tell it.
        api_url: the base URL of the API that accepts the token; None for the connection's host.
    """
    store_tokens(world, connection, answer)
    connection.authorized_by = builder_email
    connection.account, connection.api_url = account, api_url


def find_person(world: World, parent: Connection, external_id: str) -> EndUser | None:
    """Return the end user whose id is an external id, or None.

    Workato identifies the person of a runtime user connection by the end user's id. Any other
    external id is known only to the program that chose it (our choice).

    Args:
        parent: the builder's connection.
        external_id: the external id of a runtime user connection.
    """
    found = world.db.session.get(EndUser, external_id)
    return found if found and found.workspace_id == parent.workspace_id else None


def get_or_create_child(
    world: World,
    parent: Connection,
    environment_id: int,
    owner: EndUser | str,
    project_id: int | None = None,
) -> Connection:
    """Return the runtime user connection of a person, locked; create an unauthorized one if needed.

    Args:
        parent: the builder's connection.
        environment_id: the environment's id.
        owner: an end user, or the external id that a program uses for a person.
        project_id: the project of a new connection; None for the parent's project.
    """
    now = world.clock.now()
    person = owner if isinstance(owner, EndUser) else None
    key = {
        "parent_id": parent.id,
        "environment_id": environment_id,
        "external_id": owner.id if isinstance(owner, EndUser) else owner,
    }
    return get_or_create(
        world.db.session,
        Connection,
        key,
        end_user_id=person.id if person else None,
        workspace_id=parent.workspace_id,
        project_id=project_id or parent.project_id,
        provider=parent.provider,
        name=parent.name,
        input={},
        created_at=now,
        updated_at=now,
    )


def authorize_child(
    world: World,
    parent: Connection,
    environment_id: int,
    owner: EndUser | str,
    answer: Mapping[str, Any],
    account: str | None = None,
    api_url: str | None = None,
) -> Connection:
    """Store the tokens of an end user's authorization in their runtime user connection.

    Args:
        parent: the builder's connection.
        environment_id: the environment's id.
        owner: see `get_or_create_child`.
        answer: the token response (RFC 6749 §5.1).
        account: the account's name at the app; None if the app does not tell it.
        api_url: the base URL of the API that accepts the token; None for the connection's host.

    Returns:
        The runtime user connection.
    """
    connection = get_or_create_child(world, parent, environment_id, owner)
    store_tokens(world, connection, answer)
    connection.account, connection.api_url = account, api_url
    world.db.session.flush()
    return connection


def mark_lost(
    world: World, connection: Connection, reason: str, cause: LostCause | None = None
) -> None:
    """Mark a connection lost and delete its tokens; the next call asks for a new authorization.

    Args:
        world: the world.
        connection: a builder's or a runtime user connection.
        reason: the reason, as one sentence for builders and admins.
        cause: the reason, as a code for programs.
    """
    connection.connection_lost_at = connection.updated_at = world.clock.now()
    connection.connection_lost_reason = reason
    connection.connection_lost_cause = cause.value if cause else None
    connection.access_token_sealed = None
    connection.refresh_token_sealed = None
    connection.refresh_claim = None


def record_use(world: World, connection: Connection, now: datetime) -> None:
    """Set a connection's `last_used_at`, at most once a minute.

    Args:
        connection: a builder's or a runtime user connection; if it was deleted meanwhile, nothing
            happens.
        now: the simulated time.
    """
    before = connection.last_used_at
    if before is None or abs(now - before) >= _USE_PRECISION:
        own = update(Connection).where(Connection.id == connection.id)
        world.db.session.execute(own.values(last_used_at=now))


def get_oauth_settings(connection: Connection) -> Connection:
    """Return the connection that has the OAuth client's settings: the parent, or itself.

    Args:
        connection: a builder's or a runtime user connection.
    """
    return connection.parent or connection


def get_client_credentials(world: World, settings: Connection) -> dict[str, str]:
    """Return `client_id` and `client_secret` for a token request (RFC 6749 §2.3.1).

    Args:
        settings: the connection that has the OAuth client's settings.
    """
    if profile := settings.custom_oauth_profile:
        secret = oauth_profiles.get_client_secret(world, profile)
        return {"client_id": profile.client_id, "client_secret": secret}
    sealed = settings.client_secret_sealed
    secret = world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, sealed) if sealed else ""
    return {"client_id": settings.input["client_id"], "client_secret": secret}


def get_auth_type(connection: Connection) -> AuthType:
    """Return the authentication type of a connection; a child has that of its parent.

    Args:
        connection: a builder's or a runtime user connection.
    """
    return get_connector(connection).auth_type_of(get_oauth_settings(connection).input)


def get_client_id(settings: Connection) -> str:
    """Return the client ID of a connection or of its custom OAuth profile.

    Args:
        settings: the connection that has the OAuth client's settings.
    """
    profile = settings.custom_oauth_profile
    return profile.client_id if profile else str(settings.input["client_id"])


def get_connector(connection: Connection) -> Connector:
    """Return the connector of a connection's app.

    Args:
        connection: a builder's or a runtime user connection.
    """
    found = connectors.find(connection.provider)
    return found.bound(get_oauth_settings(connection).input) if found.is_elsewhere else found

"""Connections: what a builder may save, and the tokens of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from simulator import connectors
from simulator.connectors import Connector
from simulator.crypto import Purpose
from simulator.db.tables import Collaborator, Connection, Project
from simulator.db.tables.connections import LostCause
from simulator.db.upsert import get_or_create
from simulator.errors import FieldError, NotFound
from simulator.validation.parsing import whole_number
from simulator.world import World

#: How exact `last_used_at` is: a call a second must not cost a write a second.
_USE_PRECISION = timedelta(minutes=1)

AUTHORIZATION_CODE_GRANT = "Authorization code grant"


@dataclass(frozen=True, kw_only=True)
class ConnectionForm:
    """What the form of an OAuth 2.0 connection asks for, as typed.

    Attributes:
        name: the connection's name.
        project_id: its Location.
        auth_type: must be "Authorization code grant".
        client_id: of the OAuth client in the app.
        client_secret: of the same; kept when empty and there is one already.
        host: in the app's own format.
        scopes: chosen scopes.
    """

    name: str
    project_id: str
    auth_type: str
    client_id: str
    client_secret: str
    host: str
    scopes: tuple[str, ...]


def check_form(
    world: World, connector: Connector, form: ConnectionForm, connection: Connection | None
) -> dict[str, str]:
    """Every field that is wrong, with a sentence that helps; empty when all is well."""
    errors: dict[str, str] = {}
    if not form.name.strip():
        errors["name"] = "Enter a name for the connection."
    elif len(form.name.strip()) > 100:
        errors["name"] = "A connection name has at most 100 characters."
    project_id = whole_number(form.project_id)
    if project_id is None or world.db.session.get(Project, project_id) is None:
        errors["location"] = "Select the project where the connection is stored."
    if form.auth_type != AUTHORIZATION_CODE_GRANT:
        errors["auth_type"] = (
            "Select Authorization code grant: End user's connection supports no other type."
        )
    if not form.client_id.strip():
        errors["client_id"] = (
            f"Enter the client ID. In {connector.name} it is the client's Identifier, "
            f"under {connector.client_page}."
        )
    if not form.client_secret and not (connection and connection.client_secret_sealed):
        errors["client_secret"] = (
            f"Enter the client secret. In {connector.name} it is the client's Secret."
        )
    try:
        connector.host(form.host)
    except FieldError as error:
        errors["host"] = error.message
    if missing := [name for name in connector.required_scopes if name not in form.scopes]:
        errors["scopes"] = f"Select at least {', '.join(missing)}: {connector.name} requires it."
    elif unknown := [name for name in form.scopes if name not in connector.scopes]:
        errors["scopes"] = f"{connector.name} has no scope named {', '.join(unknown)}."
    return errors


def save(
    world: World,
    builder: Collaborator,
    environment_id: int,
    connector: Connector,
    form: ConnectionForm,
    connection: Connection | None,
) -> Connection:
    """Store a builder's connection as the form has it (checked before); it is not yet authorized.

    An established connection whose OAuth settings change is offline until it is authorized again:
    its tokens, and those of its runtime user connections, belong to the old settings (our choice).
    """
    now = world.clock.now()
    values = {
        "name": form.name.strip(),
        "project_id": int(form.project_id),
        "input": _input(connector, form),
        "updated_at": now,
    }
    if connection is None:
        connection = Connection(
            workspace_id=builder.workspace_id,
            environment_id=environment_id,
            provider=connector.provider,
            created_at=now,
            **values,
        )
        world.db.session.add(connection)
    else:
        if _oauth_settings_change(world, connection, connector, form):
            connection.authorization_status = connection.authorized_by = None
            connection.account = None
            connection.access_token_sealed = connection.refresh_token_sealed = None
            for own in _children(world, connection):
                reason = "A builder changed the connection's OAuth settings."
                mark_lost(world, own, reason, LostCause.SETTINGS_CHANGED)
        for name, value in values.items():
            setattr(connection, name, value)
    if form.client_secret:
        connection.client_secret_sealed = world.keys.seal(
            Purpose.CONNECTION_CLIENT_SECRET, form.client_secret
        )
    world.db.session.flush()
    return connection


def create(
    world: World,
    builder: Collaborator,
    environment_id: int,
    connector: Connector,
    form: ConnectionForm,
) -> Connection:
    """Store a new connection (see `save`) in the place of the one that the builder gave up before.

    Whoever closes the window at the app, or is refused there, and begins anew would leave one
    behind each time. A consent page of the old one that is still open leads nowhere.
    """
    world.db.session.execute(
        delete(Connection).where(
            Connection.environment_id == environment_id,
            Connection.provider == connector.provider,
            Connection.created_by == builder.email,
            Connection.parent_id.is_(None),
            Connection.authorized_at.is_(None),
        )
    )
    connection = save(world, builder, environment_id, connector, form, None)
    connection.created_by = builder.email
    return connection


def _children(world: World, parent: Connection) -> Sequence[Connection]:
    return world.db.session.scalars(
        select(Connection).where(Connection.parent_id == parent.id)
    ).all()


def count_children(world: World, parent: Connection) -> int:
    """How many runtime user connections depend on a builder's connection."""
    count = select(func.count()).select_from(Connection).where(Connection.parent_id == parent.id)
    return world.db.session.scalars(count).one()


def build(connector: Connector, form: ConnectionForm) -> Connection:
    """A connection as the form has it (checked before) that is in no database: for a preflight."""
    return Connection(provider=connector.provider, input=_input(connector, form))


def _input(connector: Connector, form: ConnectionForm) -> dict[str, Any]:
    return {
        "auth_type": form.auth_type,
        "client_id": form.client_id.strip(),
        "host": connector.host(form.host),
        "scopes": list(form.scopes),
    }


def _oauth_settings_change(
    world: World, connection: Connection, connector: Connector, form: ConnectionForm
) -> bool:
    old, new = connection.input, _input(connector, form)
    if any(old.get(name) != new[name] for name in ("client_id", "host")):
        return True
    if set(old.get("scopes", ())) != set(new["scopes"]):
        return True
    sealed = connection.client_secret_sealed
    return bool(
        form.client_secret
        and sealed
        and world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, sealed) != form.client_secret
    )


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

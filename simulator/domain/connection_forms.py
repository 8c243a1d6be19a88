"""Check and save the form of a builder's connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete

from simulator.connectors import Connector
from simulator.connectors.auth_types import AuthType
from simulator.connectors.form_fields import ChoiceField
from simulator.crypto import Purpose
from simulator.db.tables import Collaborator, Connection, CustomOAuthProfile, Project
from simulator.db.tables.connections import LostCause
from simulator.domain import oauth_profiles
from simulator.domain.connections import list_children, mark_lost
from simulator.errors import FieldError
from simulator.validation.parsing import parse_whole_number
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class ConnectionForm:
    """The values of a connection's form, as typed.

    Attributes:
        name: the connection's name.
        project_id: its Location.
        auth_type: one of the app's authentication types, by its value.
        client_id: the id of the OAuth client in the app.
        client_secret: the client's secret, or the secret of an authentication type without a
            client; if empty, the stored secret is kept.
        host: the host or instance in the app's own format; empty if the app's form does not ask for
            it.
        scopes: the selected scopes.
        fields: the connector's further fields, and the type's, by name.
        profile_id: the id of the custom OAuth profile whose client it has instead; empty for none.
    """

    name: str
    project_id: str
    auth_type: str
    client_id: str
    client_secret: str
    host: str
    scopes: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    profile_id: str = ""


def check_form(
    world: World,
    connector: Connector,
    form: ConnectionForm,
    connection: Connection | None,
    *,
    for_end_users: bool = False,
) -> dict[str, str]:
    """Check a form; return the errors.

    Args:
        connector: the app's connector.
        form: the form as the builder filled it in.
        connection: the one that is edited; None for a new one.
        for_end_users: whether it is the form of End user's connection.

    Returns:
        `{field: sentence}`; empty if the form is valid.
    """
    errors: dict[str, str] = {}
    if not form.name.strip():
        errors["name"] = "Enter a name for the connection."
    elif len(form.name.strip()) > 100:
        errors["name"] = "A connection name has at most 100 characters."
    number = parse_whole_number(form.project_id)
    project = world.db.session.get(Project, number) if number is not None else None
    if project is None:
        errors["location"] = "Select the project where the connection is stored."
    auth_type = connector.find_auth_type(form.auth_type)
    if auth_type is None:
        labels = [each.label for each in connector.auth_types]
        errors["auth_type"] = f"Select {' or '.join(labels)}."
    if for_end_users and not (auth_type and auth_type.needs_consent):
        label = connector.auth_type_of({}).label
        errors["auth_type"] = f"Select {label}: End user's connection supports no other type."
    if auth_type is not None and not auth_type.has_client:
        errors |= _check_credentials(connector, auth_type, form, connection)
        return errors | _check_addresses(world, connector, form)
    if form.profile_id:
        if project and find_profile(world, project.workspace_id, connector, form) is None:
            errors["profile_id"] = "Select a custom OAuth profile that there is."
    else:
        errors |= _check_client(connector, form, connection)
    errors |= _check_addresses(world, connector, form)
    if connector.is_elsewhere:
        return errors  # it alone knows its scopes
    if missing := [name for name in connector.required_scopes if name not in form.scopes]:
        errors["scopes"] = f"Select at least {', '.join(missing)}: {connector.name} requires it."
    elif unknown := [name for name in form.scopes if name not in connector.scopes]:
        errors["scopes"] = f"{connector.name} has no scope named {', '.join(unknown)}."
    return errors


def find_profile(
    world: World, workspace_id: int, connector: Connector, form: ConnectionForm
) -> CustomOAuthProfile | None:
    """Return the custom OAuth profile that a form selects, if connections may use it.

    Args:
        workspace_id: the id of the connection's workspace.
        connector: the app's connector.
        form: the form as the builder filled it in.
    """
    number = parse_whole_number(form.profile_id)
    if number is None:
        return None
    return oauth_profiles.find_offered(world, workspace_id, connector.provider, number)


def _check_client(
    connector: Connector, form: ConnectionForm, connection: Connection | None
) -> dict[str, str]:
    errors = {}
    if not form.client_id.strip():
        errors["client_id"] = (
            f"Enter the client ID. In {connector.name} it is the client's "
            f"{connector.client_id_label}, "
            f"under {connector.client_page}."
        )
    has_secret = form.client_secret or keeps_secret(connector, form, connection)
    if not has_secret and not connector.uses_pkce:  # a public client has none (RFC 7636)
        errors["client_secret"] = (
            f"Enter the client secret. In {connector.name} it is the client's "
            f"{connector.client_secret_label}."
        )
    return errors


def keeps_secret(connector: Connector, form: ConnectionForm, connection: Connection | None) -> bool:
    """Return whether a connection already has the secret that its form asks for.

    Args:
        connector: the app's connector.
        form: the form as the builder filled it in.
        connection: the one that is edited; None for a new one.
    """
    if connection is None or connection.client_secret_sealed is None:
        return False
    before, after = (
        connector.auth_type_of(connection.input or {}),
        connector.find_auth_type(form.auth_type),
    )
    return after is None or before is after or (before.has_client and after.has_client)


def _check_credentials(
    connector: Connector, auth_type: AuthType, form: ConnectionForm, connection: Connection | None
) -> dict[str, str]:
    errors = {}
    for each in auth_type.fields:
        is_secret = each is auth_type.secret
        typed = form.client_secret if is_secret else form.fields.get(each.name, "")
        if is_secret and not typed and keeps_secret(connector, form, connection):
            continue
        try:
            each.checked(typed)
        except FieldError as error:
            errors[each.name] = error.message
    return errors


def _check_addresses(world: World, connector: Connector, form: ConnectionForm) -> dict[str, str]:
    """Check the app's host; one outside of the sandbox has to be allowed by the settings."""
    errors, found = {}, {}
    try:
        found["host"] = connector.host(form.host)
    except FieldError as error:
        errors["host"] = error.message
    for each in connector.fields:
        try:
            value = each.checked(form.fields.get(each.name, ""))
            if not isinstance(each, ChoiceField):
                found[each.name] = value
        except FieldError as error:
            errors[each.name] = error.message
    if connector.is_elsewhere:
        for name, url in found.items():
            if sentence := world.http.explain_refusal(url):
                errors[name] = sentence
    return errors


def save(
    world: World,
    builder: Collaborator,
    environment_id: int,
    connector: Connector,
    form: ConnectionForm,
    connection: Connection | None,
) -> Connection:
    """Store a builder's connection from a checked form; this does not authorize it.

    If the OAuth settings of an established connection change, it is offline until it is authorized
    again, because its tokens and those of its runtime user connections belong to the old settings
    (our choice).

    Args:
        builder: the collaborator who saves it.
        environment_id: where a new one is stored.
        connector: the app's connector.
        form: the form as the builder filled it in.
        connection: the one that is edited; None for a new one.
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
        if not keeps_secret(connector, form, connection):
            connection.client_secret_sealed = None
        if _oauth_settings_change(world, connection, connector, form):
            end_authorization(world, connection)
        for name, value in values.items():
            setattr(connection, name, value)
    connection.custom_oauth_profile = find_profile(world, builder.workspace_id, connector, form)
    if connection.custom_oauth_profile:
        connection.client_secret_sealed = None
    elif form.client_secret:
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
    """Store a new connection (see `save`), and delete one that the same builder abandoned.

    Otherwise each attempt that ends at the app, by a closed window or a refusal, would leave a
    connection behind. A consent page that is still open for the old one no longer works.

    Args:
        builder: the collaborator who saves it.
        environment_id: where it is stored.
        connector: the app's connector.
        form: the form as the builder filled it in.
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


def end_authorization(world: World, connection: Connection) -> None:
    """Disconnect a connection whose OAuth settings have changed, until it is authorized again.

    Args:
        connection: a builder's.
    """
    connection.authorization_status = connection.authorized_by = None
    connection.account = connection.api_url = None
    connection.access_token_sealed = connection.refresh_token_sealed = None
    for own in list_children(world, connection):
        reason = "A builder changed the connection's OAuth settings."
        mark_lost(world, own, reason, LostCause.SETTINGS_CHANGED)


def build(
    world: World, edited: Connection, connector: Connector, form: ConnectionForm
) -> Connection:
    """Build a connection from a checked form without storing it, for a preflight.

    Args:
        edited: the one that the form changes.
        connector: the app's connector.
        form: the form as the builder filled it in.
    """
    typed = form.client_secret
    return Connection(
        provider=connector.provider,
        input=_input(connector, form),
        custom_oauth_profile=find_profile(world, edited.workspace_id, connector, form),
        client_secret_sealed=(
            world.keys.seal(Purpose.CONNECTION_CLIENT_SECRET, typed)
            if typed
            else edited.client_secret_sealed
        ),
    )


def _input(connector: Connector, form: ConnectionForm) -> dict[str, Any]:
    auth_type = connector.find_auth_type(form.auth_type)
    has_client = auth_type is None or auth_type.has_client
    further = [*connector.fields]
    if auth_type is not None and auth_type.account is not None:
        further.append(auth_type.account)
    return {
        "auth_type": auth_type.value if auth_type else form.auth_type,
        "client_id": form.client_id.strip() if has_client and not form.profile_id else "",
        "host": connector.host(form.host),
        "scopes": list(form.scopes) if has_client else [],
        **{each.name: form.fields.get(each.name, "").strip() for each in further},
    }


def _oauth_settings_change(
    world: World, connection: Connection, connector: Connector, form: ConnectionForm
) -> bool:
    old, new = connection.input, _input(connector, form)
    if (connection.custom_oauth_profile_id or 0) != (parse_whole_number(form.profile_id) or 0):
        return True
    if any((old.get(name) or "") != value for name, value in new.items() if name != "scopes"):
        return True
    if set(old.get("scopes", ())) != set(new["scopes"]):
        return True
    sealed = connection.client_secret_sealed
    return bool(
        form.client_secret
        and sealed
        and world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, sealed) != form.client_secret
    )

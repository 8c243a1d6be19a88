"""Create and change connections by program: what a form asks for is in their `input`.

No program can authorize a connection to an app with OAuth 2.0: that takes a person's consent. What
it makes is a shell, which a builder authorizes in the web app (Workato docs, connections). With
credentials that need no consent, the app is asked at once, unless a shell is wanted.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from simulator.connectors import CONNECTORS, Connector
from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.connectors.form_fields import FormField
from simulator.crypto import Purpose
from simulator.db.tables import Connection, CustomOAuthProfile, EndUser
from simulator.domain import (
    asset_folders,
    connection_forms,
    connections,
    credentials,
    oauth_profiles,
    recipes,
)
from simulator.domain.folders import Place
from simulator.domain.tokens import TokenRefused
from simulator.errors import FieldError
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

_LONGEST_NAME = 100
_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,99}")
#: Members of `input` that are kept, beside the secret; what else there is, no app here asks for.
_EMPTY: Mapping[str, Any] = {
    "auth_type": AUTHORIZATION_CODE_GRANT,
    "client_id": "",
    "host": "",
    "scopes": [],
}
#: The member of `input` that names a custom OAuth profile (our choice: none is documented).
_PROFILE = "custom_oauth_profile_id"


def create(
    world: World,
    environment_id: int,
    place: Place,
    *,
    name: str,
    provider: str,
    given: Mapping[str, Any],
    parent: Connection | None = None,
    external_id: str | None = None,
) -> Connection:
    """Create a connection that nobody has authorized yet.

    Args:
        environment_id: where it is.
        place: the folder.
        name: for people.
        provider: the app's internal name.
        given: what the app's form asks for.
        parent: the parent of a runtime user connection; None for any other.
        external_id: whom a runtime user connection is for; of any other, what a program calls it.

    Raises:
        FieldError: on what is wrong.
    """
    if not _PROVIDER.fullmatch(provider):
        raise FieldError("provider", "is not included in the list")
    person = _check_parent(world, provider, parent, external_id, environment_id)
    now = world.clock.now()
    connection = Connection(
        workspace_id=place.project.workspace_id,
        project_id=place.project.id,
        environment_id=environment_id,
        provider=provider,
        name=_check_name(name),
        parent_id=parent.id if parent else None,
        end_user_id=person.id if person else None,
        external_id=external_id,
        input={} if parent else dict(_EMPTY),
        created_at=now,
        updated_at=now,
    )
    _apply(world, connection, given)
    world.db.session.add(connection)
    world.db.session.flush()
    asset_folders.move(world, connection, place)
    return connection


def change(
    world: World,
    connection: Connection,
    *,
    name: str | None = None,
    place: Place | None = None,
    given: Mapping[str, Any] | None = None,
    parent: Connection | None = None,
    external_id: str | None = None,
) -> None:
    """Change a connection; where its OAuth settings change, it has to be authorized again.

    Args:
        connection: the connection to change.
        name: None leaves it as it is.
        place: the folder that it is moved to.
        given: members of the app's form; None, and what it leaves out, stays as it is.
        parent: whose runtime user connection a shell becomes; None leaves it as it is.
        external_id: what a program calls it; None leaves it as it is, an empty one takes it away.

    Raises:
        FieldError: on what is wrong.
    """
    if name is not None:
        connection.name = _check_name(name)
    if parent is not None and parent.id != connection.parent_id:
        _become_child(world, connection, parent, external_id or connection.external_id)
    if external_id is not None and external_id != (connection.external_id or ""):
        if connection.parent_id is not None:
            raise FieldError(
                "external_id", "cannot be changed: the connection belongs to one person"
            )
        connection.external_id = external_id or None
    if given and _apply(world, connection, given):
        connection_forms.end_authorization(world, connection)
    if place is not None:
        asset_folders.move(world, connection, place)
    connection.updated_at = world.clock.now()


def connect(world: World, connection: Connection) -> None:
    """Ask the app with the credentials that a connection was given, where it needs no consent.

    What the app has against them stands in `authorization_error` (our choice: the connection is
    made all the same).

    Args:
        world: with an open unit of work, which is committed.
        connection: the connection that was created or changed.
    """
    if connection.parent_id is not None or connection.provider not in CONNECTORS:
        return
    auth_type = connections.get_auth_type(connection)
    is_whole = connection.client_secret_sealed is not None and connection.input["host"]
    if connection.connected or auth_type.needs_consent or not is_whole:
        return
    with suppress(TokenRefused):
        credentials.connect(world, connection, None)


def _check_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise FieldError("name", "can't be blank")
    if len(name) > _LONGEST_NAME:
        raise FieldError("name", f"is too long (maximum is {_LONGEST_NAME} characters)")
    return name


def _check_parent(
    world: World,
    provider: str,
    parent: Connection | None,
    external_id: str | None,
    environment_id: int,
) -> EndUser | None:
    """Return the end user whom a runtime user connection is for, if it is for one."""
    if parent is None:
        return None
    if parent.parent_id is not None:
        raise FieldError("parent_id", "must be a connection of a builder")
    if parent.provider != provider:
        raise FieldError("parent_id", f"is a connection to {parent.provider}")
    if external_id is None:
        raise FieldError("external_id", "must be given where parent_id is")
    theirs = connections.list_in_environment(
        world, environment_id, parent_id=parent.id, external_id=external_id
    )
    if theirs.count():
        raise FieldError("external_id", "already has a connection with this parent")
    return connections.find_person(world, parent, external_id)


def _become_child(
    world: World, shell: Connection, parent: Connection, external_id: str | None
) -> None:
    """Make a shell a runtime user connection; its settings are the parent's from then on."""
    if shell.parent_id is not None:
        raise FieldError("parent_id", "cannot be changed: the connection belongs to one person")
    if parent is shell:
        raise FieldError("parent_id", "must be another connection")
    is_used = connections.count_children(world, shell) or recipes.count_with(world, [shell])
    if shell.authorization_status is not None or is_used:
        raise FieldError(
            "parent_id", "cannot be given to a connection that was authorized or is in use"
        )
    person = _check_parent(world, shell.provider, parent, external_id, shell.environment_id)
    shell.parent_id, shell.external_id = parent.id, external_id
    shell.end_user_id = person.id if person else None
    shell.input, shell.client_secret_sealed, shell.custom_oauth_profile = {}, None, None
    world.db.session.flush()


def _apply(world: World, connection: Connection, given: Mapping[str, Any]) -> bool:
    """Store what is given; return whether the OAuth settings are others now."""
    if not given:
        return False
    if connection.parent_id is not None:
        raise FieldError("input", "comes from the parent connection")
    connector = CONNECTORS.get(connection.provider)
    given, further = _read(connector, connection, given) if connector else (given, {})
    values = {key: value for key, value in given.items() if key in _EMPTY or key in further}
    for key, value in values.items():
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not (fits if key == "scopes" else isinstance(value, str)):
            raise FieldError(
                "input", f"{key} must be a {'list of texts' if key == 'scopes' else 'text'}"
            )
    try:
        if connector is not None and "host" in values:
            values["host"] = connector.host(values["host"])
        values |= {key: further[key].checked(values[key]) for key in values if key in further}
    except FieldError as error:
        raise FieldError("input", f"{error.field}: {error.message}") from None
    profile = _find_profile(world, connection, given)
    is_other_profile = profile is not connection.custom_oauth_profile
    connection.custom_oauth_profile = profile
    before = dict(connection.input)
    connection.input = before | values
    if connector is not None and _is_other_secret(connector, before, connection.input):
        connection.client_secret_sealed = None
    secret, sealed = given.get("client_secret"), connection.client_secret_sealed
    if secret is not None and not isinstance(secret, str):
        raise FieldError("input", "client_secret must be a text")
    is_other_secret = bool(secret) and (
        sealed is None or world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, sealed) != secret
    )
    if secret and is_other_secret:
        purpose = Purpose.CONNECTION_CLIENT_SECRET
        connection.client_secret_sealed = world.keys.seal(purpose, secret)
    return is_other_secret or is_other_profile or connection.input != before


def _is_other_secret(
    connector: Connector, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """Return whether the secret of before is none of the authentication type that there is now."""
    old, new = connector.auth_type_of(before), connector.auth_type_of(after)
    return old is not new and not (old.has_client and new.has_client)


def _rename(connector: Connector, host: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given under the names of the form where it has Workato's own.

    The menu beside the host leaves another host than its own as it is.
    """
    advanced = given.get("advanced_settings")
    values = {**(advanced if isinstance(advanced, Mapping) else {}), **given}
    for theirs, own in connector.input_names.items():
        value = values.pop(theirs, None)
        if value is None or value == "":
            continue
        if own == "host" and isinstance(value, str):
            value = "https://" + value.strip().split("://")[-1]
        if own == "scopes" and isinstance(value, str):
            value = value.replace(",", " ").split()
        values.setdefault(own, value)
    choice = connector.host_choice
    if choice is not None and choice.name in values and not values.get("host"):
        addresses = list(choice.options.values())
        if host in ("", *addresses):
            values["host"] = addresses[str(values[choice.name]).lower() == "true"]
    return values


def _read(
    connector: Connector, connection: Connection, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, FormField]]:
    """Return what is given under the names of the form, and the fields beside those of each app."""
    values = _rename(connector, str(connection.input.get("host", "")), given)
    auth_type = connector.auth_type_of({**connection.input, **given})
    if connector.find_auth_type(str(given.get("auth_type", ""))):
        values["auth_type"] = auth_type.value
    if auth_type.secret is not None and auth_type.secret.name in values:
        values["client_secret"] = values[auth_type.secret.name]
    further = {each.name: each for each in connector.fields}
    if auth_type.account is not None:
        further[auth_type.account.name] = auth_type.account
    return values, further


def _find_profile(
    world: World, connection: Connection, given: Mapping[str, Any]
) -> CustomOAuthProfile | None:
    """Return the custom OAuth profile that is given: the one that it has where nothing is said."""
    if _PROFILE not in given:
        return connection.custom_oauth_profile
    if given[_PROFILE] in (None, ""):
        return None
    number = parse_whole_number(str(given[_PROFILE])) or 0
    found = oauth_profiles.find_offered(world, connection.workspace_id, connection.provider, number)
    if found is None:
        raise FieldError("input", f"{_PROFILE} names no profile of {connection.provider}")
    return found

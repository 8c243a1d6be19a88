"""Custom OAuth profiles: a workspace's own OAuth clients of apps, which connections share.

Which apps have them is documented (Workato docs, custom OAuth profiles). What a connection with a
profile was granted belongs to the client that the profile had then: another client is asked for new
consents alone, and the app refuses to refresh the old ones with it (RFC 6749 §6).
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import delete as delete_rows

from simulator.connectors import CONNECTORS, Connector, app_of
from simulator.crypto import Purpose
from simulator.db.claim import lock
from simulator.db.listing import Found, contains
from simulator.db.tables import (
    AppInstance,
    Connection,
    CustomOAuthProfile,
    ProfileAssignment,
)
from simulator.errors import FieldError, NotFound, SimulatorError
from simulator.world import World

#: Characters (our choice).
LONGEST_NAME = 100
LONGEST_VALUE = 2000
#: Profiles that a connection's form offers.
_OFFERED = 200


class ProfileInUse(SimulatorError):
    """Connections depend on the profile."""

    status = 409


def list_connectors() -> list[Connector]:
    """Return the connectors of the apps that support profiles, sorted by name."""
    found = (each for each in CONNECTORS.values() if each.clients_path)
    return sorted(found, key=lambda each: each.name)


def find_client_page(world: World, connector: Connector) -> str | None:
    """Return the address of the page on which OAuth clients are created in an app's first instance.

    Args:
        connector: the connector of an app that has profiles.

    Returns:
        The production address; None if the app has no instance here.
    """
    own = select(AppInstance.host).where(AppInstance.provider == app_of(connector.provider))
    host = world.db.session.scalar(own.order_by(AppInstance.host).limit(1))
    return f"https://{host}{connector.clients_path}" if host else None


def find_profiles(world: World, workspace_id: int, text: str = "") -> Found[CustomOAuthProfile]:
    """Return a workspace's profiles, by id.

    Args:
        workspace_id: the workspace's id.
        text: part of a name; empty for all.
    """
    own = select(CustomOAuthProfile).where(
        CustomOAuthProfile.workspace_id == workspace_id,
        *contains(text, CustomOAuthProfile.name),
    )
    return Found(world.db.session, own.order_by(CustomOAuthProfile.id))


def get_profile(world: World, workspace_id: int, profile_id: int) -> CustomOAuthProfile:
    """Return a profile of a workspace.

    Args:
        workspace_id: the workspace's id.
        profile_id: the profile's id.

    Raises:
        NotFound: the workspace has none with this id.
    """
    found = world.db.session.get(CustomOAuthProfile, profile_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This custom OAuth profile does not exist.")
    return found


def list_offered(world: World, workspace_id: int, provider: str) -> Sequence[CustomOAuthProfile]:
    """Return the profiles that connections of a workspace may use, sorted by name.

    These are the workspace's own profiles, and its vendor's profiles that are assigned to it.

    Args:
        workspace_id: the id of the workspace that has the connections.
        provider: the app's internal name.
    """
    return world.db.session.scalars(
        select(CustomOAuthProfile)
        .where(CustomOAuthProfile.provider == provider, _is_offered(workspace_id))
        .order_by(CustomOAuthProfile.name, CustomOAuthProfile.id)
        .limit(_OFFERED)
    ).all()


def find_offered(
    world: World, workspace_id: int, provider: str, profile_id: int
) -> CustomOAuthProfile | None:
    """Return a profile that connections of a workspace may use, locked; None if they may not.

    Args:
        workspace_id: the id of the workspace that has the connections.
        provider: the app's internal name.
        profile_id: the profile's id.
    """
    own = select(CustomOAuthProfile).where(
        CustomOAuthProfile.id == profile_id,
        CustomOAuthProfile.provider == provider,
        _is_offered(workspace_id),
    )
    return world.db.session.scalar(own.with_for_update())


def create(
    world: World,
    workspace_id: int,
    *,
    name: str,
    provider: str,
    client_id: str,
    client_secret: str,
    verification_token: str = "",
) -> CustomOAuthProfile:
    """Create a profile.

    Args:
        workspace_id: the workspace's id.
        name: for people; two may have the same.
        provider: the provider of an app that has profiles.
        client_id: the id of the OAuth client in the app.
        client_secret: the client's secret.
        verification_token: the verification token of a Slack app; empty for none.

    Raises:
        FieldError: on the field that is wrong.
    """
    if provider not in [each.provider for each in list_connectors()]:
        raise FieldError("provider", "is not included in the list")
    now = world.clock.now()
    profile = CustomOAuthProfile(
        workspace_id=workspace_id,
        provider=provider,
        name=_check("name", name, LONGEST_NAME),
        client_id=_check("client_id", client_id),
        client_secret_sealed=_seal(world, _check("client_secret", client_secret)),
        created_at=now,
        updated_at=now,
    )
    if verification_token:
        token = _check("verification_token", verification_token)
        profile.verification_token_sealed = _seal(world, token)
    world.db.session.add(profile)
    world.db.session.flush()
    return profile


def change(
    world: World,
    profile: CustomOAuthProfile,
    *,
    name: str | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    verification_token: str | None = None,
) -> None:
    """Change a profile; its connections request new consents with the new client from now on.

    Args:
        profile: the profile.
        name: None leaves it unchanged, as with the others.
        client_id: the id of the OAuth client in the app.
        client_secret: the client's secret.
        verification_token: the verification token of a Slack app; an empty one takes it away.

    Raises:
        FieldError: on the field that is wrong.
    """
    if name is not None:
        profile.name = _check("name", name, LONGEST_NAME)
    if client_id is not None:
        profile.client_id = _check("client_id", client_id)
    if client_secret is not None:
        profile.client_secret_sealed = _seal(world, _check("client_secret", client_secret))
    if verification_token is not None:
        token = verification_token.strip()
        profile.verification_token_sealed = _seal(world, token) if token else None
    profile.updated_at = world.clock.now()
    world.db.session.flush()


def count_connections(world: World, ids: Collection[int]) -> dict[int, int]:
    """Return the number of connections that use each profile: profile id → number.

    Args:
        ids: the ids of profiles.
    """
    column = Connection.custom_oauth_profile_id
    found = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in world.db.session.execute(found) if row[0] is not None}


def count_customers(world: World, ids: Collection[int]) -> dict[int, int]:
    """Return the number of customers that each profile is assigned to: profile id → number.

    Args:
        ids: the ids of profiles.
    """
    column = ProfileAssignment.profile_id
    found = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in world.db.session.execute(found)}


def find_connections(world: World, profile: CustomOAuthProfile) -> Found[Connection]:
    """Return the connections that use a profile, also customers' connections, sorted by id.

    Args:
        profile: the profile.
    """
    own = select(Connection).where(Connection.custom_oauth_profile_id == profile.id)
    return Found(world.db.session, own.order_by(Connection.id))


def delete(world: World, profile: CustomOAuthProfile) -> None:
    """Delete a profile that no connection uses (that others are not deleted is our choice).

    Args:
        profile: the profile.

    Raises:
        NotFound: the profile was deleted meanwhile.
        ProfileInUse: connections use the profile.
    """
    session = world.db.session
    if not lock(session, profile):
        raise NotFound("This custom OAuth profile does not exist.")
    if count := find_connections(world, profile).count():
        those = "1 connection has" if count == 1 else f"{count:,} connections have"
        raise ProfileInUse(
            f"{those} the custom OAuth profile '{profile.name}'. Give them another client, or "
            "delete them, first."
        )
    assigned = ProfileAssignment.profile_id == profile.id
    session.execute(delete_rows(ProfileAssignment).where(assigned))
    session.delete(profile)
    session.flush()


def get_client_secret(world: World, profile: CustomOAuthProfile) -> str:
    """Return the client secret of a profile.

    Args:
        profile: the profile.
    """
    return world.keys.unseal(Purpose.PROFILE_SECRET, profile.client_secret_sealed)


def _is_offered(workspace_id: int) -> ColumnElement[bool]:
    assigned = select(ProfileAssignment.profile_id).where(
        ProfileAssignment.workspace_id == workspace_id
    )
    return or_(CustomOAuthProfile.workspace_id == workspace_id, CustomOAuthProfile.id.in_(assigned))


def _check(field: str, value: str, longest: int = LONGEST_VALUE) -> str:
    value = value.strip()
    if not value:
        raise FieldError(field, "can't be blank")
    if len(value) > longest:
        raise FieldError(field, f"is too long (maximum is {longest} characters)")
    return value


def _seal(world: World, value: str) -> str:
    return world.keys.seal(Purpose.PROFILE_SECRET, value)

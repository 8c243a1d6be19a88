"""Which customers of a vendor may use its custom OAuth profiles (Workato docs, Embedded API)."""

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from simulator.db.claim import lock_present
from simulator.db.tables import Connection, CustomOAuthProfile, ProfileAssignment
from simulator.db.upsert import get_or_create
from simulator.domain import connection_forms
from simulator.domain.oauth_profiles import ProfileInUse
from simulator.world import World


def assign(world: World, profile: CustomOAuthProfile, workspace_id: int) -> None:
    """Let the connections of a customer have a profile; once more does nothing.

    Args:
        profile: the profile of the vendor.
        workspace_id: the customer's.
    """
    key = {"profile_id": profile.id, "workspace_id": workspace_id}
    get_or_create(world.db.session, ProfileAssignment, key)


def unassign(world: World, profile: CustomOAuthProfile, workspace_id: int, *, force: bool) -> None:
    """Take a profile away from a customer; where it was not assigned, nothing happens.

    Connections that have it are offline afterwards, until a builder there connects them with
    another client (our choice).

    Args:
        profile: the profile of the vendor.
        workspace_id: the customer's.
        force: although connections have it.

    Raises:
        ProfileInUse: connections of the customer have it.
    """
    session = world.db.session
    lock_present(session, profile)
    own = select(Connection).where(
        Connection.workspace_id == workspace_id, Connection.custom_oauth_profile_id == profile.id
    )
    found = session.scalars(own.order_by(Connection.id)).all()
    if found and not force:
        names = ", ".join(f"'{each.name}'" for each in found[:20])
        raise ProfileInUse(
            f"Connections of the customer have this profile: {names}. Send force=true to take it "
            "away all the same."
        )
    for connection in found:
        connection_forms.end_authorization(world, connection)
        connection.custom_oauth_profile = None
    session.execute(
        delete_rows(ProfileAssignment).where(
            ProfileAssignment.profile_id == profile.id,
            ProfileAssignment.workspace_id == workspace_id,
        )
    )

"""Disconnect and delete connections: tokens are deleted here and revoked at the app."""

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from simulator.clock import has_expired
from simulator.crypto import Purpose
from simulator.db.claim import lock_present
from simulator.db.tables import Connection, ConnectionAttempt, OAuthState
from simulator.db.tables.connections import AttemptStatus, LostCause
from simulator.domain import connections, recipes
from simulator.domain.attempt_outcomes import close_attempt
from simulator.errors import Unreachable
from simulator.world import World


def disconnect(world: World, connection: Connection, reason: str) -> str:
    """Delete a connection's tokens here and revoke them at the app.

    The connection is disconnected at once, whatever the app answers, and a refresh in progress
    cannot undo this. The next call asks for a new consent.

    Args:
        world: the world.
        connection: a builder's or a runtime user connection.
        reason: who disconnected it, as one sentence.

    Returns:
        A sentence about access that remains at the app; empty if it was revoked there.

    Raises:
        NotFound: the connection was deleted meanwhile.
    """
    world.db.commit()  # hold no lock of the database while waiting for this one
    with world.refreshing[connection.id]:
        lock_present(world.db.session, connection)
        token = _token(world, connection)
        if connection.connected or connection.connection_lost_at is None:
            connections.mark_lost(world, connection, reason, LostCause.DISCONNECTED)
        else:
            # It was lost before: keep the time and the reason, but record that it is now intended.
            connection.connection_lost_cause = LostCause.DISCONNECTED.value
        world.db.commit()
    return revoke(world, connection, token) if token else ""


def delete(world: World, connection: Connection) -> str:
    """Delete a connection; a builder's connection is deleted with its runtime user connections.

    Args:
        connection: a builder's or an end user's.

    Returns:
        See `disconnect`.
    """
    children = connections.list_children(world, connection)
    left = {disconnect(world, own, "Deleted.") for own in children}
    left.add(disconnect(world, connection, "Deleted."))
    if connection.parent_id is None:
        recipes.forget_connection(world, connection)
        _cancel_attempts(world, connection)
    doomed = [connection.id, *(own.id for own in children)]
    world.db.session.execute(
        delete_rows(OAuthState).where(OAuthState.runtime_connection_id.in_(doomed))
    )
    mine = (Connection.parent_id == connection.id, Connection.id == connection.id)
    for rows in mine:  # children first: they refer to their parent
        world.db.session.execute(delete_rows(Connection).where(rows))
    return min(filter(None, left), default="")


def _cancel_attempts(world: World, parent: Connection) -> None:
    """Cancel the open setup links for a connection that is about to be deleted."""
    now = world.clock.now()
    pending = select(ConnectionAttempt).where(
        ConnectionAttempt.status == AttemptStatus.PENDING.value,
        ~has_expired(ConnectionAttempt.expires_at, now),
    )
    reason = "The connection that this link was for was deleted."
    for attempt in world.db.session.scalars(pending.order_by(ConnectionAttempt.id)).all():
        if parent.id in attempt.parent_ids:
            close_attempt(world, attempt, AttemptStatus.CANCELLED, reason)


def revoke(world: World, connection: Connection, token: str) -> str:
    """Revoke a token at the app (RFC 7009), and with it the whole grant.

    Args:
        connection: a builder's or an end user's.
        token: an access or a refresh token.

    Returns:
        See `disconnect`.
    """
    settings = connections.get_oauth_settings(connection)
    connector = connections.get_connector(settings)
    left = (
        f"{connector.name} could not be reached to revoke the access: its tokens may work until "
        "they expire."
    )
    auth_type = connections.get_auth_type(settings)
    if auth_type.secret is not None:
        return f"What it was connected with ({auth_type.label}) works until it is revoked there."
    if connector.revoke_url is None:
        return connector.end_of_grant
    form = {"token": token} | connections.get_client_credentials(world, settings)
    url = connector.url(settings.input["host"], connector.revoke_url)
    world.db.commit()
    try:
        answer = world.http.request("POST", url, data=form)
    except Unreachable:
        return left
    return "" if answer.status_code == 200 else left


def _token(world: World, connection: Connection) -> str:
    """Return the refresh token, or else the access token; empty if there is neither."""
    if sealed := connection.refresh_token_sealed:
        return world.keys.unseal(Purpose.CONNECTION_REFRESH_TOKEN, sealed)
    if sealed := connection.access_token_sealed:
        return world.keys.unseal(Purpose.CONNECTION_ACCESS_TOKEN, sealed)
    return ""

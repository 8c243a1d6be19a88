"""Workato as an OAuth client of apps: exchange a code, refresh, hand out a live access token."""

from typing import Any

from simulator.addresses import OAUTH_CALLBACK
from simulator.clock import has_expired
from simulator.db.tables import Connection
from simulator.domain.connections import connector_of, lose, oauth_settings, store_tokens
from simulator.errors import SimulatorError, Unreachable
from simulator.keys import Purpose
from simulator.parsing import foreign_object
from simulator.world import World


class TokenRefused(SimulatorError):
    """The app refused to issue a token.

    Args:
        field: the form field to blame.
        message: one sentence in words that help.
        error: the app's error code (RFC 6749 §5.2).
    """

    status = 502

    def __init__(self, field: str, message: str, error: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.error = error


class ConnectionLost(SimulatorError):
    """The connection's tokens are expired beyond refresh, or revoked."""

    def __init__(self, connection: Connection, reason: str) -> None:
        super().__init__(reason)
        self.connection = connection


def exchange_code(world: World, connection: Connection, code: str) -> dict[str, Any]:
    """Redeem an authorization code (RFC 6749 §4.1.3); returns the token response.

    Raises:
        TokenRefused: the app answered with an error.
    """
    return _token_request(
        world,
        connection,
        {"grant_type": "authorization_code", "code": code, "redirect_uri": OAUTH_CALLBACK},
    )


def live_access_token(world: World, connection: Connection, *, force_refresh: bool = False) -> str:
    """The connection's access token, refreshed when it has expired (RFC 6749 §6).

    Args:
        world: the world.
        connection: a builder's or an end user's.
        force_refresh: refresh although it looks live: the app answered 401.

    Raises:
        ConnectionLost: there is no live token and none to be had; the connection is marked lost.
        TokenRefused: the app does not answer, or refuses Workato's client.
    """
    before = connection.access_token_sealed
    world.db.commit()  # hold no lock of the database while waiting for this one
    # One refresh at a time: a rotated refresh token that is used twice ends its family.
    with world.refreshing[connection.id]:
        world.db.session.refresh(connection)
        if not connection.connected or connection.access_token_sealed is None:
            world.db.commit()
            raise ConnectionLost(connection, connection.connection_lost_reason or "not connected")
        expires_at = connection.token_expires_at
        expired = expires_at is not None and has_expired(expires_at, world.clock.now())
        refreshed_meanwhile = force_refresh and connection.access_token_sealed != before
        if expired or (force_refresh and not refreshed_meanwhile):
            _refresh(world, connection)
        token = world.keys.unseal(Purpose.CONNECTION_ACCESS_TOKEN, connection.access_token_sealed)
        world.db.commit()
    return token


def _refresh(world: World, connection: Connection) -> None:
    if connection.refresh_token_sealed is None:
        lose(world, connection, "The access token expired and there is no refresh token.")
        world.db.commit()
        raise ConnectionLost(connection, "the access token expired")
    sealed = connection.refresh_token_sealed
    refresh_token = world.keys.unseal(Purpose.CONNECTION_REFRESH_TOKEN, sealed)
    try:
        answer = _token_request(
            world, connection, {"grant_type": "refresh_token", "refresh_token": refresh_token}
        )
    except TokenRefused as refused:
        if refused.error != "invalid_grant":
            raise
        world.db.session.refresh(connection)
        if connection.refresh_token_sealed != sealed:
            return  # another process refreshed it meanwhile
        lose(world, connection, f"The refresh was refused: {refused.message}")
        world.db.commit()
        raise ConnectionLost(connection, "the refresh was refused") from refused
    store_tokens(world, connection, answer)


def _token_request(world: World, connection: Connection, form: dict[str, str]) -> dict[str, Any]:
    settings = oauth_settings(connection)
    connector = connector_of(settings)
    secret = settings.client_secret_sealed
    body = form | {
        "client_id": settings.input["client_id"],
        "client_secret": world.keys.unseal(Purpose.CONNECTION_CLIENT_SECRET, secret)
        if secret
        else "",
    }
    world.db.commit()
    try:
        answer = world.http.request(
            "POST", settings.input["host"] + connector.token_path, data=body
        )
    except Unreachable as error:
        raise TokenRefused("host", str(error), "unreachable") from None
    payload = foreign_object(answer.content)
    if answer.status_code == 200 and payload.get("access_token"):
        return payload
    code = str(payload.get("error", ""))
    said = str(payload.get("error_description", ""))
    if code == "invalid_client":
        message = (
            f"{connector.name} does not accept this client secret. Copy it again from "
            f"{connector.client_page} in {connector.name}."
        )
        raise TokenRefused("client_secret", message, code)
    detail = said or code or f"HTTP {answer.status_code}"
    raise TokenRefused("", f"{connector.name} issued no token: {detail}", code)

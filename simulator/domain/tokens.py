"""Obtain access tokens from apps (Workato is the OAuth client): by code, by client, by refresh."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from simulator.clock import has_expired
from simulator.connectors.auth_types import Scheme
from simulator.crypto import Purpose
from simulator.db.claim import lock
from simulator.db.tables import Connection
from simulator.db.tables.connections import LostCause
from simulator.domain import authorizations, connections, disconnection, refresh_claims
from simulator.domain.authorizations import Granted
from simulator.domain.connections import get_connector, mark_lost, store_tokens
from simulator.domain.token_requests import TokenRefused, check_client, request_token
from simulator.errors import SimulatorError, Unreachable
from simulator.validation.parsing import parse_foreign_json, parse_foreign_object
from simulator.world import World

__all__ = [
    "ConnectionLost",
    "TokenGrant",
    "TokenRefused",
    "discover",
    "exchange_code",
    "get_live_access_token",
    "request_by_client",
]


@dataclass(frozen=True, kw_only=True)
class TokenGrant:
    """The tokens that an app issued, and the account that they are for.

    Attributes:
        answer: the token response, as JSON (RFC 6749 §5.1).
        account: the account's name at the app; None if the app does not tell it.
        api_url: the base URL of the API that accepts the token; None for the connection's host.
    """

    answer: dict[str, Any]
    account: str | None = None
    api_url: str | None = None


class ConnectionLost(SimulatorError):
    """A connection has no live token and cannot get one: the grant has expired or was revoked."""

    def __init__(self, connection: Connection, reason: str) -> None:
        super().__init__(reason)
        self.connection = connection


def exchange_code(world: World, connection: Connection, granted: Granted) -> TokenGrant:
    """Redeem an authorization code (RFC 6749 §4.1.3), then ask the app for API address and account.

    Args:
        connection: the connection that has the OAuth client's settings.
        granted: the authorization code and the PKCE verifier.

    Raises:
        TokenRefused: the app answered with an error, or does not serve the account. If the app
            refused the client itself, the connection with the client's settings is marked lost.
    """
    connector = get_connector(connection)
    form = {
        "grant_type": "authorization_code",
        "code": granted.code,
        "redirect_uri": authorizations.get_redirect_uri(world, connector),
    }
    if connector.uses_pkce:
        form["code_verifier"] = granted.verifier
    answer = request_token(world, connection, form)
    api_url = connector.api_url_of(answer)
    api_url = api_url or discover(world, connection, str(answer["access_token"]))
    account = _fetch_account(world, connection, answer, api_url)
    return TokenGrant(answer=answer, account=account, api_url=api_url)


def request_by_client(world: World, connection: Connection) -> TokenGrant:
    """Request a token by client credentials (RFC 6749 §4.4), then ask the app for the account.

    Args:
        connection: a builder's connection with client credentials; it need not be stored yet.

    Raises:
        TokenRefused: see `exchange_code`.
    """
    answer = request_token(world, connection, _client_form(connection))
    account = _fetch_account(world, connection, answer, None)
    return TokenGrant(answer=answer, account=account)


def _client_form(connection: Connection) -> dict[str, str]:
    scope = " ".join(connection.input.get("scopes", ()))
    return {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})


def discover(world: World, connection: Connection, access_token: str) -> str | None:
    """Ask the app for the base URL of the API that accepts a token.

    Args:
        world: the world.
        connection: the connection that has the OAuth client's settings.
        access_token: a live access token.

    Returns:
        The base URL; None if the app has a single API, at the connection's host.

    Raises:
        TokenRefused: the app does not answer, or has no API for this account.
    """
    connector = get_connector(connection)
    if connector.discovery is None:
        return None
    host = connection.input["host"]
    world.db.commit()
    try:
        response = world.http.request(
            "GET", connector.url(host, connector.discovery.url), headers=_bearing(access_token)
        )
    except Unreachable as error:
        raise TokenRefused("host", str(error), "unreachable") from None
    if response.status_code != 200:
        message = f"{connector.name} answered {response.status_code}"
        raise TokenRefused("", f"{message} when it was asked where its API is.", "undiscovered")
    found = connector.discovery.find(parse_foreign_json(response.content), host)
    if found is None:
        raise TokenRefused("host", connector.discovery.missing, "undiscovered")
    return found


def _bearing(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}


def _fetch_account(
    world: World, connection: Connection, answer: Mapping[str, Any], api_url: str | None
) -> str | None:
    """Ask the app for the name of the account that a token response is for; None without an answer.

    The name is only shown to people, so a connection works without it.
    """
    connector = get_connector(connection)
    granted = answer.get("scope")
    names = granted.split() if isinstance(granted, str) else connection.input.get("scopes", ())
    endpoint = connector.account_endpoint(names)
    if endpoint is None:
        return None
    url = connector.url(api_url or connector.api_url or connection.input["host"], endpoint.path)
    world.db.commit()
    try:
        response = world.http.request("GET", url, headers=_bearing(str(answer["access_token"])))
    except Unreachable:
        return None
    if response.status_code != 200:
        return None
    return endpoint.account(parse_foreign_object(response.content))


def get_live_access_token(
    world: World, connection: Connection, *, force_refresh: bool = False
) -> str:
    """Return a live access token of a connection; refresh an expired one (RFC 6749 §6).

    Args:
        world: the world; its unit of work is committed.
        connection: a builder's or an end user's connection, read in this transaction.
        force_refresh: refresh a token that has not expired, because the app answered 401 to it.

    Raises:
        ConnectionLost: no live token can be obtained; the connection is marked lost.
        TokenRefused: the app does not answer, or refuses the OAuth client. If it refuses the
            client, the connection with the client's settings is marked lost.
    """
    sealed, now = connection.access_token_sealed, world.clock.now()
    if sealed is None or force_refresh or not connection.connected or _is_over(connection, now):
        sealed = _renew(world, connection, force_refresh=force_refresh)
    connections.record_use(world, connection, now)
    world.db.commit()
    return world.keys.unseal(Purpose.CONNECTION_ACCESS_TOKEN, sealed)


def _renew(world: World, connection: Connection, *, force_refresh: bool) -> str:
    """Refresh a token, unless another thread or process just did; return the encrypted token."""
    before = connection.access_token_sealed
    world.db.commit()  # hold no lock of the database while waiting for this one
    # One refresh at a time: a rotated refresh token that is used twice ends its family.
    with world.refreshing[connection.id]:
        _reload(world, connection)

        def is_needed() -> bool:
            _check_connected(world, connection)
            refreshed_meanwhile = connection.access_token_sealed != before
            return _is_over(connection, world.clock.now()) or (
                force_refresh and not refreshed_meanwhile
            )

        reload = partial(_reload, world, connection)
        if mine := refresh_claims.claim(world, connection, is_needed, reload):
            number = connection.id
            try:
                _refresh(world, connection, mine)
            except BaseException as error:
                if not isinstance(error, SimulatorError):
                    world.db.rollback()
                refresh_claims.release(world, number, mine)
                raise
        sealed = connection.access_token_sealed or ""
        world.db.commit()
    return sealed


def _is_over(connection: Connection, now: datetime) -> bool:
    expires_at = connection.token_expires_at
    return expires_at is not None and has_expired(expires_at, now)


def _check_connected(world: World, connection: Connection) -> None:
    """Check that a connection has tokens.

    Raises:
        ConnectionLost: it has none.
    """
    if not connection.connected or connection.access_token_sealed is None:
        reason = connection.connection_lost_reason or "not connected"
        world.db.commit()
        raise ConnectionLost(connection, reason)


def _refresh(world: World, connection: Connection, mine: str) -> None:
    """Refresh a connection's tokens; `mine` is the claim that `refresh_claims.claim` returned."""
    form = _renewal_form(world, connection)
    try:
        with refresh_claims.renewing(world, connection.id, mine):
            answer = request_token(world, connection, form)
    except TokenRefused as refused:
        if refused.error not in get_connector(connection).grant_errors:
            raise
        _reload(world, connection)
        _check_connected(world, connection)
        if not refresh_claims.is_mine(connection, mine):
            return  # others have authorized it anew, or took this long for dead
        reason = f"The grant was revoked or has expired, the refresh was refused: {refused}"
        mark_lost(world, connection, reason, LostCause.GRANT_REVOKED)
        world.db.commit()
        raise ConnectionLost(connection, reason) from refused
    _reload(world, connection)
    if not connection.connected:  # somebody disconnected it while the app was answering
        reason = connection.connection_lost_reason or "not connected"
        world.db.commit()
        disconnection.revoke(world, connection, str(answer["access_token"]))
        raise ConnectionLost(connection, reason)
    if refresh_claims.is_mine(connection, mine):  # else what is there is newer than this answer
        store_tokens(world, connection, answer)


def _renewal_form(world: World, connection: Connection) -> dict[str, str]:
    """Return the form of the token request that renews a connection's access token.

    Raises:
        ConnectionLost: the connection has nothing to renew it with; it is marked lost.
    """
    auth_type = connections.get_auth_type(connection)
    if auth_type.scheme is Scheme.CLIENT:
        return _client_form(connection)
    if sealed := connection.refresh_token_sealed:
        refresh_token = world.keys.unseal(Purpose.CONNECTION_REFRESH_TOKEN, sealed)
        return {"grant_type": "refresh_token", "refresh_token": refresh_token}
    cause, app = LostCause.GRANT_REVOKED, get_connector(connection).name
    if auth_type.secret is not None:
        reason = f"{app} refuses what it was connected with ({auth_type.label}): it was revoked, "
        reason += "or has expired."
    elif _is_over(connection, world.clock.now()):
        cause = LostCause.EXPIRED
        reason = "The access token expired and there is no refresh token."
    else:
        check_client(world, connection)  # it takes its tokens with it when it is deleted
        reason = f"{app} refused the access token and there is no refresh token."
    mark_lost(world, connection, reason, cause)
    world.db.commit()
    raise ConnectionLost(connection, reason)


def _reload(world: World, connection: Connection) -> None:
    """Read a connection's row again and lock it.

    Raises:
        ConnectionLost: the connection was deleted.
    """
    if not lock(world.db.session, connection):
        world.db.rollback()
        raise ConnectionLost(connection, "it was deleted")

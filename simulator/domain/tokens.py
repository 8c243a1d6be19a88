"""Workato as an OAuth client of apps: exchange a code, refresh, hand out a live access token."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from simulator.clock import has_expired
from simulator.crypto import Purpose
from simulator.db.claim import lock, lock_present
from simulator.db.tables import Connection
from simulator.db.tables.connections import LostCause
from simulator.domain import authorizations, connections, disconnection, refresh_claims
from simulator.domain.authorizations import Granted, Refusal
from simulator.domain.connection_forms import AUTHORIZATION_CODE_GRANT
from simulator.domain.connections import get_connector, get_oauth_settings, mark_lost, store_tokens
from simulator.errors import SimulatorError, Unreachable
from simulator.validation.parsing import parse_foreign_json, parse_foreign_object
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.net.in_process import Response


class TokenRefused(SimulatorError):
    """The app refused to issue a token.

    Args:
        field: the form field to blame.
        message: one sentence in words that help.
        error: the app's error code (RFC 6749 §5.2).
        cause: set where the client itself is refused, whoever's token is asked for.
    """

    status = 502

    def __init__(
        self, field: str, message: str, error: str, cause: LostCause | None = None
    ) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.error = error
        self.cause = cause


@dataclass(frozen=True, kw_only=True)
class TokenGrant:
    """What an app granted, and what it says about that.

    Attributes:
        answer: the token response, as JSON (RFC 6749 §5.1).
        account: as people tell it from others; None if the app does not say.
        api_url: where its API takes the token; None where that is the connection's host.
    """

    answer: dict[str, Any]
    account: str | None = None
    api_url: str | None = None


class ConnectionLost(SimulatorError):
    """The connection's tokens are expired beyond refresh, or revoked."""

    def __init__(self, connection: Connection, reason: str) -> None:
        super().__init__(reason)
        self.connection = connection


def exchange_code(world: World, connection: Connection, granted: Granted) -> TokenGrant:
    """Redeem an authorization code (RFC 6749 §4.1.3), and ask the app what goes with its token.

    Args:
        world: with an open unit of work.
        connection: that holds the OAuth client.
        granted: the app's consent.

    Raises:
        TokenRefused: the app answered with an error, or the account has nothing there. Where it
            refuses the client, an established connection that holds the client's settings is marked
            lost.
    """
    connector = get_connector(connection)
    form = {
        "grant_type": "authorization_code",
        "code": granted.code,
        "redirect_uri": authorizations.get_redirect_uri(world, connector),
    }
    if connector.uses_pkce:
        form["code_verifier"] = granted.verifier
    answer = _token_request(world, connection, form)
    api_url = connector.api_url_of(answer)
    api_url = api_url or discover(world, connection, str(answer["access_token"]))
    account = _fetch_account(world, connection, answer, api_url)
    return TokenGrant(answer=answer, account=account, api_url=api_url)


def discover(world: World, connection: Connection, access_token: str) -> str | None:
    """Ask the app at which address its API takes a token.

    Args:
        world: the world.
        connection: the one that holds the OAuth settings.
        access_token: a live one.

    Returns:
        The base URL; None where the app's connector has no such question.

    Raises:
        TokenRefused: the app does not say; or nowhere, for this account.
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
    """Ask the app whose account a token response is for; None if it does not say.

    Nothing depends on it: a connection is good without.
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
    """Return a live access token, refreshed if it has expired (RFC 6749 §6).

    Args:
        world: the world; its unit of work is committed.
        connection: a builder's or an end user's, as it was read in this transaction.
        force_refresh: refresh although it looks live: the app answered 401.

    Raises:
        ConnectionLost: there is no live token and none to be had; the connection is marked lost.
        TokenRefused: the app does not answer, or refuses Workato's client; in that case the
            connection that holds the client's settings is marked lost.
    """
    sealed, now = connection.access_token_sealed, world.clock.now()
    if sealed is None or force_refresh or not connection.connected or _is_over(connection, now):
        sealed = _renew(world, connection, force_refresh=force_refresh)
    connections.record_use(world, connection, now)
    world.db.commit()
    return world.keys.unseal(Purpose.CONNECTION_ACCESS_TOKEN, sealed)


def _renew(world: World, connection: Connection, *, force_refresh: bool) -> str:
    """Refresh a token unless somebody did meanwhile; return it, sealed."""
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
    """Go on only with a connection that has tokens.

    Raises:
        ConnectionLost: it has none (any more).
    """
    if not connection.connected or connection.access_token_sealed is None:
        reason = connection.connection_lost_reason or "not connected"
        world.db.commit()
        raise ConnectionLost(connection, reason)


def _refresh(world: World, connection: Connection, mine: str) -> None:
    """Refresh a connection; `mine` is what this refresh is claimed with."""
    app = get_connector(connection).name
    if connection.refresh_token_sealed is None:
        if _is_over(connection, world.clock.now()):
            cause = LostCause.EXPIRED
            reason = "The access token expired and there is no refresh token."
        else:
            _check_client(world, connection)  # it takes its tokens with it when it is deleted
            cause = LostCause.GRANT_REVOKED
            reason = f"{app} refused the access token and there is no refresh token."
        mark_lost(world, connection, reason, cause)
        world.db.commit()
        raise ConnectionLost(connection, reason)
    sealed = connection.refresh_token_sealed
    refresh_token = world.keys.unseal(Purpose.CONNECTION_REFRESH_TOKEN, sealed)
    try:
        with refresh_claims.renewing(world, connection.id, mine):
            answer = _token_request(
                world, connection, {"grant_type": "refresh_token", "refresh_token": refresh_token}
            )
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


def _reload(world: World, connection: Connection) -> None:
    """Read and lock a connection as it is now.

    Raises:
        ConnectionLost: it was deleted meanwhile.
    """
    if not lock(world.db.session, connection):
        world.db.rollback()
        raise ConnectionLost(connection, "it was deleted")


def _check_client(world: World, connection: Connection) -> None:
    """Find out whether the app still knows the client.

    Raises:
        TokenRefused: it does not; the connection with the settings is marked lost.
    """
    settings = get_oauth_settings(connection)
    before = _client_of(settings)
    refusal = authorizations.preflight(world, settings)
    if refusal is not None and refusal.cause is LostCause.CLIENT_DELETED:
        raise _client_refused(world, settings, before, refusal)


def _token_request(world: World, connection: Connection, form: dict[str, str]) -> dict[str, Any]:
    settings = get_oauth_settings(connection)
    connector = get_connector(settings)
    client = connections.get_client_credentials(world, settings)
    form = {**form, **connector.token_parameters}
    body = form | client
    url = connector.url(settings.input["host"], connector.token_url)
    before = _client_of(settings)
    world.db.commit()
    try:
        if connector.is_elsewhere:
            answer = _ask_outside(world, url, form, client)
        else:
            options: dict[str, Any] = {"json": body} if connector.json_tokens else {"data": body}
            answer = world.http.request("POST", url, **options)
    except Unreachable as error:
        raise TokenRefused("host", str(error), "unreachable") from None
    payload = connector.read_tokens(parse_foreign_object(answer.content))
    if answer.status_code == 200 and payload.get("access_token"):
        return payload
    code = str(payload.get("error", ""))
    description = str(payload.get("error_description", ""))
    if code in connector.client_errors:
        refusal = authorizations.preflight(world, settings)
        if refusal is None or refusal.cause is not LostCause.CLIENT_DELETED:
            message = (
                f"{connector.name} does not accept this client secret. Copy it again from "
                f"{connector.client_page} in {connector.name}."
            )
            refusal = Refusal("client_secret", message, LostCause.WRONG_SECRET)
        raise _client_refused(world, settings, before, refusal, code)
    if code == "unauthorized_client":
        message = (
            f"The client in {connector.name} may not use the {AUTHORIZATION_CODE_GRANT.lower()}. "
            f"Change its grant type under {connector.client_page} in {connector.name}."
        )
        refusal = Refusal("client_id", message, LostCause.CLIENT_CHANGED)
        raise _client_refused(world, settings, before, refusal, code)
    detail = description or code or f"HTTP {answer.status_code}"
    raise TokenRefused("", f"{connector.name} issued no token: {detail}", code)


# HTTP-3
def _ask_outside(
    world: World, url: str, form: Mapping[str, str], client: Mapping[str, str]
) -> "Response":
    """Send a token request to a provider of whom nobody knows how it authenticates clients.

    The secret goes into the body, as to the apps that stand here; where that is refused, into the
    header, which every provider has to take (RFC 6749 §2.3.1; our choice).
    """
    headers = {"Accept": "application/json"}
    ask = partial(world.http.request, "POST", url, outside=True)
    own = {name: value for name, value in client.items() if value}  # a public one has no secret
    answer = ask(data={**form, **own}, headers=headers)
    if answer.status_code not in (400, 401) or not client["client_secret"]:
        return answer
    if parse_foreign_object(answer.content).get("error") != "invalid_client":
        return answer
    pair = ":".join(quote(client[name], safe="") for name in ("client_id", "client_secret"))
    basic = f"Basic {b64encode(pair.encode()).decode()}"
    return ask(data=dict(form), headers={**headers, "Authorization": basic})


def _client_of(settings: Connection) -> tuple[object, ...]:
    """Return what tells a client's settings from those that a builder may have entered since."""
    own = settings.input, settings.client_secret_sealed, settings.authorized_at
    profile = settings.custom_oauth_profile
    return (*own, profile and (profile.id, profile.client_id, profile.client_secret_sealed))


def _client_refused(
    world: World,
    settings: Connection,
    before: tuple[object, ...],
    refusal: Refusal,
    code: str = "invalid_client",
) -> TokenRefused:
    """Mark the connection with a refused client's settings lost; returns what to raise.

    While the app was answering, a builder may have entered another client and connected: that one
    was not refused.
    """
    refusal = authorizations.blame_profile(settings, refusal)
    lock_present(world.db.session, settings)
    if settings.custom_oauth_profile:
        world.db.session.refresh(settings.custom_oauth_profile)
    if settings.connected and _client_of(settings) == before:
        mark_lost(world, settings, refusal.lost_reason, refusal.cause)
    world.db.commit()
    return TokenRefused(refusal.field, refusal.message, code, refusal.cause)

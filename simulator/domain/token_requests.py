"""Send token requests to apps, and find out from a refusal what is wrong with the OAuth client."""

from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy.orm import object_session

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT, Scheme
from simulator.connectors.http import CLIENT_SENT_IN
from simulator.db.claim import lock_present
from simulator.db.tables import Connection
from simulator.db.tables.connections import LostCause
from simulator.domain import authorizations, connections
from simulator.domain.authorizations import Refusal
from simulator.domain.connections import get_connector, get_oauth_settings, mark_lost
from simulator.errors import SimulatorError, Unreachable
from simulator.validation.parsing import parse_foreign_object
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.net.in_process import Response


class TokenRefused(SimulatorError):
    """The app refused to issue a token.

    Args:
        field: the field of the connection's form that is wrong; empty for none.
        message: what is wrong and what to do, as one sentence.
        error: the app's error code (RFC 6749 §5.2).
        cause: set if the app refuses the client itself, whichever account is concerned.
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


def check_client(world: World, connection: Connection) -> None:
    """Check that the app still knows the OAuth client.

    Args:
        world: with an open unit of work, which is committed.
        connection: a connection that uses the client.

    Raises:
        TokenRefused: the client was deleted; the connection with its settings is marked lost.
    """
    settings = get_oauth_settings(connection)
    before = _client_of(settings)
    refusal = authorizations.preflight(world, settings)
    if refusal is not None and refusal.cause is LostCause.CLIENT_DELETED:
        raise _client_refused(world, settings, before, refusal)


def request_token(world: World, connection: Connection, form: dict[str, str]) -> dict[str, Any]:
    """Send a token request (RFC 6749 §4.1.3, §4.4.2, §6); return the JSON of the response.

    Args:
        world: with an open unit of work, which is committed.
        connection: the connection that the token is for.
        form: the form of the request, without `client_id` and `client_secret`.

    Raises:
        TokenRefused: the app does not answer, or refuses. If it refuses the client, the connection
            with the client's settings is marked lost.
    """
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
            answer = _ask_outside(world, url, form, client, settings.input.get(CLIENT_SENT_IN))
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
            f"The client in {connector.name} may not use {_name_grant(settings)}. "
            f"Change its grant type under {connector.client_page} in {connector.name}."
        )
        refusal = Refusal("client_id", message, LostCause.CLIENT_CHANGED)
        raise _client_refused(world, settings, before, refusal, code)
    detail = description or code or f"HTTP {answer.status_code}"
    raise TokenRefused("", f"{connector.name} issued no token: {detail}", code)


def _name_grant(settings: Connection) -> str:
    is_client = connections.get_auth_type(settings).scheme is Scheme.CLIENT
    return "client credentials" if is_client else f"the {AUTHORIZATION_CODE_GRANT.lower()}"


# HTTP-3
def _ask_outside(
    world: World, url: str, form: Mapping[str, str], client: Mapping[str, str], sent_in: str | None
) -> "Response":
    """Send a token request to an external provider, with the secret where the connection says.

    Where it says nothing, the secret is sent in the body first, as to simulated apps. If that is
    refused, it is sent in the Authorization header, which every provider has to support (RFC 6749
    §2.3.1; our choice).
    """
    headers = {"Accept": "application/json"}
    ask = partial(world.http.request, "POST", url, outside=True)
    own = {name: value for name, value in client.items() if value}  # a public one has no secret
    if sent_in != "basic" or not client["client_secret"]:
        answer = ask(data={**form, **own}, headers=headers)
        is_refused = answer.status_code in (400, 401) and bool(client["client_secret"])
        if sent_in or not is_refused:
            return answer
        if parse_foreign_object(answer.content).get("error") != "invalid_client":
            return answer
    pair = ":".join(quote(client[name], safe="") for name in ("client_id", "client_secret"))
    basic = f"Basic {b64encode(pair.encode()).decode()}"
    return ask(data=dict(form), headers={**headers, "Authorization": basic})


def _client_of(settings: Connection) -> tuple[object, ...]:
    """Return the client's settings, to compare with those that a builder may have entered since."""
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
    """Mark the connection with a refused client's settings lost; return the error to raise.

    It is not marked if a builder entered another client while the app was answering: that client
        was not refused.
    """
    refusal = authorizations.blame_profile(settings, refusal)
    if object_session(settings) is None:  # a form's settings, which are not stored
        return TokenRefused(refusal.field, refusal.message, code, refusal.cause)
    lock_present(world.db.session, settings)
    if settings.custom_oauth_profile:
        world.db.session.refresh(settings.custom_oauth_profile)
    if settings.connected and _client_of(settings) == before:
        mark_lost(world, settings, refusal.lost_reason, refusal.cause)
    world.db.commit()
    return TokenRefused(refusal.field, refusal.message, code, refusal.cause)

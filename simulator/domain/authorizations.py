"""The authorization code flow of a connection: to the app's consent page and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import select

from simulator.clock import has_expired
from simulator.connectors import Connector
from simulator.crypto import Purpose, fingerprint, make_code_challenge
from simulator.db.claim import claim
from simulator.db.tables import Connection, ConnectionAttempt, OAuthState
from simulator.db.tables.connections import LostCause
from simulator.domain.connections import get_client_id, get_connector
from simulator.errors import SimulatorError, Unreachable
from simulator.net.addresses import OAUTH_CALLBACK
from simulator.validation.parsing import parse_foreign_object
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.net.in_process import Response

#: Lifetime of a `state`, and afterwards of a completion token (our choice).
LIFETIME = timedelta(minutes=10)


class NotStartedHere(SimulatorError):
    """The `state` or completion token of a flow is unknown, used or expired.

    Args:
        message: the error message.
        attempt_id: the id of the end user's connection attempt that the flow belongs to, if any.
    """

    def __init__(self, message: str, attempt_id: str | None = None) -> None:
        super().__init__(message)
        self.attempt_id = attempt_id


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that created a runtime user connection for a person (Developer API)."""

    runtime_connection_id: int


@dataclass(frozen=True, kw_only=True)
class Builder:
    """A collaborator who authorizes a connection, on its page or on a recipe step's page."""

    collaborator_id: int
    recipe_id: int | None = None
    step: int | None = None


def start(world: World, connection: Connection, who: Builder | Program | ConnectionAttempt) -> str:
    """Start an authorization code flow (RFC 6749 §4.1.1).

    Args:
        world: the world.
        connection: the connection that has the OAuth client's settings.
        who: the builder, the program or the end user's connection attempt that starts the flow.

    Returns:
        The app's authorization URL, with the app's production host.
    """
    state = world.randomness.secret("state")
    now = world.clock.now()
    row = OAuthState(
        state_hash=fingerprint(state),
        connection_id=connection.id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    if isinstance(who, Builder):
        row.collaborator_id = who.collaborator_id
        row.recipe_id, row.step = who.recipe_id, who.step
    elif isinstance(who, Program):
        row.runtime_connection_id = who.runtime_connection_id
    else:
        row.attempt_id = who.id
    world.db.session.add(row)
    world.db.session.flush()
    return _authorization_url(world, connection, state)


def get_redirect_uri(world: World, connector: Connector) -> str:
    """Return the redirect URI for an app.

    A simulated app gets Workato's production address, and redirects the browser to the local one.
    An external provider gets the local address, because only that one reaches the sandbox (our
    choice).

    Args:
        world: the world.
        connector: the app's connector.
    """
    return world.addresses.local(OAUTH_CALLBACK) if connector.is_elsewhere else OAUTH_CALLBACK


def _authorization_url(world: World, connection: Connection, state: str) -> str:
    connector = get_connector(connection)
    query = {
        "response_type": "code",
        "client_id": get_client_id(connection),
        "redirect_uri": get_redirect_uri(world, connector),
        connector.scope_parameter: connector.scope_separator.join(
            connector.requested_scopes(connection.input["scopes"])
        ),
        "state": state,
    }
    if connector.uses_pkce:
        query["code_challenge"] = make_code_challenge(_verifier(world, fingerprint(state)))
        query["code_challenge_method"] = "S256"
    url = connector.url(connection.input["host"], connector.authorize_url)
    sent = {name: text for name, text in query.items() if text or name == "client_id"}
    between = "&" if "?" in url else "?"
    return f"{url}{between}{urlencode({**sent, **connector.authorize_parameters})}"


def _verifier(world: World, state_hash: str) -> str:
    """Return the code verifier of a flow (RFC 7636 §4.1), derived from a secret key."""
    return world.keys.derive(f"code-verifier:{state_hash}").hex()


@dataclass(frozen=True)
class Refusal:
    """The reason why an app refuses a connection's settings.

    Attributes:
        field: the field of the connection's form that is wrong.
        message: what is wrong and what to do, as one sentence for a builder.
        cause: set if the app refuses the client itself.
    """

    field: str
    message: str
    cause: LostCause | None = None

    @property
    def lost_reason(self) -> str:
        """The reason for builders why an established connection with these settings is lost."""
        if self.cause is LostCause.CLIENT_DELETED:
            return f"The OAuth client was deleted in the app. {self.message}"
        return self.message

    @property
    def as_errors(self) -> dict[str, str]:
        """The error as a form shows it: `{field: sentence}`."""
        return {self.field: self.message}


def check_settings(world: World, connection: Connection) -> dict[str, str]:
    """Return the errors that `preflight` finds, `{field: sentence}`; empty for none.

    Args:
        connection: the connection whose settings are checked.
    """
    refusal = preflight(world, connection)
    return refusal.as_errors if refusal else {}


def preflight(world: World, connection: Connection) -> Refusal | None:
    """Check with the app that it would show its consent page for a connection's settings.

    Workato redirects the browser at once, and the person sees the app's error page. Our choice: the
    simulator sends the same request itself first, to show a refusal beside the field of the form.

    Args:
        connection: the connection whose settings are sent.

    Returns:
        The reason of the refusal; None if the app accepts the settings.
    """
    connector = get_connector(connection)
    if connector.is_elsewhere:
        return None  # an external provider only gets the request of the person's browser
    url = _authorization_url(world, connection, "rehearsal")
    world.db.commit()
    try:
        answer = world.http.request("GET", url, headers={"Accept": "application/json"})
    except Unreachable as error:
        return Refusal("host", f"{error}. Check the instance name.")
    refusal = _read_preflight(connector, answer)
    return blame_profile(connection, refusal) if refusal else None


def blame_profile(connection: Connection, refusal: Refusal) -> Refusal:
    """Return a refusal that names the custom OAuth profile, if the refused client comes from one.

    Args:
        connection: the connection that has the OAuth client's settings.
        refusal: the app's refusal of these settings.
    """
    profile = connection.custom_oauth_profile
    if profile is None or refusal.field not in ("client_id", "client_secret"):
        return refusal
    message = f"{refusal.message} It is that of the custom OAuth profile '{profile.name}'."
    return replace(refusal, field="profile_id", message=message)


def _read_preflight(connector: Connector, answer: "Response") -> Refusal | None:
    if answer.is_redirect:
        return _refusal(connector.name, answer.headers["Location"])
    if answer.status_code < 400:
        return None
    payload = parse_foreign_object(answer.content)
    code, text = str(payload.get("error", "")), str(payload.get("error_description", ""))
    if code == "invalid_client":
        message = (
            f"{connector.name} does not know this client ID. Copy the {connector.client_id_label} "
            f"from {connector.client_page} in {connector.name}."
        )
        return Refusal("client_id", message, LostCause.CLIENT_DELETED)
    if code == "invalid_redirect_uri":
        message = (
            f"The client in {connector.name} lacks the redirect URI {OAUTH_CALLBACK}. "
            f"Add it there under {connector.client_page}, then connect again."
        )
        return Refusal("client_id", message, LostCause.CLIENT_CHANGED)
    message = f"{connector.name} answered with an error: {text or answer.status_code}."
    return Refusal("host", message)


def _refusal(app: str, location: str) -> Refusal | None:
    query = parse_qs(urlsplit(location).query)
    error = query.get("error", [""])[0]
    text = query.get("error_description", [""])[0]
    if not error:
        return None  # on to the app's login page
    if error == "invalid_scope":
        return Refusal(
            "scopes", f"{app} refused the scopes. {text}".strip(), LostCause.CLIENT_CHANGED
        )
    return Refusal(
        "client_id",
        f"{app} refused the request: {text or error}",
        LostCause.CLIENT_CHANGED if error == "unauthorized_client" else None,
    )


def handle_callback(world: World, query: Mapping[str, str]) -> tuple[OAuthState, str]:
    """Store what the app sent to `/oauth/callback` (RFC 6749 §4.1.2), once for each `state`.

    Args:
        world: the world.
        query: the parameters of the callback: `state`, and `code` or `error`.

    Returns:
        The flow, and a new completion token for the browser that came back. Finishing the flow
        takes this token and the session of the person who started it. Knowing the `state` is not
        enough, so nobody can use another person's consent (RFC 6749 §10.12).

    Raises:
        NotStartedHere: the state is unknown, used or expired.
    """
    row = world.db.session.get(OAuthState, fingerprint(query.get("state", "")))
    now = world.clock.now()
    usable = row is not None and row.returned_at is None and not has_expired(row.expires_at, now)
    if row is None or not usable or not claim(world.db.session, row, "returned_at", now):
        raise NotStartedHere(
            "This sign-in to the app was not started here, was finished before, or took too long. "
            "Go back to where you started it and try again.",
            row.attempt_id if row else None,
        )
    completion_token = world.randomness.secret("completion token")
    row.completion_token_hash = fingerprint(completion_token)
    row.expires_at = now + LIFETIME  # the completion token's: the person may have to sign in first
    if query.get("code"):
        row.code_sealed = world.keys.seal(Purpose.CALLBACK_CODE, query["code"])
    else:
        row.error = query.get("error_description") or query.get("error") or "The app sent no code."
        row.is_denied = query.get("error") == "access_denied"
    return row, completion_token


@dataclass(frozen=True, kw_only=True)
class Granted:
    """The app sent an authorization code.

    Attributes:
        code: the authorization code.
        verifier: the code verifier, for apps that use PKCE (RFC 7636 §4.5).
    """

    code: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NotGranted:
    """The app sent an error instead of a code.

    Attributes:
        is_denied: whether the person denied access (`access_denied`); False for other errors.
        reason: the app's error description or code.
    """

    is_denied: bool
    reason: str


def redeem(world: World, completion_token: str) -> tuple[OAuthState, Granted | NotGranted]:
    """Redeem a completion token, once; the caller has to check that the right person sent it.

    Args:
        world: the world; its unit of work is committed.
        completion_token: the token that `handle_callback` returned.

    Returns:
        The flow, and the app's answer.

    Raises:
        NotStartedHere: the token is unknown, was redeemed before or has expired.
    """
    row = world.db.session.scalar(
        select(OAuthState).where(OAuthState.completion_token_hash == fingerprint(completion_token))
    )
    now = world.clock.now()
    usable = row is not None and row.finished_at is None and not has_expired(row.expires_at, now)
    if row is None or not usable or not claim(world.db.session, row, "finished_at", now):
        raise NotStartedHere(
            "There is nothing to finish here, or it took too long: start again from the beginning."
        )
    outcome: Granted | NotGranted
    if row.code_sealed:
        code = world.keys.unseal(Purpose.CALLBACK_CODE, row.code_sealed)
        outcome = Granted(code=code, verifier=_verifier(world, row.state_hash))
    else:
        outcome = NotGranted(is_denied=row.is_denied, reason=row.error or "")
    row.code_sealed = None
    world.db.commit()  # the code is used up even if a later step fails
    return row, outcome

"""Google's authorization server: parts of scopes, refresh tokens at first consent, id tokens."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError
from authlib.oidc.core import UserInfo
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from authlib.oidc.core.grants import OpenIDCode
from flask import Response, render_template, request
from joserfc.jwk import KeySet
from sqlalchemy import select

from simulator.db.tables import AppUser, OAuthClient, OAuthToken
from simulator.net.addresses import app_system
from simulator.oauth import Client, Signer
from simulator.oauth.signing import ALGORITHM
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.provider import AppProvider, Subject
from simulator.systems.apps.google import openid
from simulator.systems.apps.google.dialect import OFFLINE
from simulator.systems.apps.google.scopes import ALIASES, SIGN_IN, canonical

_PROMPTS = ("none", "consent", "select_account")


class GoogleProvider(AppProvider):
    """The authorization server of all of Google."""

    def build_code_extensions(self) -> Sequence[Any]:
        return [_IdToken()]

    def build_client(self, row: OAuthClient) -> Client:
        """Let every client know who somebody is: nobody registers those scopes."""
        found = super().build_client(row)
        return replace(found, scopes=(*found.scopes, *SIGN_IN, *ALIASES))

    def interpose(self, grant: Any, person: Subject | None) -> Response | str | None:
        """Answer at once what was allowed before, and show the account chooser where it is due."""
        try:
            return self._interpose(grant, person, _read_prompts())
        except OAuth2Error as error:
            error.redirect_uri, error.state = grant.redirect_uri, request.args.get("state")
            raise

    def _interpose(
        self, grant: Any, person: Subject | None, prompts: list[str]
    ) -> Response | str | None:
        is_silent = "none" in prompts
        if person is None:
            if is_silent:
                raise LoginRequiredError("Nobody is signed in to Google.")
            return None
        if request.method == "POST":
            return None
        if "select_account" in prompts and "authuser" not in request.args:
            return render_template("google/chooser.html", person=person.user, client=grant.client)
        before = self._granted_before(grant, person)
        if "consent" not in prompts and set(_requested(grant)) <= set(before):
            self._grant(grant, person, _requested(grant))
            answer: Any = self.create_authorization_response(grant_user=person, grant=grant)
            return cast(Response, answer)
        if is_silent:
            raise ConsentRequiredError("The account has not allowed all of these scopes yet.")
        return None

    def settle_scope(self, grant: Any, person: Subject) -> None:
        """Grant what was ticked, and what says who somebody is.

        Raises:
            AccessDeniedError: nothing was ticked, and nothing else is left to be granted.
        """
        requested = _requested(grant)
        granted = requested
        if request.method == "POST":
            # A box each has a name of its own: no parameter may be sent twice (RFC 6749 §3.1).
            ticked = [name for name in requested if f"granted {name}" in request.form]
            granted = [name for name in requested if name in SIGN_IN or name in ticked]
        if not granted or (granted != requested and set(granted) <= set(SIGN_IN)):
            error = AccessDeniedError("No scope was granted.")
            error.redirect_uri, error.state = grant.redirect_uri, request.args.get("state")
            raise error
        self._grant(grant, person, granted)

    def _grant(self, grant: Any, person: Subject, granted: list[str]) -> None:
        before = self._granted_before(grant, person)
        if request.args.get("include_granted_scopes") == "true":
            granted = list(dict.fromkeys([*granted, *before]))
        is_offline = request.args.get("access_type") == "offline"
        # Google, "Refresh token": at the first consent alone, unless the prompt is asked for.
        brings_refresh = is_offline and (not before or "consent" in _read_prompts())
        self.store.remember_consent(
            client_id=grant.client.get_client_id(),
            subject=person.subject,
            resource="",
            scope=" ".join(granted),
            redirect_host="",
        )
        grant.granted_scope = " ".join([*granted, *([OFFLINE] if brings_refresh else [])])

    def _granted_before(self, grant: Any, person: Subject) -> list[str]:
        found = self.store.find_consent(grant.client.get_client_id(), person.subject, "")
        return found.scope.split() if found else []

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Response:
        """Shape a token response as Google has it."""
        if isinstance(payload, dict) and "access_token" in payload:
            payload = {**payload}
            payload.pop("created_at", None)
            names = [name for name in payload["scope"].split() if name != OFFLINE]
            payload["scope"] = " ".join(names)
        return super().handle_response(status_code, payload, headers)

    def create_endpoint_response(self, name: str, request: Any = None) -> Any:
        """Revoke a token: with it goes all that its person allowed its client."""
        return self._revoke()

    def _revoke(self) -> Response:
        sent = request.values.get("token", "")
        row = self.store.find(sent) if sent else None
        if row is None or row.revoked_at is not None:
            error = {"error": "invalid_token", "error_description": "Token expired or revoked"}
            if not sent:
                error = {
                    "error": "invalid_request",
                    "error_description": "The parameter token is missing: send the token.",
                }
            return self.handle_response(400, error, {})
        self.end_grant(row.client_id, row.subject)
        return self.handle_response(200, {}, {})

    def end_grant(self, client_id: str, subject: str) -> None:
        """End all that a person allowed a client.

        Args:
            client_id: the id of the client.
            subject: id of the person.
        """
        session = self.store.world.db.session
        families = session.scalars(
            select(OAuthToken.family)
            .where(
                OAuthToken.provider == self.store.provider,
                OAuthToken.client_id == client_id,
                OAuthToken.subject == subject,
                OAuthToken.revoked_at.is_(None),
            )
            .distinct()
            .order_by(OAuthToken.family)
        ).all()
        for family in families:
            self.store.revoke_family(family)
        self.store.forget_consent(client_id, subject)


class _IdToken(OpenIDCode):
    """Adds an id_token to token responses whose scope has `openid` (OIDC Core §3.1.3.3)."""

    def __init__(self) -> None:
        super().__init__(require_nonce=False)

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False  # codes are single use; a nonce may come again

    def resolve_client_private_key(self, client: Client) -> KeySet:
        return KeySet([_signer().load_key_set().keys[0]])

    def get_client_algorithm(self, client: Client) -> str:
        return ALGORITHM

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = here().world.clock.timestamp()
        audience = client.get_client_id()
        return {
            "iss": openid.issuer(),
            "aud": audience,
            "azp": audience,
            "iat": now,
            "exp": now + 3600,
        }

    def generate_user_info(self, user: AppUser, scope: str) -> UserInfo:
        return UserInfo(openid.claims(user, scope.split()))


def _signer() -> Signer:
    return Signer(here().world, app_system(here().host))


def _requested(grant: Any) -> list[str]:
    return canonical((grant.request.payload.scope or "").split())


def _read_prompts() -> list[str]:
    """The prompts of the request.

    Raises:
        InvalidRequestError: one is unknown, or `none` is not alone.
    """
    found = request.args.get("prompt", "").split()
    if any(each not in _PROMPTS for each in found) or ("none" in found and len(found) > 1):
        raise InvalidRequestError(
            "The parameter prompt must be none, or consent and select_account with a space "
            "between them."
        )
    return found

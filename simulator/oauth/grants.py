"""The grant types: authorization code with PKCE, and refresh token."""

import logging
from typing import TYPE_CHECKING, Any

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge

from simulator.oauth import parameters
from simulator.oauth.models import Code, Token
from simulator.oauth.parameters import to_ascii

if TYPE_CHECKING:  # pragma: no cover
    from simulator.oauth.provider import Provider
    from simulator.oauth.store import TokenStore

_log = logging.getLogger("simulator.oauth")
_UNUSABLE = "The refresh token is unknown, used, expired or revoked."


class InvalidTarget(OAuth2Error):
    """The requested resource is unknown or not the one granted (RFC 8707 §2)."""

    error = "invalid_target"


class RefreshTokenUsedAgain(InvalidGrantError):
    """A refresh token was used after the use that brought a new one; its family is revoked."""


class S256(CodeChallenge):
    """PKCE with S256 alone (OAuth 2.1 §4.1.1); words the missing challenge as Workato does."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if self.required and not data.get("code_challenge"):
            raise InvalidRequestError("Code challenge is required.")
        method = data.get("code_challenge_method") or self.DEFAULT_CODE_CHALLENGE_METHOD
        if data.get("code_challenge") and method != "S256":
            raise InvalidRequestError("Code challenge method must be S256.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):
    """Authorization code grant on a `TokenStore`."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    request: Any  # Authlib fills it in step by step
    server: "Provider"
    #: What the person allowed, where that is not all that was asked for.
    granted_scope: str | None = None

    def __init__(self, request: Any, server: "Provider") -> None:
        super().__init__(request, server)
        self.register_hook("after_validate_authorization_request_payload", self._check_request)
        self.register_hook("after_validate_token_request", self._check_token_request)

    def _check_request(self, _grant: Any, _redirect_uri: str) -> None:
        parameters.check_repeated(self.request.payload.datalist)
        if hasattr(self, "resource"):
            return  # the page and the answer after it look at the same request
        rules, resources = self.server.rules, read_resources(self.request)
        if resources:
            self.resource = rules.resource(resources)
        else:
            self.resource = rules.default_resource(self.request.client.row)

    def _check_token_request(self, _grant: Any, _result: Any) -> None:
        check_resource(self.request, self.request.authorization_code.row.resource, self.server)

    def validate_requested_scope(self) -> None:
        names = (self.request.payload.scope or "").split()
        unknown = [name for name in names if name not in self.server.rules.scopes]
        if unknown and not self.server.rules.ignore_unknown_scopes:
            raise InvalidScopeError(f"Unknown scope: {to_ascii(', '.join(unknown))}.")

    def generate_authorization_code(self) -> str:
        return self.server.store.world.randomness.secret("authorization code")

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        self.server.store.store_code(
            code,
            client_id=request.client.get_client_id(),
            subject=request.user.subject,
            redirect_uri=data.get("redirect_uri"),
            scope=request.scope if self.granted_scope is None else self.granted_scope,
            nonce=data.get("nonce"),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
            resource=self.resource,
            auth_time=request.user.auth_time,
        )

    def query_authorization_code(self, code: str, client: Any) -> Code | None:
        row = self.server.store.find_code(code, client.get_client_id())
        return Code(row) if row else None

    def authenticate_user(self, authorization_code: Any) -> Any:
        return self.server.rules.find_subject(authorization_code.row.subject)

    def generate_token(
        self,
        user: Any = None,
        scope: str | None = None,
        grant_type: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        row = self.request.authorization_code.row
        if not self.server.store.redeem_code(row):
            raise InvalidGrantError("The authorization code was redeemed before.")
        return self.server.store.issue(
            client_id=row.client_id,
            subject=row.subject,
            scope=row.scope,
            family=row.code_hash,
            auth_time=row.auth_time,
            resource=row.resource,
            with_refresh_token=include_refresh_token,
        )

    def delete_authorization_code(self, authorization_code: Any) -> None:
        """Nothing: it was marked as used before it was redeemed, and a replay is recognised.

        Args:
            authorization_code: not used.
        """


class RefreshGrant(RefreshTokenGrant):
    """Refresh token grant on a `TokenStore`."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True
    request: Any
    server: "Provider"

    def authenticate_refresh_token(self, refresh_token: str) -> Token:
        store = self.server.store
        row = store.find_refresh(refresh_token)
        if row is None:
            if store.was_used_again(refresh_token):
                raise _used_again(store)
            raise InvalidGrantError(_UNUSABLE)
        check_resource(self.request, row.resource, self.server)
        return Token(row, store.world.clock.now(), is_refresh_token=True)

    def authenticate_user(self, refresh_token: Any) -> Any:
        user = self.server.rules.find_subject(refresh_token.row.subject)
        if user is None:
            raise InvalidGrantError("The person this token was issued for may no longer sign in.")
        return user

    def issue_token(self, user: Any, refresh_token: Any) -> dict[str, Any]:
        store, row = self.server.store, refresh_token.row
        rules = store.refresh_rules()
        if not store.redeem_refresh_token(row):
            raise _used_again(store) if rules.ends_grant else InvalidGrantError(_UNUSABLE)
        return store.issue(
            client_id=row.client_id,
            subject=row.subject,
            scope=self.request.payload.scope or row.granted_scope,
            granted_scope=row.granted_scope,
            family=row.family,
            auth_time=row.auth_time,
            resource=row.resource,
            with_refresh_token=rules.brings_new,
        )

    def revoke_old_credential(self, refresh_token: Any) -> None:
        """Nothing: it was retired before the new one was issued.

        Args:
            refresh_token: not used.
        """


def _used_again(store: "TokenStore") -> RefreshTokenUsedAgain:
    """Log the second use of a refresh token and return its refusal (RFC 9700 §4.14.2)."""
    leeway = store.refresh_rules().leeway
    after = f" more than {int(leeway.total_seconds() // 60)} minutes ago" if leeway else ""
    sentence = (
        f"The refresh token was used before{after}, so that every token of this grant has ended: "
        "send the newest refresh token each time, and authorize anew now."
    )
    _log.warning("%s: %s", store.provider, sentence)
    return RefreshTokenUsedAgain(sentence)


def read_resources(request: Any) -> list[str]:
    """Return the `resource` parameters that have a value (RFC 6749 §3.2).

    Args:
        request: the request as Authlib read it.
    """
    return [url for url in request.payload.datalist.get("resource", []) if url]


def check_resource(request: Any, granted: str | None, provider: "Provider") -> None:
    """Check that a token request names the granted resource or none (RFC 8707 §2.2).

    Args:
        request: the request as Authlib read it.
        granted: the resource of the authorization.
        provider: the provider whose rules apply.

    Raises:
        InvalidTarget: it names another one, or none where one is required.
    """
    resources = read_resources(request)
    if resources and provider.rules.resource(resources) != granted:
        raise InvalidTarget(
            "The authorization was granted for another resource: send that one, or authorize anew."
        )
    if not resources and provider.rules.resource_required():
        raise InvalidTarget(
            "Name the MCP server in the token request, too: send its URL as resource (RFC 8707)."
        )

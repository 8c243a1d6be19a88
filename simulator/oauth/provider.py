"""An OAuth 2.1 authorization server on Authlib: authorization code with PKCE, refresh tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.base import OAuth2Error, invalid_error_characters
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    UnsupportedGrantTypeError,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Response, json
from flask import request as flask_request
from sqlalchemy import select

from simulator.db.tables import OAuthClient
from simulator.keys import fingerprint
from simulator.oauth import client_authentication, parameters
from simulator.oauth.descriptions import helpful
from simulator.oauth.models import Client, Code, Token
from simulator.oauth.parameters import printable
from simulator.oauth.store import TokenStore
from simulator.web import challenge

#: Parameters that Authlib repeats in its error descriptions, as they came.
_REPEATED = ("response_type", "grant_type", "redirect_uri")


class InvalidGrantType(OAuth2Error):
    """The grant type is none of those that there are (RFC 6749 §5.2)."""

    error = "unsupported_grant_type"
    description = "Only the grant types authorization_code and refresh_token are supported."


class InvalidTarget(OAuth2Error):
    """The requested resource is unknown or not the one granted (RFC 8707 §2)."""

    error = "invalid_target"


@dataclass(frozen=True, kw_only=True)
class ProviderRules:
    """In what one authorization server differs from another.

    Attributes:
        scopes: every scope it knows.
        default_scopes: granted when a request names none; all that a client may have that
            registered for none.
        require_pkce: refuse requests without a code challenge.
        issuer: the `iss` of its answers (RFC 9207), or None where the product sends none.
        ignore_unknown_scopes: see `Client`.
        resource: checks the `resource` parameters (RFC 8707) and returns the audience.
        default_resource: the audience of a client's authorization request that names none.
        find_subject: the user object of a token's subject, or None when he may no longer act.
        realm: names the authorization server in challenges (RFC 7617 §2).
        parameters_in_query: take token requests whose parameters are in the query string.
        any_secret_method: take a client's secret by header or body, where nobody registers one.
        resource_required: whether a token request must name its resource, too (our choice).
    """

    scopes: tuple[str, ...]
    default_scopes: tuple[str, ...] = ()
    require_pkce: bool = True
    issuer: Callable[[], str] | None = None
    ignore_unknown_scopes: bool = False
    resource: Callable[[list[str]], str | None] = field(default=lambda asked: None)
    default_resource: Callable[[OAuthClient], str | None] = field(default=lambda client: None)
    find_subject: Callable[[str], Any]
    realm: str
    parameters_in_query: bool = False
    any_secret_method: bool = False
    resource_required: Callable[[], bool] = field(default=lambda: False)


class Provider(AuthorizationServer):
    """One system's authorization server.

    `request.user` is an object with `subject` (str) and `auth_time` (aware datetime).

    Args:
        store: its codes and tokens.
        rules: in what it differs from others.
        code_extensions: Authlib extensions of the authorization code grant, such as OpenID Connect.
    """

    def __init__(
        self, store: TokenStore, rules: ProviderRules, code_extensions: Sequence[Any] = ()
    ) -> None:
        super().__init__(query_client=self.find_client, save_token=lambda token, request: None)
        self.store = store
        self.rules = rules
        self.register_grant(CodeGrant, [S256(required=rules.require_pkce), *code_extensions])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        if rules.issuer is not None:
            self.register_extension(_Issuer(rules.issuer))

    def find_client(self, client_id: str) -> Client | None:
        """The client, or None."""
        row = self.registered(client_id)
        return self.client(row) if row else None

    def registered(self, client_id: str) -> OAuthClient | None:
        """The row of a registered client, or None."""
        return self.store.world.db.session.scalar(
            select(OAuthClient).where(
                OAuthClient.provider == self.store.provider, OAuthClient.client_id == client_id
            )
        )

    def find_token(self, text: str) -> Token | None:
        """What an access or refresh token belongs to, live or not."""
        row = self.store.find(text)
        if row is None:
            return None
        is_refresh_token = row.refresh_hash == fingerprint(text)
        return Token(row, self.store.world.clock.now(), is_refresh_token)

    def client(self, row: OAuthClient) -> Client:
        """A client's row under this provider's rules."""
        return Client(
            row,
            self.store.world.keys,
            scopes=tuple(row.scopes) or self.rules.default_scopes or self.rules.scopes,
            default_scopes=self.rules.default_scopes,
            ignore_unknown_scopes=self.rules.ignore_unknown_scopes,
            any_secret_method=self.rules.any_secret_method,
        )

    def create_oauth2_request(self, request: Any) -> Any:
        """The request, if Authlib can read it; else an `OAuth2Error` instead of a `ValueError`."""
        found = super().create_oauth2_request(request)
        for name in _REPEATED:
            if any(map(invalid_error_characters, found.payload.datalist.get(name, []))):
                raise InvalidRequestError(f"The parameter {name} holds characters it may not hold.")
        return found

    def authenticate_client(self, request: Any, methods: Any, endpoint: str = "token") -> Client:
        """The client of a token, revocation or introspection request.

        Raises:
            OAuth2Error: the request is malformed, or the client does not prove that it is one.
        """
        self._check_form(request)
        shown = client_authentication.credentials(
            flask_request.headers.get("Authorization", ""), request.payload.data
        )
        client = client_authentication.authenticate(shown, self.find_client)
        request.auth_method = shown.method
        return client

    def get_token_grant(self, request: Any) -> Any:
        self._check_form(request)
        if not request.payload.grant_type:
            raise InvalidRequestError(
                "The parameter grant_type is missing: send authorization_code or refresh_token."
            )
        return super().get_token_grant(request)

    def _check_form(self, request: Any) -> None:
        parameters.check_encoding(flask_request, allow_query=self.rules.parameters_in_query)
        parameters.check_repeated(request.payload.datalist)

    def get_authorization_grant(self, request: Any) -> Any:
        try:
            return super().get_authorization_grant(request)
        except UnsupportedResponseTypeError as error:
            # Authlib gives it the sentence in the place of the type, and the type as the sentence.
            error.description = "The response_type must be 'code'."
            raise

    def create_token_response(self, request: Any = None) -> Any:
        try:
            return super().create_token_response(request)
        except OAuth2Error as error:  # of a request that cannot be read
            return self.handle_error_response(request, error)

    def create_endpoint_response(self, name: str, request: Any = None) -> Any:
        try:
            return super().create_endpoint_response(name, request)  # type: ignore[no-untyped-call]
        except OAuth2Error as error:  # as above
            return self.handle_error_response(request, error)

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Any:
        if isinstance(error, UnsupportedGrantTypeError):
            error = InvalidGrantType()
        error.description = helpful(error)
        if isinstance(error, InvalidClientError):
            error.status_code = 401  # also where the secret was in the body (RFC 6749 §5.2: MAY)
        response: Response = super().handle_error_response(request, error)  # type: ignore[assignment]
        if isinstance(error, InvalidClientError):
            response.headers["WWW-Authenticate"] = challenge(
                "Basic",
                self.rules.realm,
                error=error.error,
                error_description=error.description,
            )
        return response

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Response:
        response = Response(
            json.dumps(payload) if isinstance(payload, dict) else payload,
            status=status_code,
            headers=headers,
        )
        if isinstance(payload, dict):
            response.headers["Cache-Control"] = "no-store"
            response.mimetype = "application/json"
        return response


class _Issuer(IssuerParameter):
    """Adds `iss` to authorization responses (RFC 9207)."""

    def __init__(self, issuer: Callable[[], str]) -> None:
        self._issuer = issuer

    def __call__(self, authorization_server: Any) -> None:
        authorization_server.register_hook("after_create_authorization_response", self._add)

    def _add(self, authorization_server: Any, response: Response) -> None:
        self.add_issuer_parameter(authorization_server, response)

    def get_issuer(self) -> str:
        return self._issuer()


class S256(CodeChallenge):
    """PKCE with S256 alone (OAuth 2.1 §4.1.1); words the missing challenge as Workato does."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if self.required and not data.get("code_challenge"):
            raise InvalidRequestError("Code challenge is required.")
        if data.get("code_challenge") and data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Code challenge method must be S256.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):
    """Authorization code grant on a `TokenStore`."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    request: Any  # Authlib fills it in step by step
    server: Provider

    def __init__(self, request: Any, server: Provider) -> None:
        super().__init__(request, server)
        self.register_hook("after_validate_authorization_request_payload", self._check_request)
        self.register_hook("after_validate_token_request", self._check_token_request)

    def _check_request(self, _grant: Any, _redirect_uri: str) -> None:
        parameters.check_repeated(self.request.payload.datalist)
        parameters.check_authorization(self.request.payload.data)
        rules, asked = self.server.rules, named_resources(self.request)
        if asked:
            self.resource = rules.resource(asked)
        else:
            self.resource = rules.default_resource(self.request.client.row)

    def _check_token_request(self, _grant: Any, _result: Any) -> None:
        check_resource(self.request, self.request.authorization_code.row.resource, self.server)

    def validate_requested_scope(self) -> None:
        asked = (self.request.payload.scope or "").split()
        unknown = [name for name in asked if name not in self.server.rules.scopes]
        if unknown and not self.server.rules.ignore_unknown_scopes:
            raise InvalidScopeError(f"Unknown scope: {printable(', '.join(unknown))}.")

    def generate_authorization_code(self) -> str:
        return self.server.store.world.randomness.secret("authorization code")

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        self.server.store.keep_code(
            code,
            client_id=request.client.get_client_id(),
            subject=request.user.subject,
            redirect_uri=data.get("redirect_uri"),
            scope=request.scope,
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
        # Kept as used: a replay must be recognised.
        authorization_code.row.used_at = self.server.store.world.clock.now()


class RefreshGrant(RefreshTokenGrant):
    """Refresh token grant on a `TokenStore`."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True
    request: Any
    server: Provider

    def authenticate_refresh_token(self, refresh_token: str) -> Token:
        store = self.server.store
        row = store.find_refresh(refresh_token)
        if row is None:
            raise InvalidGrantError("The refresh token is unknown, used, expired or revoked.")
        check_resource(self.request, row.resource, self.server)
        return Token(row, store.world.clock.now(), is_refresh_token=True)

    def authenticate_user(self, refresh_token: Any) -> Any:
        user = self.server.rules.find_subject(refresh_token.row.subject)
        if user is None:
            raise InvalidGrantError("The person this token was issued for may no longer sign in.")
        return user

    def issue_token(self, user: Any, refresh_token: Any) -> dict[str, Any]:
        store, row = self.server.store, refresh_token.row
        return store.issue(
            client_id=row.client_id,
            subject=row.subject,
            scope=self.request.payload.scope or row.granted_scope,
            granted_scope=row.granted_scope,
            family=row.family,
            auth_time=row.auth_time,
            resource=row.resource,
        )

    def revoke_old_credential(self, refresh_token: Any) -> None:
        self.server.store.retire(refresh_token.row)


class Revocation(RevocationEndpoint):
    """Token revocation (RFC 7009): an access or refresh token takes its whole family along."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    server: Provider

    def check_params(self, request: Any, client: Client) -> None:
        # A token_type_hint that means nothing here is ignored (RFC 7009 §2.2.1).
        if not request.form.get("token"):
            raise InvalidRequestError("Missing 'token' in request.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        return self.server.find_token(token_string)

    def revoke_token(self, token: Token, request: Any) -> None:
        self.server.store.revoke_family(token.row.family)


class Introspection(IntrospectionEndpoint):
    """Token introspection (RFC 7662): a client may ask about its own tokens."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    server: Provider

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        return self.server.find_token(token_string)

    def check_permission(self, token: Token, client: Client, request: Any) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: Token) -> dict[str, Any]:
        row = token.row
        if self.server.rules.find_subject(row.subject) is None:
            return {"active": False}
        claims = {
            "active": True,
            "client_id": row.client_id,
            "sub": row.subject,
            "scope": row.scope,
            "aud": row.resource,
            "iat": int(row.issued_at.timestamp()),
        }
        if token.is_refresh_token:
            return claims
        return claims | {"token_type": "Bearer", "exp": int(row.expires_at.timestamp())}


def named_resources(request: Any) -> list[str]:
    """The `resource` parameters that have a value (RFC 6749 §3.2: others count as left out)."""
    return [url for url in request.payload.datalist.get("resource", []) if url]


def check_resource(request: Any, granted: str | None, provider: Provider) -> None:
    """A token request may name the resource it was granted, and no other (RFC 8707 §2.2)."""
    asked = named_resources(request)
    if asked and provider.rules.resource(asked) != granted:
        raise InvalidTarget(
            "The authorization was granted for another resource: send that one, or authorize anew."
        )
    if not asked and provider.rules.resource_required():
        raise InvalidTarget(
            "Name the MCP server in the token request, too: send its URL as resource (RFC 8707)."
        )

"""An OAuth 2.1 authorization server on Authlib: authorization code with PKCE, refresh tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Request, Response, json
from flask import request as flask_request

from simulator.crypto import fingerprint
from simulator.db.tables import OAuthClient
from simulator.oauth import client_authentication, parameters
from simulator.oauth.descriptions import describe
from simulator.oauth.endpoints import Introspection, Revocation
from simulator.oauth.grants import S256, CodeGrant, RefreshGrant
from simulator.oauth.models import Client, Token
from simulator.oauth.store import TokenStore
from simulator.web.bearer import build_challenge

#: Parameters that Authlib repeats in its error descriptions, as they came.
_REPEATED = ("response_type", "grant_type", "redirect_uri")


class InvalidGrantType(OAuth2Error):
    """The grant type is unknown (RFC 6749 §5.2)."""

    error = "unsupported_grant_type"
    description = "Only the grant types authorization_code and refresh_token are supported."


@dataclass(frozen=True, kw_only=True)
class ProviderRules:
    """The rules in which the authorization servers differ.

    Attributes:
        scopes: every scope it knows.
        default_scopes: granted when a request names none; all that a client may have that
            registered for none.
        demanded_scopes: scopes that any client may have now in addition.
        require_pkce: refuse requests without a code challenge.
        issuer: the `iss` of its answers (RFC 9207), or None where the product sends none.
        ignore_unknown_scopes: see `Client`.
        resource: checks the `resource` parameters (RFC 8707) and returns the audience.
        default_resource: the audience of a client's authorization request that names none.
        find_subject: the user object of a token's subject, or None when they may no longer act.
        realm: names the authorization server in challenges (RFC 7617 §2).
        parameters_in_query: take token requests whose parameters are in the query string.
        parameters_in_json: take token requests that are a JSON object.
        any_secret_method: take a client's secret by header or body, where nobody registers one.
        resource_required: whether a token request must name its resource, too (our choice).
    """

    scopes: tuple[str, ...]
    default_scopes: tuple[str, ...] = ()
    demanded_scopes: Callable[[], Sequence[str]] = field(default=lambda: ())
    require_pkce: bool = True
    issuer: Callable[[], str] | None = None
    ignore_unknown_scopes: bool = False
    resource: Callable[[list[str]], str | None] = field(default=lambda resources: None)
    default_resource: Callable[[OAuthClient], str | None] = field(default=lambda client: None)
    find_subject: Callable[[str], Any]
    realm: str
    parameters_in_query: bool = False
    parameters_in_json: bool = False
    any_secret_method: bool = False
    resource_required: Callable[[], bool] = field(default=lambda: False)


class _Payload(FlaskOAuth2Payload):
    """The parameters of a request, parsed once; Authlib would parse them on each access."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @cached_property
    def data(self) -> Any:
        return self._request.values


class Provider(AuthorizationServer):
    """One system's authorization server.

    `request.user` is an object with `subject` (str) and `auth_time` (aware datetime).

    Args:
        store: its codes and tokens.
        rules: in what it differs from others.
        code_extensions: Authlib extensions of the authorization code grant, such as OpenID Connect.
    """

    #: How it verifies what PKCE is about (RFC 7636).
    code_challenge: type[S256] = S256

    def __init__(
        self, store: TokenStore, rules: ProviderRules, code_extensions: Sequence[Any] = ()
    ) -> None:
        super().__init__(query_client=self.find_client, save_token=lambda token, request: None)
        self.store = store
        self.rules = rules
        pkce = self.code_challenge(required=rules.require_pkce)
        self.register_grant(CodeGrant, [pkce, *code_extensions])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        if rules.issuer is not None:
            self.register_extension(_Issuer(rules.issuer))

    def find_client(self, client_id: str) -> Client | None:
        """Return the client with this id, or None.

        Args:
            client_id: the client id as the request names it.
        """
        row = self.find_registered(client_id)
        return self.build_client(row) if row else None

    def find_registered(self, client_id: str) -> OAuthClient | None:
        """Return the row of a registered client, or None.

        It is a plain row (`simulator.db.plain`): nobody changes it.

        Args:
            client_id: the client id as the request names it.
        """
        return self.store.reader.find_client(client_id)

    def find_token(self, text: str) -> Token | None:
        """Return an access or refresh token, live or not; None if it is unknown.

        Args:
            text: the token.
        """
        row = self.store.find(text)
        if row is None:
            return None
        is_refresh_token = row.refresh_hash == fingerprint(text)
        return Token(row, self.store.world.clock.now(), is_refresh_token)

    def build_client(self, row: OAuthClient) -> Client:
        """Build a client from its row, under this provider's rules.

        Args:
            row: the row of the client.
        """
        return Client(
            row,
            self.store.world.keys,
            scopes=(
                *(tuple(row.scopes) or self.rules.default_scopes or self.rules.scopes),
                *self.rules.demanded_scopes(),
            ),
            default_scopes=self.rules.default_scopes,
            ignore_unknown_scopes=self.rules.ignore_unknown_scopes,
            any_secret_method=self.rules.any_secret_method,
        )

    def create_oauth2_request(self, request: Any) -> Any:
        """Read a request; raise `OAuth2Error` where Authlib would raise `ValueError`.

        Args:
            request: None for Flask's.

        Raises:
            OAuth2Error: it cannot be read.
        """
        try:
            found = self.read_request(request)
        except OAuth2Error as error:  # of plain http
            error.description = describe(error)
            raise
        if type(found.payload) is FlaskOAuth2Payload:
            found.payload = _Payload(flask_request)
        for name in _REPEATED:
            if not all(map(parameters.can_be_repeated, found.payload.datalist.get(name, []))):
                raise InvalidRequestError(f"The parameter {name} holds characters it may not hold.")
        return found

    def read_request(self, request: Any) -> Any:
        """Read a request as Authlib does; providers that accept other forms override this.

        Args:
            request: the request of Flask.
        """
        return super().create_oauth2_request(request)

    def authenticate_client(self, request: Any, methods: Any, endpoint: str = "token") -> Client:
        """Return the client of a token, revocation or introspection request (RFC 6749 §2.3).

        Args:
            request: the request as Authlib read it.
            methods: not used: a client registers its own.
            endpoint: not used.

        Raises:
            OAuth2Error: the request is malformed, or the client does not prove that it is one.
        """
        self._check_form(request)
        credentials = client_authentication.read_credentials(
            flask_request.headers.get("Authorization", ""), request.payload.data
        )
        client = client_authentication.authenticate(credentials, self.find_client)
        request.auth_method = credentials.method
        return client

    def get_token_grant(self, request: Any) -> Any:
        self._check_form(request)
        if not request.payload.grant_type:
            raise InvalidRequestError(
                "The parameter grant_type is missing: send authorization_code or refresh_token."
            )
        self._read_ahead(request.payload)
        return super().get_token_grant(request)

    def _read_ahead(self, payload: Any) -> None:
        """Read client and person in one query with the code or refresh token, for later use."""
        if payload.grant_type == "refresh_token":
            self.store.reader.find_by_refresh(fingerprint(payload.data.get("refresh_token", "")))
        else:
            self.store.reader.find_code(fingerprint(payload.data.get("code", "")))

    def _check_form(self, request: Any) -> None:
        rules = self.rules
        parameters.check_encoding(
            flask_request,
            allow_query=rules.parameters_in_query,
            allow_json=rules.parameters_in_json,
        )
        parameters.check_repeated(request.payload.datalist)

    def get_authorization_grant(self, request: Any) -> Any:
        try:  # before the rest: a request object may hold all of it
            parameters.check_authorization(request.payload.data)
        except OAuth2Error as error:
            error.redirect_uri = self._trusted_redirect_uri(request)
            raise
        try:
            return super().get_authorization_grant(request)
        except UnsupportedResponseTypeError as error:
            # Authlib gives it the sentence in the place of the type, and the type as the sentence.
            error.description = "The response_type must be 'code'."
            raise

    def _trusted_redirect_uri(self, request: Any) -> str | None:
        """Return where an error may be sent: to a URI of the client itself (RFC 6749 §4.1.2.1)."""
        client_id, redirect_uri = request.payload.client_id, request.payload.redirect_uri
        client = self.find_client(client_id) if client_id else None
        if client is None:
            return None
        if not redirect_uri:
            return client.get_default_redirect_uri()
        return str(redirect_uri) if client.check_redirect_uri(redirect_uri) else None

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
        error.description = describe(error)
        if isinstance(error, InvalidClientError):
            error.status_code = 401  # also where the secret was in the body (RFC 6749 §5.2: MAY)
        response: Response = super().handle_error_response(request, error)  # type: ignore[assignment]
        if isinstance(error, InvalidClientError):
            response.headers["WWW-Authenticate"] = build_challenge(
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

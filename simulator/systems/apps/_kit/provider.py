"""An app's OAuth provider: its rules, its error sentences, revocation."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidGrantError, InvalidRequestError
from flask import Request
from flask import request as flask_request
from werkzeug.datastructures import MultiDict

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.oauth import Provider, ProviderRules, TokenStore, to_ascii
from simulator.oauth.grants import RefreshTokenUsedAgain
from simulator.systems.apps._kit import people, refresh_settings
from simulator.systems.apps._kit.dialect import Dialect
from simulator.validation.media_types import is_json
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.world import World

_REFRESH = "refresh_token"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A signed-in person as the provider wants to see them."""

    user: AppUser
    auth_time: datetime

    @property
    def subject(self) -> str:
        """What tokens name them by: their id in this instance."""
        return str(self.user.id)


@dataclass(frozen=True, kw_only=True)
class AppTokenStore(TokenStore):
    """Codes and tokens of one instance.

    Attributes:
        offline_scope: it alone brings a refresh token.
    """

    offline_scope: str

    def issue(
        self,
        *,
        scope: str,
        granted_scope: str | None = None,
        with_refresh_token: bool = True,
        **options: Any,
    ) -> dict[str, Any]:
        """Issue a token; see `TokenStore.issue`.

        What was granted counts, not what a refresh asks of it: whoever narrows an access token
        keeps the grant (RFC 6749 §6).
        """
        offline = self.offline_scope in (granted_scope or scope).split()
        return super().issue(
            scope=scope,
            granted_scope=granted_scope,
            with_refresh_token=with_refresh_token and offline,
            **options,
        )


def token_store(world: World, host: str, dialect: Dialect) -> TokenStore:
    """The codes and tokens of one instance."""
    return AppTokenStore(
        world=world,
        provider=app_system(host),
        code_lifetime=dialect.code_lifetime,
        access_lifetime=dialect.access_lifetime,
        refresh_rules=partial(refresh_settings.rules, world, host, dialect),
        refresh_idle=dialect.refresh_idle,
        offline_scope=dialect.offline_scope,
    )


def build_provider(world: World, host: str, dialect: Dialect) -> "AppProvider":
    """The OAuth provider of one instance: PKCE is verified when sent and not asked for."""
    rules = ProviderRules(
        scopes=tuple(dialect.scopes),
        require_pkce=False,
        find_subject=lambda subject: people.by_subject(world, host, subject),
        realm=host,
        parameters_in_query=dialect.parameters_in_query,
        parameters_in_json=dialect.parameters_in_json,
        any_secret_method=True,  # the form of a client has no such choice
    )
    return AppProvider(token_store(world, host, dialect), rules, dialect)


class _QueryToo(FlaskOAuth2Request):
    """A token request; some clients put all parameters into the query string of the POST."""

    @property
    def form(self) -> Any:
        return flask_request.values


class _Members(FlaskOAuth2Payload):
    """The members of a JSON object, as if they had come in a form."""

    def __init__(self, members: MultiDict[str, str]) -> None:
        self.members = members

    @property
    def data(self) -> Any:
        return self.members


class _Json(FlaskOAuth2Request):
    """A token request that is a JSON object.

    Raises:
        InvalidRequestError: it is none, or has a member that is no text.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        try:
            found = parse_strict_json(request.get_data())
        except NotJson as error:
            raise InvalidRequestError(to_ascii(str(error))) from None
        if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
            raise InvalidRequestError("The body must be a JSON object of texts.")
        self.payload = _Members(MultiDict(found))

    @property
    def form(self) -> Any:
        return self.payload.data


class AppProvider(Provider):
    """One instance's authorization server.

    Args:
        store: its codes and tokens.
        rules: in what it differs from others.
        dialect: how it words its refusals.
    """

    def __init__(self, store: TokenStore, rules: ProviderRules, dialect: Dialect) -> None:
        super().__init__(store, rules)
        self._dialect = dialect

    def read_request(self, request: Any) -> Any:
        if self.rules.parameters_in_json and is_json(flask_request.content_type):
            return _Json(flask_request)
        if self.rules.parameters_in_query:
            return _QueryToo(flask_request)
        return super().read_request(request)

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Any:
        refusal = None
        if isinstance(error, InvalidClientError):
            refusal = self._dialect.refused_client
        elif isinstance(error, InvalidGrantError) and request.payload.grant_type == _REFRESH:
            refusal = self._dialect.refused_refresh
        if refusal is None:
            return super().handle_error_response(request, error)
        again = f" {error.description}" if isinstance(error, RefreshTokenUsedAgain) else ""
        payload = {"error": refusal.error, "error_description": f"{refusal.description}{again}"}
        return self.handle_response(refusal.status, payload, {})

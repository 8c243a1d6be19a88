"""An app's OAuth provider: its rules, its error sentences, revocation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from flask import request as flask_request

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.oauth import Provider, ProviderRules, TokenStore
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.dialect import Dialect
from simulator.world import World


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
        self, *, scope: str, with_refresh_token: bool = True, **options: Any
    ) -> dict[str, Any]:
        """Issue a token; see `TokenStore.issue`."""
        offline = self.offline_scope in scope.split()
        return super().issue(
            scope=scope, with_refresh_token=with_refresh_token and offline, **options
        )


def token_store(world: World, host: str, dialect: Dialect) -> TokenStore:
    """The codes and tokens (rotated on refresh) of one instance."""
    return AppTokenStore(
        world=world,
        provider=app_system(host),
        code_lifetime=dialect.code_lifetime,
        access_lifetime=dialect.access_lifetime,
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
        any_secret_method=True,  # the form of a client has no such choice
    )
    return AppProvider(token_store(world, host, dialect), rules)


class _QueryToo(FlaskOAuth2Request):
    """A token request; some clients put all parameters into the query string of the POST."""

    @property
    def form(self) -> Any:
        return flask_request.values


class AppProvider(Provider):
    """One instance's authorization server."""

    def create_oauth2_request(self, request: Any) -> Any:
        if self.rules.parameters_in_query:
            return _QueryToo(flask_request)
        return super().create_oauth2_request(request)

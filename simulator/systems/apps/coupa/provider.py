"""Coupa's OAuth provider: its rules, its error sentences, revocation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from flask import request as flask_request

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.oauth import Provider, ProviderRules, TokenStore
from simulator.systems.apps.coupa import people, scopes
from simulator.world import World

ACCESS_LIFETIME = timedelta(hours=24)
CODE_LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A signed-in person as the provider wants to see her."""

    user: AppUser
    auth_time: datetime

    @property
    def subject(self) -> str:
        """What tokens name her by: her id in this instance."""
        return str(self.user.id)


class CoupaTokenStore(TokenStore):
    """Codes and tokens of one instance; only `offline_access` brings a refresh token (as Coupa)."""

    def issue(
        self, *, scope: str, with_refresh_token: bool = True, **options: Any
    ) -> dict[str, Any]:
        """Issue a token; see `TokenStore.issue`."""
        offline = scopes.OFFLINE_ACCESS in scope.split()
        return super().issue(
            scope=scope, with_refresh_token=with_refresh_token and offline, **options
        )


def token_store(world: World, host: str) -> TokenStore:
    """The codes (60 s) and tokens (24 h, rotated on refresh) of one instance."""
    return CoupaTokenStore(
        world=world,
        provider=app_system(host),
        code_lifetime=CODE_LIFETIME,
        access_lifetime=ACCESS_LIFETIME,
    )


def build_provider(world: World, host: str) -> "CoupaProvider":
    """The OAuth provider of one instance: PKCE is verified when sent and not asked for."""
    rules = ProviderRules(
        scopes=scopes.ALL,
        require_pkce=False,
        find_subject=lambda subject: people.by_subject(world, host, subject),
        realm=host,
        parameters_in_query=True,
        any_secret_method=True,  # the form of a client has no such choice
    )
    return CoupaProvider(token_store(world, host), rules)


class _Request(FlaskOAuth2Request):
    """A token request; some clients put all parameters into the query string of the POST."""

    @property
    def form(self) -> Any:
        return flask_request.values


class CoupaProvider(Provider):
    """One instance's authorization server."""

    def create_oauth2_request(self, request: Any) -> FlaskOAuth2Request:
        return _Request(flask_request)

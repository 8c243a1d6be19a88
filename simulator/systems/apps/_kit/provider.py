"""An app's OAuth provider: its rules, its error sentences, revocation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)
from flask import Request, Response
from flask import request as flask_request
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from simulator.db.tables import AppUser, OAuthToken
from simulator.net.addresses import app_system
from simulator.oauth import Provider, ProviderRules, TokenStore, to_ascii
from simulator.oauth.grants import RefreshTokenUsedAgain
from simulator.oauth.provider import InvalidGrantType
from simulator.systems.apps._kit import people, refresh_settings
from simulator.systems.apps._kit.dialect import Dialect, TokenRotation
from simulator.systems.apps._kit.machines import MachineGrant
from simulator.validation.media_types import is_json
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.world import World

_REFRESH = "refresh_token"
_THREE_GRANTS = (
    "Only the grant types authorization_code, refresh_token and client_credentials are supported."
)
#: How long a token works that never expires (our choice).
_FOR_EVER = timedelta(days=36_500)


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
        host: the host of the instance.
        dialect: which tokens there are.
    """

    host: str
    dialect: Dialect

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
        dialect, rotation = self.dialect, self._rotation()
        offline = dialect.offline_scope in (granted_scope or scope).split() or rotation is not None
        if dialect.scopes_add_up:
            scope = granted_scope = self._add_up(scope, options)
        answer = TokenStore.issue(
            self._with(rotation) if rotation else self,
            scope=scope,
            granted_scope=granted_scope,
            with_refresh_token=with_refresh_token and offline,
            **options,
        )
        if dialect.access_lifetime is None and rotation is None:
            del answer["expires_in"]
        return answer

    def _rotation(self) -> TokenRotation | None:
        """Which tokens are refreshed here, where none is by itself."""
        is_set = self.dialect.rotation and refresh_settings.is_set(self.world, self.host)
        return self.dialect.rotation if is_set else None

    def _with(self, rotation: TokenRotation) -> "AppTokenStore":
        return replace(
            self,
            access_lifetime=rotation.lifetime,
            make_access_token=partial(prefixed, self.world, rotation.access_prefix),
            refresh_prefix=rotation.refresh_prefix,
        )

    def _add_up(self, scope: str, options: dict[str, Any]) -> str:
        """Give all tokens that a client has of a person the scopes of all of them."""
        session = self.world.db.session
        of_client = OAuthToken.client_id == options["client_id"]
        own = (OAuthToken.provider == self.provider, of_client, OAuthToken.revoked_at.is_(None))
        mine = (*own, OAuthToken.subject == options["subject"])
        before = session.scalars(select(OAuthToken.scope).where(*mine).with_for_update()).all()
        names = dict.fromkeys(name for each in (*before, scope) for name in each.split())
        every = " ".join(name for name in self.dialect.scopes if name in names)
        adding = update(OAuthToken).where(*mine).values(scope=every, granted_scope=every)
        session.execute(adding)
        return every


def token_store(
    world: World, host: str, dialect: Dialect, kind: type[AppTokenStore] = AppTokenStore
) -> AppTokenStore:
    """The codes and tokens of one instance."""
    prefix = dialect.access_prefix
    return kind(
        world=world,
        provider=app_system(host),
        code_lifetime=dialect.code_lifetime,
        access_lifetime=dialect.access_lifetime or _FOR_EVER,
        refresh_rules=partial(refresh_settings.rules, world, host, dialect),
        refresh_idle=dialect.refresh_idle,
        make_access_token=partial(prefixed, world, prefix) if prefix else None,
        host=host,
        dialect=dialect,
    )


def prefixed(world: World, prefix: str, _row: OAuthToken) -> str:
    """Make the text of an access token that begins in an app's own way."""
    return prefix + world.randomness.secret("access token")


def build_provider(
    world: World, host: str, dialect: Dialect, kind: type["AppProvider"]
) -> "AppProvider":
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
    return kind(token_store(world, host, dialect, kind.store_kind), rules, dialect)


class _QueryToo(FlaskOAuth2Request):
    """A token request; some clients put all parameters into the query string of the POST."""

    @property
    def form(self) -> Any:
        return flask_request.values


class Members(FlaskOAuth2Payload):
    """Members, such as those of a JSON object, as if they had come in a form."""

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
        self.payload = Members(MultiDict(found))

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

    #: What keeps its codes and tokens.
    store_kind: type[AppTokenStore] = AppTokenStore

    def __init__(self, store: TokenStore, rules: ProviderRules, dialect: Dialect) -> None:
        super().__init__(store, rules, self.build_code_extensions())
        self._dialect = dialect
        if "client_credentials" in dialect.grant_types:
            self.register_grant(MachineGrant)

    def build_code_extensions(self) -> Sequence[Any]:
        """Build Authlib's extensions of the authorization code grant; there are none."""
        return ()

    def interpose(self, grant: Any, person: Subject | None) -> Response | str | None:
        """Return what comes in the place of sign-in and consent page; nothing does.

        Args:
            grant: the authorization request.
            person: the person who is signed in; None where nobody is.

        Returns:
            The answer to the client, or another page; None to go on.

        Raises:
            OAuth2Error: the request cannot be granted without anybody.
        """
        return None

    def settle_scope(self, grant: Any, person: Subject) -> None:
        """Set what a consent grants, `grant.granted_scope`, where that is not all of it.

        Args:
            grant: the authorization request, which the person allowed.
            person: the person who did.
        """

    def read_parameters(self, sent: MultiDict[str, str]) -> MultiDict[str, str]:
        """Return the parameters of an authorization request by OAuth's names (RFC 6749 §4.1.1).

        Args:
            sent: as the app has them.
        """
        return sent

    def read_request(self, request: Any) -> Any:
        if self.rules.parameters_in_json and is_json(flask_request.content_type):
            return _Json(flask_request)
        if self.rules.parameters_in_query:
            return _QueryToo(flask_request)
        return super().read_request(request)

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Any:
        refusal = None
        if isinstance(error, UnsupportedGrantTypeError):
            error = InvalidGrantType()
            if "client_credentials" in self._dialect.grant_types:
                error.description = _THREE_GRANTS
        if isinstance(error, InvalidClientError):
            refusal = self._dialect.refused_client
        elif isinstance(error, InvalidGrantError) and request.payload.grant_type == _REFRESH:
            refusal = self._dialect.refused_refresh
        if refusal is None:
            return super().handle_error_response(request, error)
        again = f" {error.description}" if isinstance(error, RefreshTokenUsedAgain) else ""
        payload = {"error": refusal.error, "error_description": f"{refusal.description}{again}"}
        return self.handle_response(refusal.status, payload, {})

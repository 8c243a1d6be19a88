"""Workato Identity as an OAuth 2.1 / OpenID Connect provider."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import current_app, g, request
from joserfc.jwk import KeySet

from simulator.db.tables import EndUser, OAuthClient
from simulator.domain import access_methods, people
from simulator.domain.bearers import Bearer
from simulator.net.addresses import IDENTITY
from simulator.oauth import (
    AccessTokens,
    Client,
    InvalidTarget,
    Provider,
    ProviderRules,
    to_ascii,
)
from simulator.oauth.signing import ALGORITHM
from simulator.systems.identity import client_documents
from simulator.web.environ import SCOPES_DEMANDED
from simulator.world import World

#: `offline_access` is accepted and never needed: refresh tokens are always issued.
SCOPES = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "offline_access": "Stay signed in when you are away",
}
DEFAULT_SCOPES = ("openid", "profile", "email")
#: In every challenge of these endpoints.
REALM = "Workato Identity"


@dataclass(frozen=True)
class Person:
    """The signed-in end user, in the shape that the grants expect.

    Attributes:
        user: the user.
        auth_time: when they signed in.
        saml_provider_id: the id of the identity provider that said who it is; None for a password.
    """

    user: EndUser
    auth_time: datetime
    saml_provider_id: int | None = None

    @property
    def subject(self) -> str:
        """The `sub` of their tokens."""
        return self.user.id


class IdentityProvider(Provider):
    """The authorization server of `id.workato.com`; its access tokens are JWTs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens = AccessTokens(world, IDENTITY, EndUser)
        rules = ProviderRules(
            scopes=tuple(SCOPES),
            default_scopes=DEFAULT_SCOPES,
            demanded_scopes=_demanded_scopes,
            require_pkce=True,
            issuer=lambda: self.tokens.issuer,
            ignore_unknown_scopes=True,
            resource=self.resource,
            default_resource=self._default_resource,
            find_subject=self._find_subject,
            realm=REALM,
            resource_required=lambda: world.settings.missing_resource == "refuse",
        )
        super().__init__(self.tokens.store, rules, [_IdToken(self)])

    def find_client(self, client_id: str) -> Client | None:
        """Return the client: registered, or described by the document at its address; or None.

        Raises:
            BadDocument: the document cannot be used.
        """
        if not client_documents.is_address(client_id):
            return super().find_client(client_id)
        # Authlib asks for the same client more than once in a request.
        found: dict[str, Client] = g.setdefault("described_clients", {})
        if client_id not in found:
            row = client_documents.client_row(self.world, client_id, tuple(SCOPES))
            found[client_id] = self.build_client(row)
        return found[client_id]

    def _find_subject(self, subject: str) -> EndUser | None:
        person: EndUser | None = self.store.reader.find_person(subject)
        if person is None:
            return people.find_active_end_user(self.world, subject)
        return person if person.status == "active" else None

    def resource(self, resources: list[str]) -> str:
        """Return the audience of the tokens: one MCP server's URL (RFC 8707).

        Args:
            resources: the `resource` parameters, one or more.

        Raises:
            InvalidTarget: several, an unknown one, or one on token-based access.
        """
        numbers = {self.world.addresses.server_number(url) for url in resources}
        if len(numbers) > 1:
            raise InvalidTarget("Ask for one MCP server at a time: one 'resource' parameter.")
        number = numbers.pop()
        server = access_methods.find_access_method(self.world, number) if number else None
        collections = {self.world.addresses.collection_path(url) for url in resources} - {None}
        if number is None or server is None or collections - {server.collection_path}:
            raise InvalidTarget(f"No MCP server lives at {to_ascii(resources[0])}.")
        if not server.uses_workato_identity:
            name = to_ascii(server.name)
            raise InvalidTarget(f"The MCP server '{name}' uses token-based access.")
        return self.world.addresses.mcp_url(number)

    def _default_resource(self, client: OAuthClient) -> str | None:
        """Return the audience where no `resource` is named, or None for sign-in alone (our choice).

        MCP clients from before June 2025 name none, and neither does who only wants a sign-in.

        Raises:
            InvalidTarget: the sandbox refuses such requests, or the server moved to token access.
        """
        missing = self.world.settings.missing_resource
        if missing == "refuse":
            raise InvalidTarget("Name the MCP server: send its URL as 'resource' (RFC 8707).")
        if missing == "sign-in":
            return None
        if client.default_resource:
            return self.resource([client.default_resource])
        number = access_methods.find_only_with_workato_identity(self.world)
        return self.world.addresses.mcp_url(number) if number else None


class _IdToken(OpenIDCode):
    """Adds an id_token to token answers whose scope has `openid` (OIDC Core §3.1.3.3)."""

    def __init__(self, provider: IdentityProvider) -> None:
        super().__init__(require_nonce=False)
        self._provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False  # codes are single use; a nonce may come again

    def resolve_client_private_key(self, client: Client) -> KeySet:
        return KeySet([self._provider.tokens.signer.load_key_set().keys[0]])

    def get_client_algorithm(self, client: Client) -> str:
        return ALGORITHM

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = self._provider.world.clock.timestamp()
        return {
            "iss": self._provider.tokens.issuer,
            "aud": client.get_client_id(),
            "iat": now,
            "exp": now + 3600,
        }

    def generate_user_info(self, user: EndUser, scope: str) -> UserInfo:
        return UserInfo(claims(user, scope.split()))


def claims(user: EndUser | Bearer, names: Collection[str]) -> dict[str, Any]:
    """Return the claims about a person that scopes allow (OIDC Core §5.4)."""
    result: dict[str, Any] = {"sub": user.id}
    if "profile" in names:
        result["name"] = user.name
    if "email" in names:
        result |= {"email": user.email, "email_verified": True}
    return result


def build_provider(world: World) -> IdentityProvider:
    """Return the authorization server over a world."""
    return IdentityProvider(world)


def provider() -> IdentityProvider:
    """Return the authorization server of the application that is answering."""
    found: IdentityProvider = current_app.extensions["simulator.provider"]
    return found


def _demanded_scopes() -> Sequence[str]:
    found: Sequence[str] = request.environ.get(SCOPES_DEMANDED, ())
    return found

"""Adapters from database rows to Authlib's interfaces of clients, codes and tokens."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin

from simulator.clock import has_expired
from simulator.crypto import Keys, Purpose
from simulator.db.tables import OAuthClient, OAuthCode, OAuthToken

#: A URI on this machine, to the letter but for its port. Parsers drop blanks before a URI, an empty
#: port or fragment, and the case of its host: what differs in those is another URI.
_LOOPBACK_URI = re.compile(
    r"(?P<before>http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<after>(?:[/?].*)?)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Client(ClientMixin):
    """A registered client.

    Attributes:
        row: its row.
        keys: to compare its secret.
        scopes: what it may ask for.
        default_scopes: what it gets of these when it asks for nothing.
        ignore_unknown_scopes: grant what is known of a request instead of refusing it whole
            (both are allowed, RFC 6749 §3.3).
        any_secret_method: whether a secret is taken by header or body, whichever was registered.
    """

    row: OAuthClient
    keys: Keys
    scopes: tuple[str, ...]
    default_scopes: tuple[str, ...]
    ignore_unknown_scopes: bool
    any_secret_method: bool = False

    @property
    def auth_methods(self) -> tuple[str, ...]:
        """The authentication methods that the client registered (RFC 7591 §2)."""
        if self.any_secret_method and not self.is_public:
            return ("client_secret_basic", "client_secret_post")
        return (self.row.token_endpoint_auth_method,)

    @property
    def is_public(self) -> bool:
        """Whether the client has no secret (RFC 6749 §2.1)."""
        return self.row.token_endpoint_auth_method == "none"

    def get_client_id(self) -> str:
        return self.row.client_id

    def get_default_redirect_uri(self) -> str | None:  # type: ignore[override]
        uris = self.row.redirect_uris
        return uris[0] if len(uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:  # type: ignore[override]
        usual = [name for name in self.default_scopes if name in self.scopes] or list(self.scopes)
        names = (scope or "").split() or usual
        allowed = [name for name in names if name in self.scopes]
        if len(allowed) < len(names) and not self.ignore_unknown_scopes:
            return None
        return " ".join(dict.fromkeys(allowed or usual))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return any(is_same_redirect_uri(uri, redirect_uri) for uri in self.row.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        if self.row.secret_sealed is None:
            return False
        secret = self.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, self.row.secret_sealed)
        return hmac.compare_digest(secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in self.auth_methods

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and "authorization_code" in self.row.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.row.grant_types


def is_same_redirect_uri(registered: str, requested: str) -> bool:
    """Compare redirect URIs exactly, but for the port of a loopback URI (RFC 8252 §7.3).

    Args:
        registered: of the client.
        requested: of the request.
    """
    if registered == requested:
        return True
    one, other = _LOOPBACK_URI.fullmatch(registered), _LOOPBACK_URI.fullmatch(requested)
    if one is None or other is None or int(other["port"] or 80) > 65535:
        return False
    return one.group("before", "after") == other.group("before", "after")


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """An authorization code that is being redeemed."""

    row: OAuthCode

    @property
    def code_challenge(self) -> str | None:
        return self.row.code_challenge

    @property
    def code_challenge_method(self) -> str | None:
        return self.row.code_challenge_method

    def get_redirect_uri(self) -> str | None:  # type: ignore[override]
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return self.row.scope

    def get_nonce(self) -> str | None:
        return self.row.nonce

    def get_auth_time(self) -> int:
        return int(self.row.auth_time.timestamp())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass(frozen=True)
class Token(TokenMixin):
    """An issued token at one moment of simulated time.

    Attributes:
        row: its row.
        now: the moment.
        is_refresh_token: whether it is looked at as the refresh token; else as the access token.
    """

    row: OAuthToken
    now: datetime
    is_refresh_token: bool

    def check_client(self, client: Client) -> bool:
        return self.row.client_id == client.row.client_id

    def get_scope(self) -> str:
        return self.row.granted_scope if self.is_refresh_token else self.row.scope

    def get_expires_in(self) -> int:
        return int((self.row.expires_at - self.row.issued_at).total_seconds())

    def is_expired(self) -> bool:
        return not self.is_refresh_token and has_expired(self.row.expires_at, self.now)

    def is_revoked(self) -> bool:
        used = self.is_refresh_token and self.row.refresh_used_at is not None
        return used or self.row.revoked_at is not None

    def get_client(self) -> str:  # type: ignore[override]
        return self.row.client_id

    def get_user(self) -> str:
        return self.row.subject

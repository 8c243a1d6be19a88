"""Revocation (RFC 7009) and introspection (RFC 7662) of tokens."""

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from simulator.oauth.models import Client, Token

if TYPE_CHECKING:  # pragma: no cover
    from simulator.oauth.provider import Provider


class Revocation(RevocationEndpoint):
    """Token revocation (RFC 7009): an access or refresh token takes its whole family along."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    server: "Provider"

    def check_params(self, request: Any, client: Client) -> None:
        _check_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        return self.server.find_token(token_string)

    def revoke_token(self, token: Token, request: Any) -> None:
        self.server.store.revoke_family(token.row.family)


def _check_token(request: Any) -> None:
    """A token_type_hint that means nothing here is ignored (RFC 7009 §2.2.1, RFC 7662 §2.1)."""
    if not request.form.get("token"):
        raise InvalidRequestError("The parameter token is missing: send the token.")


class Introspection(IntrospectionEndpoint):
    """Token introspection (RFC 7662): a client may ask about its own tokens."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    server: "Provider"

    def check_params(self, request: Any, client: Client) -> None:
        _check_token(request)

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

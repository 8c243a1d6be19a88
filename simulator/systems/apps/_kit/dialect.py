"""How an app speaks OAuth, as data; the part `dialect` of an app has it as `DIALECT`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What one app's authorization server does in its own way.

    Attributes:
        scopes: scope → what it allows, as the consent page says it, in the order of the pages.
        offline_scope: without it, a token response carries no refresh token.
        usual_scopes: those that are ticked in the form of a new client.
        grant_types: what an admin can choose for a client → its label.
        code_lifetime: how long an authorization code can be redeemed.
        access_lifetime: of access tokens.
        parameters_in_query: whether the token endpoint reads its parameters there, too.
    """

    scopes: Mapping[str, str]
    offline_scope: str
    usual_scopes: tuple[str, ...]
    grant_types: Mapping[str, str]
    code_lifetime: timedelta
    access_lifetime: timedelta
    parameters_in_query: bool = False

    def described(self, scope: str) -> list[tuple[str, str]]:
        """`(name, description)` of each scope in a space-separated list, as listed there."""
        return [(name, self.scopes.get(name, name)) for name in scope.split()]

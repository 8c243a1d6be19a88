"""How an app speaks OAuth, as data; the part `dialect` of an app has it as `DIALECT`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from simulator.oauth.refreshing import RefreshRules


@dataclass(frozen=True)
class Refusal:
    """How a token endpoint words a refusal, instead of RFC 6749 §5.2.

    Attributes:
        status: the HTTP status.
        error: the code.
        description: one sentence, whatever the reason was.
    """

    status: int
    error: str
    description: str


@dataclass(frozen=True, kw_only=True)
class TokenRotation:
    """Tokens that expire and are refreshed, at an app whose tokens do not by themselves.

    Attributes:
        lifetime: the lifetime of access tokens.
        access_prefix: what they begin with.
        refresh_prefix: what refresh tokens begin with.
    """

    lifetime: timedelta
    access_prefix: str
    refresh_prefix: str


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What one app's authorization server does in its own way.

    Attributes:
        scopes: scope → what it allows, as the consent page says it, in the order of the pages.
        offline_scope: without it, a token response carries no refresh token; empty where none does.
        is_offline_by_parameter: whether that scope is none that clients ask for: it stands for a
            parameter of the authorization request in what is granted, and no response names it.
        usual_scopes: those that are ticked in the form of a new client.
        grant_types: what an admin can choose for a client → its label.
        code_lifetime: how long an authorization code can be redeemed.
        access_lifetime: the lifetime of access tokens; None for ever, and then the response says
            none.
        access_prefix: what they begin with.
        rotation: what tokens there are instead in an instance that is set to have them refreshed.
        refresh: what becomes of a refresh token that is used, where an instance is not set
            otherwise.
        refresh_idle: how long a refresh token that nobody uses can be used; None for ever.
        parameters_in_query: whether the token endpoint reads its parameters there, too.
        parameters_in_json: whether it takes a JSON object in place of a form.
        scopes_add_up: whether a later consent adds its scopes to all tokens that the client has of
            the person.
        refused_refresh: its answer to a refresh token that it does not take.
        refused_client: its answer to a wrong client or secret.
        authorize_parameters: what an authorization request must have, too → its value.
        denied: what the client is told of a person who said no (RFC 6749 §4.1.2.1).
        missing_scope_status: the API's answer to a token that lacks a scope (RFC 6750 §3.1: 403).
    """

    scopes: Mapping[str, str]
    offline_scope: str
    is_offline_by_parameter: bool = False
    usual_scopes: tuple[str, ...]
    grant_types: Mapping[str, str]
    code_lifetime: timedelta
    access_lifetime: timedelta | None
    access_prefix: str = ""
    rotation: TokenRotation | None = None
    refresh: RefreshRules = field(default=RefreshRules())
    refresh_idle: timedelta | None = None
    parameters_in_query: bool = False
    parameters_in_json: bool = False
    scopes_add_up: bool = False
    refused_refresh: Refusal | None = None
    refused_client: Refusal | None = None
    authorize_parameters: Mapping[str, str] = field(default_factory=dict)
    denied: str = "The user denied the request."
    missing_scope_status: int = 403

    def described(self, scope: str) -> list[tuple[str, str]]:
        """`(name, description)` of each scope in a space-separated list, as listed there."""
        return [(name, self.scopes.get(name, name)) for name in scope.split()]

"""The OAuth provider that Workato Identity and the apps share, based on Authlib."""

from simulator.oauth.grants import InvalidTarget
from simulator.oauth.models import Client
from simulator.oauth.parameters import to_ascii
from simulator.oauth.provider import Provider, ProviderRules
from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.oauth.signing import AccessTokens, Signer
from simulator.oauth.store import TokenStore

__all__ = [
    "AccessTokens",
    "Client",
    "InvalidTarget",
    "Provider",
    "ProviderRules",
    "RefreshPolicy",
    "RefreshRules",
    "Signer",
    "TokenStore",
    "to_ascii",
]

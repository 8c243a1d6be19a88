"""How Salesforce speaks OAuth 2.0 (Salesforce Help, "OAuth 2.0 Web Server Flow")."""

from datetime import timedelta

from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.systems.apps._kit.dialect import Dialect, Refusal

DIALECT = Dialect(
    scopes={
        "full": "Full access",
        "api": "Manage user data via APIs",
        "web": "Manage user data via Web browsers",
        "id": "Access the identity URL service",
        "openid": "Access unique user identifiers",
        "profile": "Access your basic information",
        "email": "Access your email address",
        "address": "Access your address",
        "phone": "Access your phone number",
        "chatter_api": "Access Connect REST API resources",
        "custom_permissions": "Access custom permissions",
        "content": "Access content resources",
        "lightning": "Access Lightning applications",
        "refresh_token": "Perform requests at any time",
        "offline_access": "Perform requests at any time",
    },
    offline_scope="refresh_token",
    usual_scopes=("id", "api", "refresh_token"),
    grant_types={"authorization_code": "Web Server Flow"},
    code_lifetime=timedelta(minutes=15),
    access_lifetime=timedelta(hours=2),  # the default session timeout; not prolonged by use
    refresh=RefreshRules(policy=RefreshPolicy.NONE),  # "valid until revoked", the default
    refused_refresh=Refusal(400, "invalid_grant", "expired access/refresh token"),
    refused_client=Refusal(400, "invalid_client", "invalid client credentials"),
    denied="end-user denied authorization",
    missing_scope_status=401,
)

"""How Google's authorization server speaks OAuth 2.0."""

from datetime import timedelta

from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.systems.apps._kit.dialect import Dialect, Refusal
from simulator.systems.apps.google import scopes

#: In what a grant is stored as, this stands for a refresh token: no client can ask for it.
OFFLINE = "access_type=offline"
DIALECT = Dialect(
    scopes=scopes.DESCRIPTIONS,
    offline_scope=OFFLINE,
    is_offline_by_parameter=True,
    usual_scopes=(f"{scopes.PREFIX}gmail.modify",),
    grant_types={"authorization_code": "Web application"},
    code_lifetime=timedelta(minutes=10),  # our choice: nobody says
    access_lifetime=timedelta(seconds=3599),
    access_prefix="ya29.",
    refresh=RefreshRules(RefreshPolicy.NONE),
    refresh_idle=timedelta(days=183),  # "six months"
    parameters_in_query=True,
    refused_refresh=Refusal(400, "invalid_grant", "Token has been expired or revoked."),
    refused_client=Refusal(401, "invalid_client", "Unauthorized"),
)

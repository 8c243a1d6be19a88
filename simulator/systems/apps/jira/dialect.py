"""How Atlassian's authorization server speaks OAuth 2.0 (3LO)."""

from datetime import timedelta

from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.systems.apps._kit.dialect import Dialect, Refusal

DIALECT = Dialect(
    # Atlassian, "Jira scopes"; what people read of them is in our words.
    scopes={
        "read:jira-work": "View Jira projects and issues, and search for them",
        "write:jira-work": "Create and change Jira issues, and comment on them",
        "read:jira-user": "View the profile of your Jira user",
        "offline_access": "Keep this access while you are away",
    },
    offline_scope="offline_access",
    usual_scopes=("read:jira-work", "read:jira-user"),
    grant_types={"authorization_code": "OAuth 2.0 (3LO)"},
    code_lifetime=timedelta(minutes=5),  # our choice: nobody says
    access_lifetime=timedelta(hours=1),
    # Atlassian, "Rotating refresh tokens"
    refresh=RefreshRules(RefreshPolicy.ROTATE_WITH_LEEWAY, timedelta(minutes=10)),
    refresh_idle=timedelta(days=90),
    parameters_in_json=True,
    refused_refresh=Refusal(403, "invalid_grant", "Unknown or invalid refresh token."),
    refused_client=Refusal(401, "access_denied", "Unauthorized"),
    authorize_parameters={"audience": "api.atlassian.com"},
    missing_scope_status=401,
)

"""Which requests a site and Atlassian's common hosts serve."""

from simulator.installed_apps import Traffic

AUTH_HOST, API_HOST = "auth.atlassian.com", "api.atlassian.com"
_QUERY = (
    *("jql", "fields", "maxResults", "nextPageToken", "startAt", "query", "expand", "accountId"),
    *("orderBy", "projectKeys", "returnIssue", "transitionId", "properties", "keys"),
)
TRAFFIC = Traffic(
    api=("/ex/jira/*", "/rest/*"),
    authorize="/authorize",
    token="/oauth/token",
    sign_in="/login",
    sign_out="/logout",
    owner="fields.assignee.emailAddress",
    hosts={
        AUTH_HOST: ("/authorize", "/oauth/token", "/login", "/logout"),
        API_HOST: ("/ex/jira/*", "/oauth/token/accessible-resources"),
    },
    pages=(
        ("* /login", ("username", "password")),
        ("* /manage-profile/*", ("label", "days")),
        ("* /console/*", ("name", "login", "redirect_uris", "scopes", "grant_type")),
    ),
    parameters=lambda: [
        ("* /ex/jira/*", _QUERY),
        ("* /ex/jira/*", ("body", "transition", "update", "fields")),
        ("* /rest/*", _QUERY),
        ("* /rest/*", ("body", "transition", "update", "fields")),
    ],
)

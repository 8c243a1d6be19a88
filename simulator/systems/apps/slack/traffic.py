"""Which requests a workspace and Slack's common host serve."""

from simulator.installed_apps import Traffic

SLACK_HOST = "slack.com"
AUTHORIZE = "/oauth/v2/authorize"
_NAMES = (
    *("channel", "user", "users", "text", "blocks", "ts", "thread_ts", "timestamp", "name"),
    *("types", "cursor", "limit", "oldest", "latest", "inclusive", "query", "sort", "sort_dir"),
    *("count", "page", "email", "topic", "purpose", "is_private", "exclude_archived"),
)
TRAFFIC = Traffic(
    api=("/api/*",),
    authorize=AUTHORIZE,
    token="/api/oauth.v2.access",
    sign_in="/signin",
    sign_out="/signout",
    hosts={SLACK_HOST: (AUTHORIZE, "/signin", "/signout", "/api/*")},
    pages=(
        ("* /signin", ("email", "password")),
        ("* /apps/*", ("name", "login", "redirect_uris", "scopes", "grant_type")),
    ),
    parameters=lambda: [("* /api/*", _NAMES)],
)

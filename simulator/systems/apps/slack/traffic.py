"""Which requests a workspace and Slack's common host serve."""

from simulator.installed_apps import Traffic

SLACK_HOST = "slack.com"
#: Where the content of files is sent, and fetched.
FILES_HOST = "files.slack.com"
_FILES = ("/upload/v1/*", "/files-pri/*")
AUTHORIZE = "/oauth/v2/authorize"
_NAMES = (
    *("channel", "user", "users", "text", "blocks", "ts", "thread_ts", "timestamp", "name"),
    *("types", "cursor", "limit", "oldest", "latest", "inclusive", "query", "sort", "sort_dir"),
    *("filename", "length", "files", "file", "channel_id", "channels", "initial_comment", "title"),
    *("count", "page", "email", "topic", "purpose", "is_private", "exclude_archived"),
)
TRAFFIC = Traffic(
    api=("/api/*", *_FILES),
    authorize=AUTHORIZE,
    token="/api/oauth.v2.access",
    sign_in="/signin",
    sign_out="/signout",
    hosts={SLACK_HOST: (AUTHORIZE, "/signin", "/signout", "/api/*"), FILES_HOST: _FILES},
    pages=(
        ("* /signin", ("email", "password")),
        ("* /apps/*", ("name", "login", "redirect_uris", "scopes", "grant_type")),
    ),
    parameters=lambda: [("* /api/*", _NAMES)],
)

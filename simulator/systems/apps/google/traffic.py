"""Which requests Google's hosts serve; its own host is that of the authorization server."""

from collections.abc import Iterator

from simulator.installed_apps import Traffic

ACCOUNTS = "accounts.google.com"
TOKENS, USERINFO = "oauth2.googleapis.com", "openidconnect.googleapis.com"
GMAIL, APIS = "gmail.googleapis.com", "www.googleapis.com"
MY_ACCOUNT = "myaccount.google.com"
_QUERY = (
    *("q", "labelIds", "maxResults", "pageToken", "includeSpamTrash", "format", "metadataHeaders"),
    *("fields", "uploadType", "internalDateSource", "alt", "prettyPrint", "key", "quotaUser"),
    *("timeMin", "timeMax", "singleEvents", "orderBy", "syncToken", "sendUpdates", "showDeleted"),
    *("pageSize", "corpora", "spaces", "mimeType", "supportsAllDrives", "addParents"),
    *("startHistoryId", "historyTypes", "labelId"),
    *("includeItemsFromAllDrives", "removeParents", "timeZone", "updatedMin", "userId"),
)


def _parameters() -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in ("/gmail/*", "/calendar/*", "/drive/*", "/upload/*"):
        yield f"* {path}", _QUERY
    yield "* /gmail/*", ("raw", "threadId", "message", "id", "ids", "addLabelIds", "labelIds")
    yield "* /gmail/*", ("removeLabelIds", "name", "color")
    yield "* /calendar/*", ("summary", "description", "location", "start", "end", "attendees")
    yield "* /drive/*", ("name", "mimeType", "parents", "description", "role", "type")
    yield "* /o/oauth2/*", ("access_type", "prompt", "login_hint", "include_granted_scopes")
    yield "* /o/oauth2/*", ("authuser", "hd", "enable_granular_consent", "flowName")


TRAFFIC = Traffic(
    api=("/gmail/*", "/calendar/*", "/drive/*", "/upload/*", "/batch", "/batch/*"),
    authorize="/o/oauth2/v2/auth",
    token="/token",
    revoke="/revoke",
    userinfo="/v1/userinfo",
    sign_in="/v3/signin/identifier",
    sign_out="/Logout",
    hosts={
        TOKENS: ("/token", "/revoke", "/tokeninfo"),
        USERINFO: ("/v1/userinfo",),
        GMAIL: ("/gmail/*", "/upload/gmail/*", "/batch", "/batch/gmail/*"),
        APIS: ("/gmail/*", "/upload/*", "/calendar/*", "/drive/*", "/oauth2/*", "/batch/*"),
        MY_ACCOUNT: ("/connections", "/v3/signin/identifier", "/Logout"),
    },
    pages=(
        ("* /v3/signin/*", ("identifier", "Passwd", "next")),
        ("* /apis/*", ("name", "login", "redirect_uris", "scopes", "grant_type", "page")),
        ("* /", ("q", "before")),
        ("* /connections*", ("client",)),
    ),
    parameters=_parameters,
)

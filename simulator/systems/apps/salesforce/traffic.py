"""Which requests an org and Salesforce's login hosts serve."""

from simulator.installed_apps import Traffic

LOGIN_HOST, TEST_HOST = "login.salesforce.com", "test.salesforce.com"
_SIGN_IN = ("/services/oauth2/*", "/id/*", "/login", "/logout", "/.well-known/*")
TRAFFIC = Traffic(
    api=("/services/data/*",),
    authorize="/services/oauth2/authorize",
    token="/services/oauth2/token",
    revoke="/services/oauth2/revoke",
    userinfo="/services/oauth2/userinfo",
    sign_in="/login",
    sign_out="/logout",
    owner="Owner.Email",
    hosts={LOGIN_HOST: _SIGN_IN, TEST_HOST: _SIGN_IN},
    everywhere=_SIGN_IN,
    pages=(
        ("* /login", ("username", "pw")),
        ("* /setup/*", ("name", "login", "redirect_uris", "scopes", "grant_type")),
    ),
    parameters=lambda: [
        ("* /services/data/*", ("q", "fields", "ids", "allOrNone", "start", "end", "limit")),
        ("* /services/data/*", ("sobject", "_HttpMethod", "records", "compositeRequest")),
        ("* /services/oauth2/*", ("token", "token_type_hint", "format", "display", "prompt")),
        ("* /services/oauth2/*", ("login_hint", "immediate", "nonce")),
    ],
)

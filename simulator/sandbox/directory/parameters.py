"""Which parameters requests can have: those of the standards, of our pages, and of the APIs."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from simulator import installed_apps
from simulator.domain.mcp_apps import DIRECTIVES
from simulator.sandbox.directory.globs import DIGITS, SEGMENT, overlap

_CLIENT = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
_PAGE = (
    *(
        "csrf_token",
        "once",
        "next",
        "v",
        "q",
        "find",
        "page",
        "dialog",
        "environment",
        "group",
        "delete",
    ),
    "seen",
)
#: RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2, RFC 9101 §5, OpenID Connect Core §3.1.2.1.
_AUTHORIZATION = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "resource", "audience"),
    *("code_challenge", "code_challenge_method", "nonce", "prompt", "max_age", "display"),
    *("login_hint", "id_token_hint", "ui_locales", "claims_locales", "acr_values", "claims"),
    *("request", "request_uri", "response_mode", "registration", "decision"),
)
#: RFC 6749 §4–6, RFC 7636 §4.5, RFC 8707 §2, RFC 8693 §2.1, RFC 8628 §3.4.
_TOKEN = (
    *_CLIENT,
    *("grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope"),
    *("resource", "audience", "username", "password", "assertion", "device_code"),
    *("subject_token", "subject_token_type", "actor_token", "actor_token_type"),
    "requested_token_type",
)
#: RFC 7591 §2 and §3.2.1, OpenID Connect Registration §2, RP-Initiated Logout §3.1.
_REGISTRATION = (
    *("redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types"),
    *("client_name", "client_uri", "logo_uri", "scope", "contacts", "tos_uri", "policy_uri"),
    *("jwks_uri", "jwks", "software_id", "software_version", "software_statement"),
    *("application_type", "sector_identifier_uri", "subject_type", "default_max_age"),
    *("id_token_signed_response_alg", "require_auth_time", "default_acr_values"),
    *("initiate_login_uri", "request_uris", "post_logout_redirect_uris", "client_id"),
    *("client_secret", "client_id_issued_at", "client_secret_expires_at", "resource"),
    *("registration_access_token", "registration_client_uri"),
)
_RPC = ("jsonrpc", "id", "method", "params", "result", "error", "name", "arguments", "wkt_token")
_LOGOUT = (
    *("id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state"),
    "ui_locales",
)


class Parameters(NamedTuple):
    """What requests can have.

    Attributes:
        system: its name, or what its name begins with.
        request: method and path, a pattern of `globs`.
        names: the names of the query, form or JSON.
    """

    system: str
    request: str
    names: tuple[str, ...]


STANDARD = (
    Parameters("identity", "* /oauth/authorize", (*_AUTHORIZATION, *_PAGE)),
    Parameters("identity", "POST /oauth/token", _TOKEN),
    Parameters("identity", "* /oauth/register", _REGISTRATION),
    Parameters("identity", "* /oauth/register/*", _REGISTRATION),
    Parameters("identity", "POST /oauth/revoke", (*_CLIENT, "token", "token_type_hint")),
    Parameters("identity", "POST /oauth/introspect", (*_CLIENT, "token", "token_type_hint")),
    Parameters("identity", "* /oauth/userinfo", ("access_token", "schema")),
    Parameters("identity", "* /oauth/end_session*", (*_LOGOUT, *_PAGE)),
    Parameters("identity", "* /.well-known/*", ()),
    Parameters("identity", "* /healthz", ()),
    Parameters("identity", "* /oauth/jwks", ()),
    Parameters("identity", "* /login", ("email", "password", *_PAGE)),
    Parameters("identity", "* /login/workspace", ("offer_secret", "account", *_PAGE)),
    Parameters("identity", "* /logout", _PAGE),
    Parameters("identity", "* /connections/*", ("ticket", "auth_url", "app", *_PAGE)),
    Parameters("identity", "* /invitations/*", ("password", *_PAGE)),
    Parameters("identity", "* /mailbox*", _PAGE),
    Parameters("identity", "* /my_access*", ("client_id", "clients", *_PAGE)),
    Parameters("identity", "* /", _PAGE),
    Parameters("mcp", "* /.well-known/*", ()),
    Parameters("mcp", "* /*/.well-known/*", ()),
    Parameters("mcp", f"* /{DIGITS}", _RPC),
    Parameters("mcp", f"* /{DIGITS}/*", _RPC),
    Parameters("mcp", "* /", _RPC),
    Parameters("mcp", "* /tools/call", _RPC),
    Parameters("mcp", "* /conformance", _RPC),
    Parameters("aihub", "* /oauth/callback", ("code", "state", "iss", "error", "error_uri")),
    Parameters("aihub", "* /oauth/callback", ("error_description", "scope", "session_state")),
    Parameters("aihub", "* /users/*", ("email", "password", *_PAGE)),
    Parameters("aihub", "* /users/workspaces", ("offer_secret", "account", *_PAGE)),
    Parameters("aihub", "* /ai_hub*", ("groups", "method", "do", "tools", "name", *_PAGE)),
    Parameters("aihub", "* /ai_hub*", ("description", "location", "environment", "find", "found")),
    Parameters(
        "aihub", "* /ai_hub*", ("hints", "has_hints", "edit", "remove", "confirm", "source")
    ),
    Parameters(
        "aihub",
        "* /ai_hub*",
        ("ip_allow_list", "ip_deny_list", "asset_id", "end_user", "end_users"),
    ),
    Parameters("aihub", "* /ai_hub/mcp/*/apps*", ("tool", "html", *DIRECTIVES)),
    Parameters("aihub", "* /ai_hub*", ("rate_limit_tool_calls", "rate_limit_interval")),
    Parameters("aihub", "* /ai_hub*", ("usage_quota_tool_calls", "usage_quota_interval")),
    Parameters("aihub", "* /ai_hub/skills*", ("recipe_id",)),
    Parameters("aihub", "* /ai_hub/mcp/*", ("measure", "span", "from", "to", "server")),
    Parameters("aihub", "* /ai_hub/mcp/*", ("client", "user")),
    Parameters("aihub", "* /workspace_admin*", ("name", "end_users", "do", "found", *_PAGE)),
    Parameters("aihub", "* /workspace_admin*", ("ask", "email", "file", "people", "remove")),
    Parameters("aihub", "* /workspace_admin*", ("status",)),
    Parameters("aihub", "* /workspace_admin/login_experience*", ("primary", "secondary", "logo")),
    Parameters("aihub", "* /workspace_admin/login_experience*", ("remove_logo",)),
    Parameters("aihub", "* /workspace_admin/authentication*", ("enabled", "provider", "domains")),
    Parameters(
        "aihub",
        "* /workspace_admin/authentication*",
        ("enforced_for", "jit", "groups", "jit_environments"),
    ),
    Parameters("aihub", "* /workspace_admin/authentication*", ("chosen", "metadata_url")),
    Parameters("aihub", "* /workspace_admin/authentication*", ("metadata_xml",)),
    Parameters("identity", "* /saml/*", ("SAMLResponse", "RelayState", "next")),
    Parameters("idp", "* /saml/*", ("SAMLRequest", "SAMLResponse", "RelayState")),
    Parameters("idp", "* /login", ("username", "password", *_PAGE)),
    Parameters("idp", "* /logout", _PAGE),
    Parameters("idp", "* /directory*", ("q", "page", "name", "email", "groups", "active")),
    Parameters("idp", "* /directory*", ("password", "entity_id", "acs_url", *_PAGE)),
    Parameters(
        "aihub",
        "* /workspace_admin/collaborator*",
        ("role", "project", "project_role", "grant", "ask", "groups", "projects"),
    ),
    Parameters("aihub", "* /workspace_admin/collaborator_groups*", ("members", "member")),
    Parameters("aihub", "* /workspace_admin/collaborator_groups*", ("description",)),
    Parameters("identity", "* /login_experience/*", ("workspace",)),
    Parameters("aihub", "* /workspace_admin/api_clients*", ("role", "access", "projects")),
    Parameters("aihub", "* /workspace_admin/api_clients*", ("ip_allow_list", "endpoints")),
    Parameters("aihub", "* /workspace_admin/roles*", ("privileges",)),
    Parameters("aihub", "* /api_platform*", ("name", "location", "source", "document", *_PAGE)),
    Parameters("aihub", "* /api_platform*", ("file", "do", "recipe", "method", "path")),
    Parameters("aihub", "* /api_platform*", ("description", "email", "collections", "ask")),
    Parameters("aihub", "* /api_platform*", ("ip_allow_list", "ip_deny_list")),
    Parameters("aihub", "GET /web_api/*", ("asset_type", "folder_id", "sort_term", "text", "page")),
    Parameters("aihub", "GET /web_api/*", ("offset_job_id", "prev", "status", "per_page")),
    Parameters("aihub", "* /projects*", ("connections", "package", "project", "start", *_PAGE)),
    Parameters("aihub", "* /recipes/*", ("connection", "id", "server", "step", "as", "do", *_PAGE)),
    Parameters(
        "aihub", "* /recipes/*", ("connection_id", "auth_type", "client_id", "host", "host_choice")
    ),
    Parameters("aihub", "* /recipes/*", ("client_secret", "location", "name", "scopes", "new")),
    Parameters("aihub", "* /recipes/*", ("event", "person", "back")),
    Parameters("aihub", "* /recipes/*", ("old", "new", "version", "comment", "onto")),
    Parameters("aihub", "* /recipes/*", ("insert", "target", "pills", "new_name", "new_value")),
    Parameters("aihub", "* /recipes/*", ("after", "into", "first", "kind", "within")),
    Parameters("aihub", "* /recipes/*/settings*", ("copy_to", "description", "tag")),
    Parameters("aihub", "* /recipes/*/settings*", ("remove",)),
    Parameters("aihub", "* /recipes/*/test_cases*", ("job", "case", "mocks", "checks")),
    Parameters("aihub", "* /projects/*/deployments", ("test_cases",)),
    Parameters("aihub", "* /recipes/new", ("name", "description", "location", "trigger")),
    Parameters("aihub", "* /connections/*", ("project", "environment", "location", "name", *_PAGE)),
    Parameters("aihub", "* /connections/*", ("connection_id", "auth_type", "client_id", "host")),
    Parameters("aihub", "* /connections/*", ("client_secret", "scopes", "host_choice")),
    Parameters("aihub", "* /connections/*", ("recipe", "step", "tag", "remove")),
    Parameters("aihub", "* /projects/*", ("name", "description", "folder", "dialog", "into")),
    Parameters("aihub", "* /projects/*", ("tag",)),
    Parameters("aihub", "* /tags*", ("title", "description", "color", "sort", *_PAGE)),
    Parameters("aihub", "* /tags*", ("connections",)),
    Parameters("aihub", "* /custom_oauth_keys*", ("provider", "name", "client_id", *_PAGE)),
    Parameters("aihub", "* /custom_oauth_keys*", ("client_secret", "verification_token")),
    Parameters("aihub", "* /connections/*", ("profile_id", "email", "apitoken", "username")),
    Parameters("aihub", "* /connections/*", ("personal_access_token", "password")),
    Parameters("aihub", "* /recipes/*", ("profile_id",)),
    Parameters("aihub", "* /workspace_admin/settings", ("restricts_tags",)),
    Parameters("aihub", "* /data_tables/*", ("name", "location", "do", *_PAGE)),
    Parameters("aihub", "* /data_tables/*", ("by", "how", "value", "sort", "own", "confirmed")),
    Parameters("aihub", "* /tools/lookup_tables*", ("name", "project", "columns", "file")),
    Parameters("aihub", "* /tools/lookup_tables*", ("label", *_PAGE)),
    Parameters("aihub", "* /tools/connector_sdk*", ("title", "description", "code", "file")),
    Parameters("aihub", "* /tools/connector_sdk*", ("note", "version", "summary", "old", "new")),
    Parameters("aihub", "* /tools/*", ("status", *_PAGE)),
    Parameters("aihub", "* /tools/logs", ("server", "user", "client", "tool", "span", "ip")),
    Parameters("aihub", "* /tools/*", ("type", "before", "after")),
    Parameters("aihub", "* /tools/properties*", ("project", "edit", "edited", "name", "value")),
    Parameters("aihub", "* /", _PAGE),
)

#: Members of `params` (MCP, schema.ts of every revision up to 2025-11-25 and its drafts).
PARAMS = frozenset(
    (
        *("name", "arguments", "cursor", "uri", "_meta", "level", "ref", "argument", "context"),
        *("protocolVersion", "capabilities", "clientInfo", "requestId", "reason", "task"),
        *("progressToken", "progress", "total", "message", "taskId", "elicitationId", "data"),
        *("inputResponses", "requestState", "notifications"),
    )
)


def known_names(request: str, systems: Iterable[str]) -> set[str]:
    """Return the names that requests like this can have, whether or not any was made.

    Args:
        request: method and path, a pattern of `globs`.
        systems: by name.
    """
    systems = list(systems)
    return {
        name
        for entry in (*STANDARD, *of_the_apis(), *of_the_apps())
        for name in entry.names
        if overlap(request, entry.request)
        and any(each.startswith(entry.system) for each in systems)
    }


def of_the_apis() -> Iterator[Parameters]:
    """What the Developer API says of itself."""
    from simulator.systems.developer_api import ENDPOINTS

    for each in ENDPOINTS:
        query = tuple(each.query.model_fields) if each.query else ()
        names = (*query, *(f"{name}[]" for name in query))
        names += tuple(each.body.model_fields) if each.body else ()
        path = "/".join(SEGMENT if part[:1] == ":" else part for part in each.path.split("/"))
        yield Parameters("api", f"{each.method} {path}", names)


def of_the_apps() -> Iterator[Parameters]:
    """What the apps say of their OAuth endpoints, their pages and their APIs."""
    for app in installed_apps.traffic():
        yield Parameters("app:", f"* {app.authorize}", (*_AUTHORIZATION, *_PAGE))
        yield Parameters("app:", f"POST {app.token}", _TOKEN)
        if app.revoke:
            yield Parameters("app:", f"POST {app.revoke}", (*_CLIENT, "token", "token_type_hint"))
        if app.userinfo:
            yield Parameters("app:", f"* {app.userinfo}", ("access_token", "schema"))
        for request, names in app.pages:
            yield Parameters("app:", request, (*names, *_PAGE))
        for request, names in app.parameters():
            yield Parameters("app:", request, names)

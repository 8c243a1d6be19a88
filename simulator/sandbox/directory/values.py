"""Which values parameters can have, where a standard says it, and which members have members."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from simulator.errors import list_choices

_CLIENT_AUTHENTICATION = (
    *("none", "client_secret_basic", "client_secret_post", "client_secret_jwt"),
    *("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"),
)
#: Methods of every revision of MCP.
_METHODS = (
    *("initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list"),
    *("resources/templates/list", "resources/read", "resources/subscribe"),
    *("resources/unsubscribe", "prompts/list", "prompts/get", "completion/complete"),
    *("logging/setLevel", "roots/list", "sampling/createMessage", "elicitation/create"),
    *("tasks/get", "tasks/result", "tasks/list", "tasks/cancel", "tasks/update"),
    *("subscriptions/listen", "notifications/initialized", "notifications/cancelled"),
    *("notifications/progress", "notifications/message", "notifications/roots/list_changed"),
    *("notifications/tools/list_changed", "notifications/prompts/list_changed"),
    *("notifications/resources/list_changed", "notifications/resources/updated"),
    *("notifications/elicitation/complete", "notifications/tasks/status"),
)
#: Parameter → the values that it can have.
VALUES: dict[str, tuple[str, ...]] = {
    # RFC 6749 §4–6; others are addresses (§4.5), such as urn:ietf:params:oauth:grant-type:….
    "grant_type": ("authorization_code", "refresh_token", "client_credentials", "password"),
    "response_type": ("code", "token", "id_token", "none", "code id_token", "code token"),
    "code_challenge_method": ("S256", "plain"),
    "token_type_hint": ("access_token", "refresh_token"),
    "token_endpoint_auth_method": _CLIENT_AUTHENTICATION,
    "application_type": ("web", "native"),
    "jsonrpc": ("2.0",),
    # The last ones are those of the form of End user access.
    "method": (*_METHODS, "workato_identity", "token"),
}
#: Of a value that is refused, so many characters are shown.
_SHOWN = 100
#: Members of JSON-RPC messages that have no members of their own.
_PLAIN = ("jsonrpc", "method", "params.name", "params.cursor", "params.uri", "params.level")
#: Member → the members that it has (MCP, schema.ts).
_MEMBERS = {
    "params.clientInfo": ("name", "title", "version", "websiteUrl", "description", "icons"),
    "params.ref": ("type", "name", "title", "uri"),
    # Those with a prefix are anybody's.
    "params._meta": ("progressToken", "traceparent", "tracestate", "baggage"),
}


def check_value(name: str, value: object, seen: Collection[object]) -> None:
    """Be sure that a parameter can have this value, or had it.

    Args:
        name: the name of the parameter.
        value: None for one that is not there.
        seen: the values that it has had.

    Raises:
        ValueError: it cannot.
    """
    if value is not None and not isinstance(value, str | int | float | list | dict):
        raise ValueError(f"{name} cannot be {value!r}: say text, a number, or what JSON has.")
    known = VALUES.get(name)
    if known is None or value is None or value in known or value in seen:
        return
    if name == "grant_type" and isinstance(value, str) and ":" in value:
        return
    shown = value[:_SHOWN] if isinstance(value, str) else f"a {type(value).__name__}"
    close = get_close_matches(shown, known, n=1)
    meant = f" Did you mean '{close[0]}'?" if close else ""
    raise ValueError(f"{name} is never {shown!r}.{meant} {list_choices(known)}")


def check_inner(name: str) -> None:
    """Be sure that a member of a JSON-RPC message can have the member that is asked for.

    Args:
        name: with dots, such as `params.clientInfo.name`.

    Raises:
        ValueError: it cannot.
    """
    for plain in _PLAIN:
        if name.startswith(f"{plain}."):
            raise ValueError(f"'{plain}' has no members, so there is no '{name}'.")
    for outer, members in _MEMBERS.items():
        inner = name.removeprefix(f"{outer}.")
        if inner != name and "/" not in inner and not _begins(inner, members):
            raise ValueError(f"'{outer}' has no member '{inner}'. {list_choices(members)}")


def _begins(inner: str, members: Iterable[str]) -> bool:
    return inner.partition(".")[0] in members

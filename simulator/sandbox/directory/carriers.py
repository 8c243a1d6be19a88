"""Which requests can be told to be somebody's, and which can be part of a tool call."""

from collections.abc import Iterable, Iterator

from simulator import installed_apps
from simulator.sandbox.directory.globs import DIGITS, overlap

#: (Beginning of a system's name, pattern of its requests) that carry a token, a code or a state.
_PERSONAL = (
    ("mcp", f"* /{DIGITS}"),
    ("mcp", f"* /{DIGITS}/*"),
    ("mcp", "* /"),
    ("mcp", "* /tools/call"),
    ("mcp", f"* /*/*-v{DIGITS}"),
    ("mcp", "* /conformance"),
    ("identity", "* /oauth/authorize"),
    ("identity", "* /oauth/token"),
    ("identity", "* /oauth/revoke"),
    ("identity", "* /oauth/introspect"),
    ("identity", "* /oauth/userinfo"),
    ("identity", "* /oauth/end_session*"),
    ("aihub", "* /oauth/callback"),
)
#: The same, for what is a tool call or is asked of an app during one.
_OF_TOOLS = (
    ("mcp", f"POST /{DIGITS}"),
    ("mcp", f"POST /{DIGITS}/*"),
    ("mcp", "POST /"),
    ("mcp", "POST /tools/call"),
    ("mcp", f"POST /*/*-v{DIGITS}"),
    ("mcp", "POST /conformance"),
)


def can_be_somebodys(request: str, systems: Iterable[str]) -> bool:
    """Whether a person can be told of such requests, a pattern of `globs`."""
    return _any((*_PERSONAL, *_personal_at_apps()), request, systems)


def can_be_of_a_tool(request: str, systems: Iterable[str]) -> bool:
    """Whether such requests, a pattern of `globs`, can be a tool call or part of one."""
    return _any((*_OF_TOOLS, *_of_tools_at_apps()), request, systems)


def _personal_at_apps() -> Iterator[tuple[str, str]]:
    for app in installed_apps.traffic():
        paths = (app.authorize, f"{app.token}*", app.revoke, app.userinfo, *app.api)
        yield from (("app:", f"* {path}") for path in paths if path)


def _of_tools_at_apps() -> Iterator[tuple[str, str]]:
    for app in installed_apps.traffic():
        yield "app:", f"POST {app.token}"
        yield from (("app:", f"* {path}") for path in app.api)


def _any(kinds: Iterable[tuple[str, str]], request: str, systems: Iterable[str]) -> bool:
    systems = list(systems)
    return any(
        overlap(request, pattern) and any(each.startswith(system) for each in systems)
        for system, pattern in kinds
    )

"""Which requests can be told to be somebody's, and which can be part of a tool call."""

from collections.abc import Iterable

from simulator.sandbox.directory.globs import DIGITS, overlap

#: (Beginning of a system's name, pattern of its requests) that carry a token, a code or a state.
_PERSONAL = (
    ("mcp", f"* /{DIGITS}"),
    ("mcp", f"* /{DIGITS}/*"),
    ("mcp", "* /"),
    ("mcp", "* /tools/call"),
    ("mcp", "* /conformance"),
    ("identity", "* /oauth/authorize"),
    ("identity", "* /oauth/token"),
    ("identity", "* /oauth/revoke"),
    ("identity", "* /oauth/introspect"),
    ("identity", "* /oauth/userinfo"),
    ("identity", "* /oauth/end_session*"),
    ("aihub", "* /oauth/callback"),
    ("app:", "* /oauth2/authorizations/new"),
    ("app:", "* /oauth2/token*"),
    ("app:", "* /oauth2/userinfo"),
    ("app:", "* /api/*"),
)
#: The same, for what is a tool call or is asked of an app during one.
_OF_TOOLS = (
    ("mcp", f"POST /{DIGITS}"),
    ("mcp", f"POST /{DIGITS}/*"),
    ("mcp", "POST /"),
    ("mcp", "POST /tools/call"),
    ("mcp", "POST /conformance"),
    ("app:", "POST /oauth2/token"),
    ("app:", "* /api/*"),
)


def can_be_somebodys(request: str, systems: Iterable[str]) -> bool:
    """Whether a person can be told of such requests, a pattern of `globs`."""
    return _any(_PERSONAL, request, systems)


def can_be_of_a_tool(request: str, systems: Iterable[str]) -> bool:
    """Whether such requests, a pattern of `globs`, can be a tool call or part of one."""
    return _any(_OF_TOOLS, request, systems)


def _any(kinds: Iterable[tuple[str, str]], request: str, systems: Iterable[str]) -> bool:
    systems = list(systems)
    return any(
        overlap(request, pattern) and any(each.startswith(system) for each in systems)
        for system, pattern in kinds
    )

"""Take what is secret out of what is shown; the same secret always looks the same."""

import re
from collections.abc import Iterator
from typing import Any

from simulator.keys import fingerprint

#: Names of parameters, JSON members and headers whose values are secret.
_SECRETS = frozenset(
    {
        "access_token",
        "api-token",
        "authorization",
        "client_secret",
        "code",
        "code_verifier",
        "cookie",
        "csrf_token",
        "id_token",
        "id_token_hint",
        "mcp-session-id",
        "password",
        "refresh_token",
        "registration_access_token",
        "requeststate",
        "secret",
        "set-cookie",
        "state",
        "token",
        "wkt_token",
    }
)
#: What stands before a secret in an address, and the secret.
_SECRET_PARTS = re.compile(r"(/connections/(?:setup|finish)/|[?&]wkt_token=)([\w-]+)")


def masked(name: str, value: Any) -> Any:
    """The value of a parameter, member or header, without what is secret in it."""
    if name.lower() in _SECRETS and isinstance(value, str):
        scheme, _, credentials = value.rpartition(" ")
        shown = f"…{fingerprint(credentials)[:8]}" if credentials else ""
        return f"{scheme} {shown}" if scheme else shown
    if isinstance(value, dict):
        return {key: masked(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(name, inner) for inner in value]
    return masked_text(value) if isinstance(value, str) else value


def secrets_in(name: str, value: Any) -> Iterator[str]:
    """What `masked` takes out of the value of a parameter, member or header."""
    if name.lower() in _SECRETS and isinstance(value, str):
        yield value.rpartition(" ")[2]
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from secrets_in(key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(name, inner)
    elif isinstance(value, str):
        yield from (found[2] for found in _SECRET_PARTS.finditer(value))


def masked_text(text: str) -> str:
    """A path or sentence without the secrets of setup links and Remote MCP URLs."""
    return _SECRET_PARTS.sub(lambda found: f"{found[1]}…{fingerprint(found[2])[:8]}", text)

"""Which MCP the client speaks: the handshake era (to 2025-11-25) or the modern one (2026-07-28)."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types import (
    CLIENT_CAPABILITIES_META_KEY,
    LOG_LEVEL_META_KEY,
    PROTOCOL_VERSION_META_KEY,
)
from mcp_types.version import (
    HANDSHAKE_PROTOCOL_VERSIONS,
    LATEST_HANDSHAKE_VERSION,
    MODERN_PROTOCOL_VERSIONS,
    SUPPORTED_PROTOCOL_VERSIONS,
)
from werkzeug.datastructures import Headers

from simulator.domain.request_context import Session
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.validation.parsing import shorten

#: The parameter that the `Mcp-Name` header repeats.
_NAMED_BY = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The MCP version and features of one client.

    Attributes:
        version: the protocol revision of this exchange.
        modern: no handshake, no session; each request carries its envelope.
        capabilities: what the client declared that it can do.
        log_level: from which level on it wants to be told (modern era; None for not at all).
    """

    version: str
    modern: bool
    capabilities: Mapping[str, Any]
    log_level: str | None = None

    @property
    def url_elicitation(self) -> bool:
        """Whether the client opens a URL for the person; `elicitation: {}` means forms alone."""
        elicitation = self.capabilities.get("elicitation")
        return isinstance(elicitation, Mapping) and isinstance(elicitation.get("url"), Mapping)


def detect_dialect(
    message: Mapping[str, Any], headers: Headers, session: Session | None
) -> Dialect:
    """Return the dialect of a message.

    Args:
        message: the message as `messages.check` returns it.
        headers: the headers of the HTTP request.
        session: what the client declared and agreed on when it initialized, if it did.

    Raises:
        RpcError: an unknown version, an incomplete envelope, or headers that differ from the body.
    """
    params = message.get("params") or {}
    meta = params.get("_meta")
    named = headers.get("MCP-Protocol-Version")
    if isinstance(meta, Mapping) and PROTOCOL_VERSION_META_KEY in meta:
        return _modern(message, headers, meta)
    if named in MODERN_PROTOCOL_VERSIONS and message.get("method") != "initialize":
        raise _incomplete(PROTOCOL_VERSION_META_KEY)
    if named and named not in HANDSHAKE_PROTOCOL_VERSIONS and message.get("method") != "initialize":
        raise _unsupported(named)
    declared = session.capabilities if session else None
    capabilities = params.get("capabilities") if message.get("method") == "initialize" else declared
    # Clients from before 2025-06-18 send no header: what they agreed on counts.
    agreed = (session.protocol_version if session else None) or LATEST_HANDSHAKE_VERSION
    return Dialect(
        version=named if named in HANDSHAKE_PROTOCOL_VERSIONS else agreed,
        modern=False,
        capabilities=capabilities if isinstance(capabilities, Mapping) else {},
    )


def _modern(message: Mapping[str, Any], headers: Headers, meta: Mapping[str, Any]) -> Dialect:
    version = meta[PROTOCOL_VERSION_META_KEY]
    if CLIENT_CAPABILITIES_META_KEY not in meta:
        raise _incomplete(CLIENT_CAPABILITIES_META_KEY)
    method = message.get("method")
    for header, expected in (
        ("MCP-Protocol-Version", version),
        ("Mcp-Method", method),
        ("Mcp-Name", (message.get("params") or {}).get(_NAMED_BY.get(str(method), ""))),
    ):
        if expected is not None and _decoded(headers.get(header)) != expected:
            raise RpcError(
                Code.HEADER_MISMATCH, f"The {header} header must repeat what the body says."
            )
    if version not in MODERN_PROTOCOL_VERSIONS:
        raise _unsupported(version, MODERN_PROTOCOL_VERSIONS)
    capabilities = meta[CLIENT_CAPABILITIES_META_KEY]
    return Dialect(
        version=version,
        modern=True,
        capabilities=capabilities if isinstance(capabilities, Mapping) else {},
        log_level=meta.get(LOG_LEVEL_META_KEY),
    )


def _decoded(value: str | None) -> str | None:
    """Return a header's value; `=?base64?…?=` encodes other characters (MCP 2026-07-28).

    White space around it does not count (RFC 9110 §5.5).
    """
    value = value.strip(" \t") if value else value
    if value is None or not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _incomplete(key: str) -> RpcError:
    return RpcError(Code.INVALID_PARAMS, f"_meta lacks {key}.", http_status=400)


def _unsupported(version: Any, supported: Iterable[str] = SUPPORTED_PROTOCOL_VERSIONS) -> RpcError:
    requested = shorten(version)
    return RpcError(
        Code.UNSUPPORTED_PROTOCOL_VERSION,
        f"This server does not speak MCP {requested}.",
        {"supported": list(supported), "requested": requested},
    )

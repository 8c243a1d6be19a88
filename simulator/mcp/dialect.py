"""Which MCP the client speaks: the handshake era (to 2025-11-25) or the modern one (2026-07-28)."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types import (
    CLIENT_CAPABILITIES_META_KEY,
    HEADER_MISMATCH,
    INVALID_PARAMS,
    LOG_LEVEL_META_KEY,
    PROTOCOL_VERSION_META_KEY,
    UNSUPPORTED_PROTOCOL_VERSION,
)
from mcp_types.version import (
    HANDSHAKE_PROTOCOL_VERSIONS,
    LATEST_HANDSHAKE_VERSION,
    MODERN_PROTOCOL_VERSIONS,
    SUPPORTED_PROTOCOL_VERSIONS,
)
from werkzeug.datastructures import Headers

from simulator.mcp.errors import RpcError

#: The parameter that the `Mcp-Name` header repeats.
_NAMED_BY = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How to talk with this client.

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


def recognise(
    message: Mapping[str, Any], headers: Headers, session: Mapping[str, Any] | None
) -> Dialect:
    """The dialect of a message.

    Args:
        message: as `messages.parse` returns it.
        headers: of the HTTP request.
        session: the capabilities that the client declared when it initialized, if it did.

    Raises:
        RpcError: an unknown version, an incomplete envelope, or headers that differ from the body.
    """
    params = message.get("params") or {}
    meta = params.get("_meta")
    named = headers.get("MCP-Protocol-Version")
    if isinstance(meta, Mapping) and PROTOCOL_VERSION_META_KEY in meta:
        return _modern(message, headers, meta)
    if named in MODERN_PROTOCOL_VERSIONS and message.get("method") != "initialize":
        raise _broken(message, INVALID_PARAMS, f"_meta lacks {PROTOCOL_VERSION_META_KEY}.", 400)
    if named and named not in HANDSHAKE_PROTOCOL_VERSIONS and message.get("method") != "initialize":
        raise _unsupported(message, named)
    capabilities = params.get("capabilities") if message.get("method") == "initialize" else session
    return Dialect(
        version=named if named in HANDSHAKE_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION,
        modern=False,
        capabilities=capabilities if isinstance(capabilities, Mapping) else {},
    )


def _modern(message: Mapping[str, Any], headers: Headers, meta: Mapping[str, Any]) -> Dialect:
    version = meta[PROTOCOL_VERSION_META_KEY]
    if CLIENT_CAPABILITIES_META_KEY not in meta:
        raise _broken(message, INVALID_PARAMS, f"_meta lacks {CLIENT_CAPABILITIES_META_KEY}.", 400)
    method = message.get("method")
    for header, expected in (
        ("MCP-Protocol-Version", version),
        ("Mcp-Method", method),
        ("Mcp-Name", (message.get("params") or {}).get(_NAMED_BY.get(str(method), ""))),
    ):
        if expected is not None and _decoded(headers.get(header)) != expected:
            raise _broken(
                message, HEADER_MISMATCH, f"The {header} header must repeat what the body says."
            )
    if version not in MODERN_PROTOCOL_VERSIONS:
        raise _unsupported(message, version, MODERN_PROTOCOL_VERSIONS)
    capabilities = meta[CLIENT_CAPABILITIES_META_KEY]
    return Dialect(
        version=version,
        modern=True,
        capabilities=capabilities if isinstance(capabilities, Mapping) else {},
        log_level=meta.get(LOG_LEVEL_META_KEY),
    )


def _decoded(value: str | None) -> str | None:
    """A header's value; `=?base64?…?=` carries what a header cannot (MCP 2026-07-28).

    White space around it does not count (RFC 9110 §5.5).
    """
    value = value.strip(" \t") if value else value
    if value is None or not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _broken(
    message: Mapping[str, Any], code: int, sentence: str, http_status: int | None = None
) -> RpcError:
    return RpcError(code, sentence, message.get("id"), http_status=http_status)


def _unsupported(
    message: Mapping[str, Any],
    version: Any,
    supported: Iterable[str] = SUPPORTED_PROTOCOL_VERSIONS,
) -> RpcError:
    return RpcError(
        UNSUPPORTED_PROTOCOL_VERSION,
        f"This server does not speak MCP {version}.",
        message.get("id"),
        {"supported": list(supported), "requested": str(version)},
        http_status=400,
    )

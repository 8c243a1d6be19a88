"""Read a client's Accept header: JSON, server-sent events, or neither (MCP transports)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Response, jsonify, request

from simulator.systems.mcp import streams
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.validation.media_types import JSON, accepts


@dataclass(frozen=True)
class Accepted:
    """The media types that the client of the current request accepts.

    Attributes:
        json: whether it accepts JSON; also True without an Accept header.
        stream: whether it accepts server-sent events.
    """

    json: bool
    stream: bool

    @staticmethod
    def read() -> "Accepted":
        """Read the request's Accept header."""
        return _read(request.headers.get("Accept"))

    @staticmethod
    def check() -> "Accepted":
        """Read the request's Accept header, and refuse a client that accepts neither type.

        Raises:
            RpcError: the client accepts neither JSON nor server-sent events.
        """
        accepted = Accepted.read()
        if not (accepted.json or accepted.stream):
            raise RpcError(
                Code.NOT_ACCEPTABLE, f"Accept {JSON} or {streams.MIMETYPE}, best both of them."
            )
        return accepted

    def send(self, payload: dict[str, Any] | list[dict[str, Any]]) -> Response:
        """Return a message, or the responses to a batch, as JSON.

        For a client that accepts nothing else, they are one event each.
        """
        if self.json or not self.stream:
            return jsonify(payload)
        return streams.events(payload if isinstance(payload, list) else [payload])


@lru_cache(maxsize=64)  # a client says the same each time
def _read(header: str | None) -> Accepted:
    return Accepted(accepts(header, JSON), bool(header) and accepts(header, streams.MIMETYPE))

"""JSON-RPC errors, and the HTTP status that each is sent with."""

from typing import Any

from mcp_types import (
    HEADER_MISMATCH,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_PROTOCOL_VERSION,
)

from simulator.errors import SimulatorError

#: In the modern era every error has a status; before, only messages that are broken have.
_ALWAYS = {PARSE_ERROR: 400, INVALID_REQUEST: 400, HEADER_MISMATCH: 400}
_MODERN = {METHOD_NOT_FOUND: 404, UNSUPPORTED_PROTOCOL_VERSION: 400}


class RpcError(SimulatorError):
    """A JSON-RPC error response.

    Args:
        code: JSON-RPC or MCP error code.
        message: what was wrong and what to do.
        request_id: of the request, when it could be read.
        data: for programs.
        http_status: where the table of this module does not fit.
        headers: of the HTTP response, such as `Retry-After`.
    """

    def __init__(
        self,
        code: int,
        message: str,
        request_id: Any = None,
        data: dict[str, Any] | None = None,
        http_status: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id
        self.data = data
        self.headers = headers or {}
        self._http_status = http_status

    def http_status(self, *, modern: bool) -> int:
        """The HTTP status that carries this error."""
        by_code = _ALWAYS | (_MODERN if modern else {})
        return self._http_status or by_code.get(self.code, 200)

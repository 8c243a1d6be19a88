"""JSON-RPC errors: the number and the HTTP status of each documented code."""

from typing import Any

from mcp_types import (
    HEADER_MISMATCH,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    PARSE_ERROR,
    UNSUPPORTED_PROTOCOL_VERSION,
    URL_ELICITATION_REQUIRED,
)

from simulator.db.outages import explain_outage
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain.limits import AddressDenied, LimitReached
from simulator.domain.verified_access import NotInGroup
from simulator.errors import SimulatorError
from simulator.systems.mcp.codes import Code

#: Of a resource that is not there; gone from the modern era, which has -32602 instead.
RESOURCE_NOT_FOUND = -32002

#: Code → JSON-RPC error number and HTTP status. Numbers from -32000 to -32019 are ours to give
#: (JSON-RPC 2.0 §5.1; MCP keeps -32020 to -32099 for itself).
ERRORS: dict[Code, tuple[int, int]] = {
    Code.UNAUTHORIZED: (-32001, 401),
    Code.NOT_IN_GROUP: (-32003, 403),
    Code.INSUFFICIENT_SCOPE: (-32017, 403),
    Code.IP_DENIED: (-32004, 403),
    Code.FOREIGN_ORIGIN: (-32006, 403),
    Code.RATE_LIMITED: (-32005, 429),
    Code.QUOTA_EXCEEDED: (-32005, 429),
    Code.UNKNOWN_SERVER: (-32007, 404),
    Code.UNKNOWN_PATH: (-32008, 404),
    Code.UNKNOWN_HOST: (-32009, 421),
    Code.NO_OAUTH: (-32010, 404),
    Code.UNKNOWN_SESSION: (-32011, 404),
    Code.METHOD_NOT_ALLOWED: (-32000, 405),
    Code.UNSUPPORTED_MEDIA_TYPE: (-32012, 415),
    Code.NOT_ACCEPTABLE: (-32013, 406),
    Code.REQUEST_TOO_LARGE: (-32014, 413),
    Code.BAD_REQUEST: (INVALID_REQUEST, 400),
    Code.INVALID_JSON: (PARSE_ERROR, 400),
    Code.INVALID_REQUEST: (INVALID_REQUEST, 400),
    Code.BATCH_UNSUPPORTED: (INVALID_REQUEST, 400),
    Code.UNKNOWN_METHOD: (METHOD_NOT_FOUND, 200),
    Code.INVALID_PARAMS: (INVALID_PARAMS, 200),
    Code.UNKNOWN_TOOL: (INVALID_PARAMS, 200),
    Code.UNKNOWN_PROMPT: (INVALID_PARAMS, 200),
    Code.UNKNOWN_RESOURCE: (INVALID_PARAMS, 200),
    Code.INVALID_CURSOR: (INVALID_PARAMS, 200),
    Code.INVALID_REQUEST_STATE: (INVALID_PARAMS, 200),
    Code.HEADER_MISMATCH: (HEADER_MISMATCH, 400),
    Code.MISSING_CAPABILITY: (MISSING_REQUIRED_CLIENT_CAPABILITY, 400),
    Code.UNSUPPORTED_PROTOCOL_VERSION: (UNSUPPORTED_PROTOCOL_VERSION, 400),
    Code.CANCELLED: (-32015, 200),
    Code.UPSTREAM_UNAVAILABLE: (-32016, 502),
    Code.INTERNAL_ERROR: (INTERNAL_ERROR, 500),
    Code.AUTHENTICATION_REQUIRED: (URL_ELICITATION_REQUIRED, 200),
}


class RpcError(SimulatorError):
    """A JSON-RPC error response; `data.error` always has its code.

    Args:
        reason: its code, which says its JSON-RPC number too.
        message: what was wrong and what to do.
        data: more for programs.
        number: where the revision that the client speaks has another one.
        http_status: where the table of this module does not fit.
        headers: the headers of the HTTP response, such as `Retry-After`.
    """

    def __init__(
        self,
        reason: Code,
        message: str,
        data: dict[str, Any] | None = None,
        number: int | None = None,
        http_status: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        table_number, table_status = ERRORS[reason]
        self.reason = reason
        self.number = number or table_number
        self.data = {"error": reason} | (data or {})
        self.headers = headers or {}
        self.status = http_status or table_status


class ToolFailed(SimulatorError):
    """A tool does not run, or what it returns cannot be sent: a result with `isError`.

    Args:
        code: for programs.
        message: for the model and the person.
    """

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def find_rule_error(error: SimulatorError) -> RpcError | None:
    """Return the JSON-RPC error for an error of `domain`; None if it has no code of its own.

    A limit is refused with `data` `{error, retry_after (seconds)}`, HTTP 429 and `Retry-After`
    (RFC 6585 §4, RFC 9110 §10.2.3).
    """
    match error:
        case RpcError():
            return error
        case NotInGroup():
            return RpcError(Code.NOT_IN_GROUP, str(error))
        case AddressDenied():
            return RpcError(Code.IP_DENIED, str(error))
        case LimitReached():
            return RpcError(
                Code.RATE_LIMITED if error.kind == RATE_LIMIT else Code.QUOTA_EXCEEDED,
                str(error),
                {"retry_after": error.retry_after},
                headers={"Retry-After": str(error.retry_after)},
            )
    return None


def build_internal_error(error: Exception) -> RpcError:
    """Build the error for a request that the simulator failed to answer.

    Args:
        error: why it failed; where the database is out, that is said.
    """
    if sentence := explain_outage(error):
        return RpcError(Code.INTERNAL_ERROR, sentence, http_status=503)
    return RpcError(Code.INTERNAL_ERROR, "The simulator failed; its log has the details.")


def build_response(message_id: Any, outcome: dict[str, Any] | RpcError) -> dict[str, Any]:
    """Return a JSON-RPC response (JSON-RPC 2.0 §5).

    Args:
        message_id: the `id` of the request; None where it could not be read.
        outcome: its result, or why there is none.
    """
    response: dict[str, Any] = {"jsonrpc": "2.0", "id": message_id}
    if not isinstance(outcome, RpcError):
        return response | {"result": outcome}
    error = {"code": outcome.number, "message": str(outcome), "data": outcome.data}
    return response | {"error": error}

"""The error codes of refusals, for programs (docs/error-codes.md)."""

from enum import StrEnum


class Code(StrEnum):
    """`structuredContent.error` of a tool result, or `error.data.error` of a JSON-RPC error."""

    UNAUTHORIZED = "unauthorized"
    NOT_IN_GROUP = "not_in_group"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    IP_DENIED = "ip_denied"
    FOREIGN_ORIGIN = "foreign_origin"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXCEEDED = "quota_exceeded"
    UNKNOWN_SERVER = "unknown_server"
    UNKNOWN_PATH = "unknown_path"
    UNKNOWN_HOST = "unknown_host"
    NO_OAUTH = "no_oauth"
    UNKNOWN_SESSION = "unknown_session"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    NOT_ACCEPTABLE = "not_acceptable"
    REQUEST_TOO_LARGE = "request_too_large"
    BAD_REQUEST = "bad_request"
    INVALID_JSON = "invalid_json"
    INVALID_REQUEST = "invalid_request"
    BATCH_UNSUPPORTED = "batch_unsupported"
    UNKNOWN_METHOD = "unknown_method"
    INVALID_PARAMS = "invalid_params"
    UNKNOWN_TOOL = "unknown_tool"
    UNKNOWN_PROMPT = "unknown_prompt"
    UNKNOWN_RESOURCE = "unknown_resource"
    INVALID_CURSOR = "invalid_cursor"
    INVALID_REQUEST_STATE = "invalid_request_state"
    HEADER_MISMATCH = "header_mismatch"
    MISSING_CAPABILITY = "missing_capability"
    UNSUPPORTED_PROTOCOL_VERSION = "unsupported_protocol_version"
    CANCELLED = "cancelled"
    UPSTREAM_UNAVAILABLE = "upstream_unavailable"
    INTERNAL_ERROR = "internal_error"
    AUTHENTICATION_REQUIRED = "authentication_required"
    CONNECTION_DENIED = "connection_denied"
    CONNECTION_FAILED = "connection_failed"
    CONNECTION_CANCELLED = "connection_cancelled"
    CONNECTION_EXPIRED = "connection_expired"
    VERIFIED_ACCESS_UNSUPPORTED = "verified_access_unsupported"
    INVALID_ARGUMENTS = "invalid_arguments"
    RESULT_TOO_LARGE = "result_too_large"
    TIMEOUT = "timeout"
    TOOL_FAILED = "tool_failed"


#: What a tool's result may carry; every other code is that of a JSON-RPC error.
IN_RESULTS = (
    Code.AUTHENTICATION_REQUIRED,
    Code.CONNECTION_DENIED,
    Code.CONNECTION_FAILED,
    Code.CONNECTION_CANCELLED,
    Code.CONNECTION_EXPIRED,
    Code.VERIFIED_ACCESS_UNSUPPORTED,
    Code.INVALID_ARGUMENTS,
    Code.RESULT_TOO_LARGE,
    Code.TIMEOUT,
    Code.TOOL_FAILED,
)

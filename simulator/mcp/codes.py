"""The codes that a program can switch on, wherever a refusal carries one; docs/error-codes.md."""

from enum import StrEnum


class Code(StrEnum):
    """`structuredContent.error` of a tool result, or `error.data.error` of a JSON-RPC error."""

    UNAUTHORIZED = "unauthorized"
    NOT_IN_GROUP = "not_in_group"
    IP_DENIED = "ip_denied"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXCEEDED = "quota_exceeded"
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

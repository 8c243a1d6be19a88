"""Refusals in the shape of Google's APIs."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

#: HTTP status → the name of google.rpc.Code, and the reason in the older list of errors.
_NAMES = {
    400: ("INVALID_ARGUMENT", "invalidArgument"),
    401: ("UNAUTHENTICATED", "authError"),
    403: ("PERMISSION_DENIED", "forbidden"),
    404: ("NOT_FOUND", "notFound"),
    405: ("UNIMPLEMENTED", "httpMethodNotAllowed"),
    409: ("ABORTED", "aborted"),
    410: ("FAILED_PRECONDITION", "gone"),
    413: ("INVALID_ARGUMENT", "uploadTooLarge"),
    415: ("INVALID_ARGUMENT", "badContent"),
    429: ("RESOURCE_EXHAUSTED", "rateLimitExceeded"),
    500: ("INTERNAL", "backendError"),
    503: ("UNAVAILABLE", "backendError"),
}
NOT_FOUND = "Requested entity was not found."


class Refused(Exception):
    """A request that is refused.

    Args:
        status: the HTTP status.
        message: why, in one sentence.
        reason: a word for programs; by default that of the status.
        **more: `location` and `locationType` of what is wrong.
    """

    def __init__(self, status: int, message: str, reason: str = "", **more: str) -> None:
        super().__init__(message)
        self.answer = error_answer(status, message, reason, more=more)


def error_answer(
    status: int,
    message: str,
    reason: str = "",
    *,
    short: str = "",
    more: Mapping[str, str] | None = None,
    details: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a refusal.

    Args:
        status: the HTTP status.
        message: one sentence.
        reason: in the older list of errors; by default that of the status.
        short: the sentence there; by default the same.
        more: what else stands there.
        details: in the newer form (google.rpc.ErrorInfo).
        headers: the headers of the answer.
    """
    name, usual = _NAMES.get(status, ("UNKNOWN", "unknown"))
    first = {"message": short or message, "domain": "global", "reason": reason or usual}
    error: dict[str, Any] = {
        "code": status,
        "message": message,
        "errors": [{**first, **(more or {})}],
        "status": name,
    }
    if details:
        error["details"] = details
    answer = jsonify({"error": error})
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer

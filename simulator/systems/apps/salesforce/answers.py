"""Answers of the API: JSON, and refusals that have no code of their own."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

_CODES = {
    400: "INVALID_REQUEST",
    401: "INVALID_SESSION_ID",
    403: "INSUFFICIENT_ACCESS",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "REQUEST_TOO_LARGE",
    429: "REQUEST_LIMIT_EXCEEDED",
    503: "SERVER_UNAVAILABLE",
}


def error_answer(status: int, sentence: str) -> Response:
    """Return a refusal that has no code of its own."""
    if status == 401:
        sentence = "Session expired or invalid"
    if status == 404:
        sentence = "The requested resource does not exist"
    code = _CODES.get(status, "UNKNOWN_EXCEPTION")
    return build_answer([{"message": sentence, "errorCode": code}], status)


def build_answer(body: Any, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer whose members stand in the order in which a query names them.

    Args:
        body: JSON; None for nothing.
        status: the HTTP status.
        headers: further ones.
    """
    text = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, content_type="application/json;charset=UTF-8")

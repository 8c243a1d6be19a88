"""Errors of the REST API, all in Coupa's one shape: `{"errors": {field: [sentence, …]}}`."""

from collections.abc import Mapping

from flask import Response, jsonify


class ApiError(Exception):
    """A refused API request.

    Args:
        status: the HTTP status.
        errors: field (or `error` when no field is to blame) → sentences.
        headers: further response headers.
    """

    def __init__(
        self,
        status: int,
        errors: Mapping[str, list[str]],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(dict(errors)))
        self.status = status
        self.errors = errors
        self.headers = headers or {}


class NotFound(ApiError):
    """There is no such thing, or it is not this person's to see; nothing tells which."""

    def __init__(self, noun: str, name: str) -> None:
        super().__init__(404, {"error": [f"There is no {noun} {name} that you can see."]})


def api_error(
    status: int, errors: Mapping[str, list[str]], headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a refused API request."""
    answer = jsonify({"errors": dict(errors)})
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer

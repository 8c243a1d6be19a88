"""Errors of the REST API: `{"errors": {field: [sentence, …]}}`, or `<errors>` in XML."""

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


class Invalid(ApiError):
    """A value is wrong: 400, as Coupa answers every failed validation."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(400, {field: [sentence]})


def api_error(
    status: int, errors: Mapping[str, list[str]], headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a refused API request, in the format of the request."""
    from simulator.systems.apps.coupa import formats, xml_format  # they raise what is above

    if formats.chosen() == formats.XML:
        sentences = [
            text if field == "error" else f"{field} {text}"
            for field, texts in errors.items()
            for text in texts
        ]
        answer = Response(
            xml_format.write_errors(sentences), content_type=f"{formats.XML}; charset=utf-8"
        )
    else:
        answer = jsonify({"errors": dict(errors)})
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer

"""Refusals in Jira's shape, and the gateway's own."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify


class Refused(Exception):
    """A request that is refused: a sentence for all of it, or one for each field."""

    def __init__(self, status: int, /, *sentences: str, **fields: str) -> None:
        super().__init__(*sentences)
        self.answer = error_answer(status, {"errorMessages": sentences, "errors": fields})


def error_answer(status: int, body: Mapping[str, Any]) -> Response:
    """Return a refusal; the gateway's own, 401, has another shape."""
    answer = jsonify({"code": 401, "message": "Unauthorized", **body} if status == 401 else body)
    answer.status_code = status
    return answer

"""What went wrong, as problem details (RFC 9457): what was wrong, and what to do."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response

from simulator.errors import LONGEST, SimulatorError
from simulator.validation.parsing import shorten

MEDIA_TYPE = "application/problem+json"


class Problem(SimulatorError):
    """A request that is refused.

    Args:
        status: the HTTP status.
        detail: what was wrong and what to do.
        headers: that go with the answer.
        **members: extension members (RFC 9457 §3.2).
    """

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})
        self.members = members


def render(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """Render a problem whose type is its HTTP status (RFC 9457 §4.2.1, `about:blank`).

    Args:
        status: the HTTP status.
        detail: what was wrong and what to do.
        headers: that go with the answer.
        **members: extension members (RFC 9457 §3.2).
    """
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": shorten(detail, LONGEST),
        **{name: _shortened(value) for name, value in members.items()},
    }
    answer = Response(json.dumps(document), status=status, mimetype=MEDIA_TYPE)
    answer.headers.extend(headers or {})
    return answer


def _shortened(value: Any) -> Any:
    """An extension member whose texts are short: mistakes repeat what was sent (MCP-131)."""
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if isinstance(value, dict):
        return {name: _shortened(each) for name, each in value.items()}
    return shorten(value, LONGEST) if isinstance(value, str) else value

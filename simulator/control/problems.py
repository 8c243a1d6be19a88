"""What went wrong, as problem details (RFC 9457): what was wrong, and what to do."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel

from simulator.control.models import ResponseModel
from simulator.errors import LONGEST, FieldError, SimulatorError
from simulator.validation.mistakes import Place
from simulator.validation.parsing import shorten
from simulator.web.typed_requests import Unusable, tell

MEDIA_TYPE = "application/problem+json"


class Mistake(ResponseModel):
    """One member that is wrong."""

    pointer: str
    detail: str


class ProblemOut(BaseModel):
    """What was wrong and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Mistake] | None = None


class Problem(SimulatorError):
    """A request that is refused.

    Args:
        status: the HTTP status.
        detail: what was wrong and what to do.
        headers: the headers that go with the answer.
        **members: extension members (RFC 9457 §3.2).
    """

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})
        self.members = members


def refuse(error: SimulatorError) -> Response:
    """Render what a caller can put right; every mistake has a JSON Pointer (RFC 6901).

    Args:
        error: what a view or a rule raised.
    """
    mistakes: list[tuple[Place, str]]
    detail = str(error)
    match error:
        case Problem():
            return render(error.status, str(error), error.headers, **error.members)
        case Unusable():
            mistakes = [(each.place, tell(each)) for each in error.mistakes]
        case FieldError():
            detail = error.sentence
            mistakes = [((error.field,), detail)]
        case _:
            return render(error.status, detail)
    errors = [{"pointer": _pointer(place), "detail": each} for place, each in mistakes]
    return render(error.status, detail, errors=errors)


def _pointer(place: Place) -> str:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return "".join(f"/{part}" for part in parts)


def render(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> Response:
    """Render a problem whose type is its HTTP status (RFC 9457 §4.2.1, `about:blank`).

    Args:
        status: the HTTP status.
        detail: what was wrong and what to do.
        headers: the headers that go with the answer.
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

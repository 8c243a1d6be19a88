"""What the Developer API answers when it refuses (Workato docs, Developer API, responses)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, request
from pydantic import BaseModel

from simulator.domain.api_clients import TooManyRequests, Unauthorized, Ungranted
from simulator.domain.end_user_accounts import WrongUsers
from simulator.errors import LONGEST, AlreadyExists, FieldError, NotFound, SimulatorError
from simulator.net.addresses import is_below
from simulator.validation.media_types import JSON
from simulator.validation.parsing import shorten
from simulator.web.bearer import build_challenge, read_bearer_token
from simulator.web.typed_requests import Unusable

#: What forms call a member of a body otherwise.
_MEMBERS = {"name": "full_name"}
#: Where a client whose role allows nothing there is sent to sign in, as seen by its clients.
_WITH_SIGN_IN_PAGE = "/api/mcp"
#: Where the SDK's `workato push` reads `error` of what is refused.
_WITH_ERROR = "/api/packages/import"
#: Mistakes that are told one by one.
_MOST = 100


class Refusal(BaseModel):
    """What was wrong, with the sentences about each member of a body.

    `error` says what the client's role lacks, or once more why a package is refused.
    """

    message: str
    error: str | None = None
    errors: dict[str, list[str]] | None = None


class Refused(SimulatorError):
    """What Workato refuses with status 200 and `success: false` (recorded by its own client).

    Args:
        field: what is wrong.
        message: one sentence.
    """

    status = 200

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def naming(member: str) -> Iterator[None]:
    """Tell what a rule refuses as a mistake in this member of the body or query.

    Args:
        member: its name.

    Raises:
        FieldError: on that member, where what it names is not there, or is of no use.
    """
    try:
        yield
    except FieldError as error:
        raise FieldError(member, error.message) from None
    except NotFound as error:
        raise FieldError(member, str(error)) from None


@contextmanager
def refused_as_success_false() -> Iterator[None]:
    """Answer what a rule refuses with status 200 and `success: false`, as of recipes."""
    try:
        yield
    except FieldError as error:
        raise Refused(error.field, error.message) from None


def refuse(error: SimulatorError) -> Response:
    """Render what a caller can put right."""
    match error:
        case Unusable(where="query"):
            first = error.mistakes[0]
            must = first.sentence[0].upper() + first.sentence[1:]
            value = "" if first.kind == "missing" else shorten(first.value)
            return _render(400, f"Invalid parameter '{shorten(first.member)}': '{value}'. {must}.")
        case Unusable():
            errors: dict[str, list[str]] = {}
            for each in error.mistakes:
                errors.setdefault(each.member or "body", []).append(each.sentence)
            return _render(400, _name_type_error(error) or "Validation failed", errors=errors)
        case WrongUsers():
            errors = {
                f"users[{place}].{_MEMBERS.get(field, field)}": [sentence]
                for place, wrong in list(error.mistakes.items())[:_MOST]
                for field, sentence in wrong.items()
            }
            return _render(422, str(error), errors=errors)
        case AlreadyExists():
            return _render(error.status, str(error), errors={error.field: [error.message]})
        case FieldError():
            return _render(400, "Validation failed", errors={error.field: [error.message]})
        case Refused():
            document = {"success": False, "errors": {error.field: [str(error)]}}
            return Response(json.dumps(document), error.status, mimetype=JSON)
        case Unauthorized():
            code = "invalid_token" if read_bearer_token() else ""
            challenge = build_challenge("Bearer", "Workato API", error=code)
            return _render(error.status, str(error), {"WWW-Authenticate": challenge})
        case Ungranted() if is_below(request.path, (_WITH_SIGN_IN_PAGE,)):
            return _render(302, str(error), {"Location": "/users/sign_in"})
        case Ungranted():
            challenge = build_challenge("Bearer", "Workato API", error="insufficient_scope")
            headers = {"WWW-Authenticate": challenge}
            return _render(error.status, "Unauthorized", headers, error=str(error))
        case TooManyRequests():
            return _render(error.status, str(error), {"Retry-After": str(error.retry_after)})
    return _render(error.status, str(error))


def _name_type_error(error: Unusable) -> str | None:
    """Return what the API says of a text that is none; None where that is not the mistake."""
    for each in error.mistakes:
        if each.kind == "string_type" and each.member:
            value = shorten(json.dumps(each.value, default=str))
            return f"Invalid parameter '{shorten(each.member)}' value {value}: Must be a String"
    return None


def _render(
    status: int,
    message: str,
    headers: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    error: str | None = None,
) -> Response:
    document: dict[str, object] = {"message": message}
    if status == 400 and is_below(request.path, (_WITH_ERROR,)):
        error = message
    if error:
        document["error"] = error
    if errors:  # none longer than pages repeat (MCP-131)
        document["errors"] = {
            shorten(member): [shorten(each, LONGEST) for each in sentences]
            for member, sentences in errors.items()
        }
    return Response(json.dumps(document), status, headers, mimetype=JSON)

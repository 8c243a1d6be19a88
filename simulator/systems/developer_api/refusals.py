"""Error responses of the Developer API (Workato docs, Developer API, responses)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, request
from pydantic import BaseModel

from simulator.db.nul_characters import NulCharacter
from simulator.domain.api_clients import TooManyRequests, Unauthorized, Ungranted
from simulator.domain.end_user_accounts import WrongUsers
from simulator.errors import LONGEST, AlreadyExists, FieldError, SimulatorError
from simulator.net.addresses import is_below
from simulator.validation.media_types import JSON
from simulator.validation.parsing import shorten
from simulator.web.bearer import build_challenge, read_bearer_token
from simulator.web.typed_requests import Unusable

#: Field of a form → member of a body, where their names differ.
_MEMBERS = {"name": "full_name"}
#: Below this path, a client whose role allows no endpoint is redirected to the sign-in page.
_WITH_SIGN_IN_PAGE = "/api/mcp"
#: Below this path, refusals repeat the message as `error`, which the SDK's `workato push` reads.
_WITH_ERROR = "/api/packages/import"
#: The most mistakes that one response lists.
_MOST = 100


class Refusal(BaseModel):
    """An error response: the message, and sentences about members of the body (`errors`).

    `error` says what the client's role lacks, or repeats why a package is refused.
    """

    message: str
    error: str | None = None
    errors: dict[str, list[str]] | None = None


class Refused(SimulatorError):
    """A refusal with status 200 and `success: false` (recorded by Workato's own client).

    Args:
        field: the invalid member.
        message: one sentence.
    """

    status = 200

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def refused_as_success_false() -> Iterator[None]:
    """Turn a FieldError into a response with status 200 and `success: false`, as for recipes."""
    try:
        yield
    except FieldError as error:
        raise Refused(error.field, error.message) from None


def refuse(error: SimulatorError) -> Response:
    """Return the error response for an error."""
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
        case NulCharacter():
            return _refuse_nul(error)
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


def _refuse_nul(error: NulCharacter) -> Response:
    """Say where the NUL character is: in members of the body, or in a parameter."""
    places = list(_find_nul(request.get_json(force=True, silent=True)))
    errors = {each: ["has a NUL character (U+0000)"] for each in places[:_MOST]}
    named = next(filter(_has_nul, request.args), None)
    start = f"Invalid parameter '{shorten(named)}'. " if named and not errors else ""
    return _render(error.status, f"{start}{error}", errors=errors)


def _has_nul(name: str) -> bool:
    return any("\0" in each for each in (name, *request.args.getlist(name)))


def _find_nul(value: object, place: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the members of a body that have a NUL character, such as `lines.0.price`."""
    if isinstance(value, str) and "\0" in value:
        yield ".".join(place) or "body"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _find_nul(each, (*place, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _find_nul(each, (*place, str(number)))


def _name_type_error(error: Unusable) -> str | None:
    """Return Workato's sentence for a value that should be a string; None for other mistakes."""
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

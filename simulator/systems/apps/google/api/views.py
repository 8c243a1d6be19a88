"""What stands around every view of Google's APIs: who is named, partial answers, refusals."""

from typing import Any

from flask import Blueprint, Response, g, json, request

from simulator.systems.apps._kit.bearer import TokenRefused
from simulator.systems.apps.google.api.access import (
    ScopeMissing,
    answer_scope_missing,
    answer_token_refused,
)
from simulator.systems.apps.google.api.fields import BadSelection, read_selection, select_fields
from simulator.systems.apps.google.api.refusals import Refused
from simulator.systems.apps.google.api.uploading import PendingUpload


def api_views(name: str, prefix: str) -> Blueprint:
    """Return a part of an API.

    Args:
        name: the name of the part.
        prefix: the prefix of its paths; `<user_id>` in it names the person.
    """
    made = Blueprint(name, __name__, url_prefix=prefix)
    made.url_value_preprocessor(_take_user)
    made.before_request(_read_fields)
    made.after_request(_select_fields)
    made.register_error_handler(Refused, lambda error: error.answer)
    made.register_error_handler(PendingUpload, lambda error: error.answer)
    made.register_error_handler(TokenRefused, answer_token_refused)
    made.register_error_handler(ScopeMissing, answer_scope_missing)
    return made


def _take_user(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.google_user = (values or {}).pop("user_id", "me")


def _read_fields() -> None:
    text = request.args.get("fields", "")
    try:
        g.google_fields = read_selection(text) if text else {}
    except BadSelection:
        raise Refused(
            400,
            f"Invalid field selection {text[:200]}",
            "invalidParameter",
            location="fields",
            locationType="parameter",
        ) from None


def _select_fields(answer: Response) -> Response:
    selection = g.get("google_fields")
    if selection and answer.status_code < 300 and answer.is_json:
        answer.set_data(json.dumps(select_fields(answer.get_json(), selection)))
    return answer

"""Atlassian's gateway: accessible resources, and what stands before every call of a site's API."""

from typing import Any

from flask import Blueprint, Response, g, jsonify

from simulator.systems.apps._kit.bearer import TokenRefused
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import issues
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.refusals import Refused, error_answer

gateway = Blueprint("gateway", __name__)
#: `latest` is version 2 (our choice).
_PREFIX = '/ex/jira/<cloud_id>/rest/api/<any("2", "3", "latest"):version>'


def rest_views(name: str) -> Blueprint:
    """A part of the site's REST API, in both versions."""
    made = Blueprint(name, __name__, url_prefix=_PREFIX)
    made.url_value_preprocessor(_take_site)
    made.before_request(_check_site)
    made.register_error_handler(Refused, lambda error: error.answer)
    made.register_error_handler(TokenRefused, _unauthorized)
    return made


@gateway.errorhandler(TokenRefused)
def _unauthorized(error: TokenRefused) -> Response:
    lacking = {"message": "Unauthorized; scope does not match"}
    return error_answer(401, lacking if error.error == "insufficient_scope" else {})


def _take_site(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    sent = values or {}
    g.cloud_id, g.api_version = sent.pop("cloud_id", None), sent.pop("version", "2")


def _check_site() -> None:
    if g.cloud_id != issues.cloud_id(here().host):
        raise Refused(404, "No site with this cloud id is connected.")


@gateway.get("/oauth/token/accessible-resources")
def accessible_resources() -> Response:
    """The one site of this world, with the scopes that the token has for it."""
    scopes = sorted(authenticate().scopes)
    names = {"id": issues.cloud_id(here().host), "name": here().name}
    return jsonify([{**names, "url": f"https://{here().host}", "scopes": scopes}])

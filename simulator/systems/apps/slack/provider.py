"""Slack's authorization server: scopes and tokens of bot and person, words in 200."""

from collections.abc import Mapping
from typing import Any

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)
from flask import Response
from flask import request as flask_request
from werkzeug.datastructures import MultiDict

from simulator.crypto import fingerprint
from simulator.db.tables import AppInstance
from simulator.oauth import Client
from simulator.oauth.client_authentication import read_credentials
from simulator.systems.apps._kit.provider import AppProvider, Members
from simulator.systems.apps.slack import ids
from simulator.systems.apps.slack.dialect import BOT
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tokens import SlackTokenStore
from simulator.systems.apps.slack.traffic import TRAFFIC
from simulator.validation.media_types import is_json
from simulator.validation.parsing import NotJson, parse_strict_json

_CODE, _REFRESH = "authorization_code", "refresh_token"


class _Request(FlaskOAuth2Request):
    """A request whose parameters go by OAuth's names.

    Args:
        parameters: by these names.
    """

    def __init__(self, parameters: MultiDict[str, str]) -> None:
        super().__init__(flask_request)
        self.payload = Members(parameters)

    @property
    def args(self) -> Any:
        return self.payload.data

    form = args


class SlackProvider(AppProvider):
    """One workspace's authorization server."""

    store_kind = SlackTokenStore

    # SLACK-2
    def read_parameters(self, sent: MultiDict[str, str]) -> MultiDict[str, str]:
        found = MultiDict(sent)
        found.setdefault("response_type", "code")
        for names in found.poplist("scope"):
            found.add("scope", " ".join(f"{BOT}{name}" for name in _split(names)))
        for names in found.poplist("user_scope"):
            found.add("scope", " ".join(_split(names)))
        every = " ".join(found.poplist("scope")).strip()
        if every:
            found["scope"] = every
        return found

    def read_request(self, request: Any) -> Any:
        if flask_request.path != TRAFFIC.token:
            return _Request(self.read_parameters(flask_request.args))
        found = MultiDict(flask_request.values)
        if is_json(flask_request.content_type):
            found.update(_members())
        usual = _REFRESH if _REFRESH in found and "code" not in found else _CODE
        found.setdefault("grant_type", usual)
        return _Request(found)

    def authenticate_client(self, request: Any, methods: Any, endpoint: str = "token") -> Client:
        try:
            return super().authenticate_client(request, methods, endpoint)
        except InvalidClientError as error:
            header = flask_request.headers.get("Authorization", "")
            named = read_credentials(header, request.payload.data).client_id
            is_known = bool(named) and self.find_client(named) is not None
            error.description = "bad_client_secret" if is_known else "invalid_client_id"
            raise

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Any:
        if error.redirect_uri or flask_request.path != TRAFFIC.token:
            return super().handle_error_response(request, error)
        return Refused(self._word(error)).answer

    def _word(self, error: OAuth2Error) -> str:
        if isinstance(error, InvalidClientError):
            is_ours = error.description in ("bad_client_secret", "invalid_client_id")
            return str(error.description) if is_ours else "invalid_client_id"
        if isinstance(error, UnsupportedGrantTypeError):
            return "invalid_grant_type"
        sent = flask_request.values
        if isinstance(error, InvalidGrantError):
            if "redirect_uri" in (error.description or ""):
                return "bad_redirect_uri"
            if "code" not in sent and _REFRESH in sent:
                return "invalid_refresh_token"
            row = self.store.reader.find_code(fingerprint(sent.get("code", "")))
            return "code_already_used" if row is not None and row.used_at else "invalid_code"
        if isinstance(error, InvalidRequestError) and "'code'" in (error.description or ""):
            return "invalid_code"
        return "invalid_arguments"

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Response:
        if isinstance(payload, dict) and "of_person" in payload:
            payload = self._write(payload)
        return super().handle_response(status_code, payload, headers)

    def _write(self, issued: dict[str, Any]) -> dict[str, Any]:
        """The token response; the person's token stands with the person, but after a refresh."""
        host = self.rules.realm
        instance = self.store.world.db.session.get(AppInstance, host)
        own, found = _token(issued["of_person"], "user"), _token(issued["of_bot"], "bot")
        if issued["bot"]:
            found["bot_user_id"] = ids.user_id(issued["bot"])
        if issued["is_refresh"]:
            found |= own
        else:
            found["authed_user"] = {"id": ids.user_id(issued["person"]), **own}
        return {
            "ok": True,
            "app_id": ids.app_id(issued["client_id"]),
            **found,
            "team": {"id": ids.team_id(host), "name": instance.name if instance else host},
            "enterprise": None,
            "is_enterprise_install": False,
        }


def _token(tokens: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What a response says of one token; nothing where there is none."""
    if not tokens:
        return {}
    names = ("expires_in", "refresh_token")
    return {
        "scope": ",".join(name.removeprefix(BOT) for name in tokens["scope"].split()),
        "access_token": tokens["access_token"],
        "token_type": kind,
        **{name: tokens[name] for name in names if name in tokens},
    }


def _split(names: str) -> list[str]:
    """Names of scopes with commas between them, or with spaces."""
    return names.replace(",", " ").split()


def _members() -> dict[str, str]:
    """The members of a JSON body that are texts."""
    try:
        found = parse_strict_json(flask_request.get_data())
    except NotJson:
        found = None
    if not isinstance(found, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return {name: value for name, value in found.items() if isinstance(value, str)}

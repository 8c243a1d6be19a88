"""What Workato knows of an app that has no connector of its own: what the connection's form says.

The HTTP connector (`rest`): base URL, authorization URL and token URL are the builder's, and so is
the app: it is outside, and asked at hosts alone that the sandbox's owner allowed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from simulator.connectors.auth_types import AUTHORIZATION_CODE
from simulator.connectors.base import Action, AppRequest, Connector
from simulator.connectors.form_fields import ChoiceField, FormField, HostField
from simulator.connectors.shorthand import read_outputs
from simulator.errors import FieldError
from simulator.validation.parsing import parse_foreign_json

#: Member of the input that says how a token request authenticates the client.
CLIENT_SENT_IN = "param_type"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_BODILESS = ("GET", "HEAD", "OPTIONS")
_JSON, _FORM, _PARTS = "json", "application/x-www-form-urlencoded", "multipart/form-data"
_URL = r"(?i)https?://[^\s/?#@]+(/[^\s?#]*)?"
_WITH_QUERY = r"(?i)https?://[^\s/?#@]+(/[^\s?#]*)?(\?[^\s#]*)?"
#: As exported recipes have them; labels and hints are our choice.
_INPUTS = """
    request_name: | Request name | What the step does, in words.
    request.method: needed = GET; POST; PUT; PATCH; DELETE; HEAD; OPTIONS | Method
    request.url: needed | URL | Behind the connection's base URL, for example /orders.
    request.content_type: = json, JSON; application/x-www-form-urlencoded, Form; multipart/form-data, Form with files; text/plain, Text | Request content type
    request.body: lines | Request body | Not with GET, HEAD and OPTIONS.
    request.headers[].header: | Header
    request.headers[].value: | Value
    response.output_type: = json, JSON; text, Text | Response type
    response.ignore_http_errors: boolean | Go on after HTTP errors | Whether a status from 400 on fails the step.
"""  # noqa: E501
#: A header that the connection sets, or the transport.
_RESERVED = ("authorization", "host", "content-length", "transfer-encoding", "connection", "cookie")


class _Send(Action):
    """Send request via HTTP, as exported recipes have its input."""

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        written = _mapping(inputs.get("response")).get("response_schema")
        declared = parse_foreign_json(str(written or "").encode())
        fields = declared if isinstance(declared, list) else []
        response = {"name": "response", "type": "object", "properties": fields}
        return [response, *read_outputs("body status:integer headers:object")]

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        sent = _mapping(inputs.get("request"))
        method = str(sent.get("method") or "GET").upper()
        if method not in _METHODS:
            raise FieldError("method", f"cannot be asked with the HTTP method '{method}'.")
        url = str(sent.get("url") or "").strip()
        path = url if urlsplit(url).scheme or url.startswith("/") else f"/{url}"
        headers = dict(_headers(sent.get("headers")))
        accepts = str(_mapping(inputs.get("response")).get("ignore_http_errors")).lower() == "true"
        request = AppRequest(method=method, path=path, headers=headers, accepts_errors=accepts)
        if method in _BODILESS or sent.get("body") in (None, "", {}):
            return request
        return _with_body(request, str(sent.get("content_type") or _JSON), sent["body"])

    def read(
        self, inputs: Mapping[str, Any], status: int, content: bytes, headers: Mapping[str, str]
    ) -> Any:
        """Return `body` as text, `response` as it was parsed, and the headers.

        A JSON list stands under `array`, as the pills of exported recipes have it.

        Raises:
            FieldError: the answer is not JSON, which the step says it is.
        """
        kind = str(_mapping(inputs.get("response")).get("output_type") or _JSON)
        text = content.decode("utf-8", "replace")
        found: Any = text
        if kind == _JSON and content:
            found = parse_foreign_json(content)
            if found is None:
                raise FieldError("output_type", "answered something else than JSON.")
        response = {"array": found} if isinstance(found, list) else found
        return {"body": text, "response": response, "headers": dict(headers), "status": status}


def _with_body(request: AppRequest, kind: str, body: Any) -> AppRequest:
    if kind == _JSON and not isinstance(body, str):
        return replace(request, json=body)
    if kind == _FORM and isinstance(body, Mapping):
        return replace(request, form=dict(body))
    if kind == _PARTS and isinstance(body, Mapping):
        return replace(request, parts=dict(body))
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    media_type = "application/json" if kind == _JSON else kind
    own = {name.lower() for name in request.headers}
    added = {} if "content-type" in own else {"Content-Type": media_type}
    return replace(request, body=text.encode(), headers={**added, **request.headers})


def _headers(written: Any) -> list[tuple[str, str]]:
    found = []
    for each in written if isinstance(written, list) else ():
        entry = _mapping(each)
        name, value = entry.get("header") or entry.get("name"), entry.get("value")
        if not name or value is None:
            continue
        if str(name).lower() in _RESERVED or not f"{name}{value}".isprintable():
            raise FieldError("headers", f"cannot be sent the request header '{name}' by a step.")
        found.append((str(name), str(value)))
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, kw_only=True)
class HttpConnector(Connector):
    """The HTTP connector: each connection says where its app is."""

    is_elsewhere: bool = True

    def bound(self, settings: Mapping[str, Any]) -> Connector:
        authorize_url, token_url = (
            str(settings.get(name, "")) for name in ("authorize_url", "token_url")
        )
        return replace(self, authorize_url=authorize_url, token_url=token_url)

    def host(self, typed: str) -> str:
        value = typed.strip().rstrip("/")
        if not value:
            raise FieldError("host", "Base URL is required: it is where the token may be sent.")
        if not re.fullmatch(HOST.pattern, value):
            raise FieldError("host", HOST.error)
        return value


def url_field(name: str, label: str, what: str) -> FormField:
    """Return a field of a connection's form for a whole address.

    Args:
        name: the name of the field.
        label: what people read.
        what: is found there, a sentence.
    """
    return FormField(
        name=name,
        label=label,
        hint=f"{what} For example https://auth.example.com/{name.partition('_')[0]}.",
        placeholder="https://auth.example.com/",
        pattern=_WITH_QUERY,
        error=f"{label} must be a whole address, such as https://auth.example.com/path.",
    )


HOST = HostField(
    label="Base URL",
    hint="Where the API is, for example https://api.example.com/v1. Recipes cannot override it.",
    placeholder="https://api.example.com/v1",
    pattern=_URL,
    error="Base URL must be a whole address without query, such as https://api.example.com/v1.",
)


def _read_error(members: Mapping[str, Any]) -> str:
    """Whatever an API is likely to call its sentence."""
    for name in ("error_description", "message", "detail", "title", "error"):
        if isinstance(members.get(name), str):
            return str(members[name])
    return ""


HTTP = HttpConnector(
    provider="rest",
    name="HTTP",
    host_field=HOST,
    fields=(
        url_field("authorize_url", "OAuth2 authorization URL", "Where people give consent."),
        url_field("token_url", "OAuth2 token URL", "Where codes become tokens."),
        ChoiceField(
            name=CLIENT_SENT_IN,
            label="How does the API require credentials to be sent to request a token?",
            hint="Where nothing is chosen, in the body, and if that is refused, in the header.",
            placeholder="",
            pattern="",
            error="Select Header or Body.",
            options={"basic": "Header", "payload": "Body"},
        ),
    ),
    auth_types=(replace(AUTHORIZATION_CODE, instead=("oauth2_auth_code_grant",)),),
    # Workato's own names (workato-platform-cli, connection-data.json).
    input_names={
        "oauth2_auth_url": "authorize_url",
        "oauth2_token_url": "token_url",
        "oauth2_client_id": "client_id",
        "oauth2_client_secret": "client_secret",
    },
    form_labels=("OAuth2 client ID", "OAuth2 client secret"),
    authorize_url="",
    token_url="",
    client_errors=("invalid_client",),
    scopes=(),
    required_scopes=(),
    client_page="the app's OAuth clients",
    actions={
        "make_request_v2": _Send(
            name="make_request_v2",
            title="Send request",
            method="GET",
            path="/",
            body={name: name for name in ("request_name", "request", "response")},
        )
    },
    inputs={"make_request_v2": _INPUTS},
    read_error=_read_error,
)

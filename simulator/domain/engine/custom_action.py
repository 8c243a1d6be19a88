"""The custom action (`__adhoc_http_action`): an HTTP request to the app's own API.

Its input in a recipe's code: `mnemonic`, `verb`, `path`, `request_type`, `response_type`,
`request_headers` (`[{name, value}]`), `input` (`{schema, data}`) and `output` (a schema).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulator.connectors.base import AppRequest, Connector
from simulator.domain.engine.host import AppAnswer
from simulator.domain.engine.schemas import Caster, Fields, compile_cast, read_fields
from simulator.domain.engine.tree import get_mapping
from simulator.domain.formulas import Field, FormulaError, compile_field
from simulator.domain.formulas.values import render_text
from simulator.errors import list_choices
from simulator.validation.parsing import parse_foreign_json

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_BODILESS = ("get", "delete", "head", "options")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
#: Headers that a recipe cannot set: the connection's credentials, and those of the transport.
_RESERVED = ("authorization", "host", "content-length", "transfer-encoding", "connection", "cookie")
#: `request_type` → media type of the body.
_TEXTS = {"raw": "application/json", "text": "text/plain", "xml": "application/xml"}
_KINDS = ("json", "urlencoded", "multipart", "rawdata", *_TEXTS)
_NO_PATH = (
    "The path of a custom action is relative to the base URI of the app, or an absolute URI that "
    "begins with https:// and the app's own host."
)
_ODD = re.compile(r"[^0-9A-Za-z_]")


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestPlan:
    """A compiled custom action.

    Attributes:
        inputs: the compiled input without its schemas.
        names: member of `input.data` → its name in the app's API.
        cast: casts `input.data` to the types of its schema.
        output: casts the app's response to the types of the output schema.
        base: the path that the action's path is relative to; begins and ends with a slash.
        app: the name of the app, for error messages.
    """

    inputs: Field
    names: Mapping[str, str]
    cast: Caster
    output: Caster
    base: str
    app: str


def compile_request(inputs: Mapping[str, Any], connector: Connector) -> RequestPlan:
    """Compile a custom action.

    Args:
        inputs: the step's input in the recipe's code.
        connector: the app's connector.
    """
    fields = read_fields(get_mapping(inputs.get("input")).get("schema"))
    written = {name: value for name, value in inputs.items() if name not in ("output",)}
    if "input" in written:
        written["input"] = {"data": get_mapping(inputs["input"]).get("data")}
    return RequestPlan(
        inputs=compile_field(written),
        names=_real_names(fields),
        cast=compile_cast([{**field, "name": _member(str(field["name"]))} for field in fields]),
        output=compile_cast(read_fields(inputs.get("output"))),
        base=connector.custom_action_path,
        app=connector.name,
    )


def build_request(plan: RequestPlan, inputs: Mapping[str, Any]) -> AppRequest:
    """Return the request of a custom action for an evaluated input.

    Args:
        plan: the compiled action.
        inputs: the step's evaluated input.

    Raises:
        FormulaError: the verb, the path, a header or the request type is invalid.
    """
    verb = str(inputs.get("verb") or "get").lower()
    if verb not in _VERBS:
        raise FormulaError(f"There is no HTTP method '{verb}'. {list_choices(_VERBS)}")
    path = read_path(render_text(inputs.get("path")), plan.base)
    data = plan.cast(get_mapping(inputs.get("input")).get("data"))
    if isinstance(data, Mapping):
        data = {plan.names.get(name, name): value for name, value in data.items()}
        data = {name: value for name, value in data.items() if value is not None}
    headers = dict(_read_headers(inputs.get("request_headers")))
    if verb in _BODILESS:
        params = {name: _parameter(value) for name, value in get_mapping(data).items()}
        return AppRequest(method=verb.upper(), path=path, params=params, headers=headers)
    kind = str(inputs.get("request_type") or "json")
    if kind not in _KINDS:
        raise FormulaError(f"There is no request type '{kind}'. {list_choices(_KINDS)}")
    return _with_body(AppRequest(method=verb.upper(), path=path, headers=headers), kind, data)


def _with_body(request: AppRequest, kind: str, data: Any) -> AppRequest:
    from dataclasses import replace

    if data is None or data == "":
        return request
    if kind == "json":
        return replace(request, json=data)
    if kind == "urlencoded":
        fields = {name: _parameter(value) for name, value in get_mapping(data).items()}
        return replace(request, form=fields)
    if kind == "multipart":
        fields = {name: _parameter(value) for name, value in get_mapping(data).items()}
        return replace(request, parts=fields)
    text = data if isinstance(data, str) else _lone_text(data)
    media_type = _TEXTS.get(kind, "application/octet-stream")
    headers = {"Content-Type": media_type, **request.headers}
    return replace(request, body=text.encode(), headers=headers)


def _lone_text(data: Any) -> str:
    """Return the text of an input with a single text field, which is the whole body; else JSON."""
    if isinstance(data, Mapping) and len(data) == 1:
        (only,) = data.values()
        if isinstance(only, str):
            return only
    return json.dumps(data, ensure_ascii=False)


def read_path(text: str, base: str = "/") -> str:
    """Return the path or URI that a custom action sends its request to.

    As Workato's form says, the path is appended to the base URI, and an absolute URI replaces it. A
    path that already begins with the base is not prefixed again (our choice).

    Args:
        text: the evaluated path: relative to the base, or an absolute URI.
        base: the base path of the app's API; begins and ends with a slash.

    Returns:
        A path that begins with a slash, or an absolute URI; either may have a query.

    Raises:
        FormulaError: it is empty, invalid, or contains control characters.
    """
    path = text.strip()
    if not path or not path.isprintable():
        raise FormulaError("The path of a custom action is empty, or has control characters.")
    try:
        parts = urlsplit(path)
    except ValueError:
        raise FormulaError(_NO_PATH) from None
    if parts.scheme or parts.netloc or path.startswith("//") or "\\" in path:
        if parts.scheme != "https" or not parts.hostname or parts.username or "\\" in path:
            raise FormulaError(_NO_PATH)
        return path
    return path if path.startswith(base) else base + path.removeprefix("/")


def shape_output(plan: RequestPlan, inputs: Mapping[str, Any], answer: AppAnswer) -> Any:
    """Return the step's output: the members of the response, its `body` and its `headers`.

    Exported recipes whose input has `response_headers` read `body` and `headers`; others read the
    response's members at the root. The output has both. If the response has a member `body` or
    `headers` itself, the form that the recipe's input implies wins (our choice). The body is text
    unless `response_type` is JSON.

    Args:
        plan: the plan of the step.
        inputs: the step's evaluated input.
        answer: the app's response.

    Raises:
        FormulaError: the response should be JSON and is not.
    """
    kind = str(inputs.get("response_type") or "json")
    body: Any = answer.content.decode("utf-8", "replace")
    if kind in ("json", "raw"):
        body = {} if answer.status in (201, 202, 204) and not answer.content else None
        body = parse_foreign_json(answer.content) if body is None else body
        if body is None:
            raise FormulaError(f"{plan.app} answered something else than JSON.")
        body = plan.output(body)
    around = {"body": body, "headers": dict(answer.headers)}
    if not isinstance(body, Mapping):
        return around
    return {**body, **around} if "response_headers" in inputs else {**around, **body}


def _real_names(fields: Fields) -> dict[str, str]:
    """Return `{member of data: name}`; a member has `_` for invalid characters of the name."""
    names = {}
    for field in fields:
        name = str(field["name"])
        details = get_mapping(field.get("details"))
        names[_member(name)] = str(details.get("real_name") or name)
    return names


def _member(name: str) -> str:
    return _ODD.sub("_", name)


def _parameter(value: Any) -> Any:
    if isinstance(value, list):
        return [render_text(each) for each in value]
    return json.dumps(value) if isinstance(value, Mapping) else render_text(value)


def _read_headers(written: Any) -> list[tuple[str, str]]:
    if isinstance(written, Mapping):
        pairs = list(written.items())
    else:
        entries = [each for each in written or [] if isinstance(each, Mapping)]
        pairs = [(each.get("name"), each.get("value")) for each in entries]
    headers = []
    for name, value in pairs:
        if not name or value is None:
            continue
        text = render_text(value)
        if not _HEADER.fullmatch(str(name)) or not text.isprintable():
            raise FormulaError(f"A request header cannot be named '{name}' or have that value.")
        if str(name).lower() in _RESERVED:
            raise FormulaError(
                f"A custom action cannot set the request header '{name}': the connection does."
            )
        headers.append((str(name), text))
    return headers

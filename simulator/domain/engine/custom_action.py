"""Custom action (`__adhoc_http_action`): an HTTP request to the app's own API.

Its input, as recipes have it: `mnemonic`, `verb`, `path`, `request_type`, `response_type`,
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
#: Headers that a recipe cannot set: the connection's token, and what the transport writes.
_RESERVED = ("authorization", "host", "content-length", "transfer-encoding", "connection", "cookie")
#: How the body is written, by `request_type`: with which media type.
_TEXTS = {"raw": "application/json", "text": "text/plain", "xml": "application/xml"}
_KINDS = ("json", "urlencoded", "multipart", "rawdata", *_TEXTS)
_NO_PATH = (
    "The path of a custom action is relative to the base URI of the app, or an absolute URI that "
    "begins with https:// and the app's own host."
)
_ODD = re.compile(r"[^0-9A-Za-z_]")


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestPlan:
    """A custom action, compiled.

    Attributes:
        inputs: the whole input without its schemas.
        names: member of `input.data` → the name that the app knows it by.
        cast: makes values of `input.data` those of its schema.
        output: makes the app's answer that of the output schema.
        base: what its path is relative to, at the app's API; begins and ends with a slash.
        app: name of the app.
    """

    inputs: Field
    names: Mapping[str, str]
    cast: Caster
    output: Caster
    base: str
    app: str


def compile_request(inputs: Mapping[str, Any], connector: Connector) -> RequestPlan:
    """Return the plan of a custom action.

    Args:
        inputs: the step's input, as the recipe has it.
        connector: of the app.
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
    """Return the request that these values make.

    Args:
        plan: of the step.
        inputs: the step's input, evaluated.

    Raises:
        FormulaError: the verb, the path, a header or the kind of body is none that can be sent.
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
    """Return the body of an input that has one field for all of it; else its JSON."""
    if isinstance(data, Mapping) and len(data) == 1:
        (only,) = data.values()
        if isinstance(only, str):
            return only
    return json.dumps(data, ensure_ascii=False)


def read_path(text: str, base: str = "/") -> str:
    """Return where a custom action sends its request.

    The form of Workato's connectors says: the path is appended to the base URI, an absolute URI
    overrides that. A path that has the base's own already is at the API's host (our choice).

    Args:
        text: as the step has it: relative to the base, or an absolute URI.
        base: path at the app's API, with a slash at both ends.

    Returns:
        A path with a slash first, or an absolute URI; perhaps with a query.

    Raises:
        FormulaError: it is empty, is no address, or has characters that no address has.
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
    """Return the step's output: the answer's members, and the whole of it as `body`.

    Exported recipes read `body` and `headers` where the input has `response_headers`, and members
    at the root where it has not. Both are there; the form that the recipe has goes before where the
    answer has a member `body` itself (our choice). Where `response_type` is not JSON, the body is
    text.

    Args:
        plan: of the step.
        inputs: as evaluated.
        answer: of the app.

    Raises:
        FormulaError: the answer is not JSON.
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
    """Members of `data` have `_` for what an identifier cannot have: `metadata_reason_`."""
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

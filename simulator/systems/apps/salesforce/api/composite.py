"""Several requests in one: composite, batch, collections and trees.

Salesforce, "REST API Developer Guide: Composite Resources".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simulator.systems.apps.salesforce.api.resources import (
    Answer,
    Request,
    dispatch,
    missing,
    read_members,
    resource,
)
from simulator.systems.apps.salesforce.refusals import Refused

_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_MOST = 25
#: In one value: what each of them stands for may be long (our choice).
_MOST_REFERENCES = 50
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."


class _UndoError(Exception):
    """Ends a block whose writes do not stay."""


@contextmanager
def _together(request: Request) -> Iterator[None]:
    """Undo what the block did where it raises `_UndoError`."""
    try:
        with request.records.world.db.session.begin_nested():
            yield
    except _UndoError:
        request.records.world.db.session.expire_all()


def _alone(request: Request, run: Callable[[], Answer]) -> Answer:
    """Return what a part answers; where it is refused, nothing of it stays."""
    answer = Answer()
    with _together(request):
        try:
            answer = run()
        except Refused as refused:
            answer = Answer(status=refused.status, body=refused.body)
            raise _UndoError from None
    return answer


@resource("POST", "/composite")
def composite(request: Request) -> Answer:
    """Requests one after another, each of which may use what those before it answered."""
    sent = request.read_object()
    parts = _read_parts(sent, "compositeRequest", _MOST)
    all_or_none = sent.get("allOrNone") is True
    results: list[dict[str, Any]] = []
    with _together(request):
        bodies: dict[str, Any] = {}
        failed = False
        for part in parts:
            name = str(part.get("referenceId") or "")
            if not name or name in bodies:
                sentence = f"Duplicate or missing referenceId provided in the request: '{name}'"
                raise Refused(400, "INVALID_INPUT", sentence)
            answer = _halted() if failed and all_or_none else _run_part(request, part, bodies)
            bodies[name] = answer.body
            failed = failed or answer.status >= 400
            results.append(
                {
                    "body": answer.body,
                    "httpHeaders": dict(answer.headers),
                    "httpStatusCode": answer.status,
                    "referenceId": name,
                }
            )
        if failed and all_or_none:
            for each in results:
                if each["httpStatusCode"] < 400:
                    halted = _halted()
                    each |= {"body": halted.body, "httpStatusCode": halted.status}
                    each["httpHeaders"] = {}
            raise _UndoError
    return Answer(body={"compositeResponse": results})


def _halted() -> Answer:
    return Answer(status=400, body=[{"errorCode": "PROCESSING_HALTED", "message": _HALTED}])


def _run_part(request: Request, part: Mapping[str, Any], bodies: Mapping[str, Any]) -> Answer:
    def run() -> Answer:
        url = str(_resolve(part.get("url") or "", bodies))
        return _dispatch(request, part.get("method"), url, _resolve(part.get("body"), bodies))

    return _alone(request, run)


def _dispatch(request: Request, method: Any, url: str, body: Any) -> Answer:
    parts = urlsplit(url)
    path = re.sub(r"^/services/data", "", parts.path)
    match = re.fullmatch(r"/?v(\d+\.\d)(/.*)?", path)
    if method not in _METHODS:
        raise Refused(400, "INVALID_HTTP_METHOD", f"Invalid HTTP method: {method}")
    if match is None or (match[2] or "").startswith("/composite/batch"):
        raise missing()
    own = replace(
        request,
        method=method,
        path=match[2] or "/",
        params=dict(parse_qsl(parts.query, keep_blank_values=True)),
        body=body,
        version=match[1],
    )
    return dispatch(own)


def _resolve(value: Any, bodies: Mapping[str, Any]) -> Any:
    """Put what earlier parts answered in the place of `@{name.member}`."""
    if isinstance(value, str):
        if value.count("@{") > _MOST_REFERENCES:
            sentence = f"Limit exceeded: a value has more than {_MOST_REFERENCES} references"
            raise Refused(400, "LIMIT_EXCEEDED", sentence)
        return _REFERENCE.sub(lambda match: str(_look_up(match, bodies)), value)
    if isinstance(value, dict):
        return {name: _resolve(each, bodies) for name, each in value.items()}
    return [_resolve(each, bodies) for each in value] if isinstance(value, list) else value


def _look_up(match: re.Match[str], bodies: Mapping[str, Any]) -> Any:
    found: Any = bodies.get(match[1])
    for member, place in _STEP.findall(match[2]):
        if member:
            found = found.get(member) if isinstance(found, dict) else None
        else:
            is_there = isinstance(found, list) and int(place) < len(found)
            found = found[int(place)] if is_there else None
    if found is None:
        sentence = f"Invalid reference specified. No value for {match[0][2:-1]} found in {match[1]}"
        raise Refused(400, "PROCESSING_HALTED", sentence)
    return found


def _read_parts(sent: Mapping[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    parts = sent.get(name)
    if not isinstance(parts, list) or not parts:
        raise Refused(400, "JSON_PARSER_ERROR", f"{name} must be a list with an element at least")
    if len(parts) > most:
        sentence = f"Limit exceeded: {name} has {len(parts)} elements, and may have {most}"
        raise Refused(400, "LIMIT_EXCEEDED", sentence)
    return [read_members(each) for each in parts]


@resource("POST", "/composite/batch")
def batch(request: Request) -> Answer:
    """Requests that know nothing of each other."""
    sent = request.read_object()
    results: list[dict[str, Any]] = []
    failed = False
    for part in _read_parts(sent, "batchRequests", _MOST):
        if failed and sent.get("haltOnError") is True:
            answer = Answer(
                status=412,
                body=[
                    {
                        "errorCode": "BATCH_PROCESSING_HALTED",
                        "message": "Batch processing halted per request",
                    }
                ],
            )
        else:
            answer = _run_in_batch(request, part)
        failed = failed or answer.status >= 400
        results.append({"statusCode": answer.status, "result": answer.body})
    return Answer(body={"hasErrors": failed, "results": results})


def _run_in_batch(request: Request, part: Mapping[str, Any]) -> Answer:
    url = str(part.get("url") or "")
    return _alone(
        request,
        lambda: _dispatch(
            request, part.get("method"), f"/{url.lstrip('/')}", part.get("richInput")
        ),
    )


@resource("POST", "/composite/tree/<name>")
def tree(request: Request, name: str) -> Answer:
    """Records with those that refer to them; all are created, or none."""
    object_type = request.object_type(name)
    parts = _read_parts(request.read_object(), "records", 200)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    with _together(request):
        for part in parts:
            _plant(request, object_type.name, part, {}, results, errors)
        if errors:
            raise _UndoError
    if errors:
        return Answer(status=400, body={"hasErrors": True, "results": errors})
    return Answer(status=201, body={"hasErrors": False, "results": results})


def _plant(
    request: Request,
    name: str,
    part: Mapping[str, Any],
    parent: Mapping[str, str],
    results: list[dict[str, Any]],
    errors: list[dict[str, Any]],
) -> None:
    """Create a record, and then those below it."""
    object_type = request.object_type(name)
    reference = str(read_members(part.get("attributes")).get("referenceId") or "")
    below = {
        key: value["records"]
        for key, value in part.items()
        if isinstance(value, dict) and isinstance(value.get("records"), list)
    }
    own = {key: value for key, value in part.items() if key not in ("attributes", *below)}
    try:
        row = request.records.create(object_type, {**own, **parent})
    except Refused as refused:
        errors.append({"referenceId": reference, "errors": refused.as_result["errors"]})
        return
    results.append({"referenceId": reference, "id": row.record_id})
    children = {
        (f"{field.children}__r" if field.is_custom else field.children).lower(): (child, field)
        for child, field in request.records.catalog.children(object_type)
    }
    for relationship, records in below.items():
        child, field = children.get(relationship.lower(), (None, None))
        if child is None or field is None:
            sentence = f"No such relationship '{relationship}' on sobject of type {name}"
            raise Refused(400, "INVALID_FIELD", sentence)
        for each in records:
            link = {field.name: str(row.record_id)}
            _plant(request, child.name, read_members(each), link, results, errors)

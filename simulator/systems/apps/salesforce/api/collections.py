"""Up to 200 records in one request.

Salesforce, "REST API Developer Guide: sObject Collections".
"""

from collections.abc import Callable
from typing import Any

from simulator.systems.apps.salesforce import shapes
from simulator.systems.apps.salesforce.api.resources import (
    Answer,
    Request,
    read_members,
    resource,
)
from simulator.systems.apps.salesforce.api.sobjects import put, read_names
from simulator.systems.apps.salesforce.objects.catalog import ObjectType
from simulator.systems.apps.salesforce.refusals import Refused

_MOST = 200
_UNDONE = Refused(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone "
    "header",
)


@resource("POST", "/composite/sobjects")
def create(request: Request) -> Answer:
    """Create records of any objects."""

    def run(sent: dict[str, Any]) -> dict[str, Any]:
        row = request.records.create(_type(request, sent), sent)
        request.records.record([row])
        return {"id": row.record_id, "success": True, "errors": []}

    return _each(request, _read_records(request), run, request.read_object().get("allOrNone"))


@resource("PATCH", "/composite/sobjects")
def change(request: Request) -> Answer:
    """Change records of any objects, each of which names its id."""

    def run(sent: dict[str, Any]) -> dict[str, Any]:
        object_type = _type(request, sent)
        number = next((str(value) for name, value in sent.items() if name.lower() == "id"), "")
        row = request.records.find(object_type, number, to_change=True)
        own = {name: value for name, value in sent.items() if name.lower() != "id"}
        request.records.update(object_type, row, own)
        request.records.record([row])
        return {"id": row.record_id, "success": True, "errors": []}

    return _each(request, _read_records(request), run, request.read_object().get("allOrNone"))


@resource("PATCH", "/composite/sobjects/<name>/<field>")
def upsert(request: Request, name: str, field: str) -> Answer:
    """Upsert records of an object, each with the value that finds it."""
    object_type = request.object_type(name)

    def run(sent: dict[str, Any]) -> dict[str, Any]:
        value = next((str(v) for key, v in sent.items() if key.lower() == field.lower()), "")
        own = {key: v for key, v in sent.items() if key.lower() != field.lower()}
        answer = put(request, object_type, field, value, own)
        if answer.status == 300:
            raise Refused(400, "DUPLICATE_EXTERNAL_ID", "Several records have this external ID")
        return dict(answer.body)

    return _each(request, _read_records(request), run, request.read_object().get("allOrNone"))


@resource("DELETE", "/composite/sobjects")
def delete(request: Request) -> Answer:
    """Delete the records that `ids` names."""

    def run(sent: dict[str, Any]) -> dict[str, Any]:
        number = str(sent["id"])
        object_type = _type_of_id(request, number)
        row = request.records.find(object_type, number, to_change=True)
        request.records.delete(row)
        return {"id": row.record_id, "success": True, "errors": []}

    named = [{"id": each} for each in request.params.get("ids", "").split(",") if each]
    return _each(request, named, run, request.params.get("allOrNone") == "true")


@resource("GET", "/composite/sobjects/<name>")
def show(request: Request, name: str) -> Answer:
    """Records of an object by their ids; null for each that is not there."""
    named = request.params.get("ids", "").split(",")
    return _shown(request, name, named, request.params.get("fields", "").split(","))


@resource("POST", "/composite/sobjects/<name>")
def show_many(request: Request, name: str) -> Answer:
    """The same, of more ids than an address holds."""
    sent = request.read_object()
    return _shown(request, name, sent.get("ids"), sent.get("fields"))


def _shown(request: Request, name: str, named: Any, fields: Any) -> Answer:
    object_type = request.object_type(name)
    if not isinstance(named, list) or not isinstance(fields, list) or not all(fields):
        raise Refused(400, "MISSING_ARGUMENT", "The lists ids and fields have to be specified")
    names = read_names(object_type, [str(each) for each in fields])
    found: list[Any] = []
    for each in named[:_MOST]:
        try:
            row = request.records.find(object_type, str(each))
        except Refused:
            found.append(None)
            continue
        request.records.record([row])
        found.append(shapes.whole(row, names, request.version))
    return Answer(body=found)


def _each(
    request: Request,
    sent: list[dict[str, Any]],
    run: Callable[[dict[str, Any]], dict[str, Any]],
    all_or_none: Any,
) -> Answer:
    """Return what came of each; where one fails and all have to succeed, none stays."""
    session = request.records.world.db.session
    results: list[dict[str, Any]] = []
    around = session.begin_nested()
    for each in sent:
        own = session.begin_nested()
        try:
            results.append(run(each))
            own.commit()
        except Refused as refused:
            own.rollback()
            results.append(refused.as_result)
    if all_or_none is True and not all(each["success"] for each in results):
        around.rollback()
        results = [_UNDONE.as_result if each["success"] else each for each in results]
    else:
        around.commit()
    return Answer(body=results)


def _read_records(request: Request) -> list[dict[str, Any]]:
    sent = request.read_object().get("records")
    if not isinstance(sent, list) or not sent:
        raise Refused(400, "JSON_PARSER_ERROR", "records must be a list with an element at least")
    if len(sent) > _MOST:
        sentence = f"The request has {len(sent)} records, and may have {_MOST}"
        raise Refused(400, "EXCEEDED_ID_LIMIT", sentence)
    return [read_members(each) for each in sent]


def _type(request: Request, sent: dict[str, Any]) -> ObjectType:
    named = sent.get("attributes")
    name = named.get("type") if isinstance(named, dict) else None
    found = request.records.catalog.find(name) if isinstance(name, str) else None
    if found is None:
        sentence = f"sObject type '{name}' is not supported."
        raise Refused(400, "INVALID_TYPE", sentence)
    return found


def _type_of_id(request: Request, number: str) -> ObjectType:
    for each in request.records.catalog:
        if number.startswith(each.prefix):
            return each
    raise Refused(400, "MALFORMED_ID", f"malformed id {number}")

"""Objects and their records: describe, read, create, change, upsert, delete."""

from typing import Any

from sqlalchemy import select

from simulator.systems.apps.salesforce import describe, ids, shapes
from simulator.systems.apps.salesforce.api.resources import Answer, Request, missing, resource
from simulator.systems.apps.salesforce.moments import read_moment, write_moment
from simulator.systems.apps.salesforce.objects.catalog import ObjectType
from simulator.systems.apps.salesforce.objects.fields import Field
from simulator.systems.apps.salesforce.records import not_accessible
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.systems.apps.salesforce.soql.errors import explain_no_field
from simulator.systems.apps.salesforce.tables import SalesforceRecord
from simulator.systems.apps.salesforce.visibility import is_of

_MOST_CHANGED = 2000


@resource("GET", "/sobjects")
def index(request: Request) -> Answer:
    """Every object of the org."""
    found = [describe.summary(each, request.root) for each in request.records.catalog]
    return Answer(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})


@resource("GET", "/sobjects/<name>")
def show_object(request: Request, name: str) -> Answer:
    """What an object is, and the records of it that were changed last."""
    object_type = request.object_type(name)
    found = (
        select(SalesforceRecord)
        .where(
            is_of(request.records.user, object_type, SalesforceRecord),
            SalesforceRecord.is_deleted.is_(False),
        )
        .order_by(SalesforceRecord.id.desc())
        .limit(10)
    )
    rows = request.records.world.db.session.scalars(found).all()
    request.records.record(rows)
    recent = [shapes.whole(row, ("Id", object_type.name_field), request.version) for row in rows]
    shown = describe.summary(object_type, request.root)
    return Answer(body={"objectDescribe": shown, "recentItems": recent})


@resource("GET", "/sobjects/<name>/describe")
def show_fields(request: Request, name: str) -> Answer:
    """What an object is, with all of its fields."""
    found = request.object_type(name)
    return Answer(body=describe.whole(found, request.records.catalog, request.root))


@resource("POST", "/sobjects/<name>")
def create(request: Request, name: str) -> Answer:
    """Create a record."""
    row = request.records.create(request.object_type(name), request.read_object())
    request.records.record([row])
    url = f"{request.root}/sobjects/{row.kind}/{row.record_id}"
    return Answer(
        status=201,
        body={"id": row.record_id, "success": True, "errors": []},
        headers={"Location": url},
    )


@resource("GET", "/sobjects/<name>/<record_id>")
def show(request: Request, name: str, record_id: str) -> Answer:
    """A record: all of its fields, or those that `fields` names."""
    object_type = request.object_type(name)
    row = request.records.find(object_type, record_id)
    return _shown(request, object_type, row)


@resource("PATCH", "/sobjects/<name>/<record_id>")
def change(request: Request, name: str, record_id: str) -> Answer:
    """Change fields of a record."""
    object_type, sent = request.object_type(name), request.read_object()
    row = request.records.find(object_type, record_id, to_change=True)
    request.records.update(object_type, row, sent)
    request.records.record([row])
    return Answer(status=204)


@resource("DELETE", "/sobjects/<name>/<record_id>")
def delete(request: Request, name: str, record_id: str) -> Answer:
    """Delete a record."""
    row = request.records.find(request.object_type(name), record_id, to_change=True)
    request.records.delete(row)
    request.records.record([row])
    return Answer(status=204)


@resource("GET", "/sobjects/<name>/<field>/<path:value>")
def show_by_field(request: Request, name: str, field: str, value: str) -> Answer:
    """A record by a value that it has elsewhere, or what a record refers to."""
    object_type = request.object_type(name)
    if ids.normalize(field):
        return _follow(request, object_type, field, value)
    found = request.records.find_by(object_type, _lookup(object_type, field), value)
    if not found:
        raise missing()
    return _several(request, found) or _shown(request, object_type, found[0])


@resource("PATCH", "/sobjects/<name>/<field>/<path:value>")
def upsert(request: Request, name: str, field: str, value: str) -> Answer:
    """Change the record that has a value elsewhere; create it if there is none."""
    return put(request, request.object_type(name), field, value, request.read_object())


@resource("DELETE", "/sobjects/<name>/<field>/<path:value>")
def delete_by_field(request: Request, name: str, field: str, value: str) -> Answer:
    """Delete a record by a value that it has elsewhere."""
    object_type = request.object_type(name)
    found = request.records.find_by(object_type, _lookup(object_type, field), value)
    if not found:
        raise missing()
    several = _several(request, found)
    return several or delete(request, name, str(found[0].record_id))


def put(
    request: Request, object_type: ObjectType, name: str, value: str, sent: dict[str, Any]
) -> Answer:
    """Upsert a record; the field that finds it is not among those that are sent.

    Raises:
        Refused: as creating and changing say.
    """
    field = _lookup(object_type, name)
    if any(each.lower() == field.name.lower() for each in sent):
        sentence = f"The {field.name} field should not be specified in the sobject data."
        raise Refused(400, "INVALID_FIELD", sentence, [field.name])
    records = request.records
    records.lock_org()  # two who look at once would both find nothing
    found = records.find_by(object_type, field, value)
    if several := _several(request, found):
        return several
    if found:
        row = records.find(object_type, str(found[0].record_id), to_change=True)
        records.update(object_type, row, sent)
    else:
        if field.type == "id":
            raise not_accessible(value)
        row = records.create(object_type, {**sent, field.name: value})
    records.record([row])
    result: dict[str, Any] = {"id": row.record_id, "success": True, "errors": []}
    result["created"] = not found
    return Answer(status=200 if found else 201, body=result)


def _lookup(object_type: ObjectType, name: str) -> Field:
    """Return a field by which records can be found."""
    field = object_type.field(name)
    known = field is not None and (field.is_external_id or field.is_id_lookup or field.type == "id")
    if field is None or not known:
        sentence = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Refused(404, "NOT_FOUND", sentence)
    return field


def _several(request: Request, found: Any) -> Answer | None:
    if len(found) < 2:
        return None
    return Answer(
        status=300,
        body=[f"{request.root}/sobjects/{row.kind}/{row.record_id}" for row in found],
    )


def _follow(request: Request, object_type: ObjectType, record_id: str, name: str) -> Answer:
    """What a record refers to by a relationship."""
    row = request.records.find(object_type, record_id)
    reference = object_type.reference(name)
    target = row.fields.get(reference.name) if reference else None
    if reference is None or target is None:
        raise missing()
    for each in map(request.object_type, reference.refers_to):
        if target.startswith(each.prefix):
            return _shown(request, each, request.records.find(each, target))
    raise missing()


def _shown(request: Request, object_type: ObjectType, row: SalesforceRecord) -> Answer:
    request.records.record([row])
    names = [each.name for each in object_type.fields]
    if "fields" in request.params:
        names = read_names(object_type, request.params["fields"].split(","))
    return Answer(body=shapes.whole(row, names, request.version))


def read_names(object_type: ObjectType, sent: list[str]) -> list[str]:
    """Return the fields that a request names, as the org writes them.

    Raises:
        Refused: there is no such field.
    """
    names = []
    for each in filter(None, (one.strip() for one in sent)):
        field = object_type.field(each)
        if field is None:
            raise Refused(400, "INVALID_FIELD", explain_no_field(each, object_type.name))
        names.append(field.name)
    return names


@resource("GET", "/sobjects/<name>/updated")
def updated(request: Request, name: str) -> Answer:
    """The ids of records that were changed in a time."""
    rows, end = _changed(request, name, is_deleted=False)
    return Answer(body={"ids": [row.record_id for row in rows], "latestDateCovered": end})


@resource("GET", "/sobjects/<name>/deleted")
def deleted(request: Request, name: str) -> Answer:
    """The records that were deleted in a time."""
    rows, end = _changed(request, name, is_deleted=True)
    found = [{"id": row.record_id, "deletedDate": row.fields["SystemModstamp"]} for row in rows]
    earliest = write_moment(request.records.world.clock.now().replace(hour=0, minute=0, second=0))
    return Answer(
        body={
            "deletedRecords": found,
            "earliestDateAvailable": earliest,
            "latestDateCovered": end,
        }
    )


def _changed(
    request: Request, name: str, *, is_deleted: bool
) -> tuple[list[SalesforceRecord], str]:
    object_type = request.object_type(name)
    begin, end = (read_moment(request.params.get(each, "")) for each in ("start", "end"))
    if begin is None or end is None or begin >= end:
        sentence = "Send start and end as moments such as 2026-08-24T00:00:00Z, start before end"
        raise Refused(400, "INVALID_REPLICATION_DATE", sentence)
    stamp = SalesforceRecord.fields["SystemModstamp"].as_string()
    found = (
        select(SalesforceRecord)
        .where(
            is_of(request.records.user, object_type, SalesforceRecord),
            SalesforceRecord.is_deleted.is_(is_deleted),
            stamp >= write_moment(begin),
            stamp < write_moment(end),
        )
        .order_by(SalesforceRecord.id)
        .limit(_MOST_CHANGED)
    )
    rows = list(request.records.world.db.session.scalars(found))
    request.records.record(rows)
    return rows, write_moment(end)

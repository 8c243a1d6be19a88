"""What an org has beside records: the list of resources, limits, and what was changed last."""

from sqlalchemy import select

from simulator.systems.apps.salesforce import shapes
from simulator.systems.apps.salesforce.api.resources import Answer, Request, resource
from simulator.systems.apps.salesforce.tables import SalesforceRecord
from simulator.systems.apps.salesforce.usage import DAILY_REQUESTS, usage
from simulator.systems.apps.salesforce.visibility import is_of
from simulator.validation.parsing import parse_whole_number

_RESOURCES = ("sobjects", "query", "queryAll", "search", "parameterizedSearch")
_MORE = ("composite", "limits", "recent")
_MOST_RECENT = 200


@resource("GET", "/")
def index(request: Request) -> Answer:
    """The resources of this version."""
    return Answer(body={name: f"{request.root}/{name}" for name in (*_RESOURCES, *_MORE)})


@resource("GET", "/limits")
def limits(request: Request) -> Answer:
    """What may still be done today."""
    left = max(DAILY_REQUESTS - usage(request.records.user.host), 0)
    return Answer(
        body={
            "DailyApiRequests": {"Max": DAILY_REQUESTS, "Remaining": left},
            "DailyBulkApiRequests": {"Max": 5000, "Remaining": 5000},
            "DataStorageMB": {"Max": 1024, "Remaining": 1024},
        }
    )


@resource("GET", "/recent")
def recent(request: Request) -> Answer:
    """The records that the person changed last."""
    number = parse_whole_number(request.params.get("limit")) or _MOST_RECENT
    records = request.records
    found: list[tuple[str, SalesforceRecord, str]] = []
    for each in records.catalog:
        query = select(SalesforceRecord).where(
            is_of(records.user, each, SalesforceRecord),
            SalesforceRecord.is_deleted.is_(False),
            SalesforceRecord.fields["LastModifiedById"].as_string() == records.own_id,
        )
        stamp = SalesforceRecord.fields["LastModifiedDate"].as_string()
        ordered = query.order_by(stamp.desc(), SalesforceRecord.id.desc())
        rows = records.world.db.session.scalars(ordered.limit(min(number, _MOST_RECENT)))
        found.extend((row.fields["LastModifiedDate"], row, each.name_field) for row in rows)
    found.sort(key=lambda each: (each[0], each[1].id), reverse=True)
    newest = found[: min(number, _MOST_RECENT)]
    records.record([row for _, row, _ in newest])
    return Answer(
        body=[
            shapes.attributes(row, request.version)
            | {"Id": row.record_id, "Name": row.fields.get(name)}
            for _, row, name in newest
        ]
    )

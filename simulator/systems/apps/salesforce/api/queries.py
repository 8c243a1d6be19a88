"""Queries in SOQL, page by page, and searches in SOSL."""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select

from simulator.systems.apps.salesforce import ids, sosl
from simulator.systems.apps.salesforce.api.resources import Answer, Request, resource
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.systems.apps.salesforce.soql.errors import QueryError
from simulator.systems.apps.salesforce.soql.finding import Finder
from simulator.systems.apps.salesforce.soql.running import Page, Runner
from simulator.systems.apps.salesforce.tables import SalesforceQuery
from simulator.validation.parsing import parse_whole_number

#: What ids of queries begin with.
_PREFIX = "01g"
#: How many queries of one person can be gone on with (Salesforce, "SOQL limits": 10 cursors).
_MOST_OPEN = 10


@resource("GET", "/query")
def query(request: Request) -> Answer:
    """The first page of what a query finds."""
    return _first(request, has_deleted=False)


@resource("GET", "/queryAll")
def query_all(request: Request) -> Answer:
    """The same, with deleted records."""
    return _first(request, has_deleted=True)


@resource("GET", "/query/<locator>")
@resource("GET", "/queryAll/<locator>")
def more(request: Request, locator: str) -> Answer:
    """A further page, `<id of the query>-<at which record>`."""
    name, _, begin = locator.rpartition("-")
    row = _find(request, name)
    number = parse_whole_number(begin)
    if row is None or number is None:
        raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    page = _run(request, row.text, number, row.batch_size, has_deleted=row.has_deleted)
    return Answer(body=_shown(request, page, row))


@resource("GET", "/search")
def search(request: Request) -> Answer:
    """Records in which a text stands (SOSL)."""
    found = []
    try:
        for text in sosl.read(request.params.get("q", ""), request.records.catalog):
            found.extend(_run(request, text, 0, 200, has_deleted=False).records)
    except QueryError as error:
        raise Refused(400, error.code, str(error)) from None
    return Answer(body={"searchRecords": found})


@resource("GET", "/parameterizedSearch")
def search_by_parameters(request: Request) -> Answer:
    """The same: `q` is the text, and `sobject` one object to look in."""
    text = request.params.get("q", "")
    names = [each for each in request.params.get("sobject", "").split(",") if each]
    returning = f" RETURNING {', '.join(names)}" if names else ""
    query = f"FIND {{{sosl.quote(text)}}}{returning}"
    return search(replace(request, params={"q": query}))


def _first(request: Request, *, has_deleted: bool) -> Answer:
    text = request.params.get("q")
    if text is None:
        sentence = "A query string has to be specified"
        raise Refused(400, "MALFORMED_QUERY", sentence)
    page = _run(request, text, 0, request.batch_size, has_deleted=has_deleted)
    row = None
    if page.next is not None:
        row = _keep(request, text, has_deleted=has_deleted)
    return Answer(body=_shown(request, page, row))


def _run(request: Request, text: str, begin: int, size: int, *, has_deleted: bool) -> Page:
    records = request.records
    finder = Finder(
        world=records.world,
        user=records.user,
        catalog=records.catalog,
        text=text,
        has_deleted=has_deleted,
    )
    try:
        page = Runner(finder=finder, version=request.version).page(begin, size)
    except QueryError as error:
        raise Refused(400, error.code, str(error)) from None
    records.record(page.found)
    return page


def _shown(request: Request, page: Page, row: SalesforceQuery | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"totalSize": page.total, "done": page.next is None}
    if page.next is not None and row is not None:
        locator = f"{ids.make_id(_PREFIX, row.id)}-{page.next}"
        answer["nextRecordsUrl"] = f"{request.root}/query/{locator}"
    return answer | {"records": page.records}


def _keep(request: Request, text: str, *, has_deleted: bool) -> SalesforceQuery:
    """Keep a query to be gone on with; the oldest of too many is forgotten."""
    user, session = request.records.user, request.records.world.db.session
    row = SalesforceQuery(
        host=user.host,
        user_id=user.id,
        text=text,
        batch_size=request.batch_size,
        has_deleted=has_deleted,
        created_at=request.records.world.clock.now(),
    )
    session.add(row)
    session.flush()
    own = select(SalesforceQuery.id).where(SalesforceQuery.user_id == user.id)
    newest = session.scalars(own.order_by(SalesforceQuery.id.desc()).limit(_MOST_OPEN)).all()
    session.execute(
        delete(SalesforceQuery).where(
            SalesforceQuery.user_id == user.id, SalesforceQuery.id < min(newest)
        )
    )
    return row


def _find(request: Request, name: str) -> SalesforceQuery | None:
    """Return the query with an id, if it is the person's own."""
    user, session = request.records.user, request.records.world.db.session
    own = select(SalesforceQuery).where(SalesforceQuery.user_id == user.id)
    rows = session.scalars(own).all()  # they are few
    whole = ids.normalize(name)
    return next((row for row in rows if ids.make_id(_PREFIX, row.id) == whole), None)

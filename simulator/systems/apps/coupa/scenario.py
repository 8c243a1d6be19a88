"""Coupa in a scenario file: its records, the rows made of them, and what may be wrong in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from simulator.extras import has, lacking
from simulator.systems.apps._kit.scenario import App, RecordId
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.coupa import objects, records
from simulator.systems.apps.coupa.objects import KINDS, Seeder
from simulator.systems.apps.coupa.records import Row
from simulator.systems.apps.coupa.tables import CoupaPurchaseOrder, CoupaRecord, CoupaRequisition
from simulator.validation.fields import Name, Strict, Text
from simulator.validation.mistakes import Mistakes, Place, expect_one_of, find_unknown


def _cents(value: float) -> float:
    if value < 0 or abs(value * 100 - round(value * 100)) > 1e-6:
        raise ValueError("expected an amount of at least 0 with at most two decimals")
    return value


Money = Annotated[float, Field(allow_inf_nan=False, lt=10_000_000), AfterValidator(_cents)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class Line(Strict):
    """One line of a requisition or purchase order."""

    description: Name
    quantity: Annotated[int, Field(gt=0, le=1_000_000)] = 1
    unit_price: Money


class Requisition(Strict):
    """A requisition."""

    id: RecordId
    requester: str
    status: Literal[
        "draft", "pending_approval", "approved", "ordered", "received", "withdrawn", "cancelled"
    ]
    justification: Text
    department: Name
    currency: Literal["EUR", "USD", "GBP"] = "EUR"
    need_by: date | None = None
    submitted: date | None = None
    created: date
    lines: Annotated[list[Line], Field(min_length=1)]

    @model_validator(mode="after")
    def _small_enough(self) -> Self:
        if sum(line.quantity * line.unit_price for line in self.lines) >= 10_000_000:
            raise ValueError("expected lines of less than 10,000,000 in all")
        return self


class PurchaseOrder(Strict):
    """A purchase order, made from a requisition, whose lines and requester it takes over."""

    id: RecordId
    number: Name
    requisition: RecordId
    status: Literal["draft", "buyer_hold", "issued", "soft_closed", "closed", "cancelled"]
    supplier: Name
    created: date


class Invoice(Strict):
    """An invoice against a purchase order, whose supplier, total and requester it takes over."""

    id: RecordId
    number: Name
    purchase_order: RecordId
    status: Literal[
        "draft", "new", "pending_approval", "approved", "disputed", "on_hold", "rejected", "voided"
    ]
    date: date


class Bulk(Strict):
    """Made-up records for every account of an app; the same seed makes the same ones."""

    seed: int
    first_day: date
    last_day: date
    requisitions_per_user: Count = 0
    purchase_orders_per_user: Count = 0
    invoices_per_user: Count = 0
    companies: list[Name] = []
    cities: list[Name] = []

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("expected last_day not before first_day")
        if not (
            self.requisitions_per_user >= self.purchase_orders_per_user >= self.invoices_per_user
        ):
            raise ValueError(
                "expected no more purchase orders than requisitions and no more invoices than "
                "purchase orders per user"
            )
        return self


def _kind(path: str) -> str:
    if path not in KINDS:
        raise ValueError(expect_one_of(KINDS, path))
    return path


class Filter(Strict):
    """A query that has a name (`filter=…`)."""

    resource: Name
    query: Text


class Records(Strict):
    """What stands under `data`.

    Attributes:
        objects: suppliers, contracts, items and so on: resource of the API → objects, with the
            field names of the API; others are referred to by name, whose an expense report is by
            `owner`.
        filters: queries by name.
        requests_per_second: the limit of the API, beyond which a burst of 20 is taken; none where
            nothing is said.
    """

    requisitions: list[Requisition] = []
    purchase_orders: list[PurchaseOrder] = []
    invoices: list[Invoice] = []
    objects: dict[Annotated[str, AfterValidator(_kind)], list[dict[str, Any]]] = {}
    filters: dict[str, Filter] = {}
    requests_per_second: Annotated[int, Field(ge=1, le=10_000)] | None = None
    bulk: Bulk | None = None


class CoupaApp(App):
    """One Coupa instance."""

    data: Records = Records()


MODEL = CoupaApp


def rows(seed: AppSeed, app: CoupaApp) -> Iterator[Row | CoupaRecord]:
    """Make the rows of an instance: its documents, and what else it has."""
    documents = [*_spelt_out(seed.users, app)]
    if app.data.bulk is not None:
        from simulator.systems.apps.coupa import bulk

        documents += bulk.records(app.host, seed.users, app.data.bulk, seed.bulk_ids)
    yield from documents
    yield from Seeder(seed, app).rows(documents)


def _spelt_out(users: Mapping[str, int], app: CoupaApp) -> Iterable[Row]:
    requisitions: dict[int, CoupaRequisition] = {}
    orders: dict[int, CoupaPurchaseOrder] = {}
    for item in app.data.requisitions:
        requester_id = users[item.requester]
        requisitions[item.id] = _requisition(app.host, requester_id, item)
    for order in app.data.purchase_orders:
        orders[order.id] = records.purchase_order(
            requisitions[order.requisition],
            id=order.id,
            po_number=order.number,
            status=order.status,
            supplier=order.supplier,
            created=order.created,
        )
    invoices = [
        records.invoice(
            orders[item.purchase_order],
            id=item.id,
            invoice_number=item.number,
            status=item.status,
            invoice_date=item.date,
        )
        for item in app.data.invoices
    ]
    return [*requisitions.values(), *orders.values(), *invoices]


def _requisition(host: str, requester_id: int, item: Requisition) -> CoupaRequisition:
    return records.requisition(
        id=item.id,
        host=host,
        requester_id=requester_id,
        status=item.status,
        justification=item.justification,
        department=item.department,
        currency=item.currency,
        lines=[_line(number, line) for number, line in enumerate(item.lines, 1)],
        need_by_date=item.need_by,
        submitted=item.submitted,
        created=item.created,
    )


def _line(number: int, line: Line) -> dict[str, Any]:
    return records.order_line(number, line.description, line.quantity, round(line.unit_price * 100))


def mistakes(apps: Mapping[Place, CoupaApp]) -> Mistakes:
    """Find ids that are there twice, references to nothing, and names that nobody can make up.

    Args:
        apps: all instances of the scenario, by their places.
    """
    for kind in ("requisitions", "purchase_orders", "invoices"):
        seen: set[int] = set()
        for place, app in apps.items():
            for index, record in enumerate(getattr(app.data, kind)):
                if record.id in seen:
                    where = (*place, "data", kind, index, "id")
                    yield where, f"expected an id of its own, found {record.id} again"
                seen.add(record.id)
    for place, app in apps.items():
        yield from _references(app, (*place, "data"))
        yield from objects.mistakes(app, (*place, "data"))
        bulk = app.data.bulk
        if bulk and not (bulk.companies and bulk.cities) and not has("faker"):
            what = "expected 'companies' and 'cities'; a scenario that leaves one out"
            yield (*place, "data", "bulk"), lacking(what, "faker")


def _references(app: CoupaApp, place: Place) -> Mistakes:
    data = app.data
    checks: tuple[tuple[str, Sequence[Any], str, list[str]], ...] = (
        ("requisitions", data.requisitions, "requester", [user.login for user in app.users]),
        ("purchase_orders", data.purchase_orders, "requisition", _ids(data.requisitions)),
        ("invoices", data.invoices, "purchase_order", _ids(data.purchase_orders)),
    )
    for kind, written, key, known in checks:
        for index, record in enumerate(written):
            yield from find_unknown((*place, kind, index, key), str(getattr(record, key)), known)


def _ids(written: Sequence[Any]) -> list[str]:
    return [str(record.id) for record in written]

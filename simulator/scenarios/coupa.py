"""Coupa's records: those that a scenario spells out, and made-up ones in bulk."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from simulator.db.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition
from simulator.scenarios.plot import Plot

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios.schema import App, Line, Requisition

#: Rows in the order in which they refer to each other.
Row = CoupaRequisition | CoupaPurchaseOrder | CoupaInvoice

_MORNING = time(9, 0, tzinfo=UTC)


def plant(plot: Plot, app: "App") -> None:
    """Add an instance's requisitions, purchase orders and invoices."""
    plot.rows.extend(_spelt_out(plot, app))
    if app.data.bulk is not None:
        from simulator.scenarios import bulk

        users = {user.login: plot.app_users[app.host, user.login] for user in app.users}
        plot.rows.extend(bulk.records(app.host, users, app.data.bulk, plot.bulk_ids))


def _spelt_out(plot: Plot, app: "App") -> Iterable[Row]:
    requisitions: dict[int, CoupaRequisition] = {}
    orders: dict[int, CoupaPurchaseOrder] = {}
    for item in app.data.requisitions:
        requester_id = plot.app_users[app.host, item.requester]
        requisitions[item.id] = _requisition(app.host, requester_id, item)
    for order in app.data.purchase_orders:
        orders[order.id] = purchase_order(
            requisitions[order.requisition],
            id=order.id,
            po_number=order.number,
            status=order.status,
            supplier=order.supplier,
            created=order.created,
        )
    invoices = [
        invoice(
            orders[item.purchase_order],
            id=item.id,
            invoice_number=item.number,
            status=item.status,
            invoice_date=item.date,
        )
        for item in app.data.invoices
    ]
    return [*requisitions.values(), *orders.values(), *invoices]


def _requisition(host: str, requester_id: int, item: "Requisition") -> CoupaRequisition:
    return requisition(
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


def _line(number: int, line: "Line") -> dict[str, Any]:
    return order_line(number, line.description, line.quantity, round(line.unit_price * 100))


def order_line(number: int, description: str, quantity: int, price_cents: int) -> dict[str, Any]:
    """A line as Coupa's API shows it: numbers are strings."""
    return {
        "line-num": number,
        "description": description,
        "quantity": str(quantity),
        "unit-price": amount(price_cents),
        "total": amount(price_cents * quantity),
    }


def amount(cents: int) -> str:
    """`420.00` for 42000."""
    return f"{cents // 100}.{cents % 100:02d}"


def cents(lines: Iterable[dict[str, Any]]) -> int:
    """The sum of lines that `order_line` made."""
    return sum(int(line["total"].replace(".", "")) for line in lines)


def requisition(
    *, lines: list[dict[str, Any]], submitted: date | None, created: date, **values: Any
) -> CoupaRequisition:
    """A requisition; its total is that of its lines."""
    return CoupaRequisition(
        lines=lines,
        total_cents=cents(lines),
        submitted_at=at(submitted) if submitted else None,
        created_at=at(created),
        updated_at=at(submitted or created),
        **values,
    )


def purchase_order(source: CoupaRequisition, *, created: date, **values: Any) -> CoupaPurchaseOrder:
    """A purchase order that takes over a requisition's requester, lines and total."""
    return CoupaPurchaseOrder(
        host=source.host,
        requester_id=source.requester_id,
        requisition_id=source.id,
        currency=source.currency,
        total_cents=source.total_cents,
        lines=source.lines,
        created_at=at(created),
        updated_at=at(created),
        **values,
    )


def invoice(source: CoupaPurchaseOrder, *, invoice_date: date, **values: Any) -> CoupaInvoice:
    """An invoice that takes over a purchase order's requester, supplier and total."""
    return CoupaInvoice(
        host=source.host,
        requester_id=source.requester_id,
        purchase_order_id=source.id,
        supplier=source.supplier,
        currency=source.currency,
        total_cents=source.total_cents,
        invoice_date=invoice_date,
        created_at=at(invoice_date),
        updated_at=at(invoice_date),
        **values,
    )


def at(day: date) -> datetime:
    """Nine in the morning, UTC, of a day."""
    return datetime.combine(day, _MORNING)

"""Coupa's records as rows: amounts, totals, and what one takes over from another."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition

#: Rows in the order in which they refer to each other.
Row = CoupaRequisition | CoupaPurchaseOrder | CoupaInvoice

_MORNING = time(9, 0, tzinfo=UTC)


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

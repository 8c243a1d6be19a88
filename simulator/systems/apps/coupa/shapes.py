"""Rows as the API answers them: Coupa's field names with dashes, amounts as decimal strings."""

from datetime import date, datetime
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa.documents import Document
from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition


def person(user: AppUser) -> dict[str, Any]:
    """The reference to a person that every row carries."""
    return {"id": user.id, "login": user.login, "fullname": user.name, "email": user.email}


def document(row: Document) -> dict[str, Any]:
    """A requisition, purchase order or invoice."""
    common = {
        "id": row.id,
        "status": row.status,
        "currency": {"code": row.currency},
        "total": money(row.total_cents),
        "requested-by": person(row.requester),
        "created-at": moment(row.created_at),
        "updated-at": moment(row.updated_at),
    }
    if isinstance(row, CoupaRequisition):
        return common | _requisition(row)
    if isinstance(row, CoupaPurchaseOrder):
        return common | _purchase_order(row)
    return common | _invoice(row)


def _requisition(row: CoupaRequisition) -> dict[str, Any]:
    return {
        "justification": row.justification,
        "department": {"name": row.department} if row.department else None,
        "need-by-date": day(row.need_by_date),
        "submitted-at": moment(row.submitted_at),
        "requisition-lines": row.lines,
    }


def _purchase_order(row: CoupaPurchaseOrder) -> dict[str, Any]:
    return {
        "po-number": row.po_number,
        "supplier": {"name": row.supplier},
        "requisition-header": {"id": row.requisition_id} if row.requisition_id else None,
        "order-lines": row.lines,
    }


def _invoice(row: CoupaInvoice) -> dict[str, Any]:
    return {
        "invoice-number": row.invoice_number,
        "invoice-date": day(row.invoice_date),
        "supplier": {"name": row.supplier},
        "order-header": {"id": row.purchase_order_id} if row.purchase_order_id else None,
    }


def money(cents: int) -> str:
    """An amount in hundredths as a decimal string: `1234.50`."""
    return f"{cents // 100}.{cents % 100:02d}"


def moment(value: datetime | None) -> str | None:
    """A moment in ISO 8601 to the second, with its offset."""
    return value.isoformat(timespec="seconds") if value else None


def day(value: date | None) -> str | None:
    """A date in ISO 8601."""
    return value.isoformat() if value else None

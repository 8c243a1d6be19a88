"""Rows as the API answers them: Coupa's field names with dashes, amounts as decimal strings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.tables import (
    CoupaInvoice,
    CoupaPurchaseOrder,
    CoupaRecord,
    CoupaRequisition,
)

Document = CoupaRequisition | CoupaPurchaseOrder | CoupaInvoice
#: Lines are numbered within what they are part of: line 2 of order 1043 has the id 1043002.
LINES_EACH = 1000


def person(user: AppUser) -> dict[str, Any]:
    """The reference to a person that every row carries (`UserSimple`)."""
    first, _, last = user.name.partition(" ")
    return {
        "id": user.id,
        "login": user.login,
        "email": user.email,
        "employee-number": None,
        "firstname": first,
        "lastname": last,
        "fullname": user.name,
        "salesforce-id": None,
        "avatar-thumb-url": None,
    }


def document(row: Document) -> dict[str, Any]:
    """A requisition, purchase order or invoice."""
    common = {
        "id": row.id,
        "created-at": moment(row.created_at),
        "updated-at": moment(row.updated_at),
        "status": row.status,
        "total": money(row.total_cents),
        "exported": row.exported,
        "requested-by": person(row.requester),
    }
    details = row.details
    if isinstance(row, CoupaRequisition):
        common |= _requisition(row)
    elif isinstance(row, CoupaPurchaseOrder):
        common |= _purchase_order(row)
    else:
        common |= _invoice(row)
    common["currency"] = {"code": row.currency} | (details.get("currency") or {})
    return common | {name: value for name, value in details.items() if name not in common}


def record(row: CoupaRecord, resource: Resource) -> dict[str, Any]:
    """Any other object."""
    found = {
        "id": row.id,
        "created-at": moment(row.created_at),
        "updated-at": moment(row.updated_at),
    }
    if row.status is not None:
        found["status"] = row.status
    if "exported" in resource.fields:
        found["exported"] = row.exported
    return found | row.details


def account(user: AppUser, profile: CoupaRecord | None) -> dict[str, Any]:
    """A person, with what else is known of them."""
    roles = [{"name": "User"}, *([{"name": "Admin"}] if user.role == "admin" else [])]
    return {
        **person(user),
        "active": True,
        "roles": roles,
        "created-at": moment(profile.created_at) if profile else None,
        "updated-at": moment(profile.updated_at) if profile else None,
        **(profile.details if profile else {}),
    }


def _requisition(row: CoupaRequisition) -> dict[str, Any]:
    return {
        "justification": row.justification,
        "department": named(row.department, row.details.get("department")),
        "need-by-date": day(row.need_by_date),
        "submitted-at": moment(row.submitted_at),
        "line-count": len(row.lines),
        "requisition-lines": [
            {
                "id": row.id * LINES_EACH + number,
                "line-type": "RequisitionQuantityLine",
                "status": row.status,
                **line,
            }
            for number, line in enumerate(row.lines, 1)
        ],
    }


def _purchase_order(row: CoupaPurchaseOrder) -> dict[str, Any]:
    return {
        "po-number": row.po_number,
        "supplier": named(row.supplier, row.details.get("supplier")),
        "requisition-header": {"id": row.requisition_id} if row.requisition_id else None,
        "version": row.details.get("version", 1),
        "order-lines": [order_line(row, number) for number in range(1, len(row.lines) + 1)],
    }


def order_line(row: CoupaPurchaseOrder, number: int) -> dict[str, Any]:
    """A line of a purchase order, by its number in the order."""
    line = dict(row.lines[number - 1])
    return {
        "id": row.id * LINES_EACH + number,
        "order-header-id": row.id,
        "order-header-number": row.po_number,
        "price": line.pop("unit-price", None),
        "type": "OrderQuantityLine",
        "received": "0",
        "invoiced": "0",
        "status": "created",
        **line,
        "line-num": str(line["line-num"]),
    }


def _invoice(row: CoupaInvoice) -> dict[str, Any]:
    lines = row.details.get("invoice-lines", [])
    return {
        "invoice-number": row.invoice_number,
        "invoice-date": day(row.invoice_date),
        "supplier": named(row.supplier, row.details.get("supplier")),
        "order-header": {"id": row.purchase_order_id} if row.purchase_order_id else None,
        "gross-total": money(row.total_cents),
        "invoice-lines": [
            {"id": row.id * LINES_EACH + number, **line} for number, line in enumerate(lines, 1)
        ],
    }


def named(name: str, reference: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is referred to by its name, with what else is known of it; None without a name."""
    return {**(reference or {}), "name": name} if name else None


def money(cents: int) -> str:
    """An amount in hundredths as a decimal string: `1234.50`."""
    return f"{cents // 100}.{cents % 100:02d}"


def moment(value: datetime | None) -> str | None:
    """A moment in ISO 8601 to the second, with its offset."""
    return value.isoformat(timespec="seconds") if value else None


def day(value: date | None) -> str | None:
    """A date in ISO 8601."""
    return value.isoformat() if value else None

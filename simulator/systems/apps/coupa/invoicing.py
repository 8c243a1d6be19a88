"""Invoices: what becomes a row, and what may be done with one in which state."""

from datetime import date
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa import approving, buying, states, store
from simulator.systems.apps.coupa.api_errors import Invalid
from simulator.systems.apps.coupa.bodies import BLANK
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder
from simulator.world import World

INVOICES = RESOURCES["invoices"]
_COLUMNS = ("invoice-number", "invoice-date", "supplier", "currency", "exported", "invoice-lines")
#: States in which an invoice is still being written.
_OPEN = ("new", "draft", "rejected", "disputed", "on_hold", "ap_hold")


def create(world: World, user: AppUser, values: dict[str, Any]) -> CoupaInvoice:
    """Make an invoice: a draft.

    Args:
        user: the user whose it is.
        values: the values as `bodies.Reader` returns them.

    Raises:
        ApiError: 400; its lines come to too much, or name an order that is not there.
    """
    now = world.clock.now()
    row = CoupaInvoice(
        host=user.host,
        requester_id=user.id,
        requester=user,
        purchase_order_id=_order_of(world, user, values),
        invoice_number=values["invoice-number"],
        status="draft",
        supplier=values["supplier"]["name"],
        currency=(values.get("currency") or {"code": "USD"})["code"],
        total_cents=0,
        invoice_date=date.fromisoformat(values["invoice-date"]),
        exported=False,
        details={"supplier": values["supplier"], "invoice-lines": []},
        created_at=now,
        updated_at=now,
    )
    with world.db.session.no_autoflush:
        change(world, row, values)
    world.db.session.add(row)
    world.db.session.flush()
    return row


def change(world: World, row: CoupaInvoice, values: dict[str, Any]) -> None:
    """Change what a body names of an invoice.

    Raises:
        Invalid: it is no draft any more, or its lines come to too much.
    """
    if set(values) <= {"exported", "paid", "payment-date", "payment-notes", "custom-fields"}:
        pass  # what an integration writes once it is over
    elif row.status not in _OPEN:
        raise Invalid("status", f"is {row.status}: only a draft can be changed")
    details = {name: value for name, value in values.items() if name not in _COLUMNS}
    if "invoice-lines" in values:
        before = row.details.get("invoice-lines", [])
        lines = buying.merge_lines(row.id, before, values["invoice-lines"], "invoice-lines")
        row.total_cents = buying.total_of(lines, "invoice-lines")
        details["invoice-lines"] = lines
    if values.get("invoice-number"):
        row.invoice_number = values["invoice-number"]
    if values.get("invoice-date"):
        row.invoice_date = date.fromisoformat(values["invoice-date"])
    if values.get("supplier"):
        row.supplier = values["supplier"]["name"]
        details["supplier"] = values["supplier"]
    if values.get("currency"):
        row.currency = values["currency"]["code"]
    if "exported" in values:
        row.exported = bool(values["exported"])
    row.details = {**row.details, **details}
    row.updated_at = world.clock.now()


def _order_of(world: World, user: AppUser, values: dict[str, Any]) -> int | None:
    """The order that a line names by the id of one of its lines."""
    for number, line in enumerate(values["invoice-lines"]):
        if (order_line := line.get("order-line-id")) is not None:
            order = world.db.session.get(CoupaPurchaseOrder, order_line // 1000)
            if order is None or order.host != user.host:
                raise Invalid(f"invoice-lines[{number}].order-line-id", "does not exist")
            return order.id
    return None


def submit(world: World, row: CoupaInvoice, author: AppUser) -> None:
    """Check tolerances and start the approvals."""
    states.move(world, row, ("new", "draft", "rejected"), "pending_approval", "submitted")
    if check_tolerances(world, row):
        row.status = "ap_hold"
    else:
        approving.submit(world, INVOICES, row, author)


def check_tolerances(world: World, row: CoupaInvoice) -> bool:
    """Note whether an invoice asks for more than its order; returns whether it does."""
    order = world.db.session.get(CoupaPurchaseOrder, row.purchase_order_id or 0)
    failed = order is not None and row.total_cents > order.total_cents
    found = [{"code": "total", "description": "Total is more than ordered"}] if failed else []
    store.touch(world, row, {"failed-tolerances": found})
    return failed


def revalidate_tolerances(world: World, row: CoupaInvoice, author: AppUser) -> None:
    """Check tolerances anew; an invoice on hold that keeps them goes on to its approvals."""
    states.move(world, row, ("ap_hold", "pending_approval"), row.status, "revalidated")
    if not check_tolerances(world, row) and row.status == "ap_hold":
        row.status = "pending_approval"
        approving.submit(world, INVOICES, row, author)


def dispute(world: World, row: CoupaInvoice, reason: str) -> None:
    """Dispute an invoice, with a reason."""
    allowed = ("new", "pending_approval", "approved", "ap_hold", "on_hold", "pending_receipt")
    if not reason:
        raise Invalid("dispute-reason", f"{BLANK}: send reason")
    before = row.status
    states.move(world, row, allowed, "disputed", "disputed")
    reasons = [{"description": reason, "previous-status": before}]
    store.touch(world, row, {"dispute-reasons": reasons})


def withdraw_dispute(world: World, row: CoupaInvoice) -> None:
    """Take a dispute back: the invoice is where it was."""
    reasons = row.details.get("dispute-reasons") or [{}]
    before = reasons[-1].get("previous-status", "pending_approval")
    states.move(world, row, ("disputed",), before, "taken back")


def void(world: World, row: CoupaInvoice) -> None:
    """Void an approved invoice."""
    states.move(world, row, ("approved", "pending_approval", "booking_hold"), "voided", "voided")
    store.touch(world, row, {"canceled": True})


def abandon(world: World, row: CoupaInvoice, reason: str) -> None:
    """Give an invoice up that was not approved."""
    states.move(world, row, (*_OPEN, "pending_approval"), "abandoned", "abandoned")
    store.touch(world, row, {"abandon-reason": {"description": reason} if reason else None})

"""Receipts: what came of an order's line, and lines that are closed for more of it."""

from decimal import Decimal
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa import buying, shapes, states, store
from simulator.systems.apps.coupa.api_errors import Invalid, NotFound
from simulator.systems.apps.coupa.bodies import BLANK
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.tables import CoupaPurchaseOrder, CoupaRecord
from simulator.world import World

RECEIPTS = RESOURCES["receiving_transactions"]
_TYPES = (
    "InventoryReceipt",
    "ReceivingQuantityConsumption",
    "ReceivingAmountConsumption",
    "ReceivingQuantityReturnToSupplier",
)


def create(world: World, user: AppUser, values: dict[str, Any]) -> CoupaRecord:
    """Receive of an order's line.

    Args:
        user: the user who receives.
        values: the values as `bodies.Reader` returns them.

    Raises:
        ApiError: 400; there is no such line, it takes no receipts, or less is open than was sent.
    """
    kind = values["type"]
    if kind not in _TYPES:
        raise Invalid("type", f"must be one of {', '.join(_TYPES)}")
    order, number = find_line(world, user, values["order-line"])
    line = order.lines[number - 1]
    if order.status != "issued":
        raise Invalid("order-line", f"is of an order that is {order.status}, not issued")
    if line.get("status") == "soft_closed_for_receiving":
        raise Invalid("order-line", "is closed for receiving")
    field = "total" if kind == "ReceivingAmountConsumption" else "quantity"
    if values.get(field) is None:
        raise Invalid(field, BLANK)
    _receive(order, number, Decimal(values[field]) * (-1 if "Return" in kind else 1))
    buying.update_progress(world, order)
    price = line.get("unit-price")
    details = {
        "transaction-date": shapes.moment(world.clock.now()),
        "price": price,
        "uom": line.get("uom"),
        "item": line.get("item"),
        **values,
        "order-line": {"id": order.id * shapes.LINES_EACH + number, "line-num": line["line-num"]},
    }
    return store.add(
        world,
        RECEIPTS,
        user.host,
        details,
        author=user,
        owner_id=order.requester_id,
        subject_id=user.id,
        parent_kind="purchase_orders",
        parent_id=order.id,
        status="created",
    )


def void(world: World, row: CoupaRecord, author: AppUser) -> CoupaRecord:
    """Take a receipt back: a transaction of its own, of the type Void….

    Raises:
        Invalid: it was taken back before, or is such a transaction itself.
    """
    kind = str(row.details["type"])
    if kind.startswith("Void"):
        raise Invalid("type", "is that of a receipt which takes another one back")
    states.move(world, row, ("created",), "voided", "voided")
    order = world.db.session.get(CoupaPurchaseOrder, row.parent_id or 0)
    field = "total" if kind == "ReceivingAmountConsumption" else "quantity"
    amount = Decimal(row.details[field]) * (1 if "Return" in kind else -1)
    if order is not None:
        _receive(order, row.details["order-line"]["id"] % shapes.LINES_EACH, amount)
        buying.update_progress(world, order)
    details = {
        **{name: row.details[name] for name in ("order-line", "price", "uom", "item")},
        field: row.details[field],
        "type": f"Void{kind}",
        "original-transaction-id": row.id,
        "transaction-date": shapes.moment(world.clock.now()),
    }
    return store.add(
        world,
        RECEIPTS,
        row.host,
        details,
        author=author,
        owner_id=row.owner_id,
        subject_id=author.id,
        parent_kind=row.parent_kind,
        parent_id=row.parent_id,
        status="created",
    )


def find_line(world: World, user: AppUser, reference: Any) -> tuple[CoupaPurchaseOrder, int]:
    """Return the order and the number of a line in it, as far as a person sees it.

    Args:
        user: the user who asks.
        reference: an object with the line's id, or the id.

    Raises:
        ApiError: 400; there is no such line.
    """
    number = reference.get("id") if isinstance(reference, dict) else reference
    text = str(number)
    if text.isascii() and text.isdigit() and len(text) <= 13:
        order_id, place = divmod(int(text), shapes.LINES_EACH)
        order = store.find(world, RESOURCES["purchase_orders"], user, order_id)
        if order is not None and 0 < place <= len(order.lines):
            return order, place
    raise NotFound("purchase order line", text[:20])


def mark_line(
    world: World, order: CoupaPurchaseOrder, number: int, status: str, allowed: tuple[str, ...]
) -> None:
    """Bring a line of an order to another state.

    Raises:
        Invalid: the order is not open, or the line is in none of the states from which that goes.
    """
    before = order.lines[number - 1].get("status", "created")
    if order.status not in ("issued", "soft_closed") or before not in allowed:
        where = f"{before} in an order that is {order.status}"
        raise Invalid("status", f"is {where}: only {' or '.join(allowed)} in one that is issued")
    _set(order, number, status=status)
    order.updated_at = world.clock.now()


def _receive(order: CoupaPurchaseOrder, number: int, amount: Decimal) -> None:
    line = order.lines[number - 1]
    received = Decimal(line.get("received", 0)) + amount
    open_for = Decimal(line.get("quantity") or 0)
    if received < 0 or (line.get("quantity") and received > open_for):
        raise Invalid("quantity", f"is more than is open: {open_for - received + amount:f}")
    _set(
        order,
        number,
        received=f"{received.normalize():f}",
        status="received" if received == open_for else "created",
    )


def _set(order: CoupaPurchaseOrder, number: int, **members: Any) -> None:
    lines = [dict(line) for line in order.lines]
    lines[number - 1] |= members
    order.lines = lines

"""Requisitions and purchase orders: rows, lines and totals, and orders made of requisitions."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import shapes, store
from simulator.systems.apps.coupa.api_errors import ApiError, Invalid
from simulator.systems.apps.coupa.bodies import BLANK, MAX_TOTAL
from simulator.systems.apps.coupa.tables import CoupaPurchaseOrder, CoupaRecord, CoupaRequisition
from simulator.world import World

#: Fields of a requisition that have a column of their own.
_COLUMNS = ("justification", "need-by-date", "currency", "requisition-lines", "exported")


def create_requisition(
    world: World, user: AppUser, values: dict[str, Any], status: str = "draft"
) -> CoupaRequisition:
    """Make a requisition of a person.

    Args:
        user: the user whose it is, where the values name nobody else.
        values: the values as `bodies.Reader` returns them.
        status: `draft` as `POST /api/requisitions` makes it, or `cart`.

    Raises:
        ApiError: 400; its lines lack something, or come to too much.
    """
    if not values.get("requisition-lines"):
        raise Invalid("requisition-lines", BLANK)
    now = world.clock.now()
    currency = values.get("currency") or {"code": "USD"}
    requester = _requester_of(world, user, values)
    row = CoupaRequisition(
        host=user.host,
        requester_id=requester.id,
        requester=requester,
        status=status,
        justification="",
        department="",
        currency=currency["code"],
        total_cents=0,
        lines=[],
        need_by_date=None,
        submitted_at=None,
        created_at=now,
        updated_at=now,
        exported=False,
        details={},
    )
    with world.db.session.no_autoflush:
        change_requisition(world, row, values)
    world.db.session.add(row)
    world.db.session.flush()
    return row


def _requester_of(world: World, user: AppUser, values: dict[str, Any]) -> AppUser:
    """Whose a new requisition is: an admin or a machine may make one for somebody else."""
    for name in ("requested-by", "requester"):
        named = values.pop(name, None)
        if named and named["id"] != user.id:
            if user.role not in people.SEE_ALL:
                raise Invalid(name, "must be you: only an integration orders for others")
            return people.by_id(world, user.host, named["id"]) or user
    return user


def change_requisition(world: World, row: CoupaRequisition, values: dict[str, Any]) -> None:
    """Change what a body names of a requisition.

    Raises:
        ApiError: 400; its lines lack something, or come to too much.
    """
    details = {name: value for name, value in values.items() if name not in _COLUMNS}
    if "requisition-lines" in values:
        lines = merge_lines(row.id, row.lines, values["requisition-lines"], "requisition-lines")
        row.lines = [
            _complete(world, line, f"requisition-lines[{number}]")
            for number, line in enumerate(lines)
        ]
        row.total_cents = total_of(row.lines, "requisition-lines")
    if "justification" in values:
        row.justification = values["justification"] or ""
    if "need-by-date" in values:
        written = values["need-by-date"]
        row.need_by_date = date.fromisoformat(written) if written else None
    if values.get("currency"):
        row.currency = values["currency"]["code"]
        details["currency"] = values["currency"]
    if "department" in values:
        row.department = (values["department"] or {}).get("name") or ""
    if "exported" in values:
        row.exported = bool(values["exported"])
    row.details = {**row.details, **details}
    row.updated_at = world.clock.now()


def merge_lines(
    document_id: int | None,
    before: Sequence[dict[str, Any]],
    written: Sequence[dict[str, Any]],
    field: str,
) -> list[dict[str, Any]]:
    """Return the lines of a document: those that are named by id or number changed, others added.

    Raises:
        Invalid: an id is none of the document's lines.
    """
    lines = [dict(line) for line in before]
    numbers = {str(line["line-num"]): index for index, line in enumerate(lines)}
    for place, line in enumerate(written):
        number = line.pop("id", None)
        if not str(line.get("line-num") or 1).isdigit():
            raise Invalid(f"{field}[{place}].line-num", "must be a whole number")
        if line.get("line-num"):
            line["line-num"] = int(line["line-num"])
        index = numbers.get(str(line.get("line-num")))
        if number is not None:
            index = number - (document_id or 0) * shapes.LINES_EACH - 1
            if not 0 <= index < len(lines):
                raise Invalid(f"{field}[{place}].id", "is no line of this document")
        if index is not None:
            lines[index] |= line
        else:
            # Line numbers count on.
            lines.append({**line, "line-num": line.get("line-num") or len(lines) + 1})
    return lines


def _complete(world: World, line: dict[str, Any], place: str) -> dict[str, Any]:
    """A line with what its item brings, and its total."""
    line = {**_of_item(world, line), **line}
    is_amount = line.get("line-type") == "RequisitionAmountLine"
    errors = {}
    if not line.get("description"):
        errors[f"{place}.description"] = [BLANK]
    if is_amount and not line.get("unit-price"):
        errors[f"{place}.unit-price"] = [BLANK]
    if not is_amount and not line.get("quantity"):
        errors[f"{place}.quantity"] = [BLANK]
    if errors:
        raise ApiError(400, errors)
    line = {name: line[name] for name in sorted(line, key=_reading_order)}
    return line | {"total": f"{_amount(line):.2f}"}


def _reading_order(name: str) -> int:
    first = ("line-num", "description", "quantity", "unit-price", "price")
    return first.index(name) if name in first else len(first)


def _of_item(world: World, line: dict[str, Any]) -> dict[str, Any]:
    """What an item sets: its description, and price and supplier where one is preferred."""
    item = line.get("item")
    row = world.db.session.get(CoupaRecord, item["id"]) if item else None
    if row is None:
        return {}
    found = {"description": row.details.get("description") or row.details.get("name")}
    for name in ("uom", "commodity"):
        if row.details.get(name):
            found[name] = row.details[name]
    offers = row.details.get("supplier-items") or []
    preferred = next((each for each in offers if each.get("preferred")), None)
    if preferred:
        found |= {"unit-price": preferred.get("price"), "supplier": preferred.get("supplier")}
    return found


def _amount(line: dict[str, Any]) -> Decimal:
    price = Decimal(line.get("unit-price") or line.get("price") or 0)
    quantity = Decimal(line.get("quantity") or 1)
    return (price * quantity).quantize(Decimal("0.01"))


def total_of(lines: Sequence[dict[str, Any]], field: str) -> int:
    """Return the sum of lines in hundredths.

    Raises:
        Invalid: it is more than can be kept.
    """
    total = sum((_amount(line) for line in lines), Decimal(0))
    if total > MAX_TOTAL:
        raise Invalid(field, f"add up to more than {MAX_TOTAL}")
    return int(total * 100)


def order_requisition(world: World, row: CoupaRequisition) -> None:
    """Make the purchase orders of an approved requisition, one for each supplier of its lines.

    A requisition with a line without supplier waits as `approved` for a buyer (our choice).
    """
    suppliers = [(line.get("supplier") or {}).get("name") for line in row.lines]
    if not all(suppliers):
        row.status = "approved"
        return
    for supplier in dict.fromkeys(suppliers):
        lines = [
            dict(line) for line, name in zip(row.lines, suppliers, strict=True) if name == supplier
        ]
        _make_order(world, row, lines)
    row.status = "ordered"


def _make_order(
    world: World, source: CoupaRequisition, lines: list[dict[str, Any]]
) -> CoupaPurchaseOrder:
    reference = lines[0]["supplier"]
    numbered = [{**line, "line-num": number} for number, line in enumerate(lines, 1)]
    order = create_order(
        world,
        source.requester,
        {
            "po-number": "",
            "supplier": reference,
            "currency": {"code": source.currency},
            "order-lines": numbered,
        },
        requisition_id=source.id,
    )
    order.po_number = f"PO-{order.id}"
    return order


def create_order(
    world: World, user: AppUser, values: dict[str, Any], requisition_id: int | None = None
) -> CoupaPurchaseOrder:
    """Make a purchase order: an external one, or out of a requisition.

    Args:
        user: the user whose it is.
        values: the values as `bodies.Reader` returns them.
        requisition_id: the id of the requisition, where it came of one.

    Raises:
        Invalid: its lines come to too much.
    """
    now = world.clock.now()
    own = ("po-number", "supplier", "currency", "order-lines", "exported")
    row = CoupaPurchaseOrder(
        host=user.host,
        requester_id=user.id,
        requester=user,
        requisition_id=requisition_id,
        po_number=values["po-number"],
        status="issued",
        supplier=values["supplier"]["name"],
        currency=(values.get("currency") or {"code": "USD"})["code"],
        total_cents=total_of(values["order-lines"], "order-lines"),
        lines=[
            _order_line(line)
            for line in merge_lines(None, [], values["order-lines"], "order-lines")
        ],
        exported=False,
        details={
            "supplier": values["supplier"],
            "version": 1,
            "type": None if requisition_id else "ExternalOrderHeader",
            "transmission-status": "created",
            **{name: value for name, value in values.items() if name not in own},
        },
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def _order_line(line: dict[str, Any]) -> dict[str, Any]:
    price = line.pop("price", None) or line.get("unit-price")
    return {**line, "unit-price": price, "total": f"{_amount(line | {'price': price}):.2f}"}


def change_order(world: World, row: CoupaPurchaseOrder, values: dict[str, Any]) -> None:
    """Change a purchase order: a new version of it, which nobody has taken yet.

    Raises:
        Invalid: its lines come to too much, or it is over.
    """
    if set(values) == {"exported"}:
        row.exported = bool(values["exported"])
        return
    if row.status in ("closed", "cancelled"):
        raise Invalid("status", f"is {row.status}: only an order that is open can be changed")
    if "order-lines" in values:
        lines = merge_lines(row.id, row.lines, values["order-lines"], "order-lines")
        row.lines = [_order_line(line) for line in lines]
        row.total_cents = total_of(row.lines, "order-lines")
    if values.get("po-number"):
        row.po_number = values["po-number"]
    if values.get("supplier"):
        row.supplier = values["supplier"]["name"]
    if values.get("currency"):
        row.currency = values["currency"]["code"]
    own = ("po-number", "currency", "order-lines", "exported")
    details = {name: value for name, value in values.items() if name not in own}
    row.exported = bool(values.get("exported", False))
    version = row.details.get("version", 1) + 1
    store.touch(world, row, {**details, "version": version})


def find_cart(world: World, user: AppUser) -> CoupaRequisition | None:
    """Return a person's cart: the newest, if there are several."""
    own = select(CoupaRequisition).where(
        CoupaRequisition.requester_id == user.id, CoupaRequisition.status == "cart"
    )
    return world.db.session.scalars(own.order_by(CoupaRequisition.id.desc()).limit(1)).first()


def update_progress(world: World, order: CoupaPurchaseOrder) -> None:
    """Have the requisition of an order say how much of what was ordered has come."""
    source = world.db.session.get(CoupaRequisition, order.requisition_id or 0)
    if source is None:
        return
    orders = select(CoupaPurchaseOrder).where(CoupaPurchaseOrder.requisition_id == source.id)
    lines = [line for each in world.db.session.scalars(orders) for line in each.lines]
    received = [Decimal(line.get("received", 0)) for line in lines]
    if all(
        got >= Decimal(line.get("quantity") or 1) for got, line in zip(received, lines, strict=True)
    ):
        source.status = "received"
    else:
        source.status = "partially_received" if any(received) else "ordered"
    source.updated_at = world.clock.now()

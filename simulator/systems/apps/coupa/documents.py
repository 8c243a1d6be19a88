"""Requisitions, purchase orders and invoices of one instance, as far as one person may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import schemas
from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition
from simulator.world import World

Document = CoupaRequisition | CoupaPurchaseOrder | CoupaInvoice
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document.

    Attributes:
        path: its name in addresses.
        noun: its name in sentences.
        plural: its name in headings.
        row: its table.
        read_scope: what its API asks for beside `core.common.read`.
    """

    path: str
    noun: str
    plural: str
    row: type[Any]
    read_scope: str


REQUISITIONS = Kind(
    path="requisitions",
    noun="requisition",
    plural="Requisitions",
    row=CoupaRequisition,
    read_scope="core.requisition.read",
)
PURCHASE_ORDERS = Kind(
    path="purchase_orders",
    noun="purchase order",
    plural="Purchase orders",
    row=CoupaPurchaseOrder,
    read_scope="core.purchase_order.read",
)
INVOICES = Kind(
    path="invoices",
    noun="invoice",
    plural="Invoices",
    row=CoupaInvoice,
    read_scope="core.invoice.read",
)
KINDS = {kind.path: kind for kind in (REQUISITIONS, PURCHASE_ORDERS, INVOICES)}


def visible(
    world: World, kind: Kind, user: AppUser, query: schemas.ListQuery, *, own: bool = False
) -> Sequence[Document]:
    """A page of the documents that a person may see: their own, or for an admin all.

    Args:
        world: the world.
        kind: which documents.
        user: who asks; their instance is the one looked at.
        query: status, order, limit and offset.
        own: only their own, also for an admin.
    """
    column = getattr(kind.row, query.order_by)
    # Two documents of one moment, as a frozen clock makes them, are told apart by their ids.
    order = [column.desc(), kind.row.id.desc()] if query.dir == "desc" else [column, kind.row.id]
    rows = world.db.session.scalars(
        select(kind.row)
        .options(joinedload(kind.row.requester))
        .where(*_conditions(kind, user, query.status, own))
        .order_by(*order)
        .limit(query.limit)
        .offset(query.offset)
    )
    return rows.all()


def count(world: World, kind: Kind, user: AppUser, *, own: bool = False) -> int:
    """How many documents `visible` pages through."""
    return (
        world.db.session.scalar(
            select(func.count()).select_from(kind.row).where(*_conditions(kind, user, None, own))
        )
        or 0
    )


def find(world: World, kind: Kind, user: AppUser, document_id: int) -> Document | None:
    """The document with this id, if the person may see it."""
    if not 0 < document_id <= _LARGEST_ID:
        return None
    sought = {
        "id": document_id,
        "host": user.host,
        "user_id": user.id,
        "sees_all": people.is_admin(user),
    }
    found: Document | None = world.db.session.scalar(_select_one(kind), sought)
    return found


@cache
def _select_one(kind: Kind) -> Select[Any]:
    """Build once what finds a document by `id` at a `host`, for `user_id` or who `sees_all`."""
    own = kind.row.requester_id == bindparam("user_id")
    return select(kind.row).where(
        kind.row.id == bindparam("id"),
        kind.row.host == bindparam("host"),
        or_(own, bindparam("sees_all", type_=Boolean)),
    )


def _conditions(
    kind: Kind, user: AppUser, status: str | None, own: bool
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [kind.row.host == user.host]
    if own or not people.is_admin(user):
        conditions.append(kind.row.requester_id == user.id)
    if status is not None:
        conditions.append(kind.row.status == status)
    return conditions


def create_requisition(
    world: World, user: AppUser, body: schemas.NewRequisition
) -> CoupaRequisition:
    """A new requisition of this person, in status `draft` as Coupa's `POST /api/requisitions`."""
    now = world.clock.now()
    row = CoupaRequisition(
        host=user.host,
        requester_id=user.id,
        requester=user,
        status="draft",
        justification=body.justification,
        department=body.department,
        currency=body.currency,
        total_cents=int(schemas.total(body) * 100),
        lines=[_line(number, line) for number, line in enumerate(body.requisition_lines, 1)],
        need_by_date=body.need_by_date,
        submitted_at=None,
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def _line(number: int, line: schemas.NewLine) -> dict[str, Any]:
    total = (line.quantity * line.unit_price).quantize(Decimal("0.01"))
    return {
        "line-num": number,
        "description": line.description,
        "quantity": f"{line.quantity.normalize():f}",
        "unit-price": f"{line.unit_price:.2f}",
        "total": f"{total:.2f}",
    }

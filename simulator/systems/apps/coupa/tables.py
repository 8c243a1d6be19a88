"""Coupa's own tables; nobody else reads them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base, create_indexes, new_metadata
from simulator.db.tables.apps import AppInstance, AppUser

METADATA = new_metadata()
VERSION = 2


def _in_order(table: str) -> tuple[Index, ...]:
    """What pages are cut by: an admin's, and everybody's own."""
    return (
        Index(f"ix_{table}_newest", "host", "created_at", "id"),
        Index(f"ix_{table}_own_newest", "requester_id", "created_at", "id"),
    )


class CoupaBase(Base):
    """Base of the tables here: they are a collection of their own."""

    __abstract__ = True
    metadata = METADATA


class CoupaRequisition(CoupaBase):
    """A Coupa requisition; lines are `[{line-num, description, quantity, unit-price, …}]`."""

    __tablename__ = "coupa_requisitions"
    __table_args__ = _in_order("coupa_requisitions")

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    status: Mapped[str]
    justification: Mapped[str]
    department: Mapped[str]
    currency: Mapped[str]
    total_cents: Mapped[int]
    lines: Mapped[list[Any]]
    need_by_date: Mapped[date | None]
    submitted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    requester: Mapped[AppUser] = relationship()


class CoupaPurchaseOrder(CoupaBase):
    """A Coupa purchase order, made from a requisition."""

    __tablename__ = "coupa_purchase_orders"
    __table_args__ = _in_order("coupa_purchase_orders")

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    requisition_id: Mapped[int | None] = mapped_column(ForeignKey("coupa_requisitions.id"))
    po_number: Mapped[str]
    status: Mapped[str]
    supplier: Mapped[str]
    currency: Mapped[str]
    total_cents: Mapped[int]
    lines: Mapped[list[Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    requester: Mapped[AppUser] = relationship()


class CoupaInvoice(CoupaBase):
    """A Coupa invoice against a purchase order."""

    __tablename__ = "coupa_invoices"
    __table_args__ = _in_order("coupa_invoices")

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    purchase_order_id: Mapped[int | None] = mapped_column(ForeignKey("coupa_purchase_orders.id"))
    invoice_number: Mapped[str]
    status: Mapped[str]
    supplier: Mapped[str]
    currency: Mapped[str]
    total_cents: Mapped[int]
    invoice_date: Mapped[date]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    requester: Mapped[AppUser] = relationship()


#: Version → what makes the next one of it.
UPGRADES = {1: lambda connection: create_indexes(connection, METADATA)}

"""Coupa's own tables; nobody else reads them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base, create_indexes, new_metadata
from simulator.db.tables.apps import AppInstance, AppUser

METADATA = new_metadata()
VERSION = 3


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
    #: Whether an integration has taken it; a new version of an order resets it.
    exported: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Fields that have no column, by their names in the API.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
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
    #: Whether an integration has taken it; a new version of an order resets it.
    exported: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Fields that have no column, by their names in the API.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
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
    #: Whether an integration has taken it; a new version of an order resets it.
    exported: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Fields that have no column, by their names in the API.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    requester: Mapped[AppUser] = relationship()


class CoupaRecord(CoupaBase):
    """Any other object of Coupa: what it has is under `details`, by its names in the API."""

    __tablename__ = "coupa_records"
    __table_args__ = (
        Index("ix_coupa_records_of_kind", "host", "kind", "id"),
        Index("ix_coupa_records_of_owner", "owner_id", "kind"),
        Index("ix_coupa_records_of_subject", "subject_id", "kind"),
        Index("ix_coupa_records_of_parent", "parent_kind", "parent_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    #: Its resource: the path of its list.
    kind: Mapped[str]
    #: Whose it is: who asked for it, or who is to approve; None where it is everybody's.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(AppUser.id))
    #: Who else sees it: whose object it is about.
    subject_id: Mapped[int | None] = mapped_column(ForeignKey(AppUser.id))
    #: What it is part of: resource and id.
    parent_kind: Mapped[str | None]
    parent_id: Mapped[int | None]
    status: Mapped[str | None]
    exported: Mapped[bool] = mapped_column(default=False, server_default=false())
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    owner: Mapped[AppUser | None] = relationship(foreign_keys=owner_id)


class CoupaRequestCount(CoupaBase):
    """How many requests an instance took in one second, where it has a limit."""

    __tablename__ = "coupa_request_counts"

    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host), primary_key=True)
    #: Simulated seconds since 1970.
    second: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]


def _add_details(connection: Connection) -> None:
    """Give documents what has no column, and create the other objects' table."""
    kind = "JSONB" if connection.dialect.name == "postgresql" else "JSON"
    for table in ("coupa_requisitions", "coupa_purchase_orders", "coupa_invoices"):
        for column in (f"details {kind} DEFAULT '{{}}'", "exported BOOLEAN DEFAULT false"):
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column} NOT NULL"))
    METADATA.create_all(connection)


def _add_indexes(connection: Connection) -> None:
    """Create the indexes of what was there before there were any; what came later, whole."""
    METADATA.create_all(connection)
    create_indexes(connection, METADATA)


#: Version → what makes the next one of it.
UPGRADES = {1: _add_indexes, 2: _add_details}

"""The third-party apps' own tables; Workato's side never reads them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from simulator.db.base import Base, normalized


class AppInstance(Base):
    """One instance of an app, such as Acme's Coupa at `acme.coupacloud.com`."""

    __tablename__ = "app_instances"

    host: Mapped[str] = mapped_column(primary_key=True)
    #: The connector's provider name: `coupa`.
    provider: Mapped[str]
    name: Mapped[str]


class AppUser(Base):
    """A person's account in one app instance."""

    __tablename__ = "app_users"
    __table_args__ = (
        UniqueConstraint("host", "login"),
        Index("ix_app_users_host_normalized_login", "host", "normalized_login"),
        Index("ix_app_users_host_normalized_email", "host", "normalized_email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey("app_instances.host"))
    login: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    #: What a sign-in is compared with; see `normalized`.
    normalized_login: Mapped[str]
    normalized_email: Mapped[str]
    password_hash: Mapped[str]
    #: `admin` (sees everything, may open Setup) or `user` (sees their own).
    role: Mapped[str]

    @validates("login", "email")
    def _normalize(self, name: str, value: str) -> str:
        setattr(self, f"normalized_{name}", normalized(value))
        return value


class CoupaRequisition(Base):
    """A Coupa requisition; lines are `[{line-num, description, quantity, unit-price, …}]`."""

    __tablename__ = "coupa_requisitions"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey("app_instances.host"), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("app_users.id"), index=True)
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


class CoupaPurchaseOrder(Base):
    """A Coupa purchase order, made from a requisition."""

    __tablename__ = "coupa_purchase_orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey("app_instances.host"), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("app_users.id"), index=True)
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


class CoupaInvoice(Base):
    """A Coupa invoice against a purchase order."""

    __tablename__ = "coupa_invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey("app_instances.host"), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("app_users.id"), index=True)
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

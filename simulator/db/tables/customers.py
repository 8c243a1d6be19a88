"""Customers of embedded vendors: workspaces that belong to another one."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class Customer(Base):
    """What a vendor knows of a customer (Workato docs, Embedded API, manage customers).

    The row outlives the workspace, so that its number is never another customer's.
    """

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("vendor_id", "external_id"),)

    #: Of the customer's workspace, which may be gone.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The vendor's workspace.
    vendor_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: What the vendor calls it; None where they call it nothing, or it is gone.
    external_id: Mapped[str | None]
    notification_email: Mapped[str]
    error_notification_emails: Mapped[str | None]
    admin_notification_emails: Mapped[str | None]
    plan_id: Mapped[str]
    #: What names its environments Test and Production, once they are provisioned; `id` names the
    #: first one, Development. Numbers that no workspace has.
    test_id: Mapped[int | None]
    production_id: Mapped[int | None]
    #: Where the embedded application is shown.
    origin_url: Mapped[str | None]
    frame_ancestors: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

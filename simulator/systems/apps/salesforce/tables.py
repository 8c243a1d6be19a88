"""Salesforce's own tables: an org's objects, its records with who may see them, and queries."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base, new_metadata
from simulator.db.tables.apps import AppInstance, AppUser

METADATA, VERSION = new_metadata(), 2


class SalesforceBase(Base):
    """Base of the tables here: they are a collection of their own."""

    __abstract__ = True
    metadata = METADATA


class SalesforceObject(SalesforceBase):
    """An object that an org has of its own, or what it adds to a standard one.

    `fields` are those of `objects.fields.Field`; `sharing` is `private`, `read` or `write`.
    """

    __tablename__ = "salesforce_objects"
    __table_args__ = (UniqueConstraint("host", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    name: Mapped[str]
    label: Mapped[str]
    plural: Mapped[str]
    prefix: Mapped[str]
    sharing: Mapped[str]
    fields: Mapped[list[Any]]


class SalesforceFieldLimit(SalesforceBase):
    """A field that somebody does not see, or sees and does not write."""

    __tablename__ = "salesforce_field_limits"
    __table_args__ = (UniqueConstraint("host", "object", "field", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    object: Mapped[str]
    field: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    can_read: Mapped[bool]


class SalesforceRecord(SalesforceBase):
    """A record of any object; a person of the org has one of the object User.

    `fields` are all of its values by name, as the API shows them, system fields included.
    """

    __tablename__ = "salesforce_records"
    __table_args__ = (
        UniqueConstraint("host", "record_id"),
        Index("ix_salesforce_records_host_kind", "host", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    kind: Mapped[str]
    #: None for as long as it takes to number the record.
    record_id: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(AppUser.id), index=True)
    is_deleted: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[dict[str, Any]]


class SalesforceShare(SalesforceBase):
    """A record that somebody who does not own it may see, or change."""

    __tablename__ = "salesforce_shares"
    __table_args__ = (UniqueConstraint("record_number", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_number: Mapped[int] = mapped_column(ForeignKey(SalesforceRecord.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    can_edit: Mapped[bool]


class SalesforceQuery(SalesforceBase):
    """A query whose further pages somebody may fetch."""

    __tablename__ = "salesforce_queries"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    text: Mapped[str]
    batch_size: Mapped[int]
    has_deleted: Mapped[bool]
    created_at: Mapped[datetime]


#: Version → what makes the next one of it.
UPGRADES = {1: METADATA.create_all}

"""Data that recipes look up: properties, lookup tables and data tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import LASTING_IDS, Base


class Property(Base):
    """A value that recipes read by its name: of the workspace, or of one project."""

    __tablename__ = "properties"
    __table_args__ = (UniqueConstraint("workspace_id", "project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: None for a property of the whole workspace (an account property).
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    value: Mapped[str]


class LookupTable(Base):
    """A lookup table: a few columns of text, and its entries."""

    __tablename__ = "lookup_tables"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    #: None for a table of the whole workspace.
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(index=True)
    #: The columns, in order: `{name, label}` and what else the export says.
    columns: Mapped[list[Any]]
    #: None for a table that was made before anybody noted it.
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class LookupEntry(Base):
    """An entry of a lookup table; in the order of their ids."""

    __tablename__ = "lookup_entries"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(
        ForeignKey("lookup_tables.id", ondelete="CASCADE"), index=True
    )
    #: Column's name → text.
    fields: Mapped[dict[str, Any]]
    #: None, both of them, where nobody noted even its table's.
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class DataTable(Base):
    """A data table (`workato_db_table`) of a project."""

    __tablename__ = "data_tables"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    #: Of the folder in the project that it is in; None for the project's own, and for one that was
    #: deleted since. No foreign key: SQLite adds none to a table that there is.
    folder_id: Mapped[int | None]
    #: A UUID, by which programs name it.
    handle: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    #: The columns, in order: `{id, title, type, required, …}`; recipes name them by `id`.
    columns: Mapped[list[Any]]
    #: None for a table that was made before anybody noted it.
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class DataRecord(Base):
    """A record of a data table; in the order of `sequence`."""

    __tablename__ = "data_records"

    sequence: Mapped[int] = mapped_column(primary_key=True)
    #: The record's id, a UUID.
    id: Mapped[str] = mapped_column(unique=True)
    table_id: Mapped[int] = mapped_column(
        ForeignKey("data_tables.id", ondelete="CASCADE"), index=True
    )
    #: Column's id → value.
    fields: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

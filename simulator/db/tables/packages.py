"""Packages as the Developer API knows them: what is exported, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import LASTING_IDS, Base

IMPORT = "import"
EXPORT = "export"


class ExportManifest(Base):
    """What an export is to hold (Workato docs, Developer API, export manifests)."""

    __tablename__ = "export_manifests"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    #: The path of the folder that is exported; empty for the whole project.
    folder: Mapped[str]
    #: The `zip_name` of each asset; None for every one that is there when it is exported.
    zip_names: Mapped[list[Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    last_exported_at: Mapped[datetime | None]


class Package(Base):
    """One import or export that the Developer API was asked for."""

    __tablename__ = "packages"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: It may be gone; None for an import that was made before anybody noted it.
    project_id: Mapped[int | None]
    #: IMPORT or EXPORT.
    operation: Mapped[str]
    #: `completed` or `failed`: both are over when they are answered (our choice).
    status: Mapped[str]
    error: Mapped[str | None]
    manifest_id: Mapped[int | None] = mapped_column(ForeignKey("export_manifests.id"))
    #: Of an import: `{id, import_result}` for each recipe.
    recipe_status: Mapped[list[Any]]
    #: Of an export: the zip, in base64.
    content: Mapped[str | None]
    created_at: Mapped[datetime]

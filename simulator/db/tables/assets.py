"""What projects hold beside recipes, connections and servers: folders, and what was imported."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base
from simulator.db.tables.connections import Connection
from simulator.db.tables.recipes import Recipe
from simulator.db.tables.servers import McpServer
from simulator.db.tables.workspaces import Project


class Folder(Base):
    """A folder in a project; the project's own folder has no row."""

    __tablename__ = "folders"
    __table_args__ = (UniqueConstraint("project_id", "path"), LASTING_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    #: The names of the folders that lead to it, and its own, with `/` between them.
    path: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    project: Mapped[Project] = relationship()

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.rpartition("/")[2]


class PackageAsset(Base):
    """A file of an imported project, as it came; exports give it back.

    What was made of it is one of the three rows that it names. Of an asset that nobody here
    understands, nothing was.
    """

    __tablename__ = "package_assets"
    __table_args__ = (
        UniqueConstraint("project_id", "zip_name"),
        Index("ix_package_assets_kind", "project_id", "kind"),
        LASTING_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    #: Its path in the project, with `/`.
    zip_name: Mapped[str]
    #: `recipe`, `agentic_skill`, … as the file's name says; empty for what is no asset.
    kind: Mapped[str]
    name: Mapped[str]
    #: What its JSON says; None for what is no JSON object.
    document: Mapped[dict[str, Any] | None]
    #: Its bytes in base64, where there is no document.
    content: Mapped[str | None]
    recipe_id: Mapped[int | None] = mapped_column(ForeignKey("recipes.id"), index=True)
    connection_id: Mapped[int | None] = mapped_column(
        ForeignKey("connections.id", ondelete="SET NULL"), index=True
    )
    server_number: Mapped[int | None] = mapped_column(ForeignKey("mcp_servers.number"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    project: Mapped[Project] = relationship()
    recipe: Mapped[Recipe | None] = relationship()
    connection: Mapped[Connection | None] = relationship()
    server: Mapped[McpServer | None] = relationship()

    @property
    def folder(self) -> str:
        """The path of the folder that it lies in; empty for the project's own."""
        return self.zip_name.rpartition("/")[0]


class ConnectorVersion(Base):
    """A version of a custom connector; the newest one is what its files say."""

    __tablename__ = "connector_versions"

    connector_id: Mapped[int] = mapped_column(
        ForeignKey("package_assets.id", ondelete="CASCADE"), primary_key=True
    )
    version_no: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str | None]
    #: None of one that was made before code was kept.
    code: Mapped[str | None] = mapped_column(deferred=True)
    #: Who made it, a person or a program; None where nobody knows.
    author_name: Mapped[str | None]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None]

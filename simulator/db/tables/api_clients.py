"""API clients of the Developer API, and how often they asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base
from simulator.db.tables.workspaces import Environment


class ApiClientRole(Base):
    """Which endpoints API clients may use (Workspace admin > API clients > Client roles)."""

    __tablename__ = "api_client_roles"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), LASTING_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str]
    #: As `METHOD /api/path/{parameter}`.
    endpoints: Mapped[list[str]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ApiClient(Base):
    """A program that uses the Developer API in one environment (Workspace admin > API clients)."""

    __tablename__ = "api_clients"
    __table_args__ = (UniqueConstraint("environment_id", "name"), LASTING_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id"), index=True)
    name: Mapped[str]
    #: Fingerprint of its token, which is shown once.
    token_hash: Mapped[str] = mapped_column(unique=True)
    #: None: every endpoint.
    role_id: Mapped[int | None] = mapped_column(ForeignKey("api_client_roles.id"))
    #: The projects that it sees; None: all of them.
    project_ids: Mapped[list[Any] | None]
    #: Addresses and blocks that may use it; empty: all.
    ip_allow_list: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[datetime]
    #: None: as it was created.
    updated_at: Mapped[datetime | None]
    token_created_at: Mapped[datetime | None]

    role: Mapped[ApiClientRole | None] = relationship(lazy="joined")
    environment: Mapped[Environment] = relationship()


class ApiWindow(Base):
    """How many requests a client made against one quota since the window opened."""

    __tablename__ = "api_windows"

    client_id: Mapped[int] = mapped_column(
        ForeignKey("api_clients.id", ondelete="CASCADE"), primary_key=True
    )
    quota: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    counted: Mapped[int]

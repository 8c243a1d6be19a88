"""API clients of the Developer API, and how often they asked."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base
from simulator.db.tables.workspaces import Environment


class ApiClient(Base):
    """A program that uses the Developer API in one environment (Workspace admin > API clients)."""

    __tablename__ = "api_clients"
    __table_args__ = (UniqueConstraint("environment_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id"), index=True)
    name: Mapped[str]
    #: Fingerprint of its token, which is shown once.
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]

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

"""The activity audit log: who changed what in a workspace."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class ActivityLog(Base):
    """One change that a person or a program made, or one sign-in."""

    __tablename__ = "activity_logs"
    __table_args__ = (
        Index("ix_activity_logs_newest", "workspace_id", "id"),
        Index("ix_activity_logs_resource", "workspace_id", "resource_type", "resource_id", "id"),
        Index("ix_activity_logs_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )

    #: In the order of insertion, whatever the simulated clock said.
    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: Such as `created`, `updated`, `deleted`, `started` or `user_login`.
    event_type: Mapped[str]
    #: Such as `Flow`, `McpServer` or `IdpUser`.
    resource_type: Mapped[str]
    resource_id: Mapped[str]
    resource_name: Mapped[str]
    #: `collaborator`, `api_client` or `end_user`.
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    actor_email: Mapped[str]
    ip_address: Mapped[str]
    user_agent: Mapped[str]
    #: Names of actor and resource in lower case: what a search looks through.
    search_text: Mapped[str]
    #: What changed: column → `[before, after]`, or null where the values are secret or long.
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

"""Custom OAuth profiles: OAuth clients that several connections to an app share."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class CustomOAuthProfile(Base):
    """An OAuth client that a workspace has registered with an app (Workato docs)."""

    __tablename__ = "custom_oauth_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    provider: Mapped[str]
    name: Mapped[str]
    client_id: Mapped[str]
    client_secret_sealed: Mapped[str]
    #: Slack's verification token, which nothing here needs; None where none was given.
    verification_token_sealed: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProfileAssignment(Base):
    """A customer whose connections may use a profile of its vendor."""

    __tablename__ = "custom_oauth_profile_assignments"
    __table_args__ = (UniqueConstraint("profile_id", "workspace_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(
        ForeignKey("custom_oauth_profiles.id", ondelete="CASCADE")
    )
    #: The customer's.
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)

"""People: collaborators of the workspace, and the separate population of Workato Identity."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from simulator.db.base import LASTING_IDS, Base, first_name, normalized
from simulator.db.tables.workspaces import Environment


class _Called:
    """Whoever is found by first name and by e-mail address, whatever its case."""

    @validates("name", "email")
    def _derive(self: Any, column: str, value: str) -> str:
        if column == "name":
            self.first_name = first_name(value)
        else:
            self.normalized_email = normalized(value)
        return value


class Collaborator(_Called, Base):
    """A person who builds or administers: signs in to the Workato web app."""

    __tablename__ = "collaborators"
    __table_args__ = (
        UniqueConstraint("workspace_id", "email"),
        Index("ix_collaborators_by_name", "workspace_id", "name", "id"),
        LASTING_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(index=True)
    #: Of the name, for those who call the person by it.
    first_name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(index=True)
    #: What a sign-in is compared with; see `normalized`.
    normalized_email: Mapped[str] = mapped_column(index=True)
    password_hash: Mapped[str]
    #: `owner`, `admin`, `collaborator` or `operator`; the first two may grant end users access.
    role: Mapped[str]

    @property
    def is_admin(self) -> bool:
        """Whether this person may administer the workspace."""
        return self.role in ("owner", "admin")


class EndUser(_Called, Base):
    """A person of Workato Identity; `id` is opaque and becomes the tokens' `sub`."""

    __tablename__ = "end_users"
    __table_args__ = (
        UniqueConstraint("workspace_id", "email"),
        Index("ix_end_users_by_name", "workspace_id", "name", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(index=True)
    #: Of the name, for those who call the person by it.
    first_name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(index=True)
    #: What a sign-in is compared with; see `normalized`.
    normalized_email: Mapped[str] = mapped_column(index=True)
    password_hash: Mapped[str]
    #: `invited`, `active` or `disabled` (our choice).
    status: Mapped[str] = mapped_column(default="active")
    #: When the last invitation was sent; None for who never was invited.
    invited_at: Mapped[datetime | None]
    #: Whether they were provisioned with selected environments: they have none that comes later.
    has_selected_environments: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class FailedSignIns(Base):
    """Wrong passwords in a row for one e-mail address, whether somebody has it or not."""

    __tablename__ = "failed_sign_ins"

    #: A keyed hash: what people type into the wrong field is not kept.
    email_hash: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    #: No password is looked at before.
    locked_until: Mapped[datetime | None]
    #: Failures are in a row until then.
    forgotten_at: Mapped[datetime] = mapped_column(index=True)


class EndUserGroup(Base):
    """An end-user group of one environment; assigned to MCP servers."""

    __tablename__ = "end_user_groups"
    __table_args__ = (UniqueConstraint("environment_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    environment: Mapped[Environment] = relationship()
    members: Mapped[list[EndUser]] = relationship(
        secondary="group_members", order_by=EndUser.name, passive_deletes=True
    )


class GroupMember(Base):
    """A person's membership of a group."""

    __tablename__ = "group_members"

    group_id: Mapped[str] = mapped_column(
        ForeignKey("end_user_groups.id", ondelete="CASCADE"), primary_key=True
    )
    end_user_id: Mapped[str] = mapped_column(
        ForeignKey("end_users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class EnvironmentRevocation(Base):
    """A person whose access to an environment is revoked (Workato docs, Workato Identity)."""

    __tablename__ = "environment_revocations"

    environment_id: Mapped[int] = mapped_column(
        ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True
    )
    end_user_id: Mapped[str] = mapped_column(
        ForeignKey("end_users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AppLink(Base):
    """A link to an app that end users of an environment see (Workato docs, Workato Identity)."""

    __tablename__ = "app_links"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

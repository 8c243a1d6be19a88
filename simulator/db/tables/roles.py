"""Roles of collaborators that a workspace made, and who has which one where."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base
from simulator.db.tables.people import Collaborator
from simulator.db.tables.workspaces import Project

#: Numbers below are those of Workato's own environment roles.
FIRST_NUMBER = 100


class Role(Base):
    """A custom role: one of the old model, an environment role, or a project role."""

    __tablename__ = "collaborator_roles"
    __table_args__ = (UniqueConstraint("workspace_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: `privilege_group`, `environment` or `project`.
    kind: Mapped[str]
    #: How programs name a project role, such as `pr-AQBGCnMB-JoFtKL`; of others, empty.
    handle: Mapped[str] = mapped_column(default="", server_default="")
    name: Mapped[str]
    #: Resource → actions; see `simulator.domain.privileges`.
    privileges: Mapped[dict[str, Any]]
    #: The projects that it is for; None: all of them, later ones, too.
    project_ids: Mapped[list[Any] | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def number(self) -> int:
        """How programs name a role that has no handle."""
        return FIRST_NUMBER + self.id


class RoleInEnvironment(Base):
    """The role that a collaborator has in one environment: one of the system, or a custom one.

    Who has such rows has no access to environments without one.
    """

    __tablename__ = "roles_in_environments"

    collaborator_id: Mapped[int] = mapped_column(
        ForeignKey("collaborators.id", ondelete="CASCADE"), primary_key=True
    )
    environment_id: Mapped[int] = mapped_column(
        ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: Of the system, as `admin`; empty for a custom one.
    system_role: Mapped[str]
    role_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator_roles.id"), index=True)

    role: Mapped[Role | None] = relationship(lazy="joined")


class CollaboratorGroup(Base):
    """A group of collaborators, whose members have the project roles that it is granted."""

    __tablename__ = "collaborator_groups"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: How programs name it, such as `ug-APHDLgADcT`.
    handle: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str | None]
    #: Whether it is Workato's own, of which everybody is a member.
    is_system: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CollaboratorGroupMember(Base):
    """A collaborator's membership of a group of the workspace's own."""

    __tablename__ = "collaborator_group_members"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("collaborator_groups.id", ondelete="CASCADE"), primary_key=True
    )
    collaborator_id: Mapped[int] = mapped_column(
        ForeignKey("collaborators.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ProjectGrant(Base):
    """The project role that a collaborator, or a group of them, has in one project."""

    __tablename__ = "project_grants"
    __table_args__ = (
        UniqueConstraint("project_id", "collaborator_id"),
        UniqueConstraint("project_id", "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: How programs name it, such as `pg-AQAEnmKC-Dtt9aD`.
    handle: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    #: One of these two is None.
    collaborator_id: Mapped[int | None] = mapped_column(
        ForeignKey("collaborators.id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("collaborator_groups.id", ondelete="CASCADE"), index=True
    )
    role_id: Mapped[int] = mapped_column(ForeignKey("collaborator_roles.id"), index=True)

    project: Mapped[Project] = relationship()
    collaborator: Mapped[Collaborator | None] = relationship()
    group: Mapped[CollaboratorGroup | None] = relationship()
    role: Mapped[Role] = relationship(lazy="joined")

    @property
    def holder(self) -> Collaborator | CollaboratorGroup:
        """Who is granted it."""
        holder = self.collaborator or self.group
        assert holder is not None
        return holder

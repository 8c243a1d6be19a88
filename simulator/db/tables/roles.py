"""Roles of collaborators that a workspace made, and who has which one where."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
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


class ProjectGrant(Base):
    """The project role that a collaborator has in one project."""

    __tablename__ = "project_grants"
    __table_args__ = (UniqueConstraint("project_id", "collaborator_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: How programs name it, such as `pg-AQAEnmKC-Dtt9aD`.
    handle: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    collaborator_id: Mapped[int] = mapped_column(
        ForeignKey("collaborators.id", ondelete="CASCADE"), index=True
    )
    role_id: Mapped[int] = mapped_column(ForeignKey("collaborator_roles.id"), index=True)

    project: Mapped[Project] = relationship()
    collaborator: Mapped[Collaborator] = relationship()
    role: Mapped[Role] = relationship(lazy="joined")

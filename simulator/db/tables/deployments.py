"""Builds of projects, and their deployments to other environments."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base

SUCCESS, FAILED = "success", "failed"


class ProjectBuild(Base):
    """A project as it was at a moment, to be deployed (Workato docs, Developer API, projects)."""

    __tablename__ = "project_builds"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    description: Mapped[str | None]
    include_test_cases: Mapped[bool | None]
    #: SUCCESS: it is over when it is answered (our choice).
    state: Mapped[str]
    performed_by_name: Mapped[str]
    #: The zip, in base64.
    content: Mapped[str]
    #: Of its recipes, where they were asked for: `{recipe, name, event, mocks, checks}` each.
    test_cases: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Deployment(Base):
    """A build that was deployed to an environment."""

    __tablename__ = "deployments"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    project_build_id: Mapped[int] = mapped_column(ForeignKey("project_builds.id"))
    #: `test` or `prod`.
    environment_type: Mapped[str]
    #: The project that it became there; it may be gone. None where it failed.
    target_id: Mapped[int | None]
    description: Mapped[str | None]
    #: SUCCESS or FAILED.
    state: Mapped[str]
    #: Why it failed, and what to do.
    error: Mapped[str | None]
    performed_by_name: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    build: Mapped[ProjectBuild] = relationship()

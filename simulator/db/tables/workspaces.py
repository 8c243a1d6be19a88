"""Workspaces and what divides them: environments and projects; and facts about the sandbox."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base


class Workspace(Base):
    """One customer's Workato workspace; everything else belongs to one."""

    __tablename__ = "workspaces"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: Workspace admin > Settings > Tags: whether owners and admins alone create and edit tags.
    restricts_tags: Mapped[bool] = mapped_column(default=False, server_default=false())


class Environment(Base):
    """An environment of a workspace (DEV, TEST, PROD); end-user groups live in one."""

    __tablename__ = "environments"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    name: Mapped[str]

    workspace: Mapped[Workspace] = relationship()


class Project(Base):
    """A project: the Location of recipes, connections and MCP servers.

    One that was deployed is another project in another environment. Its `name` ends with that
    environment, so that nobody mistakes one for the other; programs are told its `own_name`.
    """

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), LASTING_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    #: That it was deployed to; None for one that was made here.
    environment_id: Mapped[int | None] = mapped_column(ForeignKey("environments.id"), index=True)
    #: The project that it was deployed from; it may be gone.
    deployed_from_id: Mapped[int | None]

    environment: Mapped[Environment | None] = relationship()

    @property
    def own_name(self) -> str:
        """Its name without the environment."""
        if self.environment is None:
            return self.name
        return self.name.removesuffix(f" ({self.environment.name})")


class LoginExperience(Base):
    """How Workato Identity looks to a workspace's end users."""

    __tablename__ = "login_experiences"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    #: As `#593196`.
    primary_color: Mapped[str]
    secondary_color: Mapped[str]
    #: A PNG or JPEG picture.
    logo: Mapped[bytes | None]
    updated_at: Mapped[datetime]


class Fact(Base):
    """One fact about this sandbox, such as the scenario it was made from."""

    __tablename__ = "sandbox_facts"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    updated_at: Mapped[datetime]

"""Jira's own tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base, create_indexes, new_metadata
from simulator.db.tables.apps import AppInstance, AppUser

METADATA, VERSION = new_metadata(), 3


class JiraBase(Base):
    """Base of the tables here: they are a collection of their own."""

    __abstract__ = True
    metadata = METADATA


class JiraProject(JiraBase):
    """A project of a site."""

    __tablename__ = "jira_projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    key: Mapped[str]
    name: Mapped[str]


class JiraIssue(JiraBase):
    """An issue; its comments are `[{id, author (their id), body, created}]`."""

    __tablename__ = "jira_issues"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey(JiraProject.id))
    number: Mapped[int]
    issue_type: Mapped[str]
    status: Mapped[str]
    priority: Mapped[str]
    summary: Mapped[str]
    description: Mapped[str]
    reporter_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey(AppUser.id), index=True)
    comments: Mapped[list[Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    project: Mapped[JiraProject] = relationship(lazy="joined", innerjoin=True)
    reporter: Mapped[AppUser] = relationship(foreign_keys=reporter_id)
    assignee: Mapped[AppUser | None] = relationship(foreign_keys=assignee_id)

    @property
    def key(self) -> str:
        """What people call it: `OPS-1`."""
        return f"{self.project.key}-{self.number}"


def _add_priority(connection: Connection) -> None:
    connection.execute(
        text("ALTER TABLE jira_issues ADD COLUMN priority VARCHAR NOT NULL DEFAULT 'Medium'")
    )


#: Version → what makes the next one of it.
UPGRADES = {1: _add_priority, 2: lambda connection: create_indexes(connection, METADATA)}

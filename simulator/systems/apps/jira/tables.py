"""Jira's own tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from simulator.db.base import Base, create_indexes, new_metadata, table_of
from simulator.db.tables.apps import AppInstance, AppUser

METADATA, VERSION = new_metadata(), 6


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


class JiraComponent(JiraBase):
    """A part of a project, which issues are about."""

    __tablename__ = "jira_components"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey(JiraProject.id))
    name: Mapped[str]


class JiraIssueComponent(JiraBase):
    """A component that an issue is about."""

    __tablename__ = "jira_issue_components"

    issue_id: Mapped[int] = mapped_column(ForeignKey("jira_issues.id"), primary_key=True)
    component_id: Mapped[int] = mapped_column(
        ForeignKey(JiraComponent.id), primary_key=True, index=True
    )


class JiraLabel(JiraBase):
    """A label that an issue has."""

    __tablename__ = "jira_labels"

    issue_id: Mapped[int] = mapped_column(ForeignKey("jira_issues.id"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    #: As queries compare it.
    folded: Mapped[str] = mapped_column(index=True)

    @validates("label")
    def _fold(self, _name: str, label: str) -> str:
        self.folded = label.casefold()
        return label


class JiraChange(JiraBase):
    """What one edit made of an issue: `[{field, fieldId, from, fromString, to, toString}]`."""

    __tablename__ = "jira_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("jira_issues.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    created_at: Mapped[datetime]
    items: Mapped[list[Any]]

    author: Mapped[AppUser] = relationship()


class JiraAttachment(JiraBase):
    """A file that somebody attached to an issue."""

    __tablename__ = "jira_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("jira_issues.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    filename: Mapped[str]
    mime_type: Mapped[str]
    size: Mapped[int]
    #: Read where it is downloaded alone.
    content: Mapped[bytes] = mapped_column(deferred=True)
    created_at: Mapped[datetime]

    author: Mapped[AppUser] = relationship()


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
    due_on: Mapped[date | None]
    #: Without a constraint: rows are restored in any order.
    parent_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    project: Mapped[JiraProject] = relationship(lazy="joined", innerjoin=True)
    reporter: Mapped[AppUser] = relationship(foreign_keys=reporter_id)
    assignee: Mapped[AppUser | None] = relationship(foreign_keys=assignee_id)
    labels: Mapped[list[JiraLabel]] = relationship(
        cascade="all, delete-orphan", order_by=JiraLabel.label
    )
    components: Mapped[list[JiraComponent]] = relationship(
        secondary=table_of(JiraIssueComponent), order_by=JiraComponent.name
    )
    attachments: Mapped[list[JiraAttachment]] = relationship(
        cascade="all, delete-orphan", order_by=JiraAttachment.id
    )
    parent: Mapped["JiraIssue | None"] = relationship(
        primaryjoin="foreign(JiraIssue.parent_id) == remote(JiraIssue.id)", viewonly=True
    )
    children: Mapped[list["JiraIssue"]] = relationship(
        primaryjoin="JiraIssue.id == foreign(remote(JiraIssue.parent_id))",
        order_by="JiraIssue.id",
        viewonly=True,
    )

    @property
    def key(self) -> str:
        """What people call it: `OPS-1`."""
        return f"{self.project.key}-{self.number}"


class JiraToken(JiraBase):
    """What a person made to act by program: an API token, or a personal access token."""

    __tablename__ = "jira_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    #: `api` or `personal`.
    kind: Mapped[str]
    label: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


def _add_priority(connection: Connection) -> None:
    connection.execute(
        text("ALTER TABLE jira_issues ADD COLUMN priority VARCHAR NOT NULL DEFAULT 'Medium'")
    )


def _add_indexes(connection: Connection) -> None:
    """Create the indexes of the columns that there were then."""
    for index in table_of(JiraIssue).indexes:
        if index.name in ("ix_jira_issues_reporter_id", "ix_jira_issues_assignee_id"):
            index.create(connection, checkfirst=True)


def _add_plans(connection: Connection) -> None:
    """Give issues labels, components, a due date, a parent and a history."""
    for column in ("due_on DATE", "parent_id INTEGER"):
        connection.execute(text(f"ALTER TABLE jira_issues ADD COLUMN {column}"))
    METADATA.create_all(connection)
    create_indexes(connection, METADATA)


#: Version → what makes the next one of it.
UPGRADES = {
    1: _add_priority,
    2: _add_indexes,
    3: _add_plans,
    4: METADATA.create_all,
    5: METADATA.create_all,
}

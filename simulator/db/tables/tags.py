"""Tags, and the recipes and connections that have them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base
from simulator.db.tables.people import Collaborator


class Tag(Base):
    """A tag of a workspace."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    #: How programs name it, such as `tag-ANgdXgTF-bANz3H`.
    handle: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    #: A word such as `blue`.
    color: Mapped[str]
    #: Whose own it is; None once they collaborate no more.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("collaborators.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    author: Mapped[Collaborator | None] = relationship(lazy="joined")


class TagAssignment(Base):
    """A recipe or a connection that has a tag: one of the two is set."""

    __tablename__ = "tag_assignments"
    __table_args__ = (
        UniqueConstraint("tag_id", "recipe_id"),
        UniqueConstraint("tag_id", "connection_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"))
    recipe_id: Mapped[int | None] = mapped_column(
        ForeignKey("recipes.id", ondelete="CASCADE"), index=True
    )
    connection_id: Mapped[int | None] = mapped_column(
        ForeignKey("connections.id", ondelete="CASCADE"), index=True
    )

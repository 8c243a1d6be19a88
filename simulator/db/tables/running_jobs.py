"""Jobs that are under way: those that have been for a while, and calls of recipe functions."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class RunningJob(Base):
    """A job under way, as every process sees it; the row goes when the job ends.

    One whose process died stays until its deadline has passed.
    """

    __tablename__ = "running_jobs"

    #: What the job will be called.
    id: Mapped[str] = mapped_column(primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id", ondelete="CASCADE"), index=True)
    #: No foreign key: as in the job.
    end_user_id: Mapped[str | None]
    tool: Mapped[str]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime] = mapped_column(index=True)
    #: Whether somebody cancelled it: it ends after the step that is under way.
    is_cancelled: Mapped[bool] = mapped_column(default=False)


class FunctionCall(Base):
    """A call of a recipe function, from its beginning until it has ended: one place in its queue.

    One whose process died takes its place until its deadline has passed.
    """

    __tablename__ = "function_calls"

    #: What the job of the call will be called.
    id: Mapped[str] = mapped_column(primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id", ondelete="CASCADE"), index=True)
    deadline: Mapped[datetime] = mapped_column(index=True)

"""Jobs that are under way, and have been for a while."""

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

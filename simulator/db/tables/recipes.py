"""Recipes as data, and the jobs they ran."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import LASTING_IDS, Base, partial_index
from simulator.db.tables.workspaces import Project


class Recipe(Base):
    """A recipe: a trigger with action steps under it.

    `code` is the block tree of Workato's recipe JSON: `{number, keyword, provider, name, as,
    input, block: [...]}`. `config` names the connection per app: `[{keyword: "application",
    provider, name, account_id, personalization}]`; the last is true for End user's connection, and
    absent otherwise.
    """

    __tablename__ = "recipes"
    __table_args__ = LASTING_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    #: Not JSONB, as others: members keep the order that they were sent in.
    code: Mapped[dict[str, Any]] = mapped_column(JSON)
    config: Mapped[list[Any]] = mapped_column(JSON)
    version_no: Mapped[int] = mapped_column(default=1)
    #: Who made the present version: a person, or a program, which has no address; None where nobody
    #: knows.
    version_author_name: Mapped[str | None]
    version_author_email: Mapped[str | None]
    running: Mapped[bool] = mapped_column(default=True)
    #: What steps answer that cannot run here: `[{step, output}]` or `[{step, table}]`.
    stubs: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    #: Fingerprint of the event that its trigger picked up last; None before, and once it was reset.
    picked_up: Mapped[str | None]
    #: When somebody stopped it last; None where nobody did.
    stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    project: Mapped[Project] = relationship()

    @property
    def trigger_application(self) -> str:
        """The trigger's provider, such as `workato_recipe_function`."""
        return str(self.code.get("provider", ""))


class RecipeVersion(Base):
    """What a recipe was like before it was changed, or what somebody noted of its present version.

    The present version is the recipe itself, and has a row only once it has a comment.
    """

    __tablename__ = "recipe_versions"

    recipe_id: Mapped[int] = mapped_column(
        ForeignKey("recipes.id", ondelete="CASCADE"), primary_key=True
    )
    version_no: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    #: Not JSONB, as others: members keep the order that they were sent in.
    code: Mapped[dict[str, Any]] = mapped_column(JSON)
    config: Mapped[list[Any]] = mapped_column(JSON)
    comment: Mapped[str | None]
    #: Who made it, as in the recipe.
    author_name: Mapped[str | None]
    author_email: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DeletedRecipe(Base):
    """A recipe that was deleted after it ran: the log of its jobs still names it.

    Its number may be another recipe's since, so that its jobs refer to this instead.
    """

    __tablename__ = "deleted_recipes"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), index=True)
    #: No foreign key: the log outlives the project.
    project_id: Mapped[int]
    name: Mapped[str]
    deleted_at: Mapped[datetime]


class JobStatus(StrEnum):
    """What became of a run."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    #: It was answered with a prompt: the person lacks a connection.
    CONNECTION_REQUIRED = "connection_required"
    CANCELLED = "cancelled"


class Job(Base):
    """One run of a recipe, attributable to one person (user-level audit trail).

    Every call of a tool writes one, as Workato does, and every call of a recipe by another.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        # All that the dashboard counts, so that no row is read for it.
        partial_index(
            "ix_jobs_tool_calls",
            (
                "started_at",
                "server_number",
                "end_user_id",
                "client_id",
                "estimated_tokens",
                "calling_job_id",  # always NULL here; without it, SQLite looks into the row
            ),
            "server_number IS NOT NULL AND calling_job_id IS NULL",
        ),
        {"sqlite_autoincrement": True},
    )

    #: In the order of insertion, whatever the simulated clock said.
    sequence: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    #: None once the recipe is deleted, which the next column names then.
    recipe_id: Mapped[int | None] = mapped_column(ForeignKey("recipes.id"), index=True)
    deleted_recipe_id: Mapped[int | None] = mapped_column(ForeignKey("deleted_recipes.id"))
    #: Of an MCP server, which may be deleted since (`DeletedServer`).
    server_number: Mapped[int | None]
    #: No foreign key: the log outlives the person.
    end_user_id: Mapped[str | None]
    tool: Mapped[str]
    #: A `JobStatus`.
    status: Mapped[str]
    error: Mapped[str | None]
    ip_address: Mapped[str]
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime]
    #: The job whose step called this one, and the recipe of that job.
    calling_job_id: Mapped[str | None]
    calling_recipe_id: Mapped[int | None]
    #: The MCP client's `client_id`; None for calls with an MCP token, and from before it was kept.
    client_id: Mapped[str | None]
    #: Of a tool call (`token_estimates`); None for other runs, and from before it was kept.
    estimated_tokens: Mapped[int | None]
    #: What its steps count as (`JobRecord.tasks`); None for those from before it was kept.
    tasks: Mapped[int | None]
    #: What its steps took and gave (`JobRecord.entries`); lists of jobs do not read it.
    steps: Mapped[list[Any]] = mapped_column(default=list, server_default="[]", deferred=True)

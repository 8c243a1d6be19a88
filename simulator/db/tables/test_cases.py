"""Test cases of recipes, and the requests to run some."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class RecipeTestCase(Base):
    """What a recipe is to do with an event, its apps being mocked (Workato docs, test automation).

    The numbers of steps are those that the editor shows, from 1 on.
    """

    __tablename__ = "recipe_test_cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: How programs name it, such as `citc-AG48N4xo-g6ccgP`.
    handle: Mapped[str] = mapped_column(unique=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    #: The parameters that the recipe is called with, or all that its trigger would give.
    event: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What steps answer: `{step, output}` or `{step, error}` each.
    mocks: Mapped[list[Any]] = mapped_column(JSON)
    #: What has to hold: `{step, of, field, condition, value}` each.
    checks: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RunRequest(Base):
    """A request to run test cases; it is over when it is stored (our choice)."""

    __tablename__ = "run_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: How programs name it, such as `cirr-AHNFkza6-dwMArc`.
    handle: Mapped[str] = mapped_column(unique=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    #: How many steps the recipes have, and how many of them some case performed.
    steps: Mapped[int]
    performed: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CaseResult(Base):
    """What became of a test case in a request."""

    __tablename__ = "case_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("run_requests.id", ondelete="CASCADE"), index=True
    )
    recipe_id: Mapped[int] = mapped_column(ForeignKey("recipes.id", ondelete="CASCADE"), index=True)
    #: Of the test case; it may be gone.
    case_handle: Mapped[str]
    case_name: Mapped[str]
    #: None where the recipe could not begin.
    job_id: Mapped[str | None]
    succeeded: Mapped[bool]
    #: A sentence for each check that failed, and for whatever else went wrong.
    mistakes: Mapped[list[Any]] = mapped_column(JSON)

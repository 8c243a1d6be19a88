"""A part of a list that the database cuts, and what has a name."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

from pydantic import Field

from simulator.control.models import Body
from simulator.db.listing import Found
from simulator.validation.fields import DIGITS

#: Rows of an answer, at most.
LARGEST_PAGE = 500

Row = TypeVar("Row")

#: What is called something by whoever makes it; one line, which no schema says.
Name = Annotated[str, Field(min_length=1, max_length=100, description="One line.")]
Next = Annotated[
    int | None, Field(description="`after` for what follows; null where this is the end.")
]


class Part(Body):
    """Which part of a list."""

    limit: Annotated[
        int, Field(strict=False, ge=1, le=LARGEST_PAGE, description="At most so many."), DIGITS
    ] = LARGEST_PAGE
    after: Annotated[
        int,
        Field(strict=False, ge=0, le=999_999_999, description="`next` of the page before."),
        DIGITS,
    ] = 0


def cut(found: Found[Row], part: Part) -> tuple[Sequence[Row], int | None]:
    """Cut a part out of what a query finds.

    Args:
        found: all of it.
        part: which of it.

    Returns:
        The rows, and where the next part begins.
    """
    rows = found.cut(part.after, part.limit + 1)
    return rows[: part.limit], part.after + part.limit if rows[part.limit :] else None

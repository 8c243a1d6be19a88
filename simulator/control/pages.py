"""A part of a long list, bounded in entries and in bytes, and where the next part begins."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, TypeVar

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.journal import CAPACITY, Exchange
from simulator.validation.fields import DIGITS

#: A page of the journal is not longer than this, but for a single exchange that is, in bytes.
LONGEST = 1024 * 1024
_USUAL = 500

Model = TypeVar("Model", bound=ResponseModel)

Limit = Annotated[
    int,
    Field(
        strict=False,
        ge=1,
        le=CAPACITY,
        description=f"At most so many; fewer where they would be more than {LONGEST // 1024} KiB.",
    ),
    DIGITS,
]
After = Annotated[
    int,
    Field(strict=False, ge=0, description="Only those with a higher number: `next` of a page."),
    DIGITS,
]
Next = Annotated[
    int | None,
    Field(description="`after` for what follows; null where this is the end."),
]


class Part(Body):
    """Which part of a list."""

    limit: Limit = _USUAL
    after: After = 0


def page(
    exchanges: Iterable[Exchange], model: type[Model], part: Part
) -> tuple[list[Model], int | None]:
    """Cut a page out of the exchanges that fit.

    Args:
        exchanges: all that fit, oldest first.
        model: what an exchange is shown as.
        part: which of them.

    Returns:
        Those of the page, at least one if there is any, and where the next page begins.
    """
    remaining = iter([each for each in exchanges if each.number > part.after])
    items: list[Model] = []
    last, room = part.after, LONGEST
    for each in islice(remaining, part.limit):
        item = model.model_validate(each)
        room -= len(item.model_dump_json())
        if room < 0 and items:
            return items, last
        items.append(item)
        last = each.number
    return items, None if next(remaining, None) is None else last

"""A log, read part by part: newest first, by a number that grows; never counted, nor read whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from simulator.db.listing import PAGE_SIZE

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Part(Generic[Row]):
    """A part of a log, newest first.

    Attributes:
        lines: the lines of the part.
        newer: `after` of the part before this one; None where there is nothing newer.
        older: `before` of the part behind this one; None where this is the end.
    """

    lines: Sequence[Row]
    newer: int | None
    older: int | None


def read_part(
    session: Session,
    query: Select[Row],
    number: InstrumentedAttribute[int],
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Part[Row]:
    """Return a part of the rows that a query finds.

    Args:
        session: to ask.
        query: the query of one entity, in no order.
        number: the entity's column that grows with time.
        before: only rows older than the one with this number.
        after: only rows newer than it, those nearest to it; it goes before `before`.
        size: how many rows, at most.
    """
    if after is not None:
        query = query.where(number > after).order_by(number.asc())
    else:
        if before is not None:
            query = query.where(number < before)
        query = query.order_by(number.desc())
    rows = list(session.scalars(query.limit(size + 1)).all())
    has_more, rows = len(rows) > size, rows[:size]
    if after is not None:
        rows.reverse()
    has_newer = has_more if after is not None else before is not None
    has_older = has_more if after is None else True
    return Part(
        lines=rows,
        newer=getattr(rows[0], number.key) if rows and has_newer else None,
        older=getattr(rows[-1], number.key) if rows and has_older else None,
    )

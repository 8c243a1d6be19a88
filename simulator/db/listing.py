"""What a query finds, page by page: counted, searched and cut by the database."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from simulator.validation.paging import Page

Row = TypeVar("Row")

#: Rows on a page of the web app (our choice).
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """A page of a list.

    Attributes:
        rows: those of the page.
        page: which one, and how many rows there are on all of them.
    """

    rows: Sequence[Row]
    page: Page

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class Found(Generic[Row]):
    """What a query finds; nothing is fetched before somebody asks for a part of it.

    Args:
        session: to ask.
        query: the query of one entity, in a stable order.
        counted: another query, which finds as many rows and is quicker to count.
    """

    def __init__(
        self,
        session: Session,
        query: Select[*tuple[Any, ...]],
        counted: Select[*tuple[Any, ...]] | None = None,
    ) -> None:
        self._session, self._query = session, query
        self._counted = query if counted is None else counted

    def count(self) -> int:
        """Return how many rows there are."""
        counted = self._counted.order_by(None)
        counted = counted.with_only_columns(func.count(), maintain_column_froms=True)
        return int(self._session.execute(counted).scalar_one())

    def first(self, most: int) -> Sequence[Row]:
        """Return the first rows.

        Args:
            most: how many, at most.
        """
        return self._session.scalars(self._query.limit(most)).all()

    def page(self, number: int, size: int = PAGE_SIZE) -> Listing[Row]:
        """Return a page for people: the last one instead of one behind it.

        Args:
            number: the number of the page, any.
            size: how many rows, at most.
        """
        return self.part(Page.nearest(number, size=size, total=self.count()))

    def part(self, page: Page) -> Listing[Row]:
        """Return a page for programs: behind the last one it is empty.

        Args:
            page: which one; without its total, this counts.
        """
        if not page.total:
            page = Page(number=page.number, size=page.size, total=self.count())
        return Listing(rows=self.cut(page.offset, page.size), page=page)

    def cut(self, offset: int, most: int) -> Sequence[Row]:
        """Return a part of the rows, without counting them.

        Args:
            offset: how many rows are before it.
            most: how many rows, at most.
        """
        return self._session.scalars(self._query.limit(most).offset(offset)).all()


def contains(text: str, *columns: ColumnElement[Any] | Any) -> list[ColumnElement[bool]]:
    """Return the condition that one of the columns contains a text, whatever its case.

    Args:
        text: the text as typed; empty for no filter.
        *columns: texts.
    """
    text = text.strip()
    return [or_(*(one.icontains(text, autoescape=True) for one in columns))] if text else []


def first_of_each(
    session: Session,
    number: InstrumentedAttribute[int],
    entity: type[Row],
    joined: ColumnElement[bool],
    order: Sequence[InstrumentedAttribute[Any]],
    numbers: Collection[int],
    most: int,
) -> dict[int, list[Row]]:
    """Return the first rows of several lists by one query: number of the list → rows.

    Args:
        session: to ask.
        number: the number of the list that a row is in, a column of the table between.
        entity: the entity of the rows.
        joined: which of them the table between means.
        order: the order of each list.
        numbers: the numbers of the lists.
        most: rows of each list.
    """
    place = func.row_number().over(partition_by=number, order_by=order)
    ranked = (
        select(number.label("number"), *inspect(entity).primary_key, place.label("place"))
        .select_from(number.class_)
        .join(entity, joined)
        .where(number.in_(numbers))
        .subquery()
    )
    (key,) = inspect(entity).primary_key
    rows = session.execute(
        select(ranked.c.number, entity)
        .join(entity, key == ranked.c[key.name])
        .where(ranked.c.place <= most)
        .order_by(*order)
    )
    found: dict[int, list[Row]] = {each: [] for each in numbers}
    for each, row in rows:
        found[each].append(row)
    return found

"""Rows to look at, not to change: read without a session's bookkeeping, which takes longest.

Ours: SQLAlchemy's own rows name a column of two tables once, and its `Bundle` is the session's.
"""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, inspect

from simulator.db.base import Base

Entity = TypeVar("Entity", bound=Base)


class Plain(Generic[Entity]):
    """How rows of one table are read so.

    Args:
        entity: mapped to the table.

    Attributes:
        columns: for the SELECT, in the order in which `read` takes their values.
    """

    def __init__(self, entity: type[Entity]) -> None:
        mapper = inspect(entity)
        read = [(each.key, each.columns[0]) for each in mapper.column_attrs]
        self.columns: Sequence[ColumnElement[Any]] = [column for _, column in read]
        self._make: Any = namedtuple(entity.__name__, [key for key, _ in read])  # type: ignore[misc]
        (self._key,) = (  # of an outer join that found none it is NULL
            index for index, (_, column) in enumerate(read) if column is mapper.primary_key[0]
        )

    def read(self, values: Iterable[Any]) -> Entity | None:
        """Return what stands in for an instance: its columns can be read, and nothing else.

        Args:
            values: the values of the columns; None where there is no such row.
        """
        row = self._make._make(values)
        return None if row[self._key] is None else cast("Entity", row)


@cache
def plain(entity: type[Entity]) -> Plain[Entity]:
    """Return how rows of a table are read so.

    Args:
        entity: mapped to the table.
    """
    return Plain(entity)

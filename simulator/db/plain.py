"""Read rows as immutable tuples, without the session's bookkeeping, which is the slowest part.

Ours: SQLAlchemy's own rows cannot have two columns of one name, and its `Bundle` needs a session.
"""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, inspect

from simulator.db.base import Base

Entity = TypeVar("Entity", bound=Base)


class PlainRows(Generic[Entity]):
    """Reads rows of one table as named tuples.

    Args:
        entity: the mapped class.

    Attributes:
        columns: the columns to SELECT, in the order in which `read` takes their values.
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
        """Return a named tuple with the attributes of the entity's columns, typed as the entity.

        Args:
            values: the values of the columns, in the order of `columns`.
        """
        row = self._make._make(values)
        return None if row[self._key] is None else cast("Entity", row)


@cache
def plain(entity: type[Entity]) -> PlainRows[Entity]:
    """Return the reader of a table's rows.

    Args:
        entity: the mapped class.
    """
    return PlainRows(entity)

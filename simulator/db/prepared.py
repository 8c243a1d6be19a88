"""A SELECT that is read at every request, made ready once for SQLite's own interface.

Ours: SQLAlchemy looks a statement up, names its parameters and sets its result up anew at each
execution, which together with a session's transaction is six times what SQLite takes.
"""

from collections import namedtuple
from collections.abc import Mapping
from functools import cached_property
from sqlite3 import Connection
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect


class Prepared:
    """A SELECT of exactly one row.

    Args:
        statement: the statement whose columns have names of their own.

    Attributes:
        statement: as given.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement

    @cached_property
    def _dialect(self) -> Dialect:
        dialect: Dialect = sqlite.dialect(paramstyle="named")
        return dialect

    @cached_property
    def _compiled(self) -> tuple[str, Mapping[str, Any]]:
        """The statement as SQLite takes it, and the parameters that it has itself."""
        compiled = self.statement.compile(dialect=self._dialect)
        return str(compiled), compiled.params

    @cached_property
    def _columns(self) -> list[tuple[int, Any]]:
        """What makes a value of what SQLite returns: place, function."""
        types = [column.type.dialect_impl(self._dialect) for column in self._selected]
        found = [each.result_processor(self._dialect, None) for each in types]
        return [(place, each) for place, each in enumerate(found) if each is not None]

    @cached_property
    def _row(self) -> Any:
        return namedtuple("_row", [column.key for column in self._selected])  # made here

    @property
    def _selected(self) -> list[Any]:
        return list(self.statement.selected_columns)

    def execute(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Return the row, by the names of its columns.

        Args:
            connection: to a database file, outside of a transaction or in one.
            parameters: for every `bindparam` that has no value, as the driver takes it.

        Raises:
            sqlite3.Error: the database cannot be read.
        """
        text, own = self._compiled
        values = list(connection.execute(text, {**own, **parameters}).fetchone())
        for place, read in self._columns:
            values[place] = read(values[place])
        return self._row(*values)

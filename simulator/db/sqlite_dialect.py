"""SQLite's dialect: one for all engines of a process, so that they share compiled statements.

SQLAlchemy compiles a statement once for each dialect and engine. A process that makes one simulator
after the other, as a run of tests does, would compile the same hundreds of them for each.
"""

from threading import Lock
from typing import Any, ClassVar

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

#: As the scheme of a database URL.
NAME = "sqlite+simulator"
#: Stands in a SELECT that locks rows on PostgreSQL: SQLite has no words for that.
LOCKING = "/* FOR UPDATE */"
#: So many statements are kept: those of every page and endpoint, and what searches add.
_STATEMENTS = 2000

#: Compiled statements, for the execution option `compiled_cache` of each engine.
compiled_statements: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

registry.register(NAME.replace("+", "."), __name__, "SQLiteDialect")


class _Compiler(SQLiteCompiler):
    def for_update_clause(self, select: Any, **_: Any) -> str:
        return f" {LOCKING}"


class SQLiteDialect(SQLiteDialect_pysqlite):
    """That of Python's own driver; one object serves every engine of the process."""

    statement_compiler = _Compiler
    supports_statement_cache = True
    _lock: ClassVar[Lock] = Lock()
    _shared: ClassVar["SQLiteDialect | None"] = None

    def __new__(cls, **_options: Any) -> "SQLiteDialect":
        with cls._lock:
            if cls._shared is None:
                cls._shared = super().__new__(cls)
            return cls._shared

    def __init__(self, **options: Any) -> None:
        with self._lock:
            if not vars(self):  # else it serves another engine already, which has the same options
                super().__init__(**options)

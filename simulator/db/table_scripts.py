"""SQL that makes the tables of an empty SQLite database, compiled before and stored beside them.

To compile it took a tenth of a second at each start. `python -m tests.tools.schema_page` writes
the scripts, and a test compares them with the tables. On PostgreSQL, where a database is made once
and used for long, SQLAlchemy compiles them.

Ours: SQLAlchemy remembers what it compiled of queries, and nothing of what makes tables.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

#: Between two statements; none of them holds it.
SEPARATOR = ";\n\n"


def find_script(module: ModuleType) -> Path:
    """Return where the script of a module's tables is; it need not be there.

    Args:
        module: that has the tables: `tables` of an app, or our own package of that name.
    """
    assert module.__file__ is not None
    return Path(module.__file__).with_name("tables.sqlite.sql")


def run_script(connection: Connection, module: ModuleType) -> bool:
    """Make the tables of a module in a database that has none of them.

    Args:
        connection: to the database.
        module: that has the tables.

    Returns:
        Whether there is a script for this database; an app of another package needs none.

    Raises:
        OperationalError: SQLite cannot write there, such as on a full disk.
    """
    if connection.dialect.name != "sqlite":
        return False
    try:
        script = find_script(module).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    # By SQLite's own cursor: what SQLAlchemy does around each of 215 statements takes longer.
    with closing(connection.connection.cursor()) as cursor:
        for statement in script.removesuffix(SEPARATOR).split(SEPARATOR):
            try:
                cursor.execute(statement)
            except sqlite3.OperationalError as error:
                raise OperationalError(statement, None, error) from error
    return True

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


def find_script(package: ModuleType) -> Path:
    """Return where the script of a package's tables is; it need not be there.

    Args:
        package: an app's, or that of our own tables.
    """
    return Path(*package.__path__[:1]) / "tables.sqlite.sql"


def run_script(connection: Connection, file: Path) -> bool:
    """Make the tables of a script in a database that has none of them.

    Args:
        connection: to the database.
        file: the file as `find_script` returns it.

    Returns:
        Whether there is a script for this database; an app of another package needs none.

    Raises:
        OperationalError: SQLite cannot write there, such as on a full disk.
    """
    if connection.dialect.name != "sqlite":
        return False
    try:
        script = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    run_statements(connection, script)
    return True


def run_statements(connection: Connection, script: str) -> None:
    """Run statements that were written before, by SQLite's own cursor.

    What SQLAlchemy does around each of two hundred takes longer than they do.

    Args:
        connection: to a SQLite database.
        script: the statements, each with `SEPARATOR` behind it.

    Raises:
        OperationalError: SQLite cannot write there, such as on a full disk.
    """
    with closing(connection.connection.cursor()) as cursor:
        for statement in script.removesuffix(SEPARATOR).split(SEPARATOR):
            try:
                cursor.execute(statement)
            except sqlite3.OperationalError as error:
                raise OperationalError(statement, None, error) from error

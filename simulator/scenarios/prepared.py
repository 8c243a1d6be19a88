"""The rows that a shipped scenario's apps have, as statements that were made before.

The same file makes the same rows each time, so that nobody has to check the records, make rows of
them, and map their tables for it. `python -m tests.tools.schema_page` writes the statements beside
the file, and a test compares them with what the file makes. For SQLite alone; PostgreSQL, and any
other file, go the long way.
"""

from hashlib import sha256
from pathlib import Path

from simulator.db import Database


def find_script(file: Path) -> Path:
    """Return where the statements of a scenario file are; they need not be there."""
    return file.with_suffix(".sqlite.sql")


def find(file: Path, db: Database) -> str | None:
    """Return the statements that make the rows of the apps' own tables.

    Args:
        file: the file of the scenario.
        db: they are for.

    Returns:
        Each with `table_scripts.SEPARATOR` behind it; None where there are none for this database,
        or the file has changed since.
    """
    script = find_script(file)
    if db.engine.dialect.name != "sqlite" or not script.is_file():
        return None
    first, _, statements = script.read_text(encoding="utf-8").partition("\n")
    return statements if first == stamp(file) else None


def stamp(file: Path) -> str:
    """Return the first line of a script, which tells the state of a file from all others."""
    return f"-- {file.name} with the SHA-256 {sha256(file.read_bytes()).hexdigest()}"

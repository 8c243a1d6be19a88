"""Bring a database to the current schema, without paying for Alembic where nothing is to do."""

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, column, delete, inspect, table, text
from sqlalchemy.exc import DatabaseError, OperationalError

from simulator.crypto import Keys
from simulator.db import Database, app_tables, remembered
from simulator.db.base import has_lasting_ids
from simulator.errors import StartupError

#: The newest migration; a test compares it with the migrations folder.
HEAD = "0061"
_KNOWN = tuple(f"{number:04}" for number in range(1, int(HEAD) + 1))
#: Of PostgreSQL's advisory locks, the one of whoever changes the schema; any number would do.
_SCHEMA_LOCK = 8_700_001
#: What SQLite remembers of ids that it gave.
_SEQUENCES = table("sqlite_sequence", column("name"))
MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(db: Database, keys: Callable[[], Keys]) -> bool:
    """Create the tables in an empty database, migrate an older one.

    Args:
        db: the database.
        keys: called for what seals its secrets, once it is known to be one of ours.

    Returns:
        Whether the tables are new, and so empty.

    Raises:
        StartupError: the file is no database, cannot be opened, or is of a newer version.
    """
    name = db.path or db.url.render_as_string(hide_password=True)
    try:
        with db.engine.begin() as connection:
            _wait_for_turn(connection)
            tables = set(inspect(connection).get_table_names())
            if not tables:
                app_tables.create_all(connection)
                connection.execute(
                    text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
                )
                connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": HEAD})
                return True
            version = None
            if "alembic_version" in tables:
                version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except OperationalError as error:
        raise StartupError(
            f"Cannot open the database {name}: {error.orig}.{_explain_place(db.path)}"
        ) from None
    except DatabaseError as error:
        raise StartupError(
            f"{name} is not a database the simulator can read: {error.orig}."
        ) from None
    if version is None and "alembic_version" in tables:
        raise StartupError(
            f"The database {name} does not say of which version it is: its table alembic_version "
            "is empty. Put a copy of it back, or choose another file with --database."
        )
    if version is None:
        raise StartupError(
            f"The database {name} belongs to another program: choose another file with --database."
        )
    if not is_known(version):
        raise StartupError(
            f"The database {name} is of version {version}, newer than this simulator "
            f"({HEAD}): upgrade the simulator, or choose another file with --database."
        )
    if version != HEAD:
        _bring_up_to_date(db, keys(), str(name), version)
    with db.engine.begin() as connection:
        _wait_for_turn(connection)
        app_tables.bring_up_to_date(connection)
    return False


def _explain_place(path: Path | None) -> str:
    """Return what is wrong with where a file is, as a further sentence; empty if nothing is."""
    if path is None or (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)):
        return ""
    return " Make the file and its folder writable: SQLite writes beside the file, too."


def _bring_up_to_date(db: Database, keys: Keys, name: str, version: str) -> None:
    try:
        migrate(db, keys)
    except DatabaseError as error:
        raise StartupError(
            f"The database {name} cannot be brought from version {version} to {HEAD}: "
            f"{error.orig}. Nothing was changed; 'simulator doctor' says what is wrong with it."
        ) from None


def is_known(version: str | None) -> bool:
    """Return whether a database of this version can be used, or migrated and then used."""
    return version in _KNOWN


def migrate(db: Database, keys: Keys, version: str = "head") -> None:
    """Run the migrations up to a version; `keys` seal the secrets anew where one asks for it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    db.has_current_schema = False
    with db.engine.begin() as connection:
        _wait_for_turn(connection)
        config.attributes.update(connection=connection, keys=keys)
        command.upgrade(config, version)
        db.has_current_schema = version == "head"
        if db.has_current_schema:
            remembered.move(connection)


def _wait_for_turn(connection: Connection) -> None:
    """Wait until nobody else changes the schema, on PostgreSQL; SQLite has one writer anyway.

    Who comes second finds in the database what the first one did.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})


def wipe(db: Database) -> None:
    """Delete every row and keep the tables: quicker than dropping them.

    What comes next has the ids of a new database.
    """
    tables = list(app_tables.sorted_tables())
    for each in reversed(tables):
        db.session.execute(each.delete())
    if not db.is_postgres:
        names = [each.name for each in tables if has_lasting_ids(each)]
        db.session.execute(delete(_SEQUENCES).where(_SEQUENCES.c.name.in_(names)))

"""What is wrong with a database, one sentence each; nothing is created, migrated or repaired."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from simulator import installed_apps
from simulator.crypto import Keys, Purpose, load_master_key
from simulator.db import Database, app_tables, schema
from simulator.db.tables import AppInstance, Base, Fact, SigningKey
from simulator.errors import SimulatorError, StartupError
from simulator.scenarios.files import SCENARIO_FACT
from simulator.settings import MEMORY, Settings, hide_password

_EXAMPLES = "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        is_well: whether it is as it has to be.
        sentence: how it is; where it is not well, also what to do.
    """

    is_well: bool
    sentence: str


def check_database(settings: Settings) -> Iterator[Finding]:
    """Look at the database that a sandbox would be started on.

    Args:
        settings: the settings of that sandbox; `database` and `secret_key` are looked at.

    Yields:
        A finding for each thing, in the order in which one rests on another; those that rest on
        what is not well are left out.
    """
    name = hide_password(settings.database)
    if settings.database == MEMORY:
        yield Finding(True, "A database in memory is made anew at each start.")
        return
    if problem := _problem_of_url(settings.database):
        yield Finding(False, problem)
        return
    try:
        db = Database(settings.database)
    except StartupError as error:
        yield Finding(False, str(error))
        return
    try:
        with db.engine.connect() as connection:
            yield Finding(True, f"{name} can be opened.")
            yield from _check_server(connection) if db.is_postgres else _check_file(connection)
            if db.is_postgres and settings.secret_key is None:
                yield Finding(False, "A database server keeps no key file: set SIM_SECRET_KEY.")
            yield from _check_contents(connection, db, settings)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding(False, f"{name} cannot be read: {reason}. {_advice(db)}")
    finally:
        db.close()


def _problem_of_url(database: str) -> str:
    """Return what is wrong before anything is opened: opening a file would make it."""
    try:
        url = make_url(database)
    except ArgumentError:
        return f"'{hide_password(database)}' is not a database URL: use {_EXAMPLES}."
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        return f"A sandbox cannot be kept in {backend}: use {_EXAMPLES}."
    if backend == "postgresql" and url.get_driver_name() != "psycopg":
        return f"The driver is psycopg: write postgresql+psycopg:// instead of {url.drivername}://."
    if backend == "sqlite" and Path(url.database or "").is_dir():
        return f"{url.database} is a folder: name a file in it, {database}/simulator.db."
    if backend == "sqlite" and not Path(url.database or "").is_file():
        return f"There is no file {url.database}: 'simulator serve' makes it."
    return ""


def _advice(db: Database) -> str:
    if db.is_postgres:
        return "Is the server running, does the database exist, and are user and password right?"
    return "Put a copy of it back, or choose another file with --database."


def _check_file(connection: Connection) -> Iterator[Finding]:
    broken = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if broken != "ok":
        yield Finding(False, f"The file is damaged: {broken}. Put a copy of it back.")
        return
    yield Finding(True, "The file is whole.")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        yield Finding(False, "Rows refer to rows that are gone: 'simulator reset' makes it anew.")


def _check_server(connection: Connection) -> Iterator[Finding]:
    version = connection.exec_driver_sql("SHOW server_version").scalar()
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    yield Finding(True, f"The server is PostgreSQL {version}.")
    if encoding != "UTF8":
        how = "make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        yield Finding(False, f"The database has the encoding {encoding}, not UTF8: {how}")
    may = "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), current_user"
    may_create, user = connection.exec_driver_sql(may).one()
    if not may_create:
        how = f'GRANT CREATE ON SCHEMA public TO "{user}", by who owns the database.'
        yield Finding(False, f"The user {user} may not make tables there: {how}")


def _check_contents(connection: Connection, db: Database, settings: Settings) -> Iterator[Finding]:
    present = set(inspect(connection).get_table_names())
    if not present:
        yield Finding(True, "It is empty: the next start makes its tables and its world.")
        return
    if "alembic_version" not in present:
        yield Finding(False, "It belongs to another program: choose another with --database.")
        return
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is None:
        how = "put a copy of it back, or choose another with --database."
        yield Finding(False, f"Its table alembic_version is empty, which says its version: {how}")
        return
    if not schema.is_known(version):
        how = "upgrade the simulator, or choose another database."
        yield Finding(False, f"It is of version {version}, newer than {schema.HEAD}: {how}")
        return
    if version != schema.HEAD:
        yield _check_older(connection, version)
        return
    yield Finding(True, f"Its tables are of version {schema.HEAD}, the newest.")
    ours = {table.name for table in app_tables.all_metadata()[0].sorted_tables}
    try:
        missing = ", ".join([*sorted(ours - present), *app_tables.find_missing(connection)])
        installed_apps.check_installed(connection.scalars(select(AppInstance.provider)))
    except StartupError as error:
        yield Finding(False, str(error))
        return
    if missing:
        yield Finding(False, f"Tables are missing: {missing}. Put a copy of it back.")
        return
    scenario = connection.scalar(select(Fact.value).where(Fact.name == SCENARIO_FACT))
    if scenario is None:
        yield Finding(True, "It holds no world: the next start makes one.")
        return
    yield Finding(True, f"It holds the world of scenario '{scenario}'.")
    yield from _check_key(connection, db, settings)


def _check_older(connection: Connection, version: str) -> Finding:
    """Compare the tables with those that the migrations make up to a version."""
    db = Database("sqlite://")  # whatever holds the world: tables and columns are compared
    try:
        schema.migrate(db, Keys("any", fast_passwords=True), version)
        with db.engine.connect() as other:
            expected = _columns(other)
    finally:
        db.close()
    found = _columns(connection)
    if strange := sorted(name for name in expected if found.get(name) != expected[name]) or sorted(
        name for name in found.keys() - expected if name in Base.metadata.tables
    ):
        how = "Put a copy of it back, or choose another with --database."
        tables = ", ".join(strange[:5])
        return Finding(
            False, f"It says that it is of version {version}, and is not: {tables}. {how}"
        )
    return Finding(True, f"It is of version {version}: the next start brings it to the newest.")


def _columns(connection: Connection) -> dict[str, set[str]]:
    """Table → its columns, those of apps left out: they have versions of their own."""
    inspector = inspect(connection)
    apps = {name for part in app_tables.all_metadata()[1:] for name in part.tables}
    return {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
        if name not in {*apps, app_tables.VERSIONS.name}
    }


def _check_key(connection: Connection, db: Database, settings: Settings) -> Iterator[Finding]:
    sealed = connection.scalar(select(SigningKey.private_jwk_sealed).limit(1))
    file = db.path.with_name(f"{db.path.name}.key") if db.path else None
    if settings.secret_key is None and file is None:
        return
    if settings.secret_key is None and file is not None and not file.exists():
        yield Finding(False, f"Its key file {file} is gone: put it back, or 'simulator reset'.")
        return
    try:
        master = settings.secret_key or load_master_key(file or Path())
        if sealed is not None:
            Keys(master).unseal(Purpose.SIGNING_KEY, sealed)
    except SimulatorError as error:
        yield Finding(False, str(error))
    else:
        yield Finding(True, "The key opens its secrets.")

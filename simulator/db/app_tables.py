"""The tables that each app brings, and which version of them a database has.

The part `tables` of an app has `METADATA`, its `VERSION`, and with the second one `UPGRADES`:
version → what makes the next one of it. So an app of another package needs no migration of ours.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, inspect, select

from simulator import installed_apps
from simulator.db import tables
from simulator.db.table_scripts import find_script, run_script
from simulator.db.tables import Base
from simulator.errors import StartupError

#: Which version of an app's tables is there; it is no row of a world, and no reset deletes it.
VERSIONS = Table(
    "app_versions",
    MetaData(),
    Column("app", String, primary_key=True),
    Column("version", Integer, nullable=False),
)


def all_metadata() -> list[MetaData]:
    """Return ours, then that of each app, whose tables may refer to ours."""
    return [Base.metadata, *(part.METADATA for part in installed_apps.parts("tables").values())]


def sorted_tables() -> Iterator[Table]:
    """Yield every table of a world, in the order of their foreign keys."""
    for metadata in all_metadata():
        yield from metadata.sorted_tables


def create_all(connection: Connection) -> None:
    """Create every table in an empty database; the modules of the apps' tables wait."""
    if not run_script(connection, find_script(tables)):
        Base.metadata.create_all(connection)
        VERSIONS.create(connection)
    for app, package in installed_apps.packages().items():
        if not run_script(connection, find_script(import_module(package))):
            _create(connection, app, installed_apps.part(app, "tables"))


def _create(connection: Connection, app: str, part: ModuleType) -> None:
    part.METADATA.create_all(connection)
    connection.execute(VERSIONS.insert().values(app=app, version=part.VERSION))


def bring_up_to_date(connection: Connection) -> None:
    """Create the tables of apps that are new here, and upgrade those that are older.

    Raises:
        StartupError: an app's tables are newer than the app, or it does not know how to go on.
    """
    present = _read_versions(connection)
    for app, part in installed_apps.parts("tables").items():
        if app not in present:
            _create(connection, app, part)
        elif present[app] != part.VERSION:
            for upgrade in _find_upgrades(app, part, present[app]):
                upgrade(connection)
            connection.execute(
                VERSIONS.update().where(VERSIONS.c.app == app).values(version=part.VERSION)
            )


def find_missing(connection: Connection) -> Iterator[str]:
    """Yield the tables that should be there, and are not; nothing is changed.

    Raises:
        StartupError: as `bring_up_to_date`.
    """
    present = _read_versions(connection)
    there = set(inspect(connection).get_table_names())
    for app, part in installed_apps.parts("tables").items():
        if app in present:
            _find_upgrades(app, part, present[app])
            yield from sorted({table.name for table in part.METADATA.sorted_tables} - there)


def _read_versions(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(select(VERSIONS.c.app, VERSIONS.c.version)).all())


def _find_upgrades(app: str, part: ModuleType, found: int) -> list[Callable[[Connection], object]]:
    """Return what takes an app's tables from a version to that of the app, step by step."""
    upgrades = getattr(part, "UPGRADES", {})
    steps = range(found, part.VERSION)
    if found > part.VERSION or any(version not in upgrades for version in steps):
        raise _refusal(app, found, part.VERSION)
    return [upgrades[version] for version in steps]


def _refusal(app: str, found: int, known: int) -> StartupError:
    return StartupError(
        f"The tables of the app '{app}' in this database are of version {found}, and the installed "
        f"app has version {known} and no way from one to the other: install another version of it, "
        "or choose another database with --database."
    )

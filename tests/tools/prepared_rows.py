"""The rows of the apps' records in the demo world, as statements, to be stored beside its file."""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from simulator.db.app_tables import all_metadata
from simulator.db.table_scripts import SEPARATOR
from simulator.scenarios.files import find
from simulator.scenarios.prepared import find_script, stamp
from simulator.world import World
from tests.unit.scenario_world import seeded_world

SCENARIO = find("demo")


def render(world: World) -> str:
    """Return the file whose statements make what the apps of a world of the demo have."""
    with world.db.reading() as session:
        statements = list(_statements(session.connection()))
    assert not any(SEPARATOR in each for each in statements)
    return "".join((f"{stamp(SCENARIO)}\n", *(each + SEPARATOR for each in statements)))


def _statements(connection: Connection) -> Iterator[str]:
    for metadata in all_metadata()[1:]:
        for table in metadata.sorted_tables:
            if rows := _rows(connection, table):
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                yield f'INSERT INTO "{table.name}" ({names}) VALUES\n' + ",\n".join(rows)


def _rows(connection: Connection, table: Table) -> list[str]:
    """Return the rows of a table as SQLite itself writes their values."""
    values = " || ', ' || ".join(f'quote("{column.name}")' for column in table.columns)
    found = connection.scalars(text(f'SELECT {values} FROM "{table.name}" ORDER BY rowid'))  # noqa: S608
    return [f"({each})" for each in found]


def write() -> None:
    """Write the file, of a world that was made the long way."""
    find_script(SCENARIO).write_text(render(seeded_world(SCENARIO)), encoding="utf-8")

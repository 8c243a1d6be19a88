"""Put a scenario into an empty database."""

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from simulator.db.app_tables import sorted_tables
from simulator.db.table_scripts import run_statements
from simulator.db.tables import Base, Fact
from simulator.scenarios import apps, connections, people, recipes, servers, workspace
from simulator.scenarios.files import SCENARIO_FACT
from simulator.scenarios.seed_context import SeedContext
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios.schema import Scenario


def seed(world: World, scenario: "Scenario", prepared: str | None = None) -> None:
    """Insert everything that a scenario describes, in the current unit of work.

    The same scenario gives the same ids and records each time; passwords, tokens and the times of
    creation differ (salted, random, now).

    Args:
        world: with an open unit of work on an empty database.
        scenario: the scenario as `load` returns it.
        prepared: statements that make the rows of its apps' records, instead of the records.
    """
    now = world.clock.now()
    context = SeedContext(world=world, scenario=scenario, now=now, prepared=prepared)
    for add in (
        workspace.add_rows,
        people.add_rows,
        apps.add_rows,
        connections.add_rows,
        recipes.add_rows,
        servers.add_rows,
    ):
        add(context)
    context.rows.append(Fact(name=SCENARIO_FACT, value=scenario.source, updated_at=context.now))
    if scenario.saml or scenario.identity_provider:
        from simulator.scenarios import single_sign_on  # brings in the identity provider

        single_sign_on.add_rows(context)
    _insert(world, context.rows)
    if prepared:
        run_statements(world.db.session.connection(), prepared)
    advance_sequences(world)
    if scenario.packages:
        from simulator.scenarios import packages  # brings in the recipe engine

        packages.import_all(context)
    recipes.add_stubs(world, scenario)


def _insert(world: World, rows: list[Base]) -> None:
    """Table by table, in the order of their foreign keys: the rows hold ids, not objects."""
    by_table: defaultdict[str, list[Base]] = defaultdict(list)
    for row in rows:
        by_table[row.__tablename__].append(row)
    for metadata in dict.fromkeys((Base.metadata, *(row.metadata for row in rows))):
        for table in metadata.sorted_tables:
            world.db.session.bulk_save_objects(by_table[table.name])


def advance_sequences(world: World) -> None:
    """Let PostgreSQL count on behind the ids that were given here; SQLite does so by itself."""
    session = world.db.session
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in sorted_tables():
        column = table.autoincrement_column
        if column is None:
            continue
        highest = session.scalar(select(func.max(column)))
        if highest is not None:
            session.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"),
                {"table": table.name, "column": column.name, "highest": highest},
            )

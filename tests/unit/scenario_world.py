"""A world that a scenario was put into, for tests of scenarios and descriptions."""

from pathlib import Path

from simulator.db.app_tables import sorted_tables
from simulator.net.addresses import AIHUB, IDENTITY, IDP, MCP, app_system
from simulator.sandbox.listeners import app_hosts
from simulator.scenarios import load
from simulator.scenarios.seed import seed
from simulator.world import World
from tests.memory_worlds import empty_world


def seeded_world(scenario: str | Path) -> World:
    """A world made from a scenario, its systems on the usual row of ports."""
    world, loaded = empty_world(), load(scenario)
    with world.db.unit():
        seed(world, loaded)
        hosts = app_hosts(world.db.session)
    systems = (AIHUB, IDENTITY, MCP, IDP, *map(app_system, hosts))
    origins = {system: f"http://127.0.0.1:{8700 + n}" for n, system in enumerate(systems)}
    world.addresses.place(hosts, origins)
    return world


def rows(world: World, without: frozenset[str] = frozenset()) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, without the named columns."""
    with world.db.unit() as session:
        return {
            table.name: [
                {key: value for key, value in row.items() if key not in without}
                for row in session.execute(
                    table.select().order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in sorted_tables()
        }

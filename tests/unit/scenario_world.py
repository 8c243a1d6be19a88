"""An empty world, and one that a scenario was put into, for tests of scenarios and descriptions."""

from pathlib import Path

from simulator.call_record import CallRecord, Observer
from simulator.clock import Clock
from simulator.crypto import Keys
from simulator.db import Database
from simulator.db.app_tables import sorted_tables
from simulator.db.schema import prepare
from simulator.net.addresses import AIHUB, IDENTITY, MCP, Addresses, app_system
from simulator.net.in_process import Http
from simulator.sandbox.listeners import app_hosts
from simulator.scenarios import load
from simulator.scenarios.seed import seed
from simulator.settings import MEMORY, Settings
from simulator.world import World


def empty_world() -> World:
    """A world with tables and no rows."""
    db = Database(MEMORY)
    keys = Keys("test")
    prepare(db, lambda: keys)
    addresses = Addresses()
    return World(
        settings=Settings(database=MEMORY),
        clock=Clock(),
        keys=keys,
        db=db,
        addresses=addresses,
        http=Http(db, addresses),
        calls=CallRecord(Clock(), lambda: None, Observer()),
    )


def seeded_world(scenario: str | Path) -> World:
    """A world made from a scenario, its systems on the usual row of ports."""
    world, loaded = empty_world(), load(scenario)
    with world.db.unit():
        seed(world, loaded)
        hosts = app_hosts(world.db.session)
    systems = (AIHUB, IDENTITY, MCP, *map(app_system, hosts))
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

"""A lookup table and a data table with a row each, for tests that look at pages."""

from simulator.db.tables import Project
from simulator.domain import data_records, data_tables, lookup_tables
from simulator.domain.data_tables import Column
from simulator.domain.folders import Place
from simulator.world import World


def add_tables(world: World) -> tuple[str, str]:
    """Add them to the first project; return the paths of their pages."""
    with world.db.unit() as session:
        project = session.get_one(Project, 1)
        workspace = project.workspace_id
        lookup = lookup_tables.create(world, workspace, None, "Rates", ["Code", "Rate"])
        lookup_tables.add_row(world, lookup, {"Code": "EUR", "Rate": "1"})
        columns = [
            Column(name=kind.title(), type=kind, optional=True, field_id=None, further={})
            for kind in ("string", "integer", "boolean", "date_time")
        ]
        table = data_tables.create(world, Place(project=project), "Things", columns)
        data_records.create(world, table, {"String": "Lamp", "Integer": 3, "Boolean": True})
        return f"/tools/lookup_tables/{lookup.id}", f"/data_tables/{table.handle}"

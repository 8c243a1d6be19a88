"""What was made here goes out in a package, and comes back to where it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from simulator.db.tables import Connection, McpServer, PackageAsset, Project, Recipe
from simulator.domain import server_deletion, servers
from simulator.domain.collection_servers import create_from_collection
from simulator.domain.packages import exporting, importing, reading
from simulator.domain.packages.outcome import Action
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.packages import connection, recipe, reference, to_zip

pytestmark = pytest.mark.requirement("PKG-90")

COUNTED = (Connection, McpServer, Recipe)


def count(simulator: Simulator) -> list[Any]:
    """How many rows of each kind there are."""
    session = simulator.world.db.session
    return [session.scalar(select(func.count()).select_from(table)) for table in COUNTED]


def test_a_project_that_comes_back_adds_nothing() -> None:
    with Simulator(Settings(database="memory")) as simulator, simulator.world.db.unit() as session:
        project = session.scalars(select(Project).where(Project.name == "Procurement")).one()
        server = session.scalars(select(McpServer)).first()
        assert server is not None
        files = exporting.export_project(simulator.world, project)
        before = count(simulator)
        document = files["get_procurement_policy.recipe.json"].replace(b"up to 500 EUR", b"never")
        changed = files | {"get_procurement_policy.recipe.json": document}
        actions = []
        for each in (files, changed, changed):
            package = reading.read_zip(exporting.to_zip(each), project.name)
            outcome = importing.import_package(
                simulator.world, project.workspace_id, server.environment_id, package
            )
            actions.append({change.action for change in outcome.changes})

        assert actions == [{Action.UNCHANGED}, {Action.UNCHANGED, Action.CHANGED}, actions[0]]
        assert count(simulator) == before
        found = select(Recipe).where(Recipe.name == "Get procurement policy")
        recipe = session.scalars(found).one()
        assert recipe.version_no == 2
        assert "never no approval" in str(recipe.code)


@pytest.mark.requirement("SRV-17")
def test_a_server_of_a_collection_comes_back_as_one() -> None:
    own = reading.read_path(Path("fixtures/packages/procurement_api"))
    with Simulator(Settings(database="memory")) as simulator, simulator.world.db.unit() as session:
        world = simulator.world
        outcome = importing.import_package(world, 1, 1, own)
        project = session.get_one(Project, outcome.projects["procurement_api"])
        (imported,) = session.scalars(select(McpServer).filter_by(project_id=project.id))
        group = session.get_one(PackageAsset, imported.collection_id)
        server_deletion.delete_server(world, imported, "marc@acme.example")
        made = create_from_collection(world, group, 1, "Made here", "")
        servers.describe_tool(world, made.tools[0], "Read one")

        files = exporting.export_project(world, project)
        elsewhere = reading.read_zip(exporting.to_zip(files), "Elsewhere").named("Elsewhere")
        outcome = importing.import_package(world, 1, 1, elsewhere)

        again = select(McpServer).filter_by(project_id=outcome.projects["Elsewhere"])
        server = session.scalars(again).one()
        assert server.collection_id not in (None, group.id)
        assert [(one.name, one.description) for one in server.tools] == [
            ("Get_a_requisition", "Read one"),
            ("List_requisitions", "List my requisitions by their status"),
        ]
        assert exporting.export_project(world, project) == files


@pytest.mark.requirement("PKG-94")
def test_a_reference_to_a_custom_connector_s_asset_stays_one() -> None:
    own = reference("x.connection.json", "X") | {"custom": True}
    config = {"provider": "acme_connector_1_2", "account_id": own, "skip_validation": False}
    files = {"a.recipe.json": recipe("A", [config]), "x.connection.json": connection("X")}
    package = reading.read_zip(to_zip(files), "P")
    minimal = Settings(database="memory", scenario="minimal")
    with Simulator(minimal) as simulator, simulator.world.db.unit() as session:
        importing.import_package(simulator.world, 1, 1, package)
        row = session.scalars(select(Recipe).where(Recipe.name == "A")).one()
        row.config = [*row.config, {"provider": "logger", "account_id": None, "name": "logger"}]
        project = session.scalars(select(Project).where(Project.name == "P")).one()

        exported = exporting.export_project(simulator.world, project)

    assert json.loads(exported["a.recipe.json"])["config"][0]["account_id"] == own

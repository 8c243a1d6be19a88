"""What was made here goes out in a package, and comes back to where it was."""

from typing import Any

import pytest
from sqlalchemy import func, select

from simulator.db.tables import Connection, McpServer, Project, Recipe
from simulator.domain.packages import exporting, importing, reading
from simulator.domain.packages.outcome import Action
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings

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

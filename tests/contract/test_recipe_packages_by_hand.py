"""Recipes that the editor made, as packages: exported, linted, imported again."""

import json
from typing import Any

import pytest

from simulator.db.tables import Project, Recipe
from simulator.domain import recipe_edits
from simulator.domain.editing.kinds import TRIGGERS, list_kinds
from simulator.domain.editing.operations import AddStep, Several
from simulator.domain.folders import Place
from simulator.domain.packages import exporting, importing, reading
from simulator.domain.packages.lint import Verdict, lint_package, structure
from simulator.domain.packages.outcome import Action
from tests.contract.aihub_world import Hub, hub

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("EDIT-3")
FILE = "everything.recipe.json"


def make(hub: Hub, key: str) -> None:
    """Make a recipe "Everything" in an own project, with each kind of step that there is."""
    trigger = next(each for each in TRIGGERS if each.key == key)
    with hub.world.db.unit() as session:
        project = Project(id=9, workspace_id=1, name="Handmade")
        session.add(project)
        session.flush()
        recipe = recipe_edits.create(
            hub.world, Place(project=project), name="Everything", description="", trigger=trigger
        )
        steps: list[Any] = [
            AddStep(
                kind=kind,
                into=0,
                draw=lambda purpose: recipe_edits.draw(hub.world, purpose),
            )
            for kind in list_kinds(trigger.provider)
            if kind.keyword not in ("elsif", "else")
        ]
        recipe_edits.edit(hub.world, recipe, Several(operations=steps), seen=1)
        assert structure.check(recipe.code, recipe.config) == []


def export(hub: Hub, number: int = 9) -> dict[str, bytes]:
    with hub.world.db.unit() as session:
        return exporting.export_project(hub.world, session.get_one(Project, number))


@pytest.mark.parametrize("key", [each.key for each in TRIGGERS])
def test_every_kind_of_step_is_exported_linted_and_imported_as_it_is(hub: Hub, key: str) -> None:
    make(hub, key)
    files = export(hub)
    package = reading.read_zip(exporting.to_zip(files), "Handmade")

    (report,) = lint_package(package).recipes
    reasons = {
        f"{each.name} {each.reason.partition(';')[0]}"
        for each in report.steps
        if each.verdict is Verdict.CANNOT
    }
    assert all(each.endswith(" is required.") for each in reasons)

    with hub.world.db.unit():
        same = importing.import_package(hub.world, 1, 1, package, start=False)
        assert {each.action for each in same.changes} == {Action.UNCHANGED}
        other = importing.import_package(hub.world, 1, 1, package.named("Copy"), start=False)
        (number,) = other.projects.values()
    assert json.loads(export(hub, number)[FILE]) == json.loads(files[FILE])
    copies = [each.row_id for each in other.changes if each.kind == "recipe"]
    assert hub.read(Recipe, copies[0]).code["block"][0]["uuid"]

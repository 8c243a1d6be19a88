"""Test cases that a build brings along, if asked to (Workato docs, test automation)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from simulator.db.tables import Project, Recipe, RecipeTestCase
from simulator.domain import test_cases
from simulator.world import World

_MEMBERS = ("name", "event", "mocks", "checks")


def collect(world: World, project: Project) -> list[dict[str, Any]]:
    """Return the test cases of a project's recipes, as a build keeps them.

    Args:
        project: the project that is built.

    Returns:
        `{recipe, name, event, mocks, checks}` each, the recipe by its name.
    """
    found = select(RecipeTestCase, Recipe.name).join(Recipe).where(Recipe.project_id == project.id)
    rows = world.db.session.execute(found.order_by(RecipeTestCase.id))
    return [
        {"recipe": name, **{each: getattr(case, each) for each in _MEMBERS}} for case, name in rows
    ]


def put(world: World, project_id: int, cases: Sequence[dict[str, Any]]) -> None:
    """Give the recipes of a project these test cases, instead of those that they have.

    Args:
        project_id: the id of the project that a build became.
        cases: the cases as `collect` returned them; one whose recipe is not there is left out.
    """
    session = world.db.session
    own = session.scalars(
        select(Recipe).where(Recipe.project_id == project_id).order_by(Recipe.id.desc())
    )
    recipes = {each.name: each for each in own}
    ids = [each.id for each in recipes.values()]
    session.execute(delete(RecipeTestCase).where(RecipeTestCase.recipe_id.in_(ids)))
    for case in cases:
        if (recipe := recipes.get(case["recipe"])) is not None:
            made = {each: case[each] for each in _MEMBERS}
            handle, now = test_cases.new_handle(world), world.clock.now()
            session.add(
                RecipeTestCase(
                    handle=handle, recipe_id=recipe.id, created_at=now, updated_at=now, **made
                )
            )

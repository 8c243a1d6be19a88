"""Start and stop recipes, and find those that run."""

from typing import Any

from sqlalchemy import select

from simulator.db.listing import Found
from simulator.db.tables import PackageAsset, Recipe
from simulator.domain.folders import Place
from simulator.domain.packages.lint import Verdict, execution
from simulator.validation.parsing import parse_whole_number
from simulator.world import World


def find_recipes(
    world: World, workspace_id: int, place: Place | None = None, *, running: bool | None = None
) -> Found[Recipe]:
    """Return recipes of a workspace, the newest first.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
        place: the folder that they are in, at any depth; None for everywhere.
        running: whether they run; None for either.
    """
    found = select(Recipe).where(Recipe.workspace_id == workspace_id)
    if place is not None:
        found = found.where(Recipe.project_id == place.project.id)
        if place.path:
            inside = PackageAsset.zip_name.startswith(f"{place.path}/", autoescape=True)
            own = select(PackageAsset.recipe_id).where(
                PackageAsset.project_id == place.project.id,
                PackageAsset.recipe_id.is_not(None),
                inside,
            )
            found = found.where(Recipe.id.in_(own))
    if running is not None:
        found = found.where(Recipe.running == running)
    return Found(world.db.session, found.order_by(Recipe.id.desc()))


def start(world: World, recipe: Recipe) -> list[tuple[int, str]]:
    """Start a recipe, unless a step of it could never run here.

    Args:
        world: with an open unit of work.
        recipe: to be started.

    Returns:
        The number of each such step, as the editor shows it, and why; empty once it runs.
    """

    def called(target: Any) -> Verdict | None:
        number = parse_whole_number(str(target))
        found = None if number is None else world.db.session.get(Recipe, number)
        return Verdict.RUNS if found and found.workspace_id == recipe.workspace_id else None

    steps = execution.check(recipe.code, recipe.config, recipe.stubs, called)
    errors = [(each.number, each.reason) for each in steps if each.verdict is Verdict.CANNOT]
    if not errors and not recipe.running:
        recipe.running = True
        recipe.updated_at = world.clock.now()
    return errors


def stop(world: World, recipe: Recipe) -> None:
    """Stop a recipe; its tools are not listed any more.

    Args:
        world: with an open unit of work.
        recipe: to be stopped.
    """
    if recipe.running:
        recipe.running = False
        recipe.updated_at = world.clock.now()

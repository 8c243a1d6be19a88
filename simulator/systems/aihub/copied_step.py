"""The step that somebody copied: their browser remembers where it stands, until they sign out."""

from flask import session

from simulator.db.tables import Recipe
from simulator.domain import recipe_versions, recipes
from simulator.domain.editing import blocks
from simulator.domain.editing.cloning import CopiedStep, can_be_cloned
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.errors import RecipeInvalid
from simulator.errors import FieldError, NotFound
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

#: Stands for it among the kinds of steps that can be added.
KEY = "copied"
_SESSION = "copied_step"


def remember(recipe: Recipe, version: int, number: int) -> None:
    """Remember a step, as it is in a version of its recipe.

    Args:
        recipe: the recipe.
        version: of it.
        number: the number of the step, there.
    """
    session[_SESSION] = (recipe.id, version, number)


def find() -> CopiedStep | None:
    """Return the copied step; None if none was copied or its recipe was deleted."""
    if _SESSION not in session:
        return None
    recipe_id, version_no, number = session[_SESSION]
    try:
        recipe = recipes.get_recipe(current_world(), person().workspace_id, recipe_id)
        version = recipe_versions.get_version(current_world(), recipe, version_no)
        block = blocks.get_block(version.code, blocks.get_name(version.code, number))
        step = list_steps(version.code, version.config)[number]
    except (FieldError, NotFound, RecipeInvalid):
        return None
    if not can_be_cloned(block):
        return None
    return CopiedStep(block=block, title=f"{step.title} (step {number + 1} of {recipe.name})")

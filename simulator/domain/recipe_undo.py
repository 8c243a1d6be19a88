"""Undo what was done to a recipe, one change after another: each time as a new version."""

from simulator.db.tables import Recipe
from simulator.domain import recipe_changes, recipe_versions
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

#: What is noted of a version that undoes others; the number of the one that it is like follows.
_UNDONE = "Undone: as version "


def find_undo(world: World, recipe: Recipe) -> int:
    """Return the version that undoing the last change leads to; 0 where there is none.

    After one was undone, the one before it is the last: undoing twice goes back twice.

    Args:
        recipe: the recipe.
    """
    present = recipe_versions.get_version(world, recipe, recipe.version_no)
    _, _, undone = (present.comment or "").partition(_UNDONE)
    return (parse_whole_number(undone) or recipe.version_no) - 1


def undo(world: World, recipe: Recipe, *, seen: int) -> int:
    """Undo the last change of a stopped recipe that is not undone yet, as a new version.

    Args:
        recipe: the recipe to change.
        seen: the version that it had when somebody decided so.

    Returns:
        The version whose steps and connections it has now.

    Raises:
        FieldError: as `restore`.
        ChangedMeanwhile: its version is another one than `seen`.
        NotFound: there is nothing to undo.
    """
    number = find_undo(world, recipe)
    recipe_changes.restore(world, recipe, number, seen=seen, note=f"{_UNDONE}{number}")
    return number

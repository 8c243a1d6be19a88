"""What the forms of the recipe editor share: change a recipe, or show why it was not changed."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Recipe
from simulator.domain import recipe_edits, recipes
from simulator.domain.editing.operations import Operation
from simulator.domain.engine.steps import Step
from simulator.domain.recipe_changes import ChangedMeanwhile
from simulator.errors import FieldError, NotFound
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_versions import describe_difference, name_author
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

_RUNNING = "This recipe is running, and only a stopped one can be changed. Stop it first."


def get_recipe(recipe_id: int) -> Recipe:
    """Return a recipe of the workspace.

    Raises:
        NotFound: it does not exist.
    """
    return recipes.get_recipe(current_world(), person().workspace_id, recipe_id)


def read_version(recipe: Recipe) -> int:
    """Return the version that the form was about (`version`)."""
    return parse_whole_number(request.form.get("version")) or recipe.version_no


def step_at(recipe: Recipe, place: int) -> Step:
    """Return a step by its position, 0 for the trigger; numbers in imported code may differ.

    Raises:
        NotFound: it does not exist.
    """
    steps = list(recipes.iter_steps(recipe))
    if not 0 <= place < len(steps):
        raise NotFound(f"The recipe '{recipe.name}' has no step {place + 1}.")
    return steps[place]


def draw(purpose: str) -> str:
    """Return a new id for a step."""
    return recipe_edits.draw(current_world(), purpose)


def editor_url(recipe: Recipe, number: int) -> str:
    """Return the editor with a step selected."""
    return f"{url_for('editor.edit', recipe_id=recipe.id, step=number)}#setup"


def perform(
    recipe: Recipe, operation: Operation, sentence: str, number: int
) -> Response | tuple[str, int]:
    """Change a recipe and show the selected step; else show why nothing was changed.

    Args:
        recipe: the recipe to change.
        operation: what is done.
        sentence: the sentence that tells of it afterwards.
        number: the number of the step that is shown where it is not done.
    """
    world, seen = current_world(), read_version(recipe)
    onto = parse_whole_number(request.form.get("onto"))
    try:
        selected = recipe_edits.edit(world, recipe, operation, seen=seen, onto=onto)
    except ChangedMeanwhile:
        return show_conflict(recipe, operation, seen), 409
    except FieldError as error:
        flash(_RUNNING if error.field == "running" else str(error), "error")
        return redirect(editor_url(recipe, number), 303)
    flash(sentence, "success")
    return redirect(editor_url(recipe, selected), 303)


def show_conflict(recipe: Recipe, operation: Operation, seen: int) -> str:
    """Return the page that shows two people's changes; the form can be sent again.

    Args:
        recipe: the recipe that was changed meanwhile.
        operation: what somebody wanted to do.
        seen: the version that they saw.
    """
    found = recipe_edits.explain_conflict(current_world(), recipe, operation, seen)
    return render_template(
        "aihub/recipe_conflict.html",
        recipe=recipe,
        conflict=found,
        author=name_author(found.present),
        theirs=describe_difference(found.theirs, (found.base, found.present)),
        mine=describe_difference(found.mine, (found.base, found.present)),
        again=[
            (name, value)
            for name, values in request.form.lists()
            for value in values
            if name not in ("csrf_token", "once", "version", "onto")
        ],
        action=request.full_path.rstrip("?"),
    )

"""A recipe as a whole, from its project's page: started, stopped, deleted."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Recipe
from simulator.domain import api_endpoints, recipe_changes, recipe_starts, recipes
from simulator.domain.recipe_starts import StartErrors
from simulator.errors import FieldError
from simulator.systems.aihub import checks
from simulator.systems.aihub.context import person
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("recipe_state", __name__, url_prefix="/recipes/<int:recipe_id>")

#: What `back` may say → the page that is shown next.
_PAGES = {
    "recipe": "editor.view",
    "editor": "editor.edit",
    "settings": "recipe_settings.tab",
}


@bp.post("/state")
def change(recipe_id: int) -> Response:
    """Start or stop it, as the pressed button (`do`) says; `back` says where to."""
    world, recipe = current_world(), _recipe(recipe_id)
    if request.form.get("do") == "start":
        start_errors = recipe_starts.start(world, recipe)
        if start_errors:
            flash(f"'{recipe.name}' was not started. {_tell(start_errors)}", "error")
        else:
            flash(f"Started the recipe '{recipe.name}'.", "success")
            tells_by_itself = request.form.get("back") in ("recipe", "editor")
            for each in () if tells_by_itself else recipe_starts.list_stopped(world, recipe):
                flash(f"Step {each.number}: {checks.tell_stopped(each)}", "warning")
    else:
        recipe_starts.stop(world, recipe)
        flash(f"Stopped the recipe '{recipe.name}'. Tools that run it are not listed.", "success")
    return _back(recipe)


@bp.route("/delete", methods=["GET", "POST"])
def delete(recipe_id: int) -> Response | tuple[str, int]:
    """Ask, and delete it: a stopped one that is no tool of a server."""
    recipe = _recipe(recipe_id)
    error = recipe_changes.explain_no_deletion(current_world(), recipe)
    if request.method == "POST":
        back, name = _back(recipe), recipe.name
        try:
            recipe_changes.delete(current_world(), recipe)
        except FieldError as refusal:
            error = error or str(refusal)
        else:
            flash(f"Deleted the recipe '{name}'.", "success")
            return back
    page = render_template(
        "aihub/recipe_delete.html",
        recipe=recipe,
        collections=api_endpoints.list_collections(current_world(), recipe),
        error=error,
    )
    return page, 409 if error and request.method == "POST" else 200


def _recipe(recipe_id: int) -> Recipe:
    return recipes.get_recipe(current_world(), person().workspace_id, recipe_id)


def _back(recipe: Recipe) -> Response:
    if page := _PAGES.get(request.form.get("back", "")):
        step = parse_whole_number(request.form.get("step"))
        anchor = None if step is None else "setup"
        return redirect(url_for(page, recipe_id=recipe.id, step=step, _anchor=anchor), 303)
    return redirect(url_for("project.view", project_id=recipe.project_id), 303)


def _tell(start_errors: StartErrors) -> str:
    """Return why a recipe cannot be started, in words."""
    wrong = [(number, f"Step {number}: {reason}") for number, reason in start_errors.code]
    wrong += [
        (each.number, f"Step {each.number}: {each.sentence}") for each in start_errors.missing
    ]
    if wrong:
        return " ".join(sentence for _, sentence in sorted(wrong, key=lambda each: each[0]))
    if start_errors.unnamed:
        return " ".join(map(checks.tell_unnamed, start_errors.unnamed))
    steps = ", ".join(str(each.number) for each in start_errors.config)
    return f"Choose a connection that is connected in step {steps}."

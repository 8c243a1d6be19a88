"""The Settings tab of a recipe: its name, description, Location and tags, and copies of it."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Recipe
from simulator.domain import asset_folders, folders, locations, recipe_changes, recipes
from simulator.errors import FieldError
from simulator.systems.aihub import tag_choice
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_head import describe_head
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("recipe_settings", __name__, url_prefix="/recipes/<int:recipe_id>/settings")


@bp.get("")
def tab(recipe_id: int) -> str:
    """Return the tab."""
    return _page(_recipe(recipe_id))


@bp.post("")
def save(recipe_id: int) -> Response | tuple[str, int]:
    """Save name and description, and move it; not while it runs, or was changed meanwhile."""
    world, recipe, typed = current_world(), _recipe(recipe_id), request.form
    try:
        place = locations.read_location(world, person().workspace_id, typed.get("location", ""))
        seen = parse_whole_number(typed.get("version")) or 0
        recipe_changes.lock(world, recipe, seen)
        recipe_changes.update_recipe(
            world,
            recipe,
            name=typed.get("name", "").strip(),
            description=typed.get("description", "").replace("\r\n", "\n"),
            place=place,
        )
    except FieldError as error:
        field = "location" if error.field == "folder_id" else error.field
        return _page(recipe, {field: _tell(error)}, typed), error.status
    flash("Saved.", "success")
    return redirect(url_for("recipe_settings.tab", recipe_id=recipe_id), 303)


@bp.post("/copy")
def copy(recipe_id: int) -> Response | tuple[str, int]:
    """Copy it into the project or folder that `copy_to` names; the copy is stopped."""
    world, recipe = current_world(), _recipe(recipe_id)
    try:
        typed = request.form.get("copy_to", "")
        place = locations.read_location(world, person().workspace_id, typed)
        made = recipe_changes.copy(world, recipe, place)
    except FieldError as error:
        return _page(recipe, {"copy_to": error.message}), error.status
    flash(f"Made '{made.name}'. It is stopped until you start it.", "success")
    return redirect(url_for("editor.view", recipe_id=made.id), 303)


@bp.post("/tags")
def save_tags(recipe_id: int) -> Response | tuple[str, int]:
    """Give it a tag, or take one away; whether it runs or not."""
    recipe = _recipe(recipe_id)
    if error := tag_choice.save(recipes=[recipe]):
        return _page(recipe, {"tag": error}), 422
    return redirect(url_for("recipe_settings.tab", recipe_id=recipe_id, _anchor="tags"), 303)


def _tell(error: FieldError) -> str:
    match error.field:
        case "running":
            return "It is running: stop it first."
        case "version":
            return (
                "Somebody changed the recipe meanwhile. Nothing was saved: save again if you wish."
            )
    return error.sentence


def _recipe(recipe_id: int) -> Recipe:
    return recipes.get_recipe(current_world(), person().workspace_id, recipe_id)


def _page(
    recipe: Recipe,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    world, workspace_id = current_world(), person().workspace_id
    number = asset_folders.get_numbers(world, [recipe])[recipe.id]
    here = folders.get_place(world, workspace_id, number)
    places = locations.list_locations(world, workspace_id, here)
    stored = {"name": recipe.name, "description": recipe.description, "location": str(number)}
    head = describe_head(recipe)
    return render_template(
        "aihub/recipe_settings.html",
        recipe=recipe,
        **head,
        here=number,
        places=[(each.number, locations.tell(each)) for each in places],
        offered=tag_choice.list_offered(head["recipe_tags"]),
        typed=typed or stored,
        errors=errors or {},
    )

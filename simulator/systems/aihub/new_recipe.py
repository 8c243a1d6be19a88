"""Create a recipe by hand: its name, where it is stored, what it begins with."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator.domain import locations, recipe_edits
from simulator.domain.editing.kinds import TRIGGERS, get_trigger
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.edits import editor_url
from simulator.systems.aihub.trail import trail_to
from simulator.web.application import current_world

bp = Blueprint("new_recipe", __name__)

_FIELDS = ("name", "description", "location", "trigger")


@bp.route("/recipes/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Show the form, for the project or folder that `location` names, and create the recipe."""
    world, workspace_id = current_world(), person().workspace_id
    typed = {name: request.values.get(name, "").strip() for name in _FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            place = locations.read_location(world, workspace_id, typed["location"])
            made = recipe_edits.create(
                world,
                place,
                name=typed["name"],
                description=typed["description"].replace("\r\n", "\n"),
                trigger=get_trigger(typed["trigger"]),
            )
        except FieldError as error:
            errors = {error.field: error.sentence}
        else:
            flash(f"Created the recipe '{made.name}'. It is stopped until you start it.", "success")
            return redirect(editor_url(made, 0), 303)
    places = locations.list_locations(world, workspace_id)
    if len(places) == 1 and not typed["location"]:
        typed["location"] = str(places[0].number)
    page = render_template(
        "aihub/recipe_new.html",
        typed=typed | {"trigger": typed["trigger"] or TRIGGERS[0].key},
        places=[(each.number, locations.tell(each)) for each in places],
        triggers=TRIGGERS,
        errors=errors,
        above=_above(typed["location"]),
    )
    return page, 422 if errors else 200


def _above(location: str) -> list[tuple[str, str]]:
    """Return the links above the title; the last is where Cancel leads."""
    try:
        place = locations.read_location(current_world(), person().workspace_id, location)
    except FieldError:
        place = None
    return trail_to(place)

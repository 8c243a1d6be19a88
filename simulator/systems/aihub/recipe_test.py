"""The Test tab of a recipe: run it by hand, as a person, with an event of one's own."""

import json
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Recipe
from simulator.domain import people, recipe_tests, recipes, workspaces
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_head import describe_head
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("recipe_test", __name__)

#: Characters of an event.
_LONGEST = 100_000
#: End users whose addresses are suggested, the first by name.
_MOST_SUGGESTED = 100


@bp.get("/recipes/<int:recipe_id>/test")
def form(recipe_id: int) -> str:
    """Return the form, with an event that has a value for everything that the trigger declares."""
    recipe = recipes.get_recipe(current_world(), person().workspace_id, recipe_id)
    event = json.dumps(recipe_tests.draft_event(recipe), indent=2, ensure_ascii=False)
    return _show(recipe, {"event": event, "person": request.args.get("person", "")}, {})


@bp.post("/recipes/<int:recipe_id>/test")
def run(recipe_id: int) -> Response | tuple[str, int]:
    """Run the recipe; show its job, however that ended."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    environment = workspaces.get_environment(
        world, person().workspace_id, parse_whole_number(request.form.get("environment")) or 0
    )
    try:
        event = _read_event(request.form.get("event", ""))
        email, end_user = request.form.get("person", "").strip(), None
        if email:
            end_user = people.find_active_end_user_by_email(world, email, person().workspace_id)
            if end_user is None:
                raise FieldError("person", "No active end user has this e-mail address.")
        job_id = recipe_tests.run(world, recipe, event, end_user, environment)
    except FieldError as error:
        return _show(recipe, request.form, {error.field: str(error)}), 422
    return redirect(url_for("jobs.job", recipe_id=recipe_id, job_id=job_id), 303)


def _read_event(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST:
        raise FieldError("event", f"The event has at most {_LONGEST:,} characters.")
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise FieldError("event", f"This is not JSON{where}.") from None
    if not isinstance(event, dict):
        raise FieldError("event", "The event must be a JSON object: {…}.")
    return event


def _show(recipe: Recipe, values: Any, errors: dict[str, str]) -> str:
    end_users = people.list_end_users(current_world(), person().workspace_id)
    return render_template(
        "aihub/recipe_test.html",
        recipe=recipe,
        **describe_head(recipe),
        is_called=recipe_tests.is_called(recipe),
        environments=workspaces.list_environments(current_world(), person().workspace_id),
        suggested=[(each.email, each.name) for each in end_users.first(_MOST_SUGGESTED)],
        values=values,
        errors=errors,
        longest=_LONGEST,
    )

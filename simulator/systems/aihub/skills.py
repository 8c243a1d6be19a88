"""AI Hub > Skills: recipes that AI assistants may use as tools, made of recipes.

Where Workato has its page was not seen: a tab of AI Hub, and what it shows, are our choice; what a
skill is, is documented (Workato docs, Workato Skill connector).
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.connectors import CONNECTORS
from simulator.domain import recipes, server_lists, skills
from simulator.errors import FieldError
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("skills", __name__, url_prefix="/ai_hub/skills")

#: Servers that are named on the page of a skill.
_SERVERS = 50


@bp.get("")
def listing() -> str:
    """Return the skills by name; `q` is part of it, `page` which part of them."""
    world, (text, number) = current_world(), searched()
    found = skills.search(world, person().workspace_id, text).page(number)
    return render_template(
        "aihub/skills.html", found=found, skills=skills.read_all(world, found.rows), q=text
    )


@bp.get("/new")
def choose() -> str:
    """Return the recipes that a skill can be made of; `q` is part of a name."""
    return _choose()


@bp.post("")
def create() -> Response | tuple[str, int]:
    """Make a skill of the recipe that `recipe_id` names."""
    world = current_world()
    number = parse_whole_number(request.form.get("recipe_id")) or 0
    recipe = recipes.get_recipe(world, person().workspace_id, number)
    try:
        made = skills.create(world, recipe)
    except FieldError as error:
        return _choose(f"Nothing was made: {error.message}."), 422
    flash(f"Created the skill '{made.row.name}'.", "success")
    return redirect(url_for("skills.show", handle=made.handle), 303)


@bp.get("/<handle>")
def show(handle: str) -> str:
    """Return a skill: what it is for, its recipe, and the MCP servers that have it as a tool."""
    world = current_world()
    found = skills.get_skill(world, person().workspace_id, handle)
    apps: list[str] = []
    servers = None
    if found.recipe is not None:
        used = [step.provider for step in recipes.iter_steps(found.recipe) if step.calls_app]
        apps = [CONNECTORS[each].name if each in CONNECTORS else each for each in used]
        servers = server_lists.list_with_recipe(world, found.recipe).page(1, _SERVERS)
    return render_template(
        "aihub/skill.html",
        skill=found,
        trigger_description=str((found.row.document or {}).get("trigger_description") or ""),
        apps=list(dict.fromkeys(apps)),
        servers=servers,
    )


def _choose(error: str = "") -> str:
    world, (text, number) = current_world(), searched()
    found = skills.find_recipes(world, person().workspace_id, text).page(number)
    return render_template("aihub/skill_new.html", found=found, q=text, error=error)

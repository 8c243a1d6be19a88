"""What stands above every tab of a recipe: what kind it is, and the server one came from."""

from typing import Any

from flask import request

from simulator.db.tables import Recipe
from simulator.domain import server_lists, tags
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.web.application import current_world


def describe_head(recipe: Recipe) -> dict[str, Any]:
    """Return the values that the macro `head` of `_job.html` needs besides the recipe.

    Args:
        recipe: the recipe whose tab is open; `back` is the server one came from (`server`), else
            the first that publishes it, else None; `recipe_tags` are its tags.
    """
    trigger = recipe.trigger_application
    came_from = request.args.get("server", "")
    return {
        "recipe_tags": tags.list_of_recipes(current_world(), [recipe.id]).get(recipe.id, ()),
        "kind": TRIGGER_NAMES.get(trigger, trigger),
        "back": server_lists.find_publishing(current_world(), recipe, came_from),
    }

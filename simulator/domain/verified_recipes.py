"""Whether a recipe can serve verified user access, and what it lacks."""

from simulator.db.tables import Recipe
from simulator.domain import recipes
from simulator.domain.connection_forms import AUTHORIZATION_CODE_GRANT
from simulator.domain.engine.steps import RECIPE_FUNCTION, TRIGGER_NAMES
from simulator.world import World

#: Actions that wait: recipe functions with one are not supported (Workato docs, verified user
#: access: long actions).
_LONG = ("wait_for_interval", "wait_until_time", "pause", "wait_for_async_jobs")


def explain(world: World, recipe: Recipe) -> list[str]:
    """Return why no end user can act with their own connections through a recipe; empty if one can.

    Args:
        world: with an open unit of work.
        recipe: whose steps can be read.

    Raises:
        RecipeInvalid: its steps cannot be read.
    """
    steps = [step for step in recipes.iter_steps(recipe) if not step.is_skipped]
    reasons = []
    if recipe.trigger_application not in TRIGGER_NAMES:
        reasons.append(
            "It begins with no recipe function, API request or skill, so that no MCP server can "
            "have it as a tool."
        )
    if not any(step.calls_app for step in steps):
        reasons.append("No step of it acts in an app.")
    elif not any(step.acts_as_end_user for step in steps):
        reasons.append(
            "Its steps act with Your connection. Select a step that acts in an app and choose "
            "End user's connection."
        )
    for provider in dict.fromkeys(step.provider for step in steps if step.acts_as_end_user):
        connection = recipes.find_connection(world, recipe, provider)
        connector = next(step.connector for step in steps if step.provider == provider)
        app = connector.name if connector else provider
        if connection is None:
            reasons.append(f"No connection to {app} is chosen that end users' ones are made of.")
        elif connection.input.get("auth_type", AUTHORIZATION_CODE_GRANT) != (
            AUTHORIZATION_CODE_GRANT
        ):
            reasons.append(f"'{connection.name}' is no OAuth 2.0 authorization code connection.")
        elif not connection.connected:
            reasons.append(f"'{connection.name}' is not connected.")
    if recipe.trigger_application == RECIPE_FUNCTION:
        reasons += [
            f"Step {step.number + 1} waits: recipe functions with long actions are not supported."
            for step in steps
            if step.name in _LONG
        ]
    return reasons

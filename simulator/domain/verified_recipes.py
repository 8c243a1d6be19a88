"""Whether a recipe can serve verified user access, and what it lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.db.tables import McpTool, Recipe
from simulator.domain import connections, recipes
from simulator.domain.engine.steps import RECIPE_FUNCTION, TRIGGER_NAMES, Step
from simulator.world import World

#: Actions that wait: recipe functions with one are not supported (Workato docs, verified user
#: access: long actions).
_LONG = ("wait_for_interval", "wait_until_time", "pause", "wait_for_async_jobs")


@dataclass(frozen=True, kw_only=True)
class Incompatibility:
    """One reason why a recipe, or a tool, cannot serve verified user access.

    Attributes:
        code: for programs (our choice: Workato's words are not public).
        sentence: for people.
    """

    code: str
    sentence: str


def explain(world: World, recipe: Recipe) -> list[Incompatibility]:
    """Return why no end user can act with their own connections through a recipe; empty if one can.

    Args:
        recipe: the recipe whose steps can be read.

    Raises:
        RecipeInvalid: its steps cannot be read.
    """
    steps = _list_steps(recipe)
    reasons = []
    if recipe.trigger_application not in TRIGGER_NAMES:
        reasons.append(
            Incompatibility(
                code="unsupported_trigger",
                sentence="Its trigger is not a recipe function, an API request or a skill, so it "
                "cannot be a tool of an MCP server.",
            )
        )
    if not any(step.calls_app for step in steps):
        reasons.append(
            Incompatibility(code="no_app_action", sentence="None of its steps acts in an app.")
        )
    elif not any(step.acts_as_end_user for step in steps):
        reasons.append(
            Incompatibility(
                code="no_end_user_connection",
                sentence="Its steps act with Your connection. Select a step that acts in an app "
                "and choose End user's connection.",
            )
        )
    return [*reasons, *_find_obstacles(world, recipe, steps)]


def explain_use(world: World, recipe: Recipe) -> list[Incompatibility]:
    """Return what is in the way of a recipe that means to act as end users; empty for another one.

    Args:
        recipe: the recipe whose steps can be read.
    """
    steps = _list_steps(recipe)
    if not any(step.acts_as_end_user for step in steps):
        return []
    return list(_find_obstacles(world, recipe, steps))


def explain_tool(world: World, tool: McpTool) -> list[Incompatibility]:
    """Return what is in the way of a tool that means to act as end users; empty for another one.

    Args:
        tool: the tool of an MCP server, whose access method may be in the way, too.
    """
    reasons = explain_use(world, tool.recipe)
    if recipes.needs_verified_access(tool) and not tool.server.uses_workato_identity:
        reasons.append(
            Incompatibility(
                code="token_access",
                sentence="Its MCP server uses token-based access, and verified user access needs "
                "Workato Identity.",
            )
        )
    return reasons


def _list_steps(recipe: Recipe) -> list[Step]:
    return [step for step in recipes.iter_steps(recipe) if not step.is_skipped]


def _find_obstacles(
    world: World, recipe: Recipe, steps: Sequence[Step]
) -> Iterator[Incompatibility]:
    for provider in dict.fromkeys(step.provider for step in steps if step.acts_as_end_user):
        connection = recipes.find_connection(world, recipe, provider)
        connector = next(step.connector for step in steps if step.provider == provider)
        app = connector.name if connector else provider
        if connection is None:
            yield Incompatibility(
                code="connection_missing",
                sentence=f"No connection to {app} is chosen as parent of end users' connections.",
            )
        elif connection.input.get("auth_type", AUTHORIZATION_CODE_GRANT) != (
            AUTHORIZATION_CODE_GRANT
        ):
            yield Incompatibility(
                code="connection_not_authorization_code",
                sentence=f"'{connection.name}' is not an OAuth 2.0 authorization code connection: "
                f"it authenticates with {connections.get_auth_type(connection).label}.",
            )
        elif not connection.connected:
            yield Incompatibility(
                code="connection_not_connected", sentence=f"'{connection.name}' is not connected."
            )
    if recipe.trigger_application == RECIPE_FUNCTION:
        for step in steps:
            if step.name in _LONG:
                yield Incompatibility(
                    code="long_action",
                    sentence=f"Step {step.number + 1} waits: recipe functions with long actions "
                    "are not supported.",
                )

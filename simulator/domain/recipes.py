"""Recipes as data: their steps, their inputs, and which connection a step acts with."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, String, cast, or_, select

from simulator.db.claim import lock_present
from simulator.db.tables import Connection, McpTool, Recipe
from simulator.domain import recipe_versions
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.schemas import read_fields, to_json_schema
from simulator.domain.engine.steps import (
    GENIE,
    MCP_PROXY,
    RECIPE_FUNCTION,
    SKILL,
    Step,
    make_connection_entry,
)
from simulator.domain.engine.tree import get_mapping
from simulator.errors import NotFound
from simulator.world import World

#: Triggers whose recipes declare parameters and a result as text of their own.
_CALLABLE = (RECIPE_FUNCTION, SKILL, GENIE)


def iter_steps(recipe: Recipe) -> Iterator[Step]:
    """Yield the trigger, then all other steps in the editor's order.

    Args:
        recipe: the recipe.

    Raises:
        RecipeInvalid: there are too many, or they are nested too deep.
    """
    yield from list_steps(recipe.code, recipe.config)


def get_step(recipe: Recipe, number: int) -> Step:
    """Return the step with this number.

    Args:
        recipe: the recipe.
        number: the number of the step; 0 for the trigger.

    Raises:
        NotFound: the recipe has none.
    """
    for candidate in iter_steps(recipe):
        if candidate.number == number:
            return candidate
    raise NotFound(f"The recipe '{recipe.name}' has no step {number}.")


def get_recipe(world: World, workspace_id: int, recipe_id: int) -> Recipe:
    """Return a recipe of this workspace.

    Args:
        workspace_id: the workspace's id.
        recipe_id: the recipe's id.

    Raises:
        NotFound: there is none with this id.
    """
    found = world.db.session.get(Recipe, recipe_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This recipe does not exist.")
    return found


def build_input_schema(recipe: Recipe) -> dict[str, Any]:
    """Build a tool's input schema (JSON Schema) from what the recipe's trigger declares.

    Args:
        recipe: the recipe.
    """
    inputs = get_mapping(recipe.code.get("input"))
    if recipe.trigger_application == MCP_PROXY:
        return dict(get_mapping(inputs.get("input_schema"))) or {"type": "object"}
    declared = inputs.get("parameters_schema_json")
    if recipe.trigger_application not in _CALLABLE:
        declared = get_mapping(inputs.get("request")).get("schema")
    return to_json_schema(read_fields(declared))


def build_result_schema(recipe: Recipe) -> dict[str, Any] | None:
    """Build a tool's result schema (JSON Schema); None if the recipe declares none.

    An API recipe declares one for each response: a result is as one of them says.

    Args:
        recipe: the recipe.
    """
    inputs = get_mapping(recipe.code.get("input"))
    if recipe.trigger_application == MCP_PROXY:
        return dict(get_mapping(inputs.get("output_schema"))) or None
    if recipe.trigger_application in _CALLABLE:
        fields = read_fields(inputs.get("result_schema_json"))
        return to_json_schema(fields, nullable=True) if fields else None
    responses = get_mapping(inputs.get("response")).get("responses")
    declared = responses if isinstance(responses, list) else []
    bodies = [read_fields(get_mapping(response).get("body_schema")) for response in declared]
    if not all(bodies) or not bodies:
        return None
    schemas = [to_json_schema(fields, nullable=True) for fields in bodies]
    several = [one for number, one in enumerate(schemas) if one not in schemas[:number]]
    return several[0] if len(several) == 1 else {"type": "object", "anyOf": several}


def is_personalized(entry: Mapping[str, Any]) -> bool:
    """Return whether a `config` entry says End user's connection.

    Exports have `personalization: true` for it, and no such key otherwise.

    Args:
        entry: the entry of a recipe's `config`.
    """
    return entry.get("personalization") is True


def read_connection_id(entry: Mapping[str, Any]) -> int | None:
    """Return the id of the connection that a `config` entry names.

    Args:
        entry: the entry of a recipe's `config`.

    Returns:
        None where it names none, or has the reference of a package that nobody resolved.
    """
    number = entry.get("account_id")
    return number if type(number) is int else None


def find_connection_entry(recipe: Recipe, provider: str) -> Mapping[str, Any] | None:
    """Return the recipe's `config` entry for an app, or None.

    Args:
        recipe: the recipe.
        provider: the app's internal name, such as `coupa`.
    """
    for entry in recipe.config:
        if entry["provider"] == provider:
            return dict(entry)
    return None


def find_connection(world: World, recipe: Recipe, provider: str) -> Connection | None:
    """Return the connection that a recipe names for an app: the shared one, or a parent.

    Args:
        recipe: the recipe.
        provider: the app's internal name, such as `coupa`.
    """
    entry = find_connection_entry(recipe, provider)
    number = read_connection_id(entry) if entry else None
    return None if number is None else world.db.session.get(Connection, number)


def load_connections(world: World, recipes: Iterable[Recipe]) -> Sequence[Connection]:
    """Return every connection that recipes name, by one statement.

    As long as the result is held, `find_connection` reads none of them anew.

    Args:
        recipes: the recipes.
    """
    numbers = {read_connection_id(entry) for recipe in recipes for entry in recipe.config}
    found = select(Connection).where(Connection.id.in_(numbers - {None}))
    return world.db.session.scalars(found).all()


def get_lost_connections(world: World, recipes: Iterable[Recipe]) -> dict[int, list[Connection]]:
    """Return the builders' connections that were lost and that steps act with: recipe → those.

    Args:
        recipes: the recipes, for all of which the database is asked once.
    """
    named = {
        recipe.id: dict.fromkeys(
            step.connection_id for step in iter_steps(recipe) if step.connection_id is not None
        )
        for recipe in recipes
    }
    ids = {number for numbers in named.values() for number in numbers}
    found = select(Connection).where(
        Connection.id.in_(ids), Connection.connection_lost_at.is_not(None)
    )
    lost = {one.id: one for one in world.db.session.scalars(found)}
    return {
        recipe_id: [lost[number] for number in numbers if number in lost]
        for recipe_id, numbers in named.items()
    }


def list_running_with(world: World, connection: Connection) -> list[Recipe]:
    """Return the running recipes that name a connection, by name.

    Args:
        connection: a builder's or an end user's.
    """
    running = world.db.session.scalars(
        _mentioning(connection).where(Recipe.running).order_by(Recipe.name, Recipe.id)
    )
    return [each for each in running if connection.id in map(read_connection_id, each.config)]


def count_with(world: World, connections: Sequence[Connection]) -> Counter[int]:
    """Count the recipes that name each of several connections, by one statement.

    Args:
        connections: the connections of one workspace.

    Returns:
        Connection's id → how many recipes.
    """
    if not connections:
        return Counter()
    used: Counter[int] = Counter()
    for config in world.db.session.scalars(
        _mentioning(*connections).with_only_columns(Recipe.config)
    ):
        used.update({read_connection_id(entry) or 0 for entry in config})
    return used


def _mentioning(*connections: Connection) -> Select[Recipe]:
    """Recipes in whose `config` a connection's number stands somewhere: few are to be read.

    The connections are of one workspace.
    """
    text = cast(Recipe.config, String)
    return select(Recipe).where(
        Recipe.workspace_id == connections[0].workspace_id,
        or_(*(text.contains(str(each.id)) for each in connections)),
    )


def use_connection(
    world: World, recipe: Recipe, connection: Connection, *, end_users: bool
) -> None:
    """Make the recipe's steps of the connection's app use it; saves a new version.

    Args:
        world: the world.
        recipe: the recipe to change.
        connection: the connection of an app that the recipe calls.
        end_users: True for "End user's connection", False for the builder's own.

    Raises:
        NotFound: the recipe was deleted meanwhile.
    """
    # Of two who choose connections of two apps at once, none undoes what the other chose.
    lock_present(world.db.session, recipe)
    others = [entry for entry in recipe.config if entry["provider"] != connection.provider]
    entry = make_connection_entry(connection.provider, connection.id, end_users=end_users)
    recipe_versions.save(world, recipe, config=[*others, entry])


def forget_connection(world: World, connection: Connection) -> None:
    """Remove a connection from every recipe before it is deleted: ids are used again.

    Args:
        connection: a builder's or an end user's.
    """
    for recipe in world.db.session.scalars(_mentioning(connection).order_by(Recipe.id)):
        if any(entry.get("account_id") == connection.id for entry in recipe.config):
            recipe.config = [
                entry | {"account_id": None} if entry.get("account_id") == connection.id else entry
                for entry in recipe.config
            ]
            recipe.updated_at = world.clock.now()


def acts_as_end_user(recipe: Recipe, provider: str) -> bool:
    """Return whether the recipe calls this app with the end user's connection.

    Args:
        recipe: the recipe.
        provider: the app's internal name, such as `coupa`.
    """
    entry = find_connection_entry(recipe, provider)
    return bool(entry and is_personalized(entry))


def needs_verified_access(tool: McpTool) -> bool:
    """Return whether any step of the tool's recipe uses End user's connection (`vua_required`).

    Args:
        tool: a tool of a server.
    """
    return acts_as_any_end_user(tool.recipe)


def acts_as_any_end_user(recipe: Recipe) -> bool:
    """Return whether any step of a recipe uses End user's connection.

    Args:
        recipe: the recipe.
    """
    return any(step.acts_as_end_user for step in iter_steps(recipe))


def make_tool_name(recipe_name: str) -> str:
    """Return the name on the wire: other characters become `_` (MCP servers as seen live).

    Args:
        recipe_name: the recipe name as the builder typed it.
    """
    return re.sub(r"[^A-Za-z0-9]", "_", recipe_name)

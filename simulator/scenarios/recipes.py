"""Recipes: a scenario's steps become Workato's block tree."""

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from simulator.db.tables import Recipe
from simulator.domain.engine.steps import API_PLATFORM, RECIPE_FUNCTION, make_connection_entry
from simulator.errors import ScenarioError
from simulator.randomness import name_uuid
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from collections.abc import Iterable

    from simulator.scenarios import schema

#: Trigger in a scenario → (provider, trigger name, name of the action that returns).
TRIGGERS = {
    "recipe_function": (RECIPE_FUNCTION, "execute", "return_result"),
    "api_recipe": (API_PLATFORM, "receive_request", "return_response"),
}

#: Provider of a trigger → where its output has the parameters.
_PLACES = {RECIPE_FUNCTION: ".parameters", API_PLATFORM: ".request"}
_TRIGGER_PILL = re.compile(rf"_\('data\.({RECIPE_FUNCTION}|{API_PLATFORM})\.trigger(?=[.'])")

#: What data pills call the trigger; the other steps are called as their `as` says.
TRIGGER_ALIAS = "trigger"


def add_rows(context: SeedContext) -> None:
    """Add the recipes."""
    for number, recipe in enumerate(context.scenario.recipes, 1):
        context.recipes[recipe.name] = number
        context.rows.append(
            Recipe(
                id=number,
                workspace_id=WORKSPACE_ID,
                project_id=context.projects[recipe.project],
                name=recipe.name,
                description=recipe.description,
                code=code(recipe),
                config=_config(context, recipe),
                running=recipe.running,
                created_at=context.now,
                updated_at=context.now,
            )
        )


def add_stubs(world: World, scenario: "schema.Scenario") -> None:
    """Give recipes their stubs, those of packages as well.

    Args:
        world: with an open unit of work, in which all recipes are there.
        scenario: the scenario that has the stubs.

    Raises:
        ScenarioError: a stub is of a recipe that is not there.
    """
    stubs: dict[str, list[Any]] = {}
    for stub in scenario.stubs:
        written = stub.model_dump(include={"step", "output" if stub.table is None else "table"})
        stubs.setdefault(stub.recipe, []).append(written)
    for name, own in stubs.items():
        found = world.db.session.scalars(select(Recipe).where(Recipe.name == name)).all()
        if not found:
            raise ScenarioError(f"stubs: there is no recipe '{name}'.")
        for recipe in found:
            recipe.stubs = own


def code(recipe: "schema.Recipe") -> dict[str, Any]:
    """The block tree: the trigger as step 0 with the actions, numbered from 1, under it."""
    provider, trigger, returns = TRIGGERS[recipe.trigger]
    is_api = provider == API_PLATFORM
    blocks: list[dict[str, Any]] = []
    for number, step in enumerate(recipe.steps, 1):
        if step.action is not None:
            app, name = step.action.split(".")
            inputs = _with_full_pills(dict(step.input or {}))
            blocks.append(_action(recipe, number, app, name, str(step.alias), inputs))
            continue
        inputs = {"response" if is_api else "result": _with_full_pills(step.returns)}
        if is_api:
            inputs["http_status_code"] = str(step.http_status or 200)
        blocks.append(_action(recipe, number, provider, returns, "returned", inputs))
    return {
        "number": 0,
        "keyword": "trigger",
        "provider": provider,
        "name": trigger,
        "as": TRIGGER_ALIAS,
        "uuid": _make_uuid(recipe, 0),
        "input": _declare_request(recipe) if is_api else _declare_parameters(recipe),
        "block": blocks,
    }


def _declare_parameters(recipe: "schema.Recipe") -> dict[str, Any]:
    declared = {"parameters_schema_json": json.dumps(_fields(recipe.parameters))}
    if recipe.result:
        declared["result_schema_json"] = json.dumps(_fields(recipe.result))
    return declared


def _declare_request(recipe: "schema.Recipe") -> dict[str, Any]:
    """What an API recipe takes and answers: of the responses, a scenario says the fields of one."""
    statuses = {str(step.http_status or 200): step for step in recipe.steps if step.action is None}
    body = json.dumps(_fields(recipe.result or ()))
    return {
        "request": {"content_type": "json", "schema": json.dumps(_fields(recipe.parameters))},
        "response": {
            "content_type": "json",
            "responses": [
                {"name": f"Response {status}", "http_status_code": status, "body_schema": body}
                for status in statuses
            ],
        },
    }


def _with_full_pills(value: Any) -> Any:
    """Say in pills of the trigger where its parameters are, which scenarios leave out."""
    if isinstance(value, str):
        return _TRIGGER_PILL.sub(lambda match: match[0] + _PLACES[match[1]], value)
    if isinstance(value, dict):
        return {name: _with_full_pills(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_full_pills(inner) for inner in value]
    return value


def _make_uuid(recipe: "schema.Recipe", number: int) -> str:
    """Return the id of a step, which editors and Workato's own command line want of each."""
    return name_uuid(recipe.project, recipe.name, number)


def _action(
    recipe: "schema.Recipe",
    number: int,
    provider: str,
    name: str,
    alias: str,
    inputs: dict[str, Any],
) -> dict[str, Any]:
    return {
        "number": number,
        "keyword": "action",
        "provider": provider,
        "name": name,
        "as": alias,
        "uuid": _make_uuid(recipe, number),
        "input": inputs,
    }


def _fields(parameters: "Iterable[schema.Parameter]") -> list[dict[str, Any]]:
    """Workato's schema: a list of fields, without what is not said of them."""
    fields = []
    for parameter in parameters:
        field: dict[str, Any] = {
            "name": parameter.name,
            "type": parameter.type,
            "label": parameter.label or parameter.name.replace("_", " ").replace("-", " ").title(),
            "optional": parameter.optional,
        }
        if parameter.hint:
            field["hint"] = parameter.hint
        if parameter.pick_list:
            field["pick_list"] = [
                [value.replace("_", " ").capitalize(), value] for value in parameter.pick_list
            ]
        if parameter.properties is not None:
            field["properties"] = _fields(parameter.properties)
        fields.append(field)
    return fields


def _config(context: SeedContext, recipe: "schema.Recipe") -> list[dict[str, Any]]:
    """The connection of each app, as `domain.recipes.use_connection` writes it."""
    return [
        make_connection_entry(
            provider, context.connections[choice.connection], end_users=choice.end_user
        )
        for provider, choice in recipe.connections.items()
    ]

"""Recipes: a scenario's steps become Workato's block tree."""

import json
from typing import TYPE_CHECKING, Any

from simulator.db.tables import Recipe
from simulator.domain.recipes import API_PLATFORM, RECIPE_FUNCTION
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext

if TYPE_CHECKING:  # pragma: no cover
    from collections.abc import Iterable

    from simulator.scenarios import schema

#: Trigger in a scenario → (provider, trigger name, name of the action that returns).
TRIGGERS = {
    "recipe_function": (RECIPE_FUNCTION, "execute", "return_result"),
    "api_recipe": (API_PLATFORM, "receive_request", "return_response"),
}

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


def code(recipe: "schema.Recipe") -> dict[str, Any]:
    """The block tree: the trigger as step 0 with the actions, numbered from 1, under it."""
    provider, trigger, returns = TRIGGERS[recipe.trigger]
    blocks: list[dict[str, Any]] = []
    for number, step in enumerate(recipe.steps, 1):
        if step.action is not None:
            app, name = step.action.split(".")
            blocks.append(_action(number, app, name, str(step.alias), dict(step.input or {})))
            continue
        inputs: dict[str, Any] = {"result": step.returns}
        if recipe.trigger == "api_recipe":
            inputs["http_status_code"] = str(step.http_status or 200)
        blocks.append(_action(number, provider, returns, "returned", inputs))
    inputs = {"parameters_schema_json": json.dumps(_fields(recipe.parameters))}
    if recipe.result:
        inputs["result_schema_json"] = json.dumps(_fields(recipe.result))
    return {
        "number": 0,
        "keyword": "trigger",
        "provider": provider,
        "name": trigger,
        "as": TRIGGER_ALIAS,
        "input": inputs,
        "block": blocks,
    }


def _action(
    number: int, provider: str, name: str, alias: str, inputs: dict[str, Any]
) -> dict[str, Any]:
    return {
        "number": number,
        "keyword": "action",
        "provider": provider,
        "name": name,
        "as": alias,
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
        {
            "keyword": "application",
            "provider": provider,
            "name": provider,
            "skip_validation": False,
            "account_id": context.connections[choice.connection],
        }
        | ({"personalization": True} if choice.end_user else {})
        for provider, choice in recipe.connections.items()
    ]

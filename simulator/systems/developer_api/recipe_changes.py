"""Recipes: created, changed, copied, connected, started, stopped and deleted (Workato docs)."""

from typing import Any

from simulator.domain import connections, folders, recipe_changes, recipe_starts, recipe_triggers
from simulator.domain.folders import Place
from simulator.domain.recipe_starts import StartErrors, Unconnected
from simulator.errors import FieldError, naming
from simulator.systems.developer_api.endpoint import (
    CREATING_RECIPES,
    FORCING_RECIPES,
    RECIPES,
    ApiEndpoint,
    Body,
    Call,
    Number,
)
from simulator.systems.developer_api.recipes import find_recipe
from simulator.systems.developer_api.refusals import refused_as_success_false
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=RECIPES)

#: What Workato calls the reason why a step lacks a connection (recorded by its own client).
_UNCONNECTED = "packages.recipe_source_code.flow_validations.errors.config_unconnected"

#: What Workato says where `config` has no name of a provider of its own (Workato's recipe skills);
#: where that stands among the errors is our choice.
_NO_NAME = "missing adapter configuration"


class RecipeMembers(Body):
    """What a recipe is made of; `code` and `config` are JSON in a text."""

    name: str | None = None
    code: str | None = None
    config: str | None = None
    description: str | None = None
    folder_id: str | None = None


class RecipeBody(RecipeMembers):
    """The same, in an envelope or without one."""

    recipe: RecipeMembers | None = None

    @property
    def members(self) -> RecipeMembers:
        """The members, in the envelope or without it."""
        return self if self.recipe is None else self.recipe


class Destination(Body):
    """Where a copy is put."""

    folder_id: str | None = None


class ChosenConnection(Body):
    """The connection that a recipe is to use for an app."""

    adapter_name: str
    connection_id: Number


@ENDPOINTS.add("POST", "recipes", quota=CREATING_RECIPES)
def create_recipe(call: Call, body: RecipeBody) -> dict[str, Any]:
    """Create a stopped recipe in a folder."""
    given = body.members
    with refused_as_success_false():
        if given.code is None:
            raise FieldError("code", "can't be blank")
        place = _place(call, given.folder_id)
        if place is None:
            place = folders.get_or_create_home_assets(call.world, call.workspace_id)
        recipe = recipe_changes.create(
            call.world,
            place,
            name="Untitled recipe" if given.name is None else given.name,
            code=given.code,
            config=given.config,
            description=given.description or "",
        )
    found = recipe_starts.find_errors(call.world, recipe)
    return {"success": True, "id": recipe.id, **(_list_errors(found) if found else {})}


@ENDPOINTS.add("PUT", "recipes/:id")
def update_recipe(call: Call, id: int, body: RecipeBody) -> dict[str, Any]:
    """Change a stopped recipe, or move it to another folder."""
    recipe, given = find_recipe(call, id), body.members
    with refused_as_success_false():
        recipe_changes.update_recipe(
            call.world,
            recipe,
            name=given.name,
            code=given.code,
            config=given.config,
            description=given.description,
            place=_place(call, given.folder_id),
        )
    return {"success": True}


@ENDPOINTS.add("DELETE", "recipes/:id")
def delete_recipe(call: Call, id: int) -> dict[str, Any]:
    """Delete a recipe; refused while it runs or is a tool of an MCP server."""
    with refused_as_success_false():
        recipe_changes.delete(call.world, find_recipe(call, id))
    return {"success": True}


@ENDPOINTS.add("POST", "recipes/:id/copy")
def copy_recipe(call: Call, id: int, body: Destination) -> dict[str, Any]:
    """Copy a recipe into a folder, by default the folder of its project; the copy is stopped."""
    recipe = find_recipe(call, id)
    with refused_as_success_false():
        place = _place(call, body.folder_id) or Place(project=recipe.project)
        made = recipe_changes.copy(call.world, recipe, place)
    return {"success": True, "new_flow_id": made.id}


@ENDPOINTS.add("PUT", "recipes/:recipe_id/connect")
def connect_recipe(call: Call, recipe_id: int, body: ChosenConnection) -> dict[str, Any]:
    """Change the connection that a stopped recipe uses for an app.

    It is refused with status 400, as Workato's own OpenAPI document says of this endpoint; its
    command line says "Successfully updated" to any 200.
    """
    recipe, environment_id = find_recipe(call, recipe_id), call.environment.id
    with naming("connection_id"):
        chosen = connections.get_in_environment(call.world, environment_id, body.connection_id)
    recipe_changes.connect(call.world, recipe, body.adapter_name, chosen)
    return {"success": True}


@ENDPOINTS.add("PUT", "recipes/:id/start")
def start_recipe(call: Call, id: int) -> dict[str, Any]:
    """Start a recipe; `code_errors` and `config_errors` name the steps that prevent it.

    `code_errors` has the steps that cannot run here, lack a required input or have an unknown
    operand (label, value, message, path), `config_errors` those without a working connection, and
    those of a provider of Workato's own whose entry in `config` has no `name`.
    """
    found = recipe_starts.start(call.world, find_recipe(call, id))
    if not found:
        return {"success": True}
    return {"success": False, **_list_errors(found)}


@ENDPOINTS.add("PUT", "recipes/:id/stop")
def stop_recipe(call: Call, id: int) -> dict[str, Any]:
    """Stop a recipe; the tools that run it are no longer listed."""
    recipe_starts.stop(call.world, find_recipe(call, id))
    return {"success": True}


@ENDPOINTS.add("POST", "recipes/:recipe_id/poll_now")
def poll_now(call: Call, recipe_id: int) -> dict[str, Any]:
    """Have a running recipe's trigger look for events at once: what its stub gives, once."""
    recipe = find_recipe(call, recipe_id)
    with refused_as_success_false():
        recipe_triggers.poll(call.world, recipe, call.environment)
    return {"success": True}


@ENDPOINTS.add("POST", "recipes/:recipe_id/force_run", quota=FORCING_RECIPES)
def force_run(call: Call, recipe_id: int) -> dict[str, Any]:
    """Run a running recipe once, on demand, with an event as its Test tab has."""
    recipe = find_recipe(call, recipe_id)
    with refused_as_success_false():
        recipe_triggers.force_run(call.world, recipe, call.environment)
    return {"success": True}


@ENDPOINTS.add("POST", "recipes/:recipe_id/reset_trigger")
def reset_trigger(call: Call, recipe_id: int) -> dict[str, Any]:
    """Have a polling or scheduled trigger pick up what it had picked up before."""
    recipe = find_recipe(call, recipe_id)
    with refused_as_success_false():
        recipe_triggers.reset(call.world, recipe)
    return {"success": True}


def _place(call: Call, number: str | None) -> Place | None:
    """Return the folder that is named, or None.

    Raises:
        FieldError: there is no such folder, or it is the root, which has no recipes (as seen live).
    """
    if number is None:
        return None
    if number == str(folders.HOME):
        raise FieldError("folder_id", "can't be assigned to the root folder")
    with naming("folder_id"):
        return folders.get_place(call.world, call.workspace_id, parse_whole_number(number) or 0)


def _list_errors(found: StartErrors) -> dict[str, Any]:
    """Return the two lists of what keeps a recipe from starting."""
    return {
        "code_errors": _list_code_errors(found),
        "config_errors": [
            *([each.number, [["provider", each.provider, _NO_NAME]]] for each in found.unnamed),
            *map(_describe, found.config),
        ],
    }


def _list_code_errors(found: StartErrors) -> list[Any]:
    """Return what is wrong, by step: label and value of the input, message, path of the input."""
    errors: dict[int, list[Any]] = {}
    for number, reason in () if found.operands else found.code:
        errors.setdefault(number, []).append([None, None, reason, None])
    for operand in found.operands:
        place = operand.place
        label, path = f"conditions/{place + 1}/operand", f"conditions.{place}.operand"
        entry = [label, operand.operand, "is invalid", path]
        errors.setdefault(operand.number, []).append(entry)
    for each in found.missing:
        entry = [each.label, None, "can't be blank", each.path]
        errors.setdefault(each.number, []).append(entry)
    return [[number, errors[number]] for number in sorted(errors)]


def _describe(step: Unconnected) -> list[Any]:
    return [
        step.number,
        [["account_id", step.connection_id, "unconnected", {"key": _UNCONNECTED}]],
    ]

"""Recipes: listed, read, started and stopped (Workato docs, Developer API, recipes)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Collaborator, Recipe
from simulator.domain import folders, job_history, recipe_starts, recipes, workspaces
from simulator.domain.job_history import JobCounts
from simulator.systems.developer_api.endpoint import WORKSPACE, ApiEndpoint, Call, PageQuery
from simulator.validation.fields import DIGITS
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=WORKSPACE)


class RecipeQuery(PageQuery):
    """Which recipes."""

    folder_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None
    running: str | None = None


@ENDPOINTS.add("GET", "recipes")
def list_recipes(call: Call, query: RecipeQuery) -> dict[str, Any]:
    """List recipes, the newest first; of a folder, or those that run or do not."""
    place = None
    if query.folder_id is not None:
        place = folders.get_place(call.world, call.workspace_id, query.folder_id)
    found = recipe_starts.find_recipes(
        call.world,
        call.workspace_id,
        place,
        running=None if query.running is None else query.running == "true",
    )
    return {"items": _rows(call, found.part(query.part).rows)}


@ENDPOINTS.add("GET", "recipes/:id")
def get_recipe(call: Call, id: str) -> dict[str, Any]:  # noqa: A002  # as the path names it
    """Tell of one recipe; its `code` is JSON in a text."""
    return _rows(call, [_found(call, id)])[0]


@ENDPOINTS.add("PUT", "recipes/:id/start")
def start_recipe(call: Call, id: str) -> dict[str, Any]:  # noqa: A002
    """Start a recipe; where a step could never run here, `code_errors` says which and why."""
    errors = recipe_starts.start(call.world, _found(call, id))
    if not errors:
        return {"success": True}
    code_errors = [[number, [[None, None, reason, None]]] for number, reason in errors]
    return {"success": False, "code_errors": code_errors, "config_errors": []}


@ENDPOINTS.add("PUT", "recipes/:id/stop")
def stop_recipe(call: Call, id: str) -> dict[str, Any]:  # noqa: A002
    """Stop a recipe; tools that run it are not listed any more."""
    recipe_starts.stop(call.world, _found(call, id))
    return {"success": True}


def _found(call: Call, number: str) -> Recipe:
    return recipes.get_recipe(call.world, call.workspace_id, parse_whole_number(number) or 0)


def _rows(call: Call, found: Sequence[Recipe]) -> list[dict[str, Any]]:
    owner = workspaces.get_owner(call.world, call.workspace_id)
    counts = job_history.count_jobs_of(call.world, [each.id for each in found])
    return [_row(each, owner, counts[each.id]) for each in found]


def _row(recipe: Recipe, owner: Collaborator, counts: JobCounts) -> dict[str, Any]:
    apps = [str(each.get("provider")) for each in recipe.config]
    return {
        "id": recipe.id,
        "user_id": owner.id,
        "name": recipe.name,
        "description": recipe.description,
        "created_at": _moment(recipe.created_at),
        "updated_at": _moment(recipe.updated_at),
        "copy_count": 0,
        "trigger_application": recipe.trigger_application,
        "action_applications": [each for each in apps if each != recipe.trigger_application],
        "applications": apps,
        "parameters_schema": [],
        "parameters": {},
        "webhook_url": None,
        "folder_id": recipe.project_id,
        "project_id": recipe.project_id,
        "running": recipe.running,
        "job_succeeded_count": counts.succeeded,
        "job_failed_count": counts.failed,
        "lifetime_task_count": 0,
        "version_no": recipe.version_no,
        "stop_cause": None,
        "config": recipe.config,
        "trigger_closure": None,
        "code": json.dumps(recipe.code),
        "author_name": owner.name,
        "version_author_name": owner.name,
        "version_author_email": owner.email,
        "version_comment": None,
    }


def _moment(at: datetime) -> str:
    return at.isoformat()

"""Recipes: listed and read (Workato docs, Developer API, recipes)."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.db.tables import Collaborator, Recipe
from simulator.domain import (
    asset_folders,
    job_history,
    recipe_lists,
    recipes,
    tags,
    workspaces,
)
from simulator.domain.job_history import JobCounts
from simulator.systems.developer_api.endpoint import (
    RECIPES,
    ApiEndpoint,
    Call,
    Moment,
    NumberText,
    PageQuery,
)
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=RECIPES)
#: The rest of a millisecond, to which answers cut moments: who sends one back has seen that recipe.
_REST = timedelta(microseconds=999)


class RecipeQuery(PageQuery):
    """Which recipes."""

    adapter_names_all: str = ""
    adapter_names_any: str = ""
    folder_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None
    with_subfolders: bool = False
    project_id: NumberText | None = None
    order: Literal["activity", "default"] = "default"
    running: bool | None = None
    active: bool | None = None
    since_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None
    stopped_after: Moment | None = None
    updated_after: Moment | None = None
    stop_cause: (
        Literal["trigger_errors_limit", "action_quota_limit", "trial_expired", "txn_quota_limit"]
        | None
    ) = None
    includes: list[str] = []
    exclude_code: bool = False


@ENDPOINTS.add("GET", "recipes")
def list_recipes(call: Call, query: RecipeQuery) -> dict[str, Any]:
    """List recipes, newest first; filter them by folder, project, app, state and time.

    `folder_id` selects the recipes in a folder, with `with_subfolders=true` also those in its
    subfolders; `order=activity` sorts by the last run; `running=true` selects running recipes,
    `active` running (true) or stopped ones (false); `includes[]=tags` adds the handles of tags.
    """
    inside = None
    if query.folder_id is not None:
        inside = asset_folders.is_listed(
            call.world,
            call.workspace_id,
            Recipe,
            query.folder_id,
            with_subfolders=query.with_subfolders,
        )
    criteria = recipe_lists.Criteria(
        inside=inside,
        project_id=query.project_id,
        running=True if query.running else query.active,
        all_apps=_split(query.adapter_names_all),
        any_apps=_split(query.adapter_names_any),
        below_id=query.since_id,
        not_stopped_after=query.stopped_after,
        updated_after=query.updated_after and query.updated_after + _REST,
        stopped_by_workato=query.stop_cause is not None,
    )
    found = recipe_lists.find_recipes(
        call.world, call.workspace_id, criteria, by_activity=query.order == "activity"
    )
    rows = query.cut(found)
    shown = describe_recipes(
        call, rows, with_code=not query.exclude_code, with_tags="tags" in query.includes
    )
    return {"items": shown}


@ENDPOINTS.add("GET", "recipes/:id")
def get_recipe(call: Call, id: int) -> dict[str, Any]:
    """Return a recipe; its `code` is JSON as a string."""
    return describe_recipes(call, [find_recipe(call, id)])[0]


def write_json(value: Any) -> str:
    """Return code or config as JSON in a text, as short as it can be, as Terraform writes it, too.

    Args:
        value: what a recipe has of it.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def find_recipe(call: Call, number: int) -> Recipe:
    """Return the recipe that a path names.

    Args:
        call: the call who asks.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    return recipes.get_recipe(call.world, call.workspace_id, number)


def describe_recipes(
    call: Call, found: Sequence[Recipe], *, with_code: bool = True, with_tags: bool = True
) -> list[dict[str, Any]]:
    """Return the response objects of recipes.

    Args:
        call: the call who asks.
        found: the recipes.
        with_code: whether `code` has the recipe's code; else it is empty.
        with_tags: whether there is `tags`, the handles of its tags.
    """
    owner = workspaces.get_owner(call.world, call.workspace_id)
    counts = job_history.count_jobs_of(call.world, [each.id for each in found])
    places = asset_folders.get_numbers(call.world, found)
    ids = [each.id for each in found] if with_tags else []
    labels = tags.list_of_recipes(call.world, ids)
    rows = [_row(each, owner, counts[each.id], places[each.id]) for each in found]
    for row, recipe in zip(rows, found, strict=True):
        if with_tags:
            row["tags"] = [each.handle for each in labels.get(recipe.id, ())]
        row["code"] = write_json(recipe.code) if with_code else ""
    return rows


def _row(
    recipe: Recipe, owner: Collaborator, counts: JobCounts, folder_number: int
) -> dict[str, Any]:
    apps = [str(each.get("provider")) for each in recipe.config]
    return {
        "id": recipe.id,
        "user_id": owner.id,
        "name": recipe.name,
        "description": recipe.description,
        "created_at": recipe.created_at,
        "updated_at": recipe.updated_at,
        "copy_count": 0,
        "trigger_application": recipe.trigger_application,
        "action_applications": [each for each in apps if each != recipe.trigger_application],
        "applications": apps,
        "parameters_schema": [],
        "parameters": {},
        "webhook_url": None,
        "folder_id": folder_number,
        "project_id": recipe.project_id,
        "running": recipe.running,
        "active": recipe.running,
        "job_succeeded_count": counts.succeeded,
        "job_failed_count": counts.failed,
        "lifetime_task_count": counts.tasks,
        "last_run_at": counts.last_at,
        "stopped_at": recipe.stopped_at,
        "version_no": recipe.version_no,
        "stop_cause": None,
        "config": recipe.config,
        "trigger_closure": None,
        "author_name": owner.name,
        "version_author_name": recipe.version_author_name or owner.name,
        "version_author_email": recipe.version_author_email or owner.email,
        "version_comment": None,
    }


def _split(names: str) -> list[str]:
    return [each.strip() for each in names.split(",") if each.strip()]

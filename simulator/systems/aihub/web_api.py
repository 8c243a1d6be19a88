"""Addresses in JSON that the web app's own pages ask with their session cookie.

Programs that act in somebody's browser read them; the members are those that such a program has
seen (Eithery-rc/WorkatoMCP, `docs/design/specs/2026-05-12-v11-discovery-endpoints.md`). What is
asked by these addresses is read, never changed, so that no form token is needed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.db.tables import Connection, Job, Recipe, Tag
from simulator.db.tables.recipes import JobStatus
from simulator.domain import (
    asset_folders,
    connections,
    job_history,
    mixed_assets,
    recipes,
    repeated_jobs,
    run_requests,
    tags,
    workspaces,
)
from simulator.domain.job_history import JobCounts
from simulator.errors import FieldError
from simulator.systems.aihub.context import list_where, person
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("web_api", __name__)

#: Assets on a page, whatever is asked for.
_ASSETS = 20
#: Jobs in one answer, where nothing else is asked for, and the most.
_JOBS, _MOST_JOBS = 25, 100


@bp.get("/web_api/mixed_assets.json")
def list_assets() -> Response:
    """Return recipes and connections whose names contain `text`, twenty on a page.

    Of each kind, those of the projects where its privilege 'Read' is had (our choice).
    `asset_type` is recipe or connection, `folder_id` the folder that they are in; `sort_term=name`
    orders them by name. As in the product, every other parameter is ignored; other values of
    `sort_term` put the newest first (our choice).
    """
    world, kind = current_world(), request.args.get("asset_type")
    folder = request.args.get("folder_id")
    seen = {"recipe": list_where("Recipes"), "connection": list_where("Connections")}
    search = mixed_assets.Search(
        kinds=[kind] if kind else tuple(mixed_assets.KINDS),
        text=request.args.get("text", "")[:200],
        folder=None if not folder else parse_whole_number(folder) or 0,
        by_name=request.args.get("sort_term") == "name",
        projects={name: ids for name, ids in seen.items() if ids is not None},
    )
    if not set(search.kinds) <= mixed_assets.KINDS.keys():
        raise FieldError("asset_type", f"must be one of {', '.join(mixed_assets.KINDS)}.")
    number = max(1, parse_whole_number(request.args.get("page")) or 1)
    found, page = mixed_assets.find_page(world, person().workspace_id, search, number, _ASSETS)
    of_recipes = _describe_recipes([each for each in found if isinstance(each, Recipe)])
    of_connections = _describe_connections([one for one in found if isinstance(one, Connection)])
    items = [(of_recipes if isinstance(one, Recipe) else of_connections)[one.id] for one in found]
    if search.text:
        items = [{**each, "highlights": [each["name"]]} for each in items]
    return _answer({"items": items, "count": page.total, "page": number, "per_page": _ASSETS})


@bp.get("/connections/<int:connection_id>.json")
def get_connection(connection_id: int) -> Response:
    """Return a builder's connection with what its form was filled in with, without secrets."""
    world = current_world()
    found = connections.get_builder_connection(world, person().workspace_id, connection_id)
    own = _describe_connections([found])[found.id]
    return _answer({**own, "created_at": _moment(found.created_at), "input": dict(found.input)})


@bp.get("/web_api/recipes/<int:recipe_id>/jobs.json")
def list_jobs(recipe_id: int) -> Response:
    """Return jobs of a recipe, newest first, `per_page` at a time.

    `offset_job_id` goes on behind that job, or, with `prev=true`, before it; `status` is succeeded,
    failed or pending. `query`, `started_at` and `group_by_master_job` are ignored (our choice).
    """
    world, query = current_world(), request.args
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    counts = job_history.count_jobs(world, recipe)
    status, size = query.get("status") or None, parse_whole_number(query.get("per_page")) or _JOBS
    found = job_history.list_beside(
        world,
        recipe,
        status=status,
        offset_job_id=query.get("offset_job_id") or None,
        newer=query.get("prev") == "true",
        size=min(size, _MOST_JOBS),
    )
    return jsonify(
        job_count=counts.total,
        job_scope_count=counts.of(status),
        job_succeeded_count=counts.succeeded,
        job_failed_count=counts.failed,
        job_per_page=len(found),
        jobs=[_describe_job(job) for job in found],
    )


def _answer(result: Mapping[str, Any]) -> Response:
    return jsonify(result=result)


def _describe_recipes(found: Sequence[Recipe]) -> dict[int, dict[str, Any]]:
    world, ids = current_world(), [each.id for each in found]
    counts, places = job_history.count_jobs_of(world, ids), asset_folders.get_numbers(world, found)
    labels = tags.list_of_recipes(world, ids)
    owner = workspaces.get_owner(world, person().workspace_id).name
    return {
        each.id: _describe(each, places[each.id], labels.get(each.id, ()))
        | _describe_recipe(each, counts[each.id])
        | {"latest_activity": _activity(each, each.version_author_name or owner)}
        for each in found
    }


def _describe_recipe(recipe: Recipe, counts: JobCounts) -> dict[str, Any]:
    apps = [str(entry.get("provider")) for entry in recipe.config]
    return {
        "asset_type": "recipe",
        "state": "started" if recipe.running else "stopped",
        "running": recipe.running,
        "last_run_at": _moment(counts.last_at),
        "stopped_at": _moment(recipe.stopped_at),
        "created_at": _moment(recipe.created_at),
        "job_succeeded_count": counts.succeeded,
        "job_failed_count": counts.failed,
        "trigger_application": recipe.trigger_application,
        "trigger_business_object": str(recipe.code.get("name") or ""),
        "action_applications": [each for each in apps if each != recipe.trigger_application],
        "to_param": str(recipe.id),
    }


def _describe_connections(found: Sequence[Connection]) -> dict[int, dict[str, Any]]:
    world = current_world()
    places, used = asset_folders.get_numbers(world, found), recipes.count_with(world, found)
    labels = tags.list_of_connections(world, [each.id for each in found])
    owner = workspaces.get_owner(world, person().workspace_id).name
    return {
        each.id: _describe(each, places[each.id], labels.get(each.id, ()))
        | {
            "asset_type": "connection",
            "provider": each.provider,
            "authorization_status": each.authorization_status,
            "authorized_at": _moment(each.authorized_at),
            "connection_lost_at": _moment(each.connection_lost_at),
            "connection_lost_reason": each.connection_lost_reason,
            "recipe_count": used[each.id],
            "latest_activity": _activity(each, owner),
        }
        for each in found
    }


def _describe(asset: Recipe | Connection, folder: int, labels: Sequence[Tag]) -> dict[str, Any]:
    return {
        "id": asset.id,
        "name": asset.name,
        "folder_id": folder,
        "project_id": asset.project_id,
        "updated_at": _moment(asset.updated_at),
        "tags": [each.handle for each in labels],
    }


def _activity(asset: Recipe | Connection, name: str) -> dict[str, Any]:
    """Return the latest activities; creations are reported as changes (our choice)."""
    return {"event_type": "updated", "timestamp": _moment(asset.updated_at), "user_name": name}


def _describe_job(job: Job) -> dict[str, Any]:
    fine = job.status == JobStatus.SUCCEEDED.value
    return {
        "id": job.id,
        "master_job_id": None,
        "recipe_id": job.recipe_id,
        "title": job.tool,
        "status": "succeeded" if fine else "failed",
        "started_at": _moment(job.started_at),
        "completed_at": _moment(job.completed_at),
        "is_repeat": repeated_jobs.is_repeated(job),
        "is_test": run_requests.is_test(job),
        "is_test_case_job": run_requests.is_test_case(job),
        "error": None if fine else {"message": job_history.explain_error(job)},
        "calling_job_id": job.calling_job_id,
        "calling_recipe_id": job.calling_recipe_id,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None

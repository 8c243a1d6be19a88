"""Jobs of recipes (Workato docs, Developer API, jobs)."""

import json
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Job, RunningJob
from simulator.db.tables.recipes import JobStatus
from simulator.domain import job_history, repeated_jobs, run_requests, running_jobs
from simulator.domain.engine.compiling import list_steps
from simulator.errors import FieldError, SimulatorError
from simulator.systems.developer_api.endpoint import (
    CANCELLING_JOBS,
    JOBS,
    REPEATING_JOBS,
    ApiEndpoint,
    Body,
    Call,
    Query,
)
from simulator.systems.developer_api.recipes import find_recipe
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=JOBS)
#: Jobs in one answer, where nothing else is asked for (our choice).
_PAGE = 25


class JobQuery(Query):
    """Which jobs."""

    offset_job_id: str | None = None
    prev: bool = False
    status: str | None = None
    failed: bool = False
    rerun_only: bool = False
    per_page: Annotated[int, Field(ge=1, le=100), DIGITS] = _PAGE


class JobIds(Body):
    """Jobs by their ids."""

    job_ids: Annotated[list[str], Field(min_length=1, max_length=25)]


@ENDPOINTS.add("GET", "recipes/:recipe_id/jobs")
def list_jobs(call: Call, recipe_id: int, query: JobQuery) -> dict[str, Any]:
    """List the jobs of a recipe, newest first, 25 at a time.

    `offset_job_id` goes on behind that job, or, with `prev=true`, before it; `status` is succeeded,
    failed or pending, for those that have run for a second by now; `rerun_only=true` leaves those
    that repeat another one, and `failed=true`, which is deprecated, those that failed.
    """
    status = query.status or ("failed" if query.failed else None)
    recipe = find_recipe(call, recipe_id)
    counts = job_history.count_jobs(call.world, recipe)
    running = running_jobs.list_running(call.world, recipe) if status == "pending" else ()
    found = job_history.list_beside(
        call.world,
        recipe,
        status=status,
        offset_job_id=query.offset_job_id,
        newer=query.prev,
        size=query.per_page,
        tool=repeated_jobs.TOOL if query.rerun_only else None,
    )
    return {
        "job_succeeded_count": counts.succeeded,
        "job_failed_count": counts.failed,
        "job_count": counts.total,
        "job_scope_count": len(running) or counts.of(status),
        "items": [_running(each) for each in running] or [_row(job) for job in found],
    }


@ENDPOINTS.add("GET", "recipes/:recipe_id/jobs/:job_handle")
def get_job(call: Call, recipe_id: int, job_handle: str) -> dict[str, Any]:
    """Return a job with its steps (`lines`): their input and output, without secrets."""
    recipe = find_recipe(call, recipe_id)
    job = job_history.get_job(call.world, recipe, job_handle)
    steps = {step.number: step for step in list_steps(recipe.code, recipe.config)}
    failed = job_history.find_failed_step(job)
    parts = None
    if failed is not None and (step := steps.get(failed["number"])) is not None:
        parts = {
            "message": failed["error"],
            "action": step.name or step.keyword,
            "line_number": step.number,
            "adapter": step.provider or None,
        }
    lines = []
    for entry in job.steps:
        step = steps.get(entry.get("number", -1))
        if step is not None:
            lines.append(
                {
                    "recipe_line_number": step.number,
                    "adapter_name": step.provider or None,
                    "adapter_operation": step.name or step.keyword,
                    "input": _read(entry["input"]),
                    "output": _read(entry["output"]),
                    "error": entry["error"],
                    "line_stat": {"total": entry["duration_ms"] / 1000, "details": []},
                }
            )
    return {**_row(job), "error_parts": parts, "lines": lines}


@ENDPOINTS.add("POST", "recipes/:recipe_id/cancel_jobs", quota=CANCELLING_JOBS)
def cancel_jobs(call: Call, recipe_id: int, body: JobIds) -> dict[str, Any]:
    """Cancel jobs that are under way; each ends after the step that it is at."""
    recipe = find_recipe(call, recipe_id)
    cancelled = running_jobs.cancel(call.world, recipe, body.job_ids)
    refusal = {"status": "failed", "error": "The job is not under way."}
    return {
        "results": [
            {"job_id": each} | ({"status": "cancelled"} if each in cancelled else refusal)
            for each in body.job_ids
        ]
    }


@ENDPOINTS.add("POST", "recipes/:recipe_id/repeat_jobs", quota=REPEATING_JOBS)
def repeat_jobs(call: Call, recipe_id: int, body: JobIds) -> dict[str, Any]:
    """Run a recipe again with the trigger input of each of these jobs, for the same person."""
    recipe = find_recipe(call, recipe_id)
    results = []
    for job_id in body.job_ids:
        outcome = {"job_id": job_id, "status": "enqueued"}
        try:
            job = job_history.get_job(call.world, recipe, job_id)
            repeated_jobs.repeat(call.world, recipe, job, call.environment)
        except FieldError as error:
            outcome |= {"status": "failed", "error": error.message}
        except SimulatorError as error:  # the others are repeated all the same
            outcome |= {"status": "failed", "error": str(error)}
        results.append(outcome)
    return {"results": results}


def _read(text: str | None) -> Any:
    """Return what an entry's JSON says; the text itself, where it was cut."""
    if text is None:
        return {}
    try:
        return json.loads(text)
    except ValueError:
        return text


def _running(job: RunningJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "handle": job.id,
        "recipe_id": job.recipe_id,
        "title": job.tool,
        "status": "pending",
        "is_error": False,
        "is_poll_error": False,
        "error": None,
        "started_at": job.started_at,
        "completed_at": None,
    }


def _row(job: Job) -> dict[str, Any]:
    succeeded = job.status == JobStatus.SUCCEEDED.value
    return {
        "id": job.id,
        "handle": job.id,
        "flow_run_id": job.sequence,
        "recipe_id": job.recipe_id,
        "title": job.tool,
        "status": "succeeded" if succeeded else "failed",
        "is_error": not succeeded,
        "is_poll_error": False,
        "error": job_history.explain_error(job),
        "started_at": job.started_at,
        "completed_at": job.completed_at,
        "calling_recipe_id": job.calling_recipe_id,
        "calling_job_id": job.calling_job_id,
        "calling_job_handle": job.calling_job_id,
        "is_repeat": repeated_jobs.is_repeated(job),
        "is_test": run_requests.is_test(job),
        "is_test_case_job": run_requests.is_test_case(job),
    }

"""Test cases of recipes: listed and run (Workato docs, Developer API, test automation)."""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import CaseResult, RunRequest
from simulator.domain import run_requests, test_cases, workspaces
from simulator.errors import FieldError, NotFound
from simulator.systems.developer_api.endpoint import (
    TEST_AUTOMATION,
    ApiEndpoint,
    Body,
    Call,
    Number,
)
from simulator.systems.developer_api.recipes import find_recipe
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=TEST_AUTOMATION)


class CasesToRun(Body):
    """Which test cases: those that fit all that is said."""

    manifest_id: Number | None = None
    project_id: Number | None = None
    folder_id: Number | None = None
    recipe_id: Number | None = None
    test_case_ids: Annotated[list[str], Field(max_length=run_requests.MOST)] | None = None


@ENDPOINTS.add("GET", "recipes/:recipe_id/test_cases")
def list_test_cases(call: Call, recipe_id: int) -> dict[str, Any]:
    """List the test cases of a recipe, the oldest first."""
    found = test_cases.list_cases(call.world, find_recipe(call, recipe_id))
    return {
        "data": [
            {
                "id": each.handle,
                "name": each.name,
                "created_at": each.created_at,
                "updated_at": each.updated_at,
            }
            for each in found
        ]
    }


@ENDPOINTS.add("POST", "test_cases/run_requests")
def run_test_cases(call: Call, body: CasesToRun) -> dict[str, Any]:
    """Run the test cases of an export manifest, project, folder or recipe, or those named."""
    scope = body.model_dump(exclude={"test_case_ids"})
    if body.test_case_ids is None and not any(each is not None for each in scope.values()):
        raise FieldError("base", f"Name what to run: one of {', '.join(scope)}, test_case_ids.")
    recipes = run_requests.find_recipes(call.world, call.workspace_id, **scope)
    cases = run_requests.find_cases(call.world, recipes, body.test_case_ids)
    made = run_requests.run(call.world, call.environment, cases)
    return {"data": _describe(call, made)}


@ENDPOINTS.add("GET", "test_cases/run_requests/:id")
def get_run_request(call: Call, id: str) -> dict[str, Any]:
    """Return the results of a run request, one per test case."""
    found = run_requests.get_request(call.world, call.workspace_id, id)
    document = _describe(call, found)
    if found.steps and not document["results"]:  # of other projects, or deleted since
        raise NotFound("There is no such run request.")
    return {"data": document}


def _describe(call: Call, made: RunRequest) -> dict[str, Any]:
    owner = workspaces.get_owner(call.world, call.workspace_id)
    results = run_requests.list_results(call.world, made)
    covered = round(100 * made.performed / made.steps, 2) if made.steps else 0
    return {
        "id": made.handle,
        "status": "completed",
        "user": {"id": owner.id},
        "created_at": made.created_at,
        "updated_at": made.updated_at,
        "results": [_result(each, name) for each, name in results],
        "coverage": {"value": covered},
    }


def _result(result: CaseResult, recipe_name: str) -> dict[str, Any]:
    return {
        "recipe": {"id": result.recipe_id, "name": recipe_name},
        "test_case": {"id": result.case_handle, "name": result.case_name},
        "job": {"id": result.job_id},
        "status": "succeeded" if result.succeeded else "failed",
        "errors": result.mistakes,
    }

"""Test cases of recipes: made, changed and deleted; the Developer API lists and runs them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing, reading
from simulator.db.tables import RecipeTestCase
from simulator.domain import job_history, recipes, test_cases
from simulator.domain.test_cases import Draft
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("recipe or test case")
_WRONG = {422: "a mock or check is none of this recipe's, it is too long, or a member is unknown"}

_EVENT = Field(description="What the recipe is called with, or what its trigger would give.")
_MOCKS = Field(description="What steps answer: `{step, output}` or `{step, error}` each.")
_CHECKS = Field(description="What must hold: `{step, of, field, condition, value}` each.")


class TestCaseDraft(ResponseModel):
    """A test case that is not stored: what `POST` takes."""

    __test__ = False

    name: str
    event: Annotated[dict[str, Any], _EVENT]
    mocks: Annotated[list[dict[str, Any]], _MOCKS]
    checks: Annotated[list[dict[str, Any]], _CHECKS]


class TestCase(TestCaseDraft):
    """A test case of a recipe."""

    id: Annotated[str, Field(description="As the Developer API names it.")]
    created_at: datetime
    updated_at: datetime


class TestCases(ResponseModel):
    """The test cases of a recipe, the oldest first."""

    __test__ = False

    test_cases: list[TestCase]


class SaveTestCase(Body):
    """A test case as it is to be."""

    name: Annotated[str, Field(min_length=1, max_length=255, description="One line.")]
    event: Annotated[dict[str, Any], _EVENT] = {}
    mocks: Annotated[list[dict[str, Any]], _MOCKS] = []
    checks: Annotated[list[dict[str, Any]], _CHECKS] = []


@ENDPOINTS.add("GET", "recipes/:recipe/test_cases", problems=missing("recipe"))
def list_cases_of_recipe(simulator: Simulator, workspace: int, recipe: int) -> TestCases:
    """List a recipe's test cases, the oldest first."""
    with reading(simulator, workspace) as world:
        found = test_cases.list_cases(world, recipes.get_recipe(world, workspace, recipe))
        return TestCases(test_cases=[_to_response(each) for each in found])


@ENDPOINTS.add("GET", "recipes/:recipe/test_cases/:case", problems=_MISSING)
def get_test_case(simulator: Simulator, workspace: int, recipe: int, case: str) -> TestCase:
    """Tell of one test case."""
    with reading(simulator, workspace) as world:
        of = recipes.get_recipe(world, workspace, recipe)
        return _to_response(test_cases.get_case(world, of, case))


@ENDPOINTS.add("GET", "recipes/:recipe/jobs/:job/test_case", problems=missing("recipe or job"))
def draft_test_case(simulator: Simulator, workspace: int, recipe: int, job: str) -> TestCaseDraft:
    """Draft a test case that does what a job did, without its apps."""
    with reading(simulator, workspace) as world:
        of = recipes.get_recipe(world, workspace, recipe)
        draft = test_cases.draft_of_job(of, job_history.get_job(world, of, job))
        return TestCaseDraft(
            name=draft.name,
            event=dict(draft.event),
            mocks=list(draft.mocks),
            checks=list(draft.checks),
        )


@ENDPOINTS.add("POST", "recipes/:recipe/test_cases", problems=missing("recipe") | _WRONG)
def create_test_case(
    simulator: Simulator, workspace: int, recipe: int, body: SaveTestCase
) -> Reply[TestCase]:
    """Make a test case of a recipe."""
    with changing(simulator, workspace) as world:
        of = recipes.get_recipe(world, workspace, recipe)
        made = _to_response(test_cases.create(world, of, _draft(body)))
        path = f"{CONTROL_PATH}workspaces/{workspace}/recipes/{recipe}/test_cases/{made.id}"
        return Reply(value=made, status=201, location=path)


@ENDPOINTS.add("PUT", "recipes/:recipe/test_cases/:case", problems=_MISSING | _WRONG)
def change_test_case(
    simulator: Simulator, workspace: int, recipe: int, case: str, body: SaveTestCase
) -> TestCase:
    """Change a test case."""
    with changing(simulator, workspace) as world:
        of = recipes.get_recipe(world, workspace, recipe)
        found = test_cases.get_case(world, of, case)
        test_cases.change(world, of, found, _draft(body))
        return _to_response(found)


@ENDPOINTS.add("DELETE", "recipes/:recipe/test_cases/:case", problems=_MISSING)
def delete_test_case(simulator: Simulator, workspace: int, recipe: int, case: str) -> None:
    """Delete a test case; its results in run requests are kept."""
    with changing(simulator, workspace) as world:
        of = recipes.get_recipe(world, workspace, recipe)
        test_cases.delete(world, test_cases.get_case(world, of, case))


def _draft(body: SaveTestCase) -> Draft:
    return Draft(name=body.name, event=body.event, mocks=body.mocks, checks=body.checks)


def _to_response(found: RecipeTestCase) -> TestCase:
    return TestCase(
        id=found.handle,
        name=found.name,
        event=dict(found.event),
        mocks=list(found.mocks),
        checks=list(found.checks),
        created_at=found.created_at,
        updated_at=found.updated_at,
    )

"""Requests to run test cases: each case runs immediately, and its result is stored."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from simulator.db.tables import CaseResult, Environment, Job, Recipe, RecipeTestCase, RunRequest
from simulator.db.tables.recipes import JobStatus
from simulator.domain import asset_folders, case_checks, job_history, project_scope, recipe_tests
from simulator.domain.engine.compiling import list_steps
from simulator.domain.packages import exporting, operations
from simulator.errors import FieldError, NotFound, SimulatorError
from simulator.world import World

#: Test cases of one request (our choice).
MOST = 500
#: What stands in a job for the tool that was called.
TOOL = "Test case"


def is_test(job: Job) -> bool:
    """Return whether a job is a test of its recipe, by a person or of a test case.

    Args:
        job: the job.
    """
    return job.server_number is None and job.tool in (recipe_tests.TOOL, TOOL)


def is_test_case(job: Job) -> bool:
    """Return whether a test case was run as a job.

    Args:
        job: the job.
    """
    return job.server_number is None and job.tool == TOOL


def find_recipes(
    world: World,
    workspace_id: int,
    *,
    manifest_id: int | None = None,
    project_id: int | None = None,
    folder_id: int | None = None,
    recipe_id: int | None = None,
) -> Sequence[int]:
    """Return the ids of the recipes that match every filter of a request.

    Args:
        workspace_id: the workspace's id.
        manifest_id: the id of an export manifest.
        project_id: the id of a project.
        folder_id: the id of a folder, with those in it.
        recipe_id: the id of one recipe.

    Raises:
        NotFound: there is no such manifest or folder.
    """
    found = select(Recipe.id).where(Recipe.workspace_id == workspace_id)
    if manifest_id is not None:
        found = found.where(Recipe.id.in_(_list_of_manifest(world, workspace_id, manifest_id)))
    if project_id is not None:
        found = found.where(Recipe.project_id == project_id)
    if folder_id is not None:
        inside = asset_folders.is_listed(
            world, workspace_id, Recipe, folder_id, with_subfolders=True
        )
        found = found.where(inside)
    if recipe_id is not None:
        found = found.where(Recipe.id == recipe_id)
    return world.db.session.scalars(found.order_by(Recipe.id)).all()


def find_cases(
    world: World, recipe_ids: Sequence[int], handles: Sequence[str] | None = None
) -> Sequence[RecipeTestCase]:
    """Return test cases, by recipe.

    Args:
        recipe_ids: the ids of their recipes.
        handles: the handles of those that are meant; None for all.

    Raises:
        NotFound: one of those that are meant is not there.
        FieldError: on `test_case_ids`: they are too many.
    """
    found = select(RecipeTestCase).where(RecipeTestCase.recipe_id.in_(recipe_ids))
    if handles is not None:
        found = found.where(RecipeTestCase.handle.in_(handles))
    order = RecipeTestCase.recipe_id, RecipeTestCase.id
    cases = world.db.session.scalars(found.order_by(*order).limit(MOST + 1)).all()
    if handles is not None and (missing := set(handles) - {each.handle for each in cases}):
        raise NotFound(f"There is no test case {min(missing)}.")
    if len(cases) > MOST:
        raise FieldError("test_case_ids", f"More than {MOST} test cases: name fewer.")
    return cases


def run(world: World, environment: Environment, cases: Sequence[RecipeTestCase]) -> RunRequest:
    """Run test cases one after another, for nobody: their apps are mocked, or fail for that.

    They use what the recipes use, of other projects, too, than those of whoever asks.

    Args:
        world: with an open unit of work; it is committed between steps.
        environment: the environment whose connections are used.
        cases: the cases that are run.

    Returns:
        The request, with its results stored.
    """
    now = world.clock.now()
    numbers: dict[int, set[int]] = {}
    performed: dict[int, set[int]] = {}
    results = []
    for case_id in [each.id for each in cases]:
        case = world.db.session.get_one(RecipeTestCase, case_id)
        recipe = world.db.session.get_one(Recipe, case.recipe_id)
        if recipe.id not in numbers:
            numbers[recipe.id], performed[recipe.id] = _list_numbers(recipe), set()
        with project_scope.lifted(world):
            result, seen = _run_case(world, environment, recipe, case)
        performed[recipe.id] |= seen & numbers[recipe.id]
        results.append(result)
    made = RunRequest(
        handle=f"cirr-{world.randomness.hex('run request', 7)}",
        workspace_id=environment.workspace_id,
        steps=sum(map(len, numbers.values())),
        performed=sum(map(len, performed.values())),
        created_at=now,
        updated_at=world.clock.now(),
    )
    world.db.session.add(made)
    world.db.session.flush()
    for result in results:
        result.request_id = made.id
    world.db.session.add_all(results)
    world.db.session.flush()
    return made


def get_request(world: World, workspace_id: int, handle: str) -> RunRequest:
    """Return a request.

    Args:
        workspace_id: the workspace's id.
        handle: how programs name it.

    Raises:
        NotFound: it does not exist.
    """
    own = RunRequest.workspace_id == workspace_id, RunRequest.handle == handle
    found = world.db.session.scalar(select(RunRequest).where(*own))
    if found is None:
        raise NotFound("There is no such run request.")
    return found


def list_results(world: World, request: RunRequest) -> Sequence[tuple[CaseResult, str]]:
    """Return the results of a request in the order of the runs, with the recipes' names.

    Args:
        request: the request.
    """
    own = select(CaseResult, Recipe.name).join(Recipe, Recipe.id == CaseResult.recipe_id)
    rows = own.where(CaseResult.request_id == request.id).order_by(CaseResult.id)
    return [(result, name) for result, name in world.db.session.execute(rows)]


def list_latest(world: World, recipe: Recipe) -> dict[str, CaseResult]:
    """Return the latest result of each test case of a recipe, by its handle.

    Args:
        recipe: the recipe.
    """
    newest = (
        select(func.max(CaseResult.id))
        .where(CaseResult.recipe_id == recipe.id)
        .group_by(CaseResult.case_handle)
    )
    rows = world.db.session.scalars(select(CaseResult).where(CaseResult.id.in_(newest)))
    return {each.case_handle: each for each in rows}


def _run_case(
    world: World, environment: Environment, recipe: Recipe, case: RecipeTestCase
) -> tuple[CaseResult, set[int]]:
    """Run a test case; return its result and the numbers of the performed steps."""
    result = CaseResult(
        recipe_id=recipe.id,
        case_handle=case.handle,
        case_name=case.name,
        succeeded=False,
        mistakes=[],
    )
    checks: list[dict[str, Any]] = list(case.checks)
    try:
        result.job_id = recipe_tests.run(
            world, recipe, case.event, None, environment, TOOL, mocks=case.mocks
        )
    except FieldError as error:
        result.mistakes = [f"The recipe takes other parameters: {error}"]
        return result, set()
    except SimulatorError as error:
        result.mistakes = [str(error)]
        return result, set()
    job = job_history.get_job(world, recipe, result.job_id)
    failure = None if job.status == JobStatus.SUCCEEDED.value else job.error or job.status
    result.mistakes = list(case_checks.find_mistakes(job.steps, failure, checks))
    result.succeeded = not result.mistakes
    return result, {entry["number"] for entry in job.steps if "number" in entry}


def _list_numbers(recipe: Recipe) -> set[int]:
    try:
        steps = list_steps(recipe.code, recipe.config)
    except SimulatorError:
        return set()
    return {step.number for step in steps if not step.is_skipped}


def _list_of_manifest(world: World, workspace_id: int, manifest_id: int) -> list[int]:
    manifest = operations.get_manifest(world, workspace_id, manifest_id)
    place = operations.get_place_of(world, manifest)
    files = exporting.list_files(world, place.project, manifest.folder)
    named = manifest.zip_names
    return [
        each.row_id
        for each in files
        if each.kind == "recipe" and (named is None or each.zip_name in named)
    ]

"""Repeat jobs: run a recipe as it is now once more, with what a job began with, for its person."""

import json
from typing import Any

from simulator.db.tables import EndUser, Environment, Job, Recipe
from simulator.domain import project_scope, recipe_tests
from simulator.errors import FieldError
from simulator.world import World

#: What stands in a repeated job for the tool that was called.
TOOL = "Repeat"
#: Under which name the trigger of a called recipe has its arguments.
_ARGUMENTS = ("parameters", "request")


def is_repeated(job: Job) -> bool:
    """Return whether a job repeats another one.

    Args:
        job: the job.
    """
    return job.server_number is None and job.tool == TOOL


def repeat(world: World, recipe: Recipe, job: Job, environment: Environment) -> str:
    """Run a recipe once more, to its end (our choice; the product puts it into a queue).

    It uses what the recipe uses, of other projects, too, than those of the client that asks.

    Args:
        world: with an open unit of work; it is committed between steps.
        recipe: the recipe of the job.
        job: the job with its steps.
        environment: the environment whose connections the person has.

    Returns:
        The id of the new job, however it ended.

    Raises:
        FieldError: on `job_id`: the recipe is stopped, or what the job began with is not there.
    """
    if not recipe.running:
        raise FieldError("job_id", "The recipe is stopped.")
    person = world.db.session.get(EndUser, job.end_user_id) if job.end_user_id else None
    if job.end_user_id and (person is None or person.status != "active"):
        raise FieldError("job_id", "The end user whom it ran for is not active any more.")
    event = read_event(recipe, job)
    try:
        with project_scope.lifted(world):
            return recipe_tests.run(world, recipe, event, person, environment, TOOL)
    except FieldError as error:
        raise FieldError("job_id", f"The recipe takes other parameters now: {error}") from None


def read_event(recipe: Recipe, job: Job) -> dict[str, Any]:
    """Return what a job began with, as its record has it: without secrets (our choice).

    Args:
        recipe: the recipe of the job.
        job: the job with its steps.

    Raises:
        FieldError: on `job_id`: it is not there.
    """
    first = next((entry for entry in job.steps if entry.get("number") == 0), None)
    try:
        output = json.loads(first["output"] or "{}") if first else None
    except ValueError:  # it was cut
        output = None
    if not isinstance(output, dict):
        raise FieldError("job_id", "What the job began with was not kept.")
    if recipe_tests.is_called(recipe):
        found = (output[name] for name in _ARGUMENTS if isinstance(output.get(name), dict))
        return dict(next(found, {}))
    return output

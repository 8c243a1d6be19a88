"""Recipe functions: return a result, call another recipe."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.outcome import RecipeCall, Result
from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.steps import MCP_PROXY, RECIPE_FUNCTION
from simulator.domain.engine.tree import Action, get_mapping
from simulator.domain.formulas import FormulaError


def return_result(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> Result:
    """End the job with a result of the declared schema; what is required may not be empty text."""
    value = job.program.result(inputs.get("result"))
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner == "" and name in job.program.required:
                raise FormulaError(explain_empty(name))
    return Result(value=value)


def return_tool_result(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> Result:
    """End the job with the result of another MCP server's tool, as it is."""
    return Result(value=inputs.get("result"))


def explain_empty(field: str) -> str:
    """Return the sentence for a required field of a result that is empty text."""
    return f"The field '{field}' of the result is required and empty. Use =null for no value."


def call_recipe(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> RecipeCall:
    """Call a recipe function and wait for its result: `result`, `job_id`, `job_url`."""
    return _call(inputs, is_awaited=True)


def call_recipe_async(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> RecipeCall:
    """Start a recipe function: `job_id`, `job_url`.

    It has ended before the next step begins (our choice).
    """
    return _call(inputs, is_awaited=False)


def _call(inputs: Mapping[str, Any], *, is_awaited: bool) -> RecipeCall:
    reference = inputs.get("flow_id")
    if not reference:
        raise FormulaError("No recipe function is selected (`flow_id`).")
    parameters = get_mapping(inputs.get("parameters"))
    return RecipeCall(reference=reference, parameters=parameters, is_awaited=is_awaited)


def wait_for_async_jobs(
    job: JobView, _action: Action, inputs: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the results of jobs that this one started: `jobs: [{job_id, result}]` (our choice)."""
    given = inputs.get("job_ids", inputs.get("jobs"))
    ids = given if isinstance(given, list) else str(given or "").replace(",", " ").split()
    found = []
    for one in ids:
        job_id = str(one.get("job_id") if isinstance(one, Mapping) else one)
        if job_id not in job.async_jobs:
            raise FormulaError(f"This job started no job '{job_id}'.")
        found.append({"job_id": job_id, "result": job.async_jobs[job_id]})
    return {"jobs": found}


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    (RECIPE_FUNCTION, "return_result"): return_result,
    (RECIPE_FUNCTION, "call_recipe"): call_recipe,
    (MCP_PROXY, "return_tool_result"): return_tool_result,
    (RECIPE_FUNCTION, "call_recipe_async"): call_recipe_async,
    (RECIPE_FUNCTION, "wait_for_async_jobs"): wait_for_async_jobs,
}

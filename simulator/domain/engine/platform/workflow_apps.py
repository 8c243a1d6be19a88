"""Workflow apps: what a recipe does with a request stays in the job; nobody has the app here."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.outcome import Result
from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action, get_mapping
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.values import render_text

_PROVIDER = "workato_workflow_task"
#: Steps that go on when a person has decided: whoever writes the stub says what they decide.
DECISIONS = {(_PROVIDER, "human_review_on_existing_record")}


def update_request(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Keep changes of a request in the job's details: `record` has its new values (our choice)."""
    number = _get_number(inputs)
    return {"record": {"id": number, **get_mapping(inputs.get("parameters"))}}


def change_stage(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the stage of a request in the job's details: `record` names it (our choice)."""
    stage = inputs.get("workflow_stage_id")
    name = get_mapping(stage).get("name") if isinstance(stage, Mapping) else stage
    if not name:
        raise FormulaError("No stage is selected (`workflow_stage_id`).")
    return {"record": {"id": _get_number(inputs), "workflow_stage": name}}


def complete_task(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Keep in the job's details how a task ended: `task` has its `status` (our choice)."""
    return {"task": {"record_id": _get_number(inputs), "status": inputs.get("status")}}


def return_to_page(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> Result:
    """End the job with what the app's page gets: rows, items, or whether it went well."""
    return Result(value=dict(inputs))


def _get_number(inputs: Mapping[str, Any]) -> str:
    number = render_text(inputs.get("record_id")).strip()
    if not number:
        raise FormulaError("The step names no request (`record_id`).")
    return number


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    (_PROVIDER, "update_request"): update_request,
    (_PROVIDER, "change_workflow_stage"): change_stage,
    (_PROVIDER, "complete_task"): complete_task,
    (_PROVIDER, "app_function_return"): return_to_page,
}

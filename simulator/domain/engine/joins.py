"""Fetch the record that a field refers to, for data pills whose path contains a `join`."""

import json
from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.errors import StepFailed, TimedOut
from simulator.domain.engine.host import Host
from simulator.domain.engine.steps import Step
from simulator.domain.engine.tree import Program
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.pills import Join, Pill
from simulator.domain.formulas.scope import find_nested
from simulator.validation.parsing import parse_foreign_json

#: The records that a job has fetched: (alias of the step, join, value of the field) → record.
Found = dict[tuple[str, Join, str], Any]


# SALESFORCE-25
def fetch_record(
    program: Program, host: Host, found: Found, pill: Pill, join: Join, record: Mapping[str, Any]
) -> Any:
    """Return the record that a field of another record refers to; each is fetched once per job.

    The editor offers the fields of a referenced record as fields of the record itself (`Room__c` →
    its `Floor__c`). The data pill contains how to fetch it: run `action` with the field's value as
    the input `dst_key`, and with `args`. Workato fetches when the pill is read (exported recipes of
    the app Salesforce: 42 pills of `workato-devs/dewy-resort`).

    Args:
        program: the recipe that contains the pill.
        host: calls the app.
        found: the records that the job has fetched; the new one is added.
        pill: the data pill.
        join: the join in the pill's path.
        record: the record that has the field.

    Returns:
        The record; None if it is not visible to the connection's account.

    Raises:
        FormulaError: the app refused the request, or did not answer.
        TimedOut: the tool call exceeded its time limit.
    """
    nested = find_nested(pill, join, record)
    step = _find_step(program, pill)
    if nested is not None or step is None:
        return nested
    key = pill.line, join, str(record[join.source])
    if key not in found:
        found[key] = _fetch(host, step, join, record[join.source])
    return found[key]


def _find_step(program: Program, pill: Pill) -> Step | None:
    """Return the step whose output a pill reads, if that step calls an app."""
    steps = (each for each in program.steps if each.alias == pill.line)
    return next((each for each in steps if each.connector is not None), None)


def _fetch(host: Host, step: Step, join: Join, value: Any) -> Any:
    connector = step.connector
    action = connector.actions.get(join.action) if connector else None
    if action is None:
        return None
    inputs = {**json.loads(join.args), join.target: value}
    try:
        answer = host.call_app(step, action.request_typed(inputs, {}))
    except StepFailed as error:
        if error.kind.startswith("404"):
            return None
        raise FormulaError(error.reason) from None
    if host.now() > host.deadline:
        raise TimedOut(step, host.time_limit)
    return action.shape_output(inputs, parse_foreign_json(answer.content))

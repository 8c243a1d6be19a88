"""Follow a path element `join` of a data pill: fetch the record that a field refers to."""

import json
from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.errors import StepFailed
from simulator.domain.engine.host import Host
from simulator.domain.engine.steps import Step
from simulator.domain.engine.tree import Program
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.pills import Join, Pill
from simulator.domain.formulas.scope import find_nested
from simulator.validation.parsing import parse_foreign_json


# SALESFORCE-25
class RecordJoins:
    """Fetches records by the action that a join names, each once in a job.

    The editor shows what a field of a record refers to as fields of the record itself
    (`Room__c` → its `Floor__c`), and the pill says how to come there: run `action` with the field's
    value as the input `dst_key`, and with `args`. Workato fetches when the pill is read (exported
    recipes of the app Salesforce: 42 pills of `workato-devs/dewy-resort`).

    Args:
        program: whose steps pills are of.
        host: calls their apps.
    """

    def __init__(self, program: Program, host: Host) -> None:
        self._program, self._host = program, host
        self._found: dict[tuple[str, Join, str], Any] = {}

    def __call__(self, pill: Pill, join: Join, record: Mapping[str, Any]) -> Any:
        """Return the record that a record's field refers to; None where it cannot be seen.

        Raises:
            FormulaError: the app refused, or did not answer.
        """
        nested = find_nested(pill, join, record)
        step = self._step(pill)
        if nested is not None or step is None:
            return nested
        key = pill.line, join, str(record[join.source])
        if key not in self._found:
            self._found[key] = self._fetch(step, join, record[join.source])
        return self._found[key]

    def _step(self, pill: Pill) -> Step | None:
        """Return the step that a pill is of, if it acts in an app."""
        steps = (each for each in self._program.steps if each.alias == pill.line)
        return next((each for each in steps if each.connector is not None), None)

    def _fetch(self, step: Step, join: Join, value: Any) -> Any:
        connector = step.connector
        action = connector.actions.get(join.action) if connector else None
        if action is None:
            return None
        inputs = {**json.loads(join.args), join.target: value}
        try:
            answer = self._host.call_app(step, action.request_typed(inputs, {}))
            self._host.check_time(step, self._host.now())
        except StepFailed as error:
            if error.kind.startswith("404"):
                return None
            raise FormulaError(error.reason) from None
        return action.shape_output(inputs, parse_foreign_json(answer.content))

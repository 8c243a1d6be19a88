"""Stubs: what a step answers that cannot run here, as the user wrote it down.

A step whose code or app has no stand-in needs one. A stub of a recipe is `{step, output}`, or
`{step, table}` with rows `{when, output}`: the first row is taken all of whose inputs are as
`when` says; a row without `when` is always taken. `step` is the number that the editor shows, or
the step's alias. A stub of a test case may be `{step, error}`: the step fails with that sentence.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.domain.engine.conditions import OPERANDS
from simulator.domain.engine.steps import Step
from simulator.domain.formulas import FormulaError

Stub = Mapping[str, Any]
_EQUALS = OPERANDS["equals_to"]
NOTE = "answered by a stub"
#: What a job notes of a step that needed a stub and had none, whatever caught its error.
MISSING = "has no stub"


class MissingStub(FormulaError):
    """A step cannot run here, and nobody wrote a stub for it."""


def find_stub(stubs: Sequence[Stub], step: Step) -> Stub | None:
    """Return the stub of a step, or None.

    Args:
        stubs: of the recipe.
        step: one of its steps.
    """
    for stub in stubs:
        if stub.get("step") in (step.number + 1, step.alias):
            return stub
    return None


def answer(stub: Stub, inputs: Any) -> tuple[Any] | None:
    """Return the output that a stub gives for these inputs, in a tuple; None if no row fits.

    Args:
        stub: of the step.
        inputs: the step's input, evaluated.

    Raises:
        FormulaError: the stub says that the step fails.
    """
    if "error" in stub:
        raise FormulaError(str(stub["error"]))
    if "table" not in stub:
        return (stub.get("output"),)
    for row in stub["table"]:
        if all(_fits(inputs, path, value) for path, value in (row.get("when") or {}).items()):
            return (row.get("output"),)
    return None


def _fits(inputs: Any, path: str, value: Any) -> bool:
    for part in path.split("."):
        inputs = inputs.get(part) if isinstance(inputs, Mapping) else None
    return _EQUALS(inputs, value)


def explain_missing(step: Step, recipe: str) -> str:
    """Return the sentence for a step that cannot run here and has no stub.

    Args:
        step: the step.
        recipe: the name of its recipe.
    """
    what = f"{step.provider}.{step.name}" if step.provider else step.name
    named = json.dumps(recipe, ensure_ascii=False)
    otherwise = " Or start the simulator with --allow-code." if step.language else ""
    return (
        f"{what} cannot run in this sandbox. Write a stub for it in the scenario: "
        f"stubs: [{{recipe: {named}, step: {step.number + 1}, output: {{…}}}}].{otherwise}"
    )


def explain_no_row(step: Step) -> str:
    """Return the message for a stub without a matching row.

    Args:
        step: that has the stub.
    """
    return (
        f"The stub of step {step.number + 1} has no row for this input. Add one to its table, or "
        "one without `when` at the end, for every other input."
    )

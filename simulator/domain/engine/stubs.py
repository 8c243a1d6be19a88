"""Stubs: outputs that the user writes for steps that cannot run in the simulator.

A step needs a stub if it runs code that is not allowed here, or uses an app that is not simulated.
A stub of a recipe is `{step, output}`, or `{step, table}` with rows `{when, output}`: the first row
whose `when` matches the step's inputs is used; a row without `when` matches every input. `step` is
the number that the editor shows, or the step's alias. A stub of a test case may be `{step, error}`:
the step fails with that sentence.
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
#: The note in the job's record for a step that needed a stub and had none.
MISSING = "has no stub"


class MissingStub(FormulaError):
    """A step cannot run in the simulator and has no stub."""


def find_stub(stubs: Sequence[Stub], step: Step) -> Stub | None:
    """Return the stub of a step, or None.

    Args:
        stubs: the recipe's stubs.
        step: one of the recipe's steps.
    """
    for stub in stubs:
        if stub.get("step") in (step.number + 1, step.alias):
            return stub
    return None


def answer(stub: Stub, inputs: Any) -> tuple[Any] | None:
    """Return the output of a stub for these inputs, in a tuple; None if no row matches.

    Args:
        stub: the step's stub.
        inputs: the step's evaluated input.

    Raises:
        FormulaError: the stub makes the step fail.
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
    """Return the error message for a step that cannot run here and has no stub.

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
    """Return the error message for a stub without a matching row.

    Args:
        step: the step that the stub is for.
    """
    return (
        f"The stub of step {step.number + 1} has no row for this input. Add one to its table, or "
        "one without `when` at the end, for every other input."
    )

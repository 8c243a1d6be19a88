"""Checks of test cases: what a step's input or output has to be, or that it has to fail.

A check is `{step, of, field, condition, value}` (our own spelling; Workato docs have the conditions
alone). `of` is input, output or failure; `field` is a path with dots, and absent for all of it;
`condition` is equals unless something else is said.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.domain.engine.conditions import OPERANDS
from simulator.domain.engine.steps import Step
from simulator.errors import FieldError, list_choices
from simulator.validation.parsing import shorten

#: What a check asks for → the operand of recipes that means the same (Workato docs).
CONDITIONS: Mapping[str, str] = {
    "equals": "equals_to",
    "contains": "contains",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
    "does_not_equal": "not_equals_to",
    "does_not_contain": "not_contains",
    "does_not_start_with": "not_starts_with",
    "does_not_end_with": "not_ends_with",
    "is_present": "present",
    "is_not_present": "blank",
}
_OF = ("input", "output", "failure")
_MEMBERS = ("step", "of", "field", "condition", "value")

Entry = Mapping[str, Any]


def make(step: int, output: Any) -> dict[str, Any]:
    """Return the check that the output of a step is this.

    Args:
        step: its number, as the editor shows it.
        output: the output as JSON has it.
    """
    return {"step": step, "of": "output", "condition": "equals", "value": output}


def validate(check: Any, steps: Mapping[int, Step]) -> None:
    """Refuse a check that is malformed or names an unknown step.

    Args:
        check: the check as somebody wrote it.
        steps: the steps of the recipe, by the number that the editor shows.

    Raises:
        FieldError: on `checks`.
    """
    if not isinstance(check, Mapping):
        raise FieldError("checks", 'A check is {"step": 2, "of": "output", "value": {…}}.')
    if unknown := check.keys() - _MEMBERS:
        raise FieldError(
            "checks", f"`{shorten(min(unknown))}` is unknown. {list_choices(_MEMBERS)}"
        )
    step, condition = check.get("step"), check.get("condition", "equals")
    if type(step) is not int or step not in steps:
        raise FieldError("checks", f"There is no step {shorten(str(step))}.")
    if check.get("of", "output") not in _OF:
        raise FieldError("checks", f"`of` has to be one of {', '.join(_OF)}.")
    if not isinstance(condition, str) or condition not in CONDITIONS:
        raise FieldError("checks", f"There is no such condition. {list_choices(CONDITIONS)}")
    if not isinstance(check.get("field", ""), str):
        raise FieldError("checks", "`field` has to be a text, such as address.city.")


def find_mistakes(
    entries: Sequence[Entry], error: str | None, checks: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield what of a job is not as it should be, a sentence each.

    A job that failed is as it should be if each step that failed has a check that it does
    (Workato docs); a check of a step in a loop counts in each turn.

    Args:
        entries: the record of the job's steps.
        error: why the job failed; None where it did not.
        checks: the checks of the test case.
    """
    performed: dict[int, list[Entry]] = {}
    for entry in entries:
        if "number" in entry:
            performed.setdefault(entry["number"] + 1, []).append(entry)
    for check in checks:
        turns = performed.get(check["step"], [])
        if not turns:
            yield f"Step {check['step']} was not performed."
        yield from (sentence for entry in turns if (sentence := _compare(check, entry)))
    if error is None:
        return
    expected = {check["step"] for check in checks if check.get("of") == "failure"}
    failed = {number for number, turns in performed.items() if any(one["error"] for one in turns)}
    if not failed or failed - expected:
        yield f"The job failed: {error}"


def _compare(check: Mapping[str, Any], entry: Entry) -> str | None:
    of, step = check.get("of", "output"), check["step"]
    if of == "failure":
        return None if entry["error"] else f"Step {step} did not fail."
    found: Any = {}
    if entry[of] is not None:
        try:
            found = json.loads(entry[of])
        except ValueError:
            return f"The {of} of step {step} is too long to be compared: check a field of it."
    name = f"{of} of step {step}"
    if path := check.get("field"):
        name = f"{path} in the {name}"
        for part in path.split("."):
            found = _get(found, part)
    else:
        name = f"the {name}"
    condition = check.get("condition", "equals")
    if OPERANDS[CONDITIONS[condition]](found, check.get("value")):
        return None
    expected = "" if condition.endswith("present") else f" {_show(check.get('value'))}"
    words = f"{condition.replace('_', ' ')}{expected}"
    return f"{name[0].upper()}{name[1:]} is {_show(found)}, and should be one that {words}."


def _get(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    is_index = isinstance(value, list) and part.isascii() and part.isdigit() and len(part) < 7
    return value[int(part)] if is_index and int(part) < len(value) else None


def _show(value: Any) -> str:
    return shorten(json.dumps(value, ensure_ascii=False))

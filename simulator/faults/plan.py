"""A plan: what a fault does one after the other, such as twice 503, then 429, then nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

#: Attributes that say which requests a fault strikes and how often: those of the whole plan.
CHOICE = ("request", "system", "fields", "person", "tool", "probability", "seed")
#: What a step can have, in the order of the documents.
OUTCOME = (
    "status",
    "body",
    "headers",
    "own_error",
    "redirect",
    "members",
    "left_open",
    "claims",
    "foreign_key",
    "delay",
    "advance_clock_by",
    "skew",
    "drop_connection",
    "truncated",
    "token",
    "rotates_keys",
    "effect",
    "scopes",
)


def read_plan(plan: Iterable[object], beside: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the steps of a plan: the attributes of each, with how often it happens.

    Args:
        plan: the plan as it was given; `body` may be a text.
        beside: the attributes that the fault has besides, and the plan itself.

    Raises:
        ValueError: something is no step, or can never happen.
    """
    steps = list(plan)
    if not steps:
        return []
    for name in beside:
        if name in (*OUTCOME, "times"):
            raise ValueError(f"With a plan, say '{name}' in its steps, not beside it.")
    return [_step(step, number, len(steps)) for number, step in enumerate(steps, 1)]


def _step(step: object, number: int, count: int) -> dict[str, Any]:
    if not isinstance(step, Mapping):
        raise ValueError(
            f"Step {number} of the plan must map attributes to values, not be {step!r}."
        )
    for name in step:
        if name in CHOICE:
            raise ValueError(
                f"Step {number} of the plan: say '{name}' beside the plan, for all steps."
            )
        if name not in (*OUTCOME, "times"):
            known = ", ".join((*OUTCOME, "times"))
            raise ValueError(f"Step {number} of the plan has '{name}'. A step can have: {known}.")
    read = {"times": 1, **step}
    if read["times"] is None and number < count:
        raise ValueError(
            f"Step {number} of the plan never ends, so step {number + 1} would never happen: say "
            "times with it."
        )
    if isinstance(read.get("body"), str):
        read["body"] = read["body"].encode()
    return read

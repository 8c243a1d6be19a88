"""A compiled recipe: an immutable tree of blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.domain.engine.conditions import Condition
from simulator.domain.engine.schemas import Caster
from simulator.domain.engine.steps import Step
from simulator.domain.formulas import Field

Body = tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An action: a step that has an output.

    Attributes:
        step: the step.
        inputs: the step's compiled input.
        details: what the compiler prepared for the action's handler, such as a schema; None for
            most.
        stub: the stub that answers instead of the action; None if the user wrote none.
    """

    step: Step
    inputs: Field
    details: Any = None
    stub: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """IF, ELSE IF or ELSE: a body and its condition, which is None for ELSE."""

    step: Step
    condition: Condition | None
    body: Body


@dataclass(frozen=True, slots=True)
class Choice:
    """An IF with its ELSE IFs and ELSE: the first branch whose condition is true runs."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Handler:
    """The "On error" block of a monitor (keyword `catch`).

    Attributes:
        step: the `catch` step.
        retries: how often the monitored body is repeated before this block runs.
        interval: seconds before each repetition.
        body: the blocks to run on an error.
    """

    step: Step
    retries: int
    interval: int
    body: Body


@dataclass(frozen=True, slots=True)
class Monitor:
    """A "Monitor" block (keyword `try`): its body, and the handler of its errors, if any."""

    step: Step
    body: Body
    handler: Handler | None


@dataclass(frozen=True, slots=True)
class ForEach:
    """A loop over a list.

    Attributes:
        step: the `foreach` step.
        source: the compiled list.
        batch_size: the number of items in each turn; None for one item at a time.
        cleared: `(provider, alias)` of the outputs that are removed before each further turn.
        body: the blocks to run in each turn.
    """

    step: Step
    source: Field
    batch_size: int | None
    cleared: tuple[tuple[str, str], ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Repeat:
    """A "Repeat while" loop: the body runs once, and again while the condition is true."""

    step: Step
    body: Body
    condition_step: Step
    condition: Condition


@dataclass(frozen=True, slots=True)
class Stop:
    """A "Stop job" step, which ends the job as successful or failed."""

    step: Step
    inputs: Field


Block = Action | Choice | Monitor | ForEach | Repeat | Stop


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One of the responses that an API recipe declares.

    Attributes:
        name: the name of the response.
        status: the HTTP status code.
        cast: casts a body to the types of the response's schema.
    """

    name: str
    status: int
    cast: Caster


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """A compiled recipe.

    Attributes:
        steps: all steps in the editor's order, the trigger first.
        body: the blocks after the trigger.
        filter: the trigger condition; None if the trigger takes every event.
        parameters: casts arguments to the types of the declared parameters.
        headers: the names of the request headers that an API recipe declares.
        result: casts a result to the types of the declared result schema.
        required: the fields of the result that may not be empty text.
        responses: the responses that an API recipe declares.
        total: the number of steps that are not skipped.
    """

    steps: tuple[Step, ...]
    body: Body
    filter: Condition | None
    parameters: Caster
    headers: tuple[str, ...]
    result: Caster
    required: frozenset[str]
    responses: tuple[Response, ...]
    total: int


def get_mapping(value: Any) -> Mapping[str, Any]:
    """Return a value of a recipe's JSON if it is an object, else an empty object.

    Args:
        value: the value; None for a missing member.
    """
    return value if isinstance(value, Mapping) else {}

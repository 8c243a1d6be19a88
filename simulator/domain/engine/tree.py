"""A recipe as a tree of blocks, ready to run: plain data that nobody changes."""

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
    """A step that does something, and has an output.

    Attributes:
        step: the step.
        inputs: its whole input.
        details: what else its handler was compiled to, such as a schema; None for most.
        stub: that answers in its place, where the user wrote one.
    """

    step: Step
    inputs: Field
    details: Any = None
    stub: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """IF, ELSE IF or ELSE: a body, and the condition for it; None for ELSE."""

    step: Step
    condition: Condition | None
    body: Body


@dataclass(frozen=True, slots=True)
class Choice:
    """An IF with its ELSE IFs and ELSE: the first branch whose condition holds is run."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Handler:
    """The error block of a monitor.

    Attributes:
        step: the `catch`.
        retries: so often the monitor is run again before it is entered.
        interval: seconds before each.
        body: its steps.
    """

    step: Step
    retries: int
    interval: int
    body: Body


@dataclass(frozen=True, slots=True)
class Monitor:
    """A `try`: its body, and what is run when a step of it fails; None where nothing is."""

    step: Step
    body: Body
    handler: Handler | None


@dataclass(frozen=True, slots=True)
class ForEach:
    """A loop over a list.

    Attributes:
        step: the loop.
        source: the list.
        batch_size: items for each turn; None for one at a time.
        cleared: `(provider, alias)` of the outputs that each turn begins without.
        body: its steps.
    """

    step: Step
    source: Field
    batch_size: int | None
    cleared: tuple[tuple[str, str], ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Repeat:
    """A loop that is run once, and again while its condition holds."""

    step: Step
    body: Body
    condition_step: Step
    condition: Condition


@dataclass(frozen=True, slots=True)
class Stop:
    """Ends the job, as failed or not."""

    step: Step
    inputs: Field


Block = Action | Choice | Monitor | ForEach | Repeat | Stop


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One of the responses that an API recipe declares.

    Attributes:
        name: of it.
        status: its HTTP status code.
        cast: makes values of its body those of its schema.
    """

    name: str
    status: int
    cast: Caster


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """A recipe, compiled.

    Attributes:
        steps: all of it, the trigger first, in the editor's order.
        body: what the trigger starts.
        filter: the trigger condition; None where every event is taken.
        parameters: makes arguments those of the declared parameters.
        headers: names of the request headers that an API recipe declares.
        result: makes a result that of the declared schema.
        required: fields of the result that may not be empty text.
        responses: what an API recipe can answer.
        total: how many steps are not switched off.
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
    """Return a member of a recipe's JSON that should be an object; empty if it is not.

    Args:
        value: of the member; None where there is none.
    """
    return value if isinstance(value, Mapping) else {}

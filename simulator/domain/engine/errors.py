"""How a job ends otherwise than at its last step."""

from simulator.domain.engine.steps import Step
from simulator.errors import SimulatorError


class RecipeInvalid(SimulatorError):
    """A recipe's code cannot be run; the message numbers the step as the editor does."""

    status = 422


class StepFailed(SimulatorError):
    """A step of the recipe failed; the message names it as the editor counts, and why.

    Args:
        step: the step.
        reason: a sentence.
        kind: what a handler of errors reads as the type of the error.

    Attributes:
        step: the step.
        reason: the sentence without the step's name: the message that a handler reads.
        kind: as given.
    """

    status = 502

    def __init__(self, step: Step, reason: str, kind: str = "Step error") -> None:
        super().__init__(f"Step {step.number + 1} ({step.title}) failed: {reason}")
        self.step, self.reason, self.kind = step, reason, kind


class Stopped(SimulatorError):
    """A "Stop job" step ended the job as failed."""

    status = 502

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(f"Step {step.number + 1} ({step.title}) stopped the job: {reason}")
        self.step, self.reason = step, reason


class TimedOut(SimulatorError):
    """The run took longer than a tool call may; what its steps did before stays done."""

    status = 504

    def __init__(self, step: Step, seconds: int) -> None:
        super().__init__(
            f"The call took longer than {seconds} seconds and was given up at step "
            f"{step.number + 1} ({step.title})."
        )

"""The errors that end a job."""

from simulator.domain.engine.steps import Step
from simulator.errors import SimulatorError


class RecipeInvalid(SimulatorError):
    """A recipe's code cannot be run; the message numbers the step as the editor does."""

    status = 422


class StepFailed(SimulatorError):
    """A step of the recipe failed; the message has its number as in the editor, and the reason.

    Args:
        step: the step.
        reason: a sentence.
        kind: the type of the error, which "On error" blocks read as `error_type`.

    Attributes:
        step: the step.
        reason: the sentence without the step's name, which "On error" blocks read as `message`.
        kind: the type of the error.
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
    """The tool call exceeded its time limit; what its steps have done is not undone."""

    status = 504

    def __init__(self, step: Step, seconds: int) -> None:
        super().__init__(
            f"The call took longer than {seconds} seconds and was given up at step "
            f"{step.number + 1} ({step.title})."
        )

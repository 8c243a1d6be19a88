"""What an action of the platform sees of the job that it is performed in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from simulator.domain.engine.host import Tables
from simulator.domain.engine.schemas import Caster
from simulator.domain.engine.steps import Step
from simulator.domain.engine.tree import Action, Program


class JobView(Protocol):
    """A job under way.

    Attributes:
        program: the recipe.
        outputs: `{provider: {alias: output}}` of the steps that ran.
        casts: alias of a step that declared variables or a list → what makes values of it.
        async_jobs: id of a job that was started without waiting → its result.
    """

    program: Program
    outputs: dict[str, dict[str, Any]]
    casts: dict[str, Caster]
    async_jobs: dict[str, Any]

    @property
    def job_id(self) -> str:
        """The job's own id."""

    @property
    def tables(self) -> Tables:
        """The workspace's lookup tables and data tables."""

    def now(self) -> datetime:
        """Return the simulated moment."""

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        """Run a step's code; return what it returns.

        Raises:
            FormulaError: the simulator may not run code.
            StepFailed: the code failed, or cannot be run here.
        """


#: Performs an action with its evaluated inputs; returns its output, or an outcome.
#: It raises FormulaError for inputs that it cannot take.
ActionHandler = Callable[[JobView, Action, Mapping[str, Any]], Any]

"""Run a compiled recipe as one job, step by step.

`Job.run()` is a generator that yields each step before it is performed, so that its caller can send
progress notifications, cancel the job, or open a unit of work for each step.
"""

import logging
from collections.abc import Generator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from simulator.connectors import Connector
from simulator.connectors.content import read_content
from simulator.domain.engine import custom_action, platform, stubs
from simulator.domain.engine.conditions import to_text
from simulator.domain.engine.control import RUNNERS, Steps
from simulator.domain.engine.custom_action import RequestPlan
from simulator.domain.engine.errors import StepFailed, Stopped, TimedOut
from simulator.domain.engine.host import Host, Tables
from simulator.domain.engine.joins import fetch_record
from simulator.domain.engine.limits import DEEPEST_CALLS, MOST_PERFORMED
from simulator.domain.engine.outcome import JobEnded, RecipeCall, Result
from simulator.domain.engine.record import JobRecord
from simulator.domain.engine.steps import API_PLATFORM, GENIE, SKILL, TRIGGER_NAMES, Step
from simulator.domain.engine.tree import Action, Body, Program
from simulator.domain.formulas import FormulaError, Scope
from simulator.domain.formulas.values import check_size
from simulator.errors import FieldError, SimulatorError

_log = logging.getLogger("simulator.engine")


class Budget:
    """The number of steps that a job and the recipes that it calls may still perform."""

    def __init__(self) -> None:
        self.left = MOST_PERFORMED

    def spend(self, step: Step) -> None:
        """Take one step from the budget.

        Args:
            step: the step that is about to be performed.

        Raises:
            StepFailed: the budget is used up.
        """
        self.left -= 1
        if self.left < 0:
            raise StepFailed(step, f"a job performs {MOST_PERFORMED} steps at most.")


class Job:
    """One run of a recipe.

    Args:
        program: the compiled recipe.
        host: gives access to apps, tables, other recipes and the clock.
        parameters: the arguments of the call; they are cast to the declared types.
        budget: the budget of the job that called this one; None for a new budget.
        depth: the number of jobs in the chain of calls above this one.
        headers: the headers of the HTTP request that an API recipe answers; None for other recipes.

    Attributes:
        record: the steps performed so far.
        outputs: `{provider: {alias: output}}` of the steps performed so far.
        casts: see `JobView`.
        async_jobs: see `JobView`.
        scope: what data pills and formulas can read.
        budget: the number of steps left.
        turns: the current turn of each enclosing loop, counted from 1, outermost loop first.
    """

    def __init__(
        self,
        program: Program,
        host: Host,
        parameters: Mapping[str, Any],
        budget: Budget | None = None,
        depth: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.program, self._host = program, host
        self._headers = headers or {}
        self.budget, self._depth = budget or Budget(), depth
        self._parameters = program.parameters(dict(parameters))
        self.record = JobRecord()
        self.outputs: dict[str, dict[str, Any]] = {}
        self.casts: dict[str, Any] = {}
        self.async_jobs: dict[str, Any] = {}
        self.scope = Scope(
            self.outputs,
            now=host.now,
            octets=host.octets,
            properties=lambda: host.properties,
            job=lambda: host.job,
            lookup=partial(_look_up, host, "lookup_table"),
            lookup_data_table=lambda _project, table, values: _look_up(
                host, "workato_db_table", table, values
            ),
            find_record=partial(fetch_record, program, host, {}),
        )
        self.turns: list[int] = []

    @property
    def job_id(self) -> str:
        """The job's own id."""
        return str(self._host.job["job_id"])

    @property
    def tables(self) -> Tables:
        """The workspace's tables."""
        return self._host.tables

    def now(self) -> datetime:
        """Return the simulated time."""
        return self._host.now()

    def run_code(self, step: Step, source: str, inputs: Mapping[str, Any]) -> Any:
        """Run a step's code; return its result, made of JSON values.

        Args:
            step: the step; `step.language` selects the interpreter.
            source: the source code.
            inputs: the step's evaluated input.

        Raises:
            FormulaError: the step has no code, or code is not allowed to run here.
        """
        if not self._host.allows_code:
            raise self._refuse(step)
        if not source.strip():
            raise FormulaError("The step has no code.")
        return self._host.run_code(step, source, inputs)

    def run(self) -> Generator[Step, None, Result | None]:
        """Perform the steps, yielding each one before it is performed; return the recipe's result.

        Returns:
            The result; None if the job was stopped, or the recipe has no step that returns a
            result.

        Raises:
            StepFailed: a step failed, and no "Monitor" block around it handled the error.
            Stopped: a "Stop job" step ended the job as failed.
            TimedOut: the tool call took longer than its time limit.
        """
        try:
            yield from self._start()
            yield from self.run_body(self.program.body)
        except JobEnded as end:
            return end.result
        return None

    def _start(self) -> Steps:
        trigger = self.program.steps[0]
        yield trigger
        output = self._trigger_output(trigger)
        self.keep_output(trigger.provider, trigger.alias, output)
        self._end_step(trigger, output=output)
        if self.program.filter is not None:
            try:
                holds = self.program.filter.holds(self.scope)
            except FormulaError as error:
                raise StepFailed(trigger, str(error)) from None
            if not holds:
                raise JobEnded(None)

    def _trigger_output(self, trigger: Step) -> dict[str, Any]:
        if trigger.provider == API_PLATFORM:
            sent = {name.lower(): value for name, value in self._headers.items()}
            read = {name: sent.get(name.lower()) for name in self.program.headers}
            return {"request": self._parameters, "headers": read}
        if trigger.provider not in TRIGGER_NAMES:  # an event, all of it written by hand
            return dict(self._parameters)
        output: dict[str, Any] = {"parameters": self._parameters}
        if trigger.provider in (SKILL, GENIE):
            output |= {"context": self._host.context, "custom_metadata": {}}
        return output

    def run_body(self, body: Body) -> Steps:
        """Run the blocks of a body in order.

        Args:
            body: the blocks.
        """
        for block in body:
            if type(block) is Action:
                yield block.step
                call = self._perform(block)
                if call is not None:
                    yield from self._call(block, call)
            else:
                yield from RUNNERS[type(block)](self, block)

    # --- actions

    def _perform(self, action: Action) -> RecipeCall | None:
        """Perform an action; return the recipe call that its caller has to make, if it is one."""
        step = action.step
        self.budget.spend(step)
        began = self._host.now()
        inputs: Any = None
        try:
            inputs = action.inputs.evaluate(self.scope)
            check_size(inputs)  # outputs that hold each other's outputs grow twofold in each turn
            output, note = self._answer(action, inputs)
        except stubs.MissingStub as error:
            _log.warning("job %s: %s", self.job_id, error)
            failure = StepFailed(step, str(error))
            raise self.fail(step, began, inputs, failure, stubs.MISSING) from None
        except FormulaError as error:
            raise self.fail(step, began, inputs, StepFailed(step, str(error))) from None
        except StepFailed as error:
            raise self.fail(step, began, inputs, error) from error.__cause__
        if isinstance(output, RecipeCall):
            return output
        if isinstance(output, Result):
            self._end_step(step, began, inputs=inputs, output=output.value)
            raise JobEnded(output)
        self.keep_output(step.provider, step.alias, output)
        self._end_step(step, began, inputs=inputs, output=output, note=note)
        return None

    def _answer(self, action: Action, inputs: Any) -> tuple[Any, str | None]:
        """Return the output of an action, and a note for the job's details."""
        step = action.step
        if action.stub is not None:
            found = stubs.answer(action.stub, inputs)
            if found is None:
                raise FormulaError(stubs.explain_no_row(step))
            return found[0], stubs.NOTE
        if step.connector is not None:
            return self._call_app(action, step.connector, inputs), None
        handler = platform.ACTIONS.get((step.provider, step.name))
        if handler is None:
            raise self._refuse(step)
        return handler(self, action, inputs), None

    def _call_app(self, action: Action, connector: Connector, inputs: Mapping[str, Any]) -> Any:
        step = action.step
        if isinstance(action.details, RequestPlan):
            request = custom_action.build_request(action.details, inputs)
            answer = self._host.call_app(step, request)
            return custom_action.shape_output(action.details, inputs, answer)
        known = connector.actions.get(step.name)
        if known is None:
            raise self._refuse(step)
        types: Mapping[str, str] = {}
        if action.details is not None:
            inputs, types = action.details.cast(inputs), action.details.types
        try:
            answer = self._host.call_app(step, known.request_typed(inputs, types))
            if known.takes_content:
                return known.shape_output(inputs, read_content(answer.content))
            return known.read(inputs, answer.status, answer.content, answer.headers)
        except FieldError as error:
            raise FormulaError(f"{connector.name} {error}") from None

    def _refuse(self, step: Step) -> stubs.MissingStub:
        """Return the error for a step that cannot run here and has no stub."""
        recipe = str(self._host.job["recipe_name"])
        return stubs.MissingStub(stubs.explain_missing(step, recipe))

    def _call(self, action: Action, call: RecipeCall) -> Steps:
        """Run the recipe that a step calls, as another job."""
        step = action.step
        began = self._host.now()
        inputs = {"flow_id": call.reference, "parameters": call.parameters}
        if self._depth >= DEEPEST_CALLS:
            reason = f"recipes call each other {DEEPEST_CALLS} levels deep at most."
            raise self.fail(step, began, inputs, StepFailed(step, reason))
        try:
            program, host = self._host.open_recipe(step, call.reference)
        except StepFailed as error:
            raise self.fail(step, began, inputs, error) from None
        job = Job(program, host, call.parameters, self.budget, self._depth + 1)
        output: dict[str, Any] = {name: host.job[name] for name in ("job_id", "job_url")}
        error_text: str | None = "The job was cancelled."
        try:
            result = yield from job.run()
            error_text = None
        except SimulatorError as error:
            error_text = str(error)
            if not isinstance(error, StepFailed | Stopped):
                raise
            failure = StepFailed(step, f"The recipe '{host.job['recipe_name']}' failed: {error}")
            if call.is_awaited:
                raise self.fail(step, began, inputs, failure) from None
            result = None
        finally:
            host.close(job.record, error_text)
        value = result.value if result is not None else None
        if call.is_awaited:
            output = {"result": value, **output}
        else:
            self.async_jobs[str(output["job_id"])] = value
        self.keep_output(step.provider, step.alias, output)
        self._end_step(step, began, inputs=inputs, output=output)

    # --- outputs and the job's record

    def keep_output(self, provider: str, alias: str, output: Any) -> None:
        """Store a step's output, which later data pills read.

        Args:
            provider: the step's provider, as data pills name it.
            alias: the step's alias.
            output: the output; it replaces the one of an earlier turn.
        """
        self.outputs.setdefault(provider, {})[alias] = output

    def add(self, step: Step, began: datetime | None = None, **details: Any) -> datetime:
        """Add a step that has ended to the job's record; return the simulated time of its end.

        Args:
            step: the step.
            began: the simulated time when it began; None for a step that takes no time.
            **details: further arguments of `JobRecord.add`.
        """
        ended = self._host.now()
        self.record.add(step, began or ended, ended, turns=self.turns, **details)
        return ended

    def _end_step(self, step: Step, began: datetime | None = None, **details: Any) -> None:
        """Record a step that has ended; then check the time limit and for cancellation."""
        if self.add(step, began, **details) > self._host.deadline:
            raise TimedOut(step, self._host.time_limit)
        watch = self._host.watch
        if watch is not None and watch.is_stored:
            watch.check()

    def fail(
        self, step: Step, began: datetime, inputs: Any, failure: StepFailed, note: str | None = None
    ) -> StepFailed:
        """Record a step that failed; return the error for the caller to raise.

        Args:
            step: the step.
            began: the simulated time when the step began.
            inputs: the evaluated input; None if the evaluation failed.
            failure: the error.
            note: a note for the job's details.
        """
        self.add(step, began, inputs=inputs, error=failure.reason, note=note)
        return failure


def _look_up(
    host: Host, kind: str, table: str, values: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return the first row of a table whose columns have these values (formula `lookup`)."""
    for row in host.tables.find(kind, table):
        if all(to_text(row.get(name)) == to_text(value) for name, value in values.items()):
            return row
    return None

"""Run a compiled recipe: one job, step by step.

`Job.run()` is a generator of the steps that are about to be performed, so that whoever drives it
can notify, cancel, or give each step a unit of work of its own.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from simulator.connectors import Connector
from simulator.domain.engine import custom_action, platform, stubs
from simulator.domain.engine.conditions import is_true
from simulator.domain.engine.custom_action import RequestPlan
from simulator.domain.engine.errors import StepFailed, Stopped
from simulator.domain.engine.host import Host
from simulator.domain.engine.limits import DEEPEST_CALLS, MOST_PERFORMED, MOST_TURNS
from simulator.domain.engine.outcome import RecipeCall, Result
from simulator.domain.engine.record import JobRecord
from simulator.domain.engine.steps import API_PLATFORM, GENIE, SKILL, Step
from simulator.domain.engine.tree import (
    Action,
    Block,
    Body,
    Choice,
    ForEach,
    Monitor,
    Program,
    Repeat,
    Stop,
)
from simulator.domain.formulas import SKIP, FormulaError, Scope
from simulator.domain.formulas.values import render_text
from simulator.errors import SimulatorError

Steps = Generator[Step, None, None]


class _Ended(Exception):  # a job that ends is no error
    """The job ends here, with this result or without any."""

    def __init__(self, result: Result | None) -> None:
        super().__init__()
        self.result = result


class Budget:
    """How many steps a job may still perform, with the recipes that it calls."""

    def __init__(self) -> None:
        self.left = MOST_PERFORMED

    def spend(self, step: Step) -> None:
        """Count a step.

        Raises:
            StepFailed: it is one too many.
        """
        self.left -= 1
        if self.left < 0:
            raise StepFailed(step, f"a job performs {MOST_PERFORMED} steps at most.")


class Job:
    """One run of a recipe.

    Args:
        program: the recipe.
        host: the world it runs in.
        parameters: that it is called with; cast to the declared types.
        budget: shared with the job that called it.
        depth: how many jobs called each other before it.

    Attributes:
        record: its steps so far.
        outputs: `{provider: {alias: output}}` of the steps that ran.
        casts: as `JobView` says.
        async_jobs: likewise.
    """

    def __init__(
        self,
        program: Program,
        host: Host,
        parameters: Mapping[str, Any],
        budget: Budget | None = None,
        depth: int = 0,
    ) -> None:
        self.program, self._host = program, host
        self._parameters = program.parameters(dict(parameters))
        self._budget, self._depth = budget or Budget(), depth
        self.record = JobRecord()
        self.outputs: dict[str, dict[str, Any]] = {}
        self.casts: dict[str, Any] = {}
        self.async_jobs: dict[str, Any] = {}
        self._scope = Scope(
            self.outputs,
            now=host.now,
            octets=host.octets,
            properties=host.properties,
            job=host.job,
        )
        self._turns: list[int] = []

    def now(self) -> Any:
        """Return the simulated moment."""
        return self._host.now()

    def run(self) -> Generator[Step, None, Result | None]:
        """Perform the steps, each once it was yielded; return what the recipe returns.

        Returns:
            None if it ends without a result: it was stopped, or has no such step.

        Raises:
            StepFailed: a step failed, and no monitor around it caught that.
            Stopped: a step stopped the job as failed.
            TimedOut: it took too long.
        """
        try:
            yield from self._start()
            yield from self._run_body(self.program.body)
        except _Ended as end:
            return end.result
        return None

    def _start(self) -> Steps:
        trigger = self.program.trigger
        yield trigger
        began = self._host.now()
        output = self._trigger_output(trigger)
        self._keep_output(trigger.provider, trigger.alias, output)
        self._add(trigger, began, output=output)
        self._host.check_time(trigger)
        if self.program.filter is not None:
            try:
                holds = self.program.filter.holds(self._scope)
            except FormulaError as error:
                raise StepFailed(trigger, str(error)) from None
            if not holds:
                raise _Ended(None)

    def _trigger_output(self, trigger: Step) -> dict[str, Any]:
        if trigger.provider == API_PLATFORM:
            return {"request": self._parameters, "headers": {}}
        output: dict[str, Any] = {"parameters": self._parameters}
        if trigger.provider in (SKILL, GENIE):
            output |= {"context": self._host.context, "custom_metadata": {}}
        return output

    def _run_body(self, body: Body) -> Steps:
        for block in body:
            if type(block) is Action:
                yield block.step
                call = self._perform(block)
                if call is not None:
                    yield from self._call(block, call)
            else:
                yield from _RUNNERS[type(block)](self, block)

    # --- actions

    def _perform(self, action: Action) -> RecipeCall | None:
        """Perform an action; return the call that it wants, which is not made yet."""
        step = action.step
        self._budget.spend(step)
        began = self._host.now()
        inputs: Any = None
        try:
            inputs = action.inputs.evaluate(self._scope)
            output, note = self._answer(action, inputs)
        except FormulaError as error:
            raise self._fail(step, began, inputs, StepFailed(step, str(error))) from None
        except StepFailed as error:
            raise self._fail(step, began, inputs, error) from error.__cause__
        if isinstance(output, RecipeCall):
            return output
        if isinstance(output, Result):
            self._add(step, began, inputs=inputs, output=output.value)
            self._host.check_time(step)
            raise _Ended(output)
        self._keep_output(step.provider, step.alias, output)
        self._add(step, began, inputs=inputs, output=output, note=note)
        self._host.check_time(step)
        return None

    def _answer(self, action: Action, inputs: Any) -> tuple[Any, str | None]:
        """Return the output of an action, and what to note of it."""
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
            raise FormulaError(stubs.explain_missing(step))
        return handler(self, action, inputs), None

    def _call_app(self, action: Action, connector: Connector, inputs: Mapping[str, Any]) -> Any:
        step = action.step
        if isinstance(action.details, RequestPlan):
            request = custom_action.build_request(action.details, inputs)
            payload, headers = self._host.call_app(step, request)
            return custom_action.shape_output(action.details, payload, headers)
        known = connector.actions.get(step.name)
        if known is None:
            raise FormulaError(stubs.explain_missing(step))
        payload, _ = self._host.call_app(step, known.request(inputs))
        return known.output(payload)

    def _call(self, action: Action, call: RecipeCall) -> Steps:
        """Run the recipe that a step calls, as a job of its own."""
        step = action.step
        began = self._host.now()
        inputs = {"flow_id": call.reference, "parameters": call.parameters}
        if self._depth >= DEEPEST_CALLS:
            reason = f"recipes call each other {DEEPEST_CALLS} levels deep at most."
            raise self._fail(step, began, inputs, StepFailed(step, reason))
        try:
            called = self._host.open_recipe(step, call.reference)
        except StepFailed as error:
            raise self._fail(step, began, inputs, error) from None
        job = Job(called.program, called.host, call.parameters, self._budget, self._depth + 1)
        output: dict[str, Any] = {name: called.host.job[name] for name in ("job_id", "job_url")}
        error_text: str | None = "The job was cancelled."
        try:
            result = yield from job.run()
            error_text = None
        except SimulatorError as error:
            error_text = str(error)
            if not isinstance(error, StepFailed | Stopped):
                raise
            name = called.host.job["recipe_name"]
            failure = StepFailed(step, f"The recipe '{name}' failed: {error}")
            if call.is_awaited:
                raise self._fail(step, began, inputs, failure) from None
            result = None
        finally:
            called.host.close(job.record, error_text)
        value = result.value if result is not None else None
        if call.is_awaited:
            output = {"result": value, **output}
        else:
            self.async_jobs[str(output["job_id"])] = value
        self._keep_output(step.provider, step.alias, output)
        self._add(step, began, inputs=inputs, output=output)
        self._host.check_time(step)

    # --- control blocks

    def _run_choice(self, choice: Choice) -> Steps:
        for branch in choice.branches:
            step = branch.step
            yield step
            self._budget.spend(step)
            began = self._host.now()
            try:
                taken = branch.condition is None or branch.condition.holds(self._scope)
            except FormulaError as error:
                raise self._fail(step, began, None, StepFailed(step, str(error))) from None
            self._add(step, began, note="taken" if taken else "not taken")
            if taken:
                yield from self._run_body(branch.body)
                return

    def _run_monitor(self, monitor: Monitor) -> Steps:
        yield monitor.step
        self._add(monitor.step, self._host.now())
        handler = monitor.handler
        attempt = 0
        while True:
            turns = list(self._turns)
            try:
                yield from self._run_body(monitor.body)
            except StepFailed as error:
                self._turns[:] = turns
                if handler is None:
                    raise
                failure = error
            else:
                return
            if attempt >= handler.retries:
                break
            attempt += 1
            # Nobody waits (our choice): a job that did would hold its client for as long.
            note = f"retry {attempt} of {handler.retries}, at once instead of after "
            self._add(handler.step, self._host.now(), note=f"{note}{handler.interval} seconds")
        yield handler.step
        output = {
            "message": failure.reason,
            "error_message": failure.reason,
            "error_type": failure.kind,
            "step_number": failure.step.number + 1,
            "retry_count": attempt,
        }
        self._keep_output("catch", handler.step.alias, output)
        self._add(handler.step, self._host.now(), output=output)
        yield from self._run_body(handler.body)

    def _run_foreach(self, loop: ForEach) -> Steps:
        step = loop.step
        yield step
        began = self._host.now()
        try:
            items = self._list_items(loop)
        except FormulaError as error:
            raise self._fail(step, began, None, StepFailed(step, str(error))) from None
        self._add(step, began, note=f"{len(items)} items")
        key = loop.source.pills[0].key if loop.source.pills else None
        scope = self._scope
        try:
            for turn, item in enumerate(self._in_turns(loop, items), 1):
                self._budget.spend(step)
                for provider, alias in loop.cleared if turn > 1 else ():
                    self.outputs.get(provider, {}).pop(alias, None)
                self._keep_output("foreach", step.alias, item)
                self._scope = scope if key is None else scope.at(key, item)
                self._turns.append(turn)
                yield from self._run_body(loop.body)
                self._turns.pop()
        finally:
            self._scope = scope

    def _list_items(self, loop: ForEach) -> list[Any]:
        items = loop.source.evaluate(self._scope)
        if items is None or items is SKIP or items == "":
            return []
        if isinstance(items, Mapping):
            items = [items]
        if not isinstance(items, list):
            raise FormulaError("Repeat for each needs a list to go through.")
        if len(items) > MOST_TURNS:
            raise FormulaError(f"Repeat for each goes through {MOST_TURNS} items at most.")
        return items

    def _in_turns(self, loop: ForEach, items: list[Any]) -> Iterator[Any]:
        if loop.batch_size is None:
            yield from items
            return
        for start in range(0, len(items), loop.batch_size):
            yield items[start : start + loop.batch_size]

    def _run_repeat(self, loop: Repeat) -> Steps:
        step = loop.step
        yield step
        self._add(step, self._host.now())
        for index in range(MOST_TURNS):
            self._budget.spend(step)
            self._keep_output("repeat", step.alias, {"index": index, "is_first": index == 0})
            self._turns.append(index + 1)
            yield from self._run_body(loop.body)
            condition_step = loop.condition_step
            yield condition_step
            began = self._host.now()
            try:
                again = loop.condition.holds(self._scope)
            except FormulaError as error:
                failure = StepFailed(condition_step, str(error))
                raise self._fail(condition_step, began, None, failure) from None
            self._add(condition_step, began, note="again" if again else "done")
            self._turns.pop()
            if not again:
                return
        reason = f"the loop was repeated {MOST_TURNS} times, and its condition still holds."
        raise StepFailed(step, reason)

    def _run_stop(self, block: Stop) -> Steps:
        step = block.step
        yield step
        began = self._host.now()
        try:
            inputs = block.inputs.evaluate(self._scope)
        except FormulaError as error:
            raise self._fail(step, began, None, StepFailed(step, str(error))) from None
        reason = render_text(inputs.get("stop_reason")) or "no reason is given"
        if is_true(inputs.get("stop_with_error")):
            self._add(step, began, inputs=inputs, error=reason)
            raise Stopped(step, reason)
        self._add(step, began, inputs=inputs)
        raise _Ended(None)

    # --- what is kept

    def _keep_output(self, provider: str, alias: str, output: Any) -> None:
        self.outputs.setdefault(provider, {})[alias] = output

    def _add(self, step: Step, began: Any, **details: Any) -> None:
        self.record.add(step, began, self._host.now(), turns=self._turns, **details)

    def _fail(self, step: Step, began: Any, inputs: Any, failure: StepFailed) -> StepFailed:
        self._add(step, began, inputs=inputs, error=failure.reason)
        return failure


_RUNNERS: Mapping[type[Block], Callable[[Job, Any], Steps]] = {
    Choice: Job._run_choice,
    Monitor: Job._run_monitor,
    ForEach: Job._run_foreach,
    Repeat: Job._run_repeat,
    Stop: Job._run_stop,
}

"""Run control blocks: IF, Monitor, Repeat for each, Repeat while, Stop job."""

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.domain.engine.conditions import is_true
from simulator.domain.engine.errors import StepFailed, Stopped
from simulator.domain.engine.limits import MOST_TURNS
from simulator.domain.engine.outcome import JobEnded
from simulator.domain.engine.steps import Step
from simulator.domain.engine.tree import Block, Choice, ForEach, Monitor, Repeat, Stop
from simulator.domain.formulas import SKIP, FormulaError
from simulator.domain.formulas.values import render_text

if TYPE_CHECKING:  # pragma: no cover
    from simulator.domain.engine.interpreter import Job

Steps = Generator[Step, None, None]


def _run_choice(job: "Job", choice: Choice) -> Steps:
    for branch in choice.branches:
        step = branch.step
        yield step
        job.budget.spend(step)
        began = job.now()
        try:
            taken = branch.condition is None or branch.condition.holds(job.scope)
        except FormulaError as error:
            raise job.fail(step, began, None, StepFailed(step, str(error))) from None
        job.add(step, began, note="taken" if taken else "not taken")
        if taken:
            yield from job.run_body(branch.body)
            return


def _run_monitor(job: "Job", monitor: Monitor) -> Steps:
    yield monitor.step
    job.add(monitor.step)
    handler = monitor.handler
    attempt = 0
    while True:
        turns = list(job.turns)
        try:
            yield from job.run_body(monitor.body)
        except StepFailed as error:
            job.turns[:] = turns
            if handler is None:
                raise
            failure = error
        else:
            return
        if attempt >= handler.retries:
            break
        attempt += 1
        # No waiting before a retry (our choice): it would keep the client waiting as long.
        wait = f"{handler.interval} second{'' if handler.interval == 1 else 's'}"
        note = f"retry {attempt} of {handler.retries}, at once instead of after {wait}"
        job.add(handler.step, note=note)
    yield handler.step
    output = {
        "message": failure.reason,
        "error_message": failure.reason,
        "error_type": failure.kind,
        "step_number": failure.step.number + 1,
        "retry_count": attempt,
    }
    job.keep_output("catch", handler.step.alias, output)
    job.add(handler.step, output=output)
    yield from job.run_body(handler.body)


def _run_foreach(job: "Job", loop: ForEach) -> Steps:
    step = loop.step
    yield step
    began = job.now()
    try:
        items = _list_items(job, loop)
    except FormulaError as error:
        raise job.fail(step, began, None, StepFailed(step, str(error))) from None
    job.add(step, began, note=f"{len(items)} items")
    key = loop.source.pills[0].key if loop.source.pills else None
    scope = job.scope
    try:
        for turn, (item, output) in enumerate(_in_turns(loop, items), 1):
            job.budget.spend(step)
            for provider, alias in loop.cleared if turn > 1 else ():
                job.outputs.get(provider, {}).pop(alias, None)
            job.keep_output("foreach", step.alias, output)
            job.scope = scope if key is None else scope.at(key, item)
            job.turns.append(turn)
            yield from job.run_body(loop.body)
            job.turns.pop()
    finally:
        job.scope = scope


def _list_items(job: "Job", loop: ForEach) -> list[Any]:
    items = loop.source.evaluate(job.scope)
    if items is None or items is SKIP or items == "":
        return []
    if isinstance(items, Mapping):
        items = [items]
    if not isinstance(items, list):
        raise FormulaError("Repeat for each needs a list to go through.")
    if len(items) > MOST_TURNS:
        raise FormulaError(f"Repeat for each goes through {MOST_TURNS} items at most.")
    return items


def _in_turns(loop: ForEach, items: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield, for each turn, its item and the output of the loop's step.

    With batches, the item is a list, which steps read as `batch` (exported recipes).
    """
    if loop.batch_size is None:
        yield from ((item, item) for item in items)
        return
    for start in range(0, len(items), loop.batch_size):
        batch = items[start : start + loop.batch_size]
        yield batch, {"batch": batch}


def _run_repeat(job: "Job", loop: Repeat) -> Steps:
    step = loop.step
    yield step
    job.add(step)
    for index in range(MOST_TURNS):
        job.budget.spend(step)
        job.keep_output("repeat", step.alias, {"index": index, "is_first": index == 0})
        job.turns.append(index + 1)
        yield from job.run_body(loop.body)
        condition_step = loop.condition_step
        yield condition_step
        began = job.now()
        try:
            again = loop.condition.holds(job.scope)
        except FormulaError as error:
            failure = StepFailed(condition_step, str(error))
            raise job.fail(condition_step, began, None, failure) from None
        job.add(condition_step, began, note="again" if again else "done")
        job.turns.pop()
        if not again:
            return
    reason = f"the loop was repeated {MOST_TURNS} times, and its condition still holds."
    raise StepFailed(step, reason)


def _run_stop(job: "Job", block: Stop) -> Steps:
    step = block.step
    yield step
    began = job.now()
    try:
        inputs = block.inputs.evaluate(job.scope)
    except FormulaError as error:
        raise job.fail(step, began, None, StepFailed(step, str(error))) from None
    reason = render_text(inputs.get("stop_reason")) or "no reason is given"
    if is_true(inputs.get("stop_with_error")):
        job.add(step, began, inputs=inputs, error=reason)
        raise Stopped(step, reason)
    job.add(step, began, inputs=inputs)
    raise JobEnded(None)


#: Type of block → the function that runs it.
RUNNERS: Mapping[type[Block], Callable[["Job", Any], Steps]] = {
    Choice: _run_choice,
    Monitor: _run_monitor,
    ForEach: _run_foreach,
    Repeat: _run_repeat,
    Stop: _run_stop,
}

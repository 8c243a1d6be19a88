"""Steps of jobs that take long: somebody waits for an answer, and others see the job meanwhile."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from simulator.clock import stopwatch
from simulator.db.tables import RunningJob
from simulator.faults import Faults
from simulator.sandbox.simulator import Simulator
from simulator.testing.answers import Answer
from simulator.testing.steps.calls import call
from simulator.testing.workspace import Workspace

#: Real seconds: for what has to happen, and between two looks.
_PATIENCE, _PAUSE = 5.0, 0.02


@pytest.fixture
def waiting_calls(faults: Faults) -> Iterator[dict[str, Future[Answer]]]:
    """Calls that are not answered yet, by the names of those who called."""
    calls: dict[str, Future[Answer]] = {}
    yield calls
    if calls:
        faults.clear()  # one of them may hold what a call waits for
    for each in calls.values():
        each.exception(_PATIENCE)


@when(
    parsers.re(
        r'(?P<name>[^"]+?)\'s client calls "(?P<tool>[^"]+)" and waits for a job that takes long'
    )
)
def waits_for_job(
    name: str,
    tool: str,
    workspace: Workspace,
    simulator: Simulator,
    waiting_calls: dict[str, Future[Answer]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An app takes long where a fault with a `delay` holds it. Others see the job as soon as the
    app is called, not only after a second; steps go on."""
    monkeypatch.setattr(simulator.world.alarms, "delay", 0.0)
    pool = ThreadPoolExecutor(1)
    waiting_calls[name] = pool.submit(call, workspace.person(name), tool)
    pool.shutdown(wait=False)
    ends, is_seen = stopwatch() + _PATIENCE, False
    while not is_seen and stopwatch() < ends and not waiting_calls[name].done():
        Event().wait(_PAUSE)
        with simulator.world.db.unit() as session:
            is_seen = (
                session.scalars(select(RunningJob.id).filter_by(tool=tool)).first() is not None
            )
    assert is_seen, f"no job of '{tool}' takes long: {waiting_calls[name]}"


@then(parsers.re(r'(?P<name>[^"]+?)\'s call that is under way fails with "(?P<sentence>[^"]+)"'))
def call_under_way_fails(
    name: str, sentence: str, waiting_calls: dict[str, Future[Answer]]
) -> None:
    """Once nothing holds it any more; the tool says so in its answer."""
    answer = waiting_calls.pop(name).result(_PATIENCE)
    assert answer.is_error, answer.text
    assert sentence in answer.text, answer.text

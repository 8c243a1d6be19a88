"""The queue of a recipe function: so many calls of it at once, whichever process they are in."""

from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from simulator.db.tables import FunctionCall, Recipe
from simulator.domain import function_queue
from simulator.domain.app_calls import AppCalls
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.identity_world import office_with
from tests.contract.mcp_world import Mcp
from tests.contract.racing import once, race
from tests.contract.test_recipe_runs import change, rows_of, search
from tests.postgres.plugin import SECRET_KEY
from tests.unit.engine.recipes import action, control, pill, recipe, return_result

pytestmark = pytest.mark.requirement("REC-146")
FUNCTION = "workato_recipe_function"
FULL = (
    "The queue of the recipe function 'List my requisitions' is full: it holds 1 call, and as many "
    "are under way. Call it again when one has ended."
)


@pytest.fixture
def mcp() -> Iterator[Mcp]:
    """The office, where a recipe function takes one call at a time."""
    with office_with(function_queue=1) as office:
        yield Mcp(office.simulator)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What others do while an app is called."""
    others: list[Callable[[], object]] = []
    call = AppCalls.call

    def hold(calls: AppCalls, *args: Any) -> Any:
        calls._world.db.commit()
        while others:
            Context().run(others.pop())
        return call(calls, *args)

    monkeypatch.setattr(AppCalls, "call", hold)
    return others


@pytest.fixture
def simulator(database_url: str) -> Iterator[Simulator]:
    """The demo world."""
    settings = Settings(database=database_url, secret_key=SECRET_KEY, function_queue=3)
    with Simulator(settings) as simulator:
        yield simulator


def greet(mcp: Mcp, name: str, *after: Any) -> int:
    """Have a tool call the function that lists requisitions; return the function's number."""
    found = pill("coupa", "found", "body")
    called = recipe(search(), return_result(rows=found), result=[{"name": "rows", "type": "array"}])
    number = change(mcp, "List my requisitions", called)
    change(mcp, "Greet", recipe(control("try", *calls(name, number), *after)))
    return number


def calls(name: str, number: int) -> list[Any]:
    """The steps that call the function and return what it gives."""
    output = "result" if name == "call_recipe" else "job_id"
    return [
        action(FUNCTION, name, "call", flow_id=str(number), parameters={}),
        return_result(greeting=pill(FUNCTION, "call", output)),
    ]


@pytest.mark.parametrize("name", ["call_recipe", "call_recipe_async"])
def test_a_call_too_many_is_refused_in_the_job_that_calls(
    mcp: Mcp, meanwhile: list[Callable[[], object]], name: str
) -> None:
    why = f"{pill('catch', 'catch', 'error_type')}: {pill('catch', 'catch', 'message')}"
    number = greet(mcp, name, control("catch", return_result(greeting=why)))
    mcp.connect()
    refused: list[Any] = []
    meanwhile.append(lambda: refused.append(mcp.call("Greet")))

    first = mcp.call("Greet")

    assert rows_of(first)["greeting"] != rows_of(refused[0])["greeting"]
    assert rows_of(refused[0])["greeting"] == f"Queue limit: {FULL}"
    ran = [job.status for job in mcp.jobs() if job.recipe_id == number and job.calling_job_id]
    assert ran == ["succeeded"], "the call that was refused has no job"
    with mcp.world.db.unit() as session:
        assert session.scalars(select(FunctionCall)).all() == []
    assert "Queue limit" not in str(rows_of(mcp.call("Greet"))), "there is room again"


def test_a_tool_whose_recipe_is_the_function_is_not_in_its_queue(
    mcp: Mcp, meanwhile: list[Callable[[], object]]
) -> None:
    greet(mcp, "call_recipe")
    mcp.connect()
    answers: list[Any] = []
    meanwhile.append(lambda: answers.append(mcp.call("List_my_requisitions")))

    answers.append(mcp.call("Greet"))

    assert [each.get("isError") for each in answers] == [False, False]


def test_of_eight_at_once_as_many_are_taken_as_there_is_room_for(
    simulator: Simulator, race_rounds: int
) -> None:
    world = simulator.world
    with world.db.unit() as session:
        number = session.scalars(select(Recipe.id).limit(1)).one()
    now = world.clock.now()

    for attempt in range(race_rounds):

        def take(rival: int, attempt: int = attempt) -> None:
            until = now + timedelta(minutes=1)
            function_queue.enter(world, f"j-{attempt}-{rival}", number, "List", until)

        outcomes = race(once(simulator, take, function_queue.QueueFull))

        assert outcomes.count(True) == 3
        with world.db.unit() as session:
            held = session.scalars(select(FunctionCall.id)).all()
            assert len(held) == 3
            for job_id in held:
                function_queue.leave(world, job_id)


def test_a_call_whose_process_died_takes_no_room_once_it_would_have_timed_out(
    simulator: Simulator,
) -> None:
    world = simulator.world
    with world.db.unit() as session:
        number = session.scalars(select(Recipe.id).limit(1)).one()
        until = world.clock.now() + timedelta(minutes=1)
        for job in range(3):
            function_queue.enter(world, f"j-{job}", number, "List", until)
        with pytest.raises(function_queue.QueueFull):
            function_queue.enter(world, "j-3", number, "List", until)

    simulator.clock.travel(minutes=2)

    with world.db.unit() as session:
        later = world.clock.now() + timedelta(minutes=1)
        function_queue.enter(world, "j-4", number, "List", later)
        assert session.scalar(select(func.count()).select_from(FunctionCall)) == 4
    with world.db.unit():
        for job_id in ("j-0", "j-1", "j-2", "j-4"):
            function_queue.leave(world, job_id)

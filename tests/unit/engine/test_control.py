"""Control blocks: IF, monitors, loops, Stop job."""

from typing import Any

import pytest

from simulator.connectors.base import AppRequest
from simulator.domain.engine import limits
from simulator.domain.engine.errors import StepFailed, Stopped
from simulator.domain.engine.steps import Step
from tests.unit.engine.recipes import (
    FakeHost,
    action,
    call_dp,
    condition,
    control,
    finish,
    log,
    messages,
    numbered,
    parameter,
    pill,
    recipe,
    return_result,
    run,
    start,
)

LIST = "#{_dp('data.workato_recipe_function.trigger.parameters.items')}"


@pytest.mark.requirement("REC-102")
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "beside"])
@pytest.mark.parametrize("colour, answer", [("red", 1), ("green", 2), ("blue", 3)])
def test_the_first_branch_that_holds_is_run(inside: bool, colour: str, answer: int) -> None:
    others = [
        control("elsif", return_result(n=2), input=condition(parameter("c"), "equals_to", "green")),
        control("else", return_result(n=3)),
    ]
    first = control(
        "if",
        return_result(n=1),
        *(others if inside else []),
        input=condition(parameter("c"), "equals_to", "red"),
    )
    code = numbered(recipe(first, *([] if inside else others)))

    assert run(code, {"c": colour}) == {"n": answer}


@pytest.mark.requirement("REC-102")
def test_without_a_branch_that_holds_the_next_step_is_run() -> None:
    choice = control("if", log("in"), input=condition("a", "equals_to", "b"))
    job = start(recipe(choice, return_result(n="after")))

    result = finish(job)

    assert result is not None
    assert (result.value, messages(job)) == ({"n": "after"}, [])
    assert [entry["note"] for entry in job.record.entries if entry["title"] == "IF"] == [
        "not taken"
    ]


@pytest.mark.requirement("REC-104")
def test_a_failed_step_enters_the_handler_with_its_error() -> None:
    caught = pill("catch", "catch", "message")
    monitor = control(
        "try",
        action("py_eval", "invoke_custom_py_code", "code"),
        log("never"),
        control(
            "catch", log(caught, "caught"), return_result(why=pill("catch", "catch", "error_type"))
        ),
    )
    job = start(numbered(recipe(monitor)))

    result = finish(job)

    assert result is not None
    assert result.value == {"why": "Step error"}
    (message,) = messages(job)
    assert 'stubs: [{recipe: "R", step: 3, output: {…}}]' in message


@pytest.mark.requirement("REC-104")
@pytest.mark.parametrize(
    "retries, fails, calls", [("0", 1, 1), ("2", 1, 2), ("2", 3, 3), ("9", 9, 6)]
)
def test_a_monitor_is_run_again_before_its_handler(retries: str, fails: int, calls: int) -> None:
    asked = []

    def answer(step: Step, request: AppRequest) -> Any:
        asked.append(request.path)
        if len(asked) <= fails:
            raise StepFailed(step, "Coupa answered 503.", "503 Service Unavailable")
        return {"ok": True}

    call = action("coupa", "__adhoc_http_action", "call", verb="get", path="/api/x")
    monitor = control(
        "try",
        call,
        return_result(ok="yes"),
        control(
            "catch",
            return_result(ok="no", kind=pill("catch", "catch", "error_type")),
            input={"max_retry_count": retries, "retry_interval": "2"},
        ),
    )

    result = run(recipe(monitor), host=FakeHost(apps=answer))

    assert len(asked) == calls
    failed = {"ok": "no", "kind": "503 Service Unavailable"}
    assert result == ({"ok": "yes"} if calls > fails else failed)


@pytest.mark.requirement("REC-104")
def test_a_stop_is_not_caught() -> None:
    stop = control("stop", input={"stop_with_error": "true", "stop_reason": "No request."})
    code = numbered(recipe(control("try", stop, control("catch", log("never")))))

    with pytest.raises(Stopped, match=r"Step 3 \(Stop job\) stopped the job: No request\."):
        run(code)


@pytest.mark.requirement("REC-104")
def test_a_stop_without_an_error_ends_the_job_without_a_result() -> None:
    stop = control("stop", input={"stop_with_error": "false", "stop_reason": "x"})

    assert finish(start(recipe(stop, return_result(n=1)))) is None


@pytest.mark.requirement("PKG-66")
@pytest.mark.parametrize("path", [("value",), ()])
def test_an_item_without_members_is_the_value_of_its_loop(path: tuple[str, ...]) -> None:
    each = log("=" + pill("foreach", "foreach", *path)[2:-1] + " + '!'")
    job = start(recipe(control("foreach", each, source=LIST)), {"items": ["a", "b"]})

    finish(job)

    assert messages(job) == ["a!", "b!"]


@pytest.mark.requirement("PKG-67")
def test_a_pill_without_a_provider_is_of_the_step_that_its_line_names() -> None:
    """Of a loop's item and of a caught error, as exports have them."""
    item, why = (
        pill("?", alias, *path).replace('"?"', "null")
        for alias, path in (("foreach", ["name"]), ("catch", ["message"]))
    )
    failing = control("try", action("none", "x"), control("catch", log(f"{item}: {why}")))
    job = start(recipe(control("foreach", failing, source=LIST)), {"items": [{"name": "a"}]})

    finish(job)

    assert messages(job)[0].startswith("a: none.x cannot run")


@pytest.mark.requirement("PKG-69")
def test_first_in_a_pill_by_path_is_the_current_item() -> None:
    """Of the list that a loop goes through; outside of it the first; or a member of that name."""
    start_of = "data.workato_recipe_function.trigger.parameters"
    named = f"#{{_('{start_of}.items.first.tags.first.name')}} #{{_('{start_of}.who.first')}}"
    items = [{"tags": [{"name": "a"}, {"name": "b"}]}, {"tags": [{"name": "c"}]}]
    loop = control("foreach", log(named), source=LIST)
    job = start(recipe(loop, log(named)), {"items": items, "who": {"first": "Ada"}})

    finish(job)

    assert messages(job) == ["a Ada", "c Ada", "a Ada"]


@pytest.mark.requirement("REC-105")
def test_a_loop_goes_through_a_list() -> None:
    """By the loop's own pill, and by the current item of the list."""
    current = {"path_element_type": "current_item"}
    own = pill("foreach", "foreach", "name")
    other = pill("workato_recipe_function", "trigger", "parameters", "items", current, "name")
    job = start(
        recipe(control("foreach", log(f"{own} {other}"), source=parameter("items"))),
        {"items": [{"name": "a"}, {"name": "b"}]},
    )

    assert finish(job) is None
    assert messages(job) == ["a a", "b b"]
    assert [one["turns"] for one in job.record.entries if one["title"].startswith("Log")] == [
        [1],
        [2],
    ]


@pytest.mark.requirement("REC-105")
@pytest.mark.parametrize("items", [None, [], ""])
def test_a_loop_over_nothing_is_not_run(items: Any) -> None:
    job = start(recipe(control("foreach", log("in"), source=LIST)), {"items": items})

    finish(job)

    assert messages(job) == []


@pytest.mark.requirement("REC-105")
def test_a_loop_goes_through_batches() -> None:
    size = f"={call_dp('foreach', 'foreach', 'batch')}.size"
    loop = control("foreach", log(size), source=LIST, repeat_mode="batch", batch_size="2")
    job = start(recipe(loop), {"items": [1, 2, 3, 4, 5]})

    finish(job)

    assert messages(job) == ["2", "2", "1"]


@pytest.mark.requirement("REC-105")
def test_a_batch_is_as_large_as_the_recipe_says() -> None:
    size = f"={call_dp('foreach', 'foreach', 'batch')}.size"
    loop = control("foreach", log(size), source=LIST, repeat_mode="batch", batch_size="2000")
    job = start(recipe(loop), {"items": list(range(1_001))})

    finish(job)

    assert messages(job) == ["1001"]


@pytest.mark.requirement("REC-105")
@pytest.mark.parametrize("clears, seen", [("true", ""), (True, ""), ("false", "x"), (None, "x")])
def test_a_turn_may_begin_without_the_outputs_of_the_one_before(clears: Any, seen: str) -> None:
    earlier = pill("logger", "late", "message")
    loop = control("foreach", log(earlier), log("x", "late"), source=LIST, clear_scope=clears)
    job = start(recipe(loop), {"items": [1, 2]})

    finish(job)

    assert messages(job) == ["", "x", seen, "x"]


@pytest.mark.requirement("REC-105")
def test_a_loop_needs_a_list() -> None:
    with pytest.raises(StepFailed, match="Repeat for each needs a list"):
        run(recipe(control("foreach", source=LIST)), {"items": "text"})


@pytest.mark.requirement("REC-106")
@pytest.mark.parametrize("first", [True, False], ids=["condition first", "condition last"])
def test_a_repeat_is_run_once_and_while_its_condition_holds(first: bool) -> None:
    index = pill("repeat", "repeat", "index")
    again = {"keyword": "while_condition", "input": condition(index, "less_than", "2")}
    body = [log(f"{index} {pill('repeat', 'repeat', 'is_first')}")]
    job = start(recipe(control("repeat", *([again, *body] if first else [*body, again]))))

    finish(job)

    assert messages(job) == ["0 true", "1 false", "2 false"]


@pytest.mark.requirement("REC-106")
def test_a_repeat_ends_at_the_documented_number_of_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.domain.engine.control.MOST_TURNS", 20)
    again = {"keyword": "while_condition", "input": condition("a", "equals_to", "a")}

    assert limits.MOST_TURNS == 50_000
    with pytest.raises(StepFailed, match="repeated 20 times"):
        run(recipe(control("repeat", log("x"), again)))


@pytest.mark.requirement("REC-106")
def test_a_job_performs_so_many_steps_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.domain.engine.interpreter.MOST_PERFORMED", 50)
    monkeypatch.setattr("simulator.domain.engine.interpreter.Budget.__init__", _small_budget)
    again = {"keyword": "while_condition", "input": condition("a", "equals_to", "a")}

    with pytest.raises(StepFailed, match="performs 50 steps at most"):
        run(recipe(control("repeat", log("x"), again)))


def _small_budget(budget: Any) -> None:
    budget.left = 50


@pytest.mark.requirement("REC-107")
def test_what_is_switched_off_is_not_run() -> None:
    off = control("if", log("in"), skip=True, input=condition("a", "equals_to", "a"))
    job = start(recipe(log("a", "first") | {"skip": True}, off, log("b") | {"comment": "Says b."}))

    finish(job)

    assert messages(job) == ["b"]


@pytest.mark.requirement("REC-107")
def test_a_failed_step_is_named_as_the_editor_counts() -> None:
    code = numbered(recipe(log("a"), action("zendesk", "search_user", "found")))

    with pytest.raises(StepFailed, match=r"^Step 3 \(search user \(zendesk\)\) failed: "):
        run(code)

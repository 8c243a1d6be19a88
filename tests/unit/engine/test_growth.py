"""Variables, lists and results that grow: what keeps a job from growing without an end."""

import json
from typing import Any

import pytest

from simulator.domain.engine.errors import StepFailed
from tests.unit.engine.recipes import (
    FakeHost,
    action,
    condition,
    control,
    parameter,
    pill,
    recipe,
    return_result,
    run,
)

PROVIDER = "workato_variable"
LIST = pill(PROVIDER, "l", "list_items")


@pytest.fixture(autouse=True)
def smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real limits are reached after seconds."""
    monkeypatch.setattr("simulator.domain.formulas.values.LARGEST_VALUE", 10_000)
    monkeypatch.setattr("simulator.domain.formulas.values.LONGEST_TEXT", 40_000)


def grow(item: Any) -> Any:
    """A recipe that adds an item to a list forty times, and returns the list."""
    add = action(PROVIDER, "insert_to_list", "add", name="u:l", list_item=item)
    again = {
        "keyword": "while_condition",
        "input": condition(pill("repeat", "repeat", "index"), "less_than", "39"),
    }
    return recipe(
        action(PROVIDER, "declare_list", "l", list_items=[{"n": 1}]),
        control("repeat", add, again),
        return_result(rows=LIST),
    )


@pytest.mark.requirement("REC-111", "REC-106")
def test_a_list_that_doubles_in_each_turn_ends() -> None:
    with pytest.raises(StepFailed, match=r"has more than [0-9,]+ items"):
        run(grow({"all": LIST}))


@pytest.mark.requirement("REC-111")
def test_what_was_put_into_a_list_does_not_grow_with_it() -> None:
    """A list that was added to itself holds what it was at that time."""
    add = action(PROVIDER, "insert_to_list", "add", name="u:l", list_item={"all": LIST})
    declare = action(PROVIDER, "declare_list", "l", list_items=[{"n": 1}])

    assert run(recipe(declare, add, return_result(rows=LIST))) == {
        "rows": [{"n": 1}, {"all": [{"n": 1}]}]
    }


@pytest.mark.requirement("REC-111", "REC-106")
def test_a_text_that_doubles_in_each_turn_ends() -> None:
    schema = json.dumps([{"name": "t"}])
    text = pill(PROVIDER, "v", "t")
    declare = action(
        PROVIDER, "declare_variable", "v", variables={"schema": schema, "data": {"t": "x"}}
    )
    update = action(PROVIDER, "update_variables", **{"u:v:t": f"{text}{text}"})
    again = {"keyword": "while_condition", "input": condition("a", "equals_to", "a")}

    with pytest.raises(StepFailed, match=r"has more than [0-9,]+ characters"):
        run(recipe(declare, control("repeat", update, again)))


@pytest.mark.requirement("REC-112")
def test_results_that_hold_each_other_end() -> None:
    call = action("workato_recipe_function", "call_recipe", "c", flow_id="1", parameters={})
    before = pill("workato_recipe_function", "c", "result")
    call["input"]["parameters"] = {"a": before, "b": before}
    both = {name: parameter(name) for name in ("a", "b")}
    again = {"keyword": "while_condition", "input": condition("a", "equals_to", "a")}
    host = FakeHost(recipes={"1": recipe(return_result(**both))})

    with pytest.raises(StepFailed, match=r"has more than [0-9,]+ items"):
        run(recipe(control("repeat", call, again)), host=host)

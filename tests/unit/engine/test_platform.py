"""The actions of Workato's own providers."""

import json
from typing import Any

import pytest

from simulator.domain.engine.errors import StepFailed
from simulator.domain.engine.outcome import Result
from simulator.domain.engine.platform import ACTIONS
from tests.unit.engine.recipes import (
    FakeHost,
    action,
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

FIELDS = [
    {"name": "count", "type": "integer"},
    {"name": "ratio", "type": "number"},
    {"name": "ok", "type": "boolean"},
    {"name": "day", "type": "date"},
    {
        "name": "rows",
        "type": "array",
        "of": "object",
        "properties": [{"name": "n", "type": "integer"}],
    },
    {"name": "sizes", "type": "array", "of": "integer"},
    {"name": "nested", "type": "object", "properties": [{"name": "ok", "type": "boolean"}]},
    {"name": "text"},
]


@pytest.mark.requirement("REC-108")
def test_a_result_has_the_types_of_its_schema() -> None:
    """A recipe writes every value as text; what is not declared is left out."""
    result = {
        "count": "12",
        "ratio": "0.5",
        "ok": "true",
        "day": "2026-11-26",
        "rows": [{"n": "1"}],
        "sizes": ["1", "x"],
        "nested": {"ok": "false"},
        "text": "12",
        "other": "x",
    }

    assert run(recipe(return_result(**result), result=FIELDS)) == {
        "count": 12,
        "ratio": 0.5,
        "ok": True,
        "day": "2026-11-26",
        "rows": [{"n": 1}],
        "sizes": [1, "x"],
        "nested": {"ok": False},
        "text": "12",
    }


@pytest.mark.requirement("REC-108")
def test_a_result_may_have_null_and_leave_fields_out() -> None:
    code = recipe(return_result(a="=null", b="=skip", c=parameter("missing")))

    assert run(code) == {"a": None, "c": None}


def api_recipe(*blocks: Any) -> Any:
    responses = [
        {"name": "Success", "http_status_code": "200", "body_schema": json.dumps(FIELDS)},
        {"name": "Not found", "http_status_code": "404", "body_schema": "[]"},
        {"name": "Also missing", "http_status_code": "404", "body_schema": "[]"},
    ]
    code = recipe(*blocks) | {"provider": "workato_api_platform", "name": "receive_request"}
    code["input"] = {
        "request": {"content_type": "json", "schema": json.dumps([{"name": "id"}])},
        "response": {"content_type": "json", "responses": responses},
    }
    return code


def respond(code: str, **body: Any) -> Any:
    name = "return_response"
    return action("workato_api_platform", name, http_status_code=code, response=body)


@pytest.mark.requirement("REC-109")
@pytest.mark.parametrize(
    "chosen, status",
    [
        ("Success", 200),
        ("200", 200),
        ("Not found", 404),
        ("Also missing", 404),
        ("404", 404),
        ("418", 418),
    ],
)
def test_an_api_recipe_answers_by_name_or_code(chosen: str, status: int) -> None:
    asked = pill("workato_api_platform", "trigger", "request", "id")
    job = start(api_recipe(respond(chosen, count="1", text=asked)), {"id": "7"})

    value = {"count": 1 if status == 200 else "1", "text": "7"}
    assert finish(job) == Result(value=value, status=status)


@pytest.mark.requirement("REC-109")
def test_a_response_that_is_not_declared_is_named() -> None:
    with pytest.raises(
        StepFailed, match=r"declares no response 'Gone'\. There are: Success, Not found"
    ):
        run(api_recipe(respond("Gone")))


@pytest.mark.requirement("REC-110")
@pytest.mark.parametrize("provider", ["workato_skill", "workato_genie"])
def test_a_skill_knows_who_asked(provider: str) -> None:
    asked = pill(provider, "trigger", "context", "user_name")
    given = pill(provider, "trigger", "parameters", "q")
    code = recipe(action(provider, "workflow_return_result", result={"text": f"{asked}: {given}"}))
    code |= {"provider": provider, "name": "start_workflow"}

    value = run(code, {"q": "hi"}, host=FakeHost(context={"user_name": "Ada"}))

    assert value == {"text": "Ada: hi"}


@pytest.mark.requirement("REC-111")
@pytest.mark.parametrize(
    "update",
    [
        {"input_mode": "raw", "name": "uuid-v:v:n\nuuid-v:v:text", "n": "2", "text": "b"},
        {
            "variables": [
                {"variable": "uuid-v:v:n", "value": "2"},
                {"variable": "u:v:text", "value": "b"},
            ]
        },
        {"uuid-v:v:n": "2", "uuid-v:v:text": "b"},
    ],
    ids=["raw", "pairs", "keys"],
)
def test_variables_are_declared_and_changed(update: Any) -> None:
    schema = json.dumps([{"name": "n", "type": "integer"}, {"name": "text"}, {"name": "none"}])
    provider = "workato_variable"
    declared = {"schema": schema, "data": {"n": "1", "text": "a"}}
    values = {name: pill(provider, "v", name) for name in ("n", "text", "none")}

    value = run(
        recipe(
            action(provider, "declare_variable", "v", variables=declared),
            action(provider, "update_variables", "changed", **update),
            return_result(**values),
        )
    )

    assert value == {"n": 2, "text": "b", "none": None}


@pytest.mark.requirement("REC-111")
@pytest.mark.parametrize(
    "name, sentence",
    [("u:other:n", "No step 'other' before"), ("uuid-v:v:m", "declares no variable 'm'")],
)
def test_a_variable_that_nobody_declared_is_named(name: str, sentence: str) -> None:
    declared = {"schema": json.dumps([{"name": "n"}]), "data": {}}
    update = action("workato_variable", "update_variables", **{name: "1"})

    with pytest.raises(StepFailed, match=sentence):
        run(recipe(action("workato_variable", "declare_variable", "v", variables=declared), update))


@pytest.mark.requirement("REC-111")
def test_a_list_grows_in_a_loop() -> None:
    schema = json.dumps([{"name": "n", "type": "integer"}])
    provider, name = "workato_variable", "uuid-l:l"
    item = {"n": pill("foreach", "foreach", "n")}
    items = pill(provider, "l", "list_items")

    def insert(kind: str, **inputs: Any) -> Any:
        return action(provider, kind, kind, name=name, **inputs)

    value = run(
        recipe(
            action(provider, "declare_list", "l", name="rows", list_item_schema_json=schema),
            control(
                "foreach",
                insert("insert_to_list", location="end", list_item=item),
                source=parameter("rows"),
            ),
            insert("insert_to_list_batch", location="start", list_items=[{"n": "0"}]),
            return_result(rows=items),
        ),
        {"rows": [{"n": "1"}, {"n": "2"}]},
    )

    assert value == {"rows": [{"n": 0}, {"n": 1}, {"n": 2}]}


@pytest.mark.requirement("REC-111")
def test_a_list_is_cleared() -> None:
    provider = "workato_variable"
    value = run(
        recipe(
            action(provider, "declare_list", "l", list_items=[{"n": 1}]),
            action(provider, "clear_list", name="uuid-l:l"),
            return_result(rows=pill(provider, "l", "list_items")),
        )
    )

    assert value == {"rows": []}


@pytest.mark.requirement("REC-111")
def test_items_add_up() -> None:
    add = action(
        "workato_list",
        "accumulate_list_items",
        "sum",
        item={"n": pill("foreach", "foreach", "index")},
    )
    value = run(
        recipe(
            action("workato_list", "create_list", "helper", size="3"),
            control("foreach", add, source=pill("workato_list", "helper", "list_items")),
            return_result(n=pill("workato_list", "sum", "list_size")),
        )
    )

    assert value == {"n": 3}


CALLED = recipe(
    log("called"),
    return_result(double=parameter("n")),
    parameters=[{"name": "n", "type": "integer"}],
    result=[{"name": "double", "type": "integer"}],
)


@pytest.mark.requirement("REC-112")
def test_a_recipe_calls_another() -> None:
    host = FakeHost(recipes={"12": CALLED})
    call = action(
        "workato_recipe_function", "call_recipe", "call", flow_id="12", parameters={"n": "4"}
    )
    answer = return_result(
        n=pill("workato_recipe_function", "call", "result", "double"),
        job=pill("workato_recipe_function", "call", "job_id"),
    )

    assert run(recipe(call, answer), host=host) == {"n": 4, "job": "j-1"}
    ((record, error),) = host.closed
    assert ([entry["number"] for entry in record.entries], error) == ([0, 1, 2], None)


@pytest.mark.requirement("REC-112")
def test_the_result_of_a_recipe_that_was_started_is_waited_for() -> None:
    provider = "workato_recipe_function"
    start_it = action(provider, "call_recipe_async", "begun", flow_id="12", parameters={"n": "4"})
    wait = action(
        provider, "wait_for_async_jobs", "waited", job_ids=[pill(provider, "begun", "job_id")]
    )
    answer = return_result(
        n=pill(
            provider, "waited", "jobs", {"path_element_type": "current_item"}, "result", "double"
        )
    )

    assert run(recipe(start_it, wait, answer), host=FakeHost(recipes={"12": CALLED})) == {"n": 4}


@pytest.mark.requirement("REC-112")
def test_a_called_recipe_that_fails_fails_its_caller() -> None:
    host = FakeHost(recipes={"12": numbered(recipe(action("py_eval", "run")))})
    call = action("workato_recipe_function", "call_recipe", "call", flow_id="12")
    code = numbered(
        recipe(control("try", call, control("catch", log(pill("catch", "catch", "message")))))
    )
    job = start(code, host=host)

    finish(job)

    assert messages(job)[0].startswith("The recipe 'R' failed: Step 2 (run (py_eval)) failed: ")


@pytest.mark.requirement("REC-112")
def test_recipes_that_call_each_other_for_ever_end() -> None:
    call = action("workato_recipe_function", "call_recipe", "call", flow_id="12")

    with pytest.raises(StepFailed, match="call each other 20 levels deep at most"):
        run(recipe(call), host=FakeHost(recipes={"12": recipe(call)}))


@pytest.mark.requirement("REC-113")
def test_documents_are_parsed_and_written() -> None:
    value = run(
        recipe(
            action("json_parser", "parse_json_v2", "j", document='{"a": [1]}'),
            action("csv_parser", "parse_csv", "c", csv_content="n;m\n1;2\n", col_sep="semicolon"),
            action("csv_parser", "create_csv_lines", "w", lines=[{"a": 1, "b": None}]),
            return_result(
                json=pill("json_parser", "j", "document", "a"),
                csv=pill("csv_parser", "c", "csv", "lines"),
                document=pill("csv_parser", "w", "csv_content"),
            ),
        )
    )

    assert value == {"json": [1], "csv": [{"n": "1", "m": "2"}], "document": "a,b\n1,\n"}


@pytest.mark.requirement("REC-113")
@pytest.mark.parametrize(
    "step, sentence",
    [
        (action("json_parser", "parse_json", document="{"), "The document is not JSON"),
        (action("csv_parser", "parse_csv", csv_content="a", col_sep="::"), "is one character"),
        (action("clock", "wait_for_interval"), "Waiting is a long action"),
        (action("workato_list", "create_list", size="50001"), "a number up to 50000"),
        (action("workato_recipe_function", "call_recipe"), "No recipe function is selected"),
        (
            action("workato_recipe_function", "wait_for_async_jobs", job_ids="j-9"),
            "started no job 'j-9'",
        ),
        (
            action("workato_variable", "clear_list", name="u:l"),
            "No step 'l' before this one declares a list",
        ),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) else "",
)
def test_inputs_that_an_action_cannot_take_fail_the_step(step: Any, sentence: str) -> None:
    with pytest.raises(StepFailed, match=sentence):
        run(recipe(step))


@pytest.mark.requirement("REC-113")
def test_the_clock_tells_the_simulated_time() -> None:
    step = action("clock", "get_time", "c")

    assert run(recipe(step, return_result(t=pill("clock", "c", "time")))) == {
        "t": "2026-11-26T12:00:00+00:00"
    }


@pytest.mark.requirement("REC-113")
def test_every_action_says_what_it_does() -> None:
    assert all(handler.__doc__ for handler in ACTIONS.values())

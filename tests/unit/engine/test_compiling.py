"""What a recipe's code is compiled to, and what is refused."""

import json
from typing import Any

import pytest

from simulator.domain.engine.compiling import compile_recipe, list_steps
from simulator.domain.engine.errors import RecipeInvalid, StepFailed
from simulator.domain.engine.limits import JOB_DETAILS, STEP_DETAILS
from simulator.domain.engine.record import show, storable
from simulator.domain.engine.schemas import read_fields, to_json_schema
from simulator.journal.masking import masked
from tests.unit.engine.recipes import (
    action,
    condition,
    control,
    finish,
    log,
    numbered,
    parameter,
    pill,
    recipe,
    return_result,
    run,
    start,
)

SAME = condition("a", "equals_to", "a")


@pytest.mark.requirement("REC-101")
@pytest.mark.parametrize(
    "entry, connection, as_end_user",
    [
        ({"account_id": 5, "personalization": True}, 5, True),
        ({"account_id": 5, "personalization": False}, 5, False),
        ({"account_id": 5, "end_user_connection": True}, 5, False),
        ({"account_id": None}, None, False),
        ({"account_id": {"zip_name": "c.connection.json", "name": "C"}}, None, False),
    ],
    ids=["personal", "said no", "own key of before", "none", "reference"],
)
def test_a_step_acts_with_what_config_says(
    entry: Any, connection: int | None, as_end_user: bool
) -> None:
    program = compile_recipe(recipe(action("coupa", "search")), [{"provider": "coupa", **entry}])

    step = program.steps[1]
    assert (step.connection_id, step.acts_as_end_user) == (connection, as_end_user)


@pytest.mark.requirement("REC-107")
def test_steps_are_listed_in_the_order_and_depth_of_the_editor() -> None:
    choice = control("if", log("a"), control("else", log("b")), input=SAME, skip=True)
    code = numbered(recipe(control("foreach", choice, source=""), log("c")))

    for steps in (list_steps(code, []), compile_recipe(code, []).steps):
        assert [(one.number, one.keyword, one.depth, one.is_skipped) for one in steps] == [
            (0, "trigger", 0, False),
            (1, "foreach", 0, False),
            (2, "if", 1, True),
            (3, "action", 2, True),
            (4, "else", 1, True),
            (5, "action", 2, True),
            (6, "action", 0, False),
        ]


@pytest.mark.requirement("REC-107")
@pytest.mark.parametrize(
    "blocks, sentence",
    [
        ([control("else", log("a"))], "a block 'else', which cannot stand there"),
        ([control("spin", log("a"))], "a block 'spin', which cannot stand there"),
        ([log("a"), control("catch")], "a block 'catch', which cannot stand there"),
        ([control("repeat", log("a"))], "needs one condition"),
        ([control("if", log("a"))], "has no comparison"),
        ([control("try", control("catch"), control("catch"))], "one On error block"),
        ([control("if", input=SAME), control("catch")], "belongs to a monitor"),
        ([log("a")] * 1001, "1000 steps at most"),
    ],
    ids=range(8),
)
def test_a_recipe_that_cannot_be_run_is_refused(blocks: Any, sentence: str) -> None:
    with pytest.raises(RecipeInvalid, match=sentence):
        compile_recipe(recipe(*blocks), [])


@pytest.mark.requirement("REC-107")
def test_a_step_keeps_its_comment() -> None:
    (step,) = compile_recipe(recipe(log("a") | {"comment": "Says a."}), []).steps[1:]

    assert step.comment == "Says a."


@pytest.mark.requirement("REC-107")
def test_blocks_nest_only_so_deep() -> None:
    block = log("a")
    for _ in range(60):
        block = control("if", block, input=SAME)

    with pytest.raises(RecipeInvalid, match="nest 40 levels at most"):
        compile_recipe(recipe(block), [])


@pytest.mark.requirement("REC-107")
def test_a_recipe_begins_with_its_trigger() -> None:
    with pytest.raises(RecipeInvalid, match="must be its trigger"):
        compile_recipe(log("a"), [])


@pytest.mark.requirement("REC-107")
@pytest.mark.parametrize("colour, result", [("red", {"n": 1}), ("blue", None)])
def test_a_trigger_condition_decides_whether_the_recipe_runs(colour: str, result: Any) -> None:
    code = recipe(return_result(n=1)) | {"filter": condition(parameter("c"), "equals_to", "red")}

    assert run(code, {"c": colour}) == result


@pytest.mark.requirement("REC-108")
def test_fields_become_a_json_schema() -> None:
    fields = [
        {"name": "id", "label": "Id", "hint": "Of it", "control_type": "text"},
        {"name": "n", "type": "integer", "optional": True},
        {"name": "at", "type": "date_time", "optional": "true"},
        {"name": "on", "type": "date"},
        {"name": "kind", "pick_list": [["A", "a"], ["B", "b"]], "toggle_field": {"name": "kind"}},
        {"name": "dynamic", "pick_list": "kinds"},
        {"name": "tags", "type": "array", "of": "string"},
        {
            "name": "rows",
            "type": "array",
            "of": "object",
            "properties": [{"name": "x", "type": "number"}],
        },
        {"name": "any", "type": "object"},
        {"name": "odd", "type": "phone"},
    ]

    assert to_json_schema(read_fields(json.dumps(fields))) == {
        "type": "object",
        "properties": {
            "id": {"type": "string", "title": "Id", "description": "Of it"},
            "n": {"type": "integer"},
            "at": {"type": "string", "format": "date-time"},
            "on": {"type": "string", "format": "date"},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "dynamic": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"x": {"type": "number"}},
                    "additionalProperties": False,
                    "required": ["x"],
                },
            },
            "any": {"type": "object"},
            "odd": {"type": "string"},
        },
        "additionalProperties": False,
        "required": ["id", "on", "kind", "dynamic", "tags", "rows", "any", "odd"],
    }


@pytest.mark.requirement("REC-108")
@pytest.mark.parametrize("text", [None, "", "{", "{}", '"x"', "[1, {}]", 5], ids=repr)
def test_what_is_no_schema_declares_nothing(text: Any) -> None:
    assert read_fields(text) == []


@pytest.mark.requirement("REC-115")
@pytest.mark.parametrize("step", [3, "code"])
def test_a_stub_answers_for_a_step(step: Any) -> None:
    table = [
        {"when": {"code_input.data.q": "1"}, "output": {"output": {"x": "one"}}},
        {"when": {"code_input.data.q": "2"}, "output": {"output": {"x": "two"}}},
    ]
    code_input = {"data": {"q": parameter("q")}}
    code = numbered(
        recipe(
            log("a"),
            action("py_eval", "invoke_custom_py_code", "code", code_input=code_input),
            return_result(x=pill("py_eval", "code", "output", "x")),
        )
    )
    job = start(code, {"q": "2"}, stubs=[{"step": step, "table": table}])

    result = finish(job)

    assert result is not None
    assert result.value == {"x": "two"}
    assert [one["note"] for one in job.record.entries] == [None, None, "answered by a stub", None]
    with pytest.raises(StepFailed, match="The stub of step 3 has no row for this input"):
        run(code, {"q": "3"}, stubs=[{"step": step, "table": table}])


@pytest.mark.requirement("REC-116")
def test_a_job_keeps_its_steps_without_secrets_and_cut() -> None:
    long = "x" * (STEP_DETAILS * 2)
    job = start(
        recipe(
            action("logger", "log_message", message=parameter("m"), access_token="hidden-secret")
        ),
        {"m": long},
    )

    finish(job)

    trigger, logged = job.record.entries
    assert trigger["input"] is None
    assert trigger["output"].startswith('{"parameters": {"m": "xxx')
    assert trigger["output"].endswith(f"… (cut: {STEP_DETAILS * 2 + 25} characters in all)")
    assert "hidden-secret" not in json.dumps(job.record.entries)
    assert (logged["number"], logged["duration_ms"], logged["error"]) == (1, 0, None)


@pytest.mark.requirement("REC-116")
@pytest.mark.parametrize(
    "value",
    [
        {"client_secret": "hidden-one"},
        {"nested": [{"Api-Key": "hidden-one"}]},
        {"url": "https://x.example/a?access_token=hidden-one"},
        {"text": "https://ada:hidden-one@x.example/"},
        {"document": '{"password": "hidden-one"}'},
        {"link": "/connections/setup/hidden-one"},
        {"request_headers": [{"name": "X-API-Key", "value": "hidden-one"}]},
        {"encoded": "a%3Fcode%3Dhidden-one"},
    ],
    ids=repr,
)
def test_a_job_shows_no_secret(value: Any) -> None:
    assert masked("", value) != value
    assert "hidden-one" not in str(show(value))


@pytest.mark.requirement("PKG-70")
def test_a_job_shows_currencies_and_countries_beside_a_secret() -> None:
    value = {"code": "EUR", "state": "Ohio", "password": "hidden-one"}

    assert json.loads(str(show(value))) == value | {"password": masked("password", "hidden-one")}


@pytest.mark.requirement("REC-116")
def test_a_job_keeps_no_more_than_so_much() -> None:
    loop = control("foreach", log(pill("foreach", "foreach", "t")), source=parameter("rows"))
    job = start(recipe(loop), {"rows": [{"t": "x" * 10_000}] * 200})

    finish(job)

    assert len(json.dumps(job.record.entries)) < JOB_DETAILS * 1.2
    assert job.record.entries[-1]["note"].startswith("The job's details have more than 1000000")


@pytest.mark.requirement("REC-116")
def test_a_job_holds_what_every_database_takes() -> None:
    half = "\ud800"

    assert show({"a": half}) == '{"a": "\N{REPLACEMENT CHARACTER}"}'
    assert "\0" not in storable("a\0b")

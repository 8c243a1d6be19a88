"""Drafts of stubs: of a package by schemas and pills, of a job by the inputs that steps had."""

import json
from typing import Any

import pytest

from simulator.domain.packages.lint import draft_rows
from simulator.domain.packages.lint.stub_drafts import draft_output
from tests.unit.engine.recipes import (
    Block,
    FakeHost,
    action,
    control,
    finish,
    log,
    numbered,
    parameter,
    pill,
    recipe,
    return_result,
    start,
)

pytestmark = pytest.mark.requirement("REC-134")

SCHEMA = [
    {"name": "id", "type": "integer"},
    {"name": "Name", "label": "Full name"},
    {"name": "born", "type": "date"},
    {"name": "Contact", "type": "array", "properties": [{"name": "vip", "type": "boolean"}]},
    {"name": "tags", "type": "array", "of": "integer"},
    {"name": "owner", "type": "object", "properties": [{"name": "mail", "example": "a@b.example"}]},
]


def search(**inputs: Any) -> Block:
    return action("crm", "search", "found", **inputs) | {"extended_output_schema": SCHEMA}


def test_an_output_has_what_the_schema_declares_and_what_pills_read() -> None:
    current = {"path_element_type": "current_item"}
    code = recipe(
        search(),
        return_result(
            a=pill("crm", "found", "Contact", current, "Id"),
            b=pill("crm", "found", "account", "name"),
            c=pill("crm", "found", "id"),
            d=pill("crm", "other", "no"),
            e=pill("crm", "found", "deals", current, "amount"),
            f=pill("crm", "found", "notes", {"path_element_type": "size"}),
            g=pill("crm", "found"),
        ),
    )

    assert draft_output(code["block"][0], code) == {
        "id": 1,
        "Name": "Full name",
        "born": "2026-01-31",
        "Contact": [{"vip": True, "Id": "Id"}],
        "tags": [1],
        "owner": {"mail": "a@b.example"},
        "account": {"name": "name"},
        "deals": [{"amount": "amount"}],
        "notes": [{}],
    }


def test_what_a_loop_goes_through_is_a_list_of_what_its_steps_read() -> None:
    loop = {
        "keyword": "foreach",
        "as": "each",
        "source": pill("crm", "found", "files"),
        "block": [action("crm", "keep", "k", name=pill("foreach", "each", "file_name"))],
    }
    code = recipe(search() | {"extended_output_schema": []}, loop)

    assert draft_output(code["block"][0], code) == {"files": [{"file_name": "file name"}]}


def test_the_output_of_code_is_as_its_schema_says() -> None:
    schema = json.dumps([{"name": "total", "type": "number"}])
    step = action("py_eval", "invoke_custom_py_code", "p", code_output_schema_json=schema)

    assert draft_output(step, recipe(step)) == {"output": {"total": 1.5}}


def test_a_job_gives_a_row_for_each_input_that_a_step_without_a_stub_had() -> None:
    """Also where a monitor caught the error: the job is loud about it."""
    values = {"q": parameter("q"), "page": {"size": "=2 + 3"}}
    step = search(**values, fixed="as it is", token=parameter("token"))
    monitor = control("try", step, control("catch", log("caught", "c")))
    code = numbered(recipe(control("foreach", monitor, source="=[1, 2]", input={})))
    job = start(code, {"q": "Ada", "token": "a-secret-of-hers"}, host=FakeHost())

    finish(job)

    notes = [entry["note"] for entry in job.record.entries if entry["title"] == "search (crm)"]
    assert notes == ["has no stub", "has no stub"]
    (draft,) = draft_rows("R", code, job.record.entries)
    assert (draft["recipe"], draft["step"]) == ("R", 4)
    assert [row["when"] for row in draft["table"]] == [{"q": "Ada", "page.size": 5}]
    assert start(code, {"q": "Ada"}, stubs=[draft | {"step": "found"}]) is not None


def test_inputs_that_were_cut_are_no_condition() -> None:
    code = numbered(recipe(search()))
    entry = {"number": 1, "note": "has no stub", "input": '{"q": "… (cut: 90000 characters'}

    (draft,) = draft_rows("R", code, [entry, {"is_last": True, "note": "The job's details …"}])

    assert draft["table"][0]["when"] == {}

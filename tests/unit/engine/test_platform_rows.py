"""Actions on several rows, on what must be there, and on what is sent to nobody."""

from typing import Any

import pytest

from simulator.domain.engine.errors import StepFailed
from simulator.domain.packages.lint import Verdict, execution
from tests.unit.engine.recipes import (
    FakeHost,
    FakeTables,
    action,
    finish,
    numbered,
    parameter,
    recipe,
    return_result,
    run,
    start,
)

DATA = "workato_db_table"
REQUESTS = "workato_workflow_task"
STAGE = {"record_id": "7", "workflow_stage_id": {"name": "Done"}}


@pytest.mark.requirement("REC-131")
def test_required_fields_of_a_result_may_be_null_and_not_empty_text() -> None:
    fields = [{"name": "name"}, {"name": "note", "optional": True}]

    assert run(recipe(return_result(name="=null", note=""), result=fields)) == {
        "name": None,
        "note": "",
    }
    with pytest.raises(StepFailed, match="'name' of the result is required and empty"):
        run(
            recipe(return_result(name=parameter("gone") + "", note="x"), result=fields),
            {"gone": ""},
        )


@pytest.mark.requirement("REC-131")
def test_lint_finds_empty_text_in_a_required_field() -> None:
    code = recipe(return_result(name=""), result=[{"name": "name"}])

    (_, report) = execution.check(code, [], (), lambda _: None)

    assert report.verdict is Verdict.CANNOT
    assert "is required and empty" in report.reason


@pytest.mark.requirement("REC-132")
def test_rows_of_tables_are_changed_and_deleted_several_at_a_time() -> None:
    """Names of inputs of actions on several rows are our choice."""
    rows = [{"id": str(n), "a_1": n, "b": "x"} for n in (1, 2, 3)]
    host = FakeHost(tables=FakeTables({"people": [dict(row) for row in rows]}))

    def change(provider: str, name: str, alias: str, **inputs: Any) -> Any:
        return action(provider, name, alias, table_id="people", **inputs)

    steps = [
        change(DATA, "update_records_batch", "u", records=[{"id": "1", "b": "y"}, {"id": "2"}]),
        change(DATA, "remove_values_from_record", "r", record_id="1", values_to_be_removed="a-1"),
        change(DATA, "upsert_record", "s", primary_field_id="a-1", parameters={"a_1": 2, "b": "z"}),
        change(DATA, "delete_records_batch", "d", record_ids="3"),
        change("lookup_table", "delete_entries", "e", entries=[{"id": "1"}, {"id": "9"}]),
    ]
    job = start(recipe(*steps), host=host)

    finish(job)

    outputs = {**job.outputs[DATA], **job.outputs["lookup_table"]}
    assert outputs["r"]["record"]["a_1"] == ""
    assert outputs["s"]["created"] is False
    assert [outputs[alias]["list_size"] for alias in "ude"] == [2, 1, 1]
    assert host.tables.find(DATA, "people") == [{"id": "2", "a_1": 2, "b": "z"}]


@pytest.mark.requirement("REC-132")
@pytest.mark.parametrize(
    "step, sentence",
    [
        (action(DATA, "update_records_batch", records=[{"id": "9"}]), "no row with the id '9'"),
        (action(DATA, "delete_records_batch"), "No rows are named"),
        (action(DATA, "remove_values_from_record", record_id="1"), "values_to_be_removed"),
        (action(DATA, "upsert_record", primary_field_id="z", a=1), "for its primary field"),
        (action("email", "send_mail", to=" "), "has no recipient"),
        (action("workato_pub_sub", "publish_to_topic", message={}), "No topic is selected"),
        (action(REQUESTS, "update_request", parameters={}), "names no request"),
        (action(REQUESTS, "change_workflow_stage", record_id="7"), "No stage is selected"),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) else "",
)
def test_what_an_action_lacks_fails_the_step(step: Any, sentence: str) -> None:
    step["input"]["table_id"] = "people"
    host = FakeHost(tables=FakeTables({"people": []}))

    with pytest.raises(StepFailed, match=sentence):
        run(recipe(step), host=host)


@pytest.mark.requirement("REC-133")
def test_mails_and_messages_stay_in_the_job() -> None:
    job = start(
        numbered(
            recipe(
                action("email", "send_mail", "m", to="ada@acme.example", subject="Hello"),
                action("workato_pub_sub", "publish_to_topic", "p", topic_id="7", message={"a": 1}),
                action("workato_pub_sub", "publish_to_topic_batch", "q", topic_id={"name": "T"}),
                action("yaml_parser", "parse_yaml", "y", document="a: [2026-01-31]"),
            )
        )
    )

    finish(job)

    assert job.outputs["email"]["m"] == {"success": True}
    assert job.outputs["workato_pub_sub"]["p"] == {"message_id": "j-1-3-1", "message": {"a": 1}}
    assert job.outputs["workato_pub_sub"]["q"] == {"message_ids": [], "list_size": 0}
    assert job.outputs["yaml_parser"]["y"]["a"] == ["2026-01-31"]
    assert "ada@acme.example" in job.record.entries[1]["input"]


@pytest.mark.requirement("REC-138")
def test_what_is_done_with_a_request_of_a_workflow_app_stays_in_the_job() -> None:
    changed = {"record_id": "7", "parameters": {"total": 12}}
    job = start(
        numbered(
            recipe(
                action(REQUESTS, "update_request", "u", **changed),
                action(REQUESTS, "change_workflow_stage", "s", **STAGE),
                action(REQUESTS, "complete_task", "t", record_id="7", status="Approved"),
                action(REQUESTS, "app_function_return", "r", is_success="true"),
            )
        )
    )

    result = finish(job)

    assert result is not None
    assert result.value == {"is_success": "true"}
    assert job.outputs[REQUESTS] == {
        "u": {"record": {"id": "7", "total": 12}},
        "s": {"record": {"id": "7", "workflow_stage": "Done"}},
        "t": {"task": {"record_id": "7", "status": "Approved"}},
    }

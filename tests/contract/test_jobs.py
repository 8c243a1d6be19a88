"""Jobs of recipes: read by the Developer API and in the web app."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import delete, inspect, select

from simulator.db.tables import Job, McpTool, Recipe
from simulator.domain import tool_call_statistics
from simulator.domain.time_buckets import Span
from simulator.domain.tool_call_log import Filters
from simulator.domain.tool_call_statistics import Measure
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.aihub_world import READY, Hub, hub, text_of
from tests.contract.mcp_endpoint import Endpoint, token_for
from tests.memory_worlds import MemoryWorlds
from tests.unit.engine.recipes import (
    action,
    condition,
    control,
    log,
    numbered,
    parameter,
    pill,
    recipe,
    return_result,
)

__all__ = ["MemoryWorlds", "hub"]  # the fixture

pytestmark = pytest.mark.requirement("REC-117")
TOOL = "Get_procurement_policy"
API = "https://www.workato.com"
TOKEN = "Bearer wrkaus-demo-test-automation"

CALLED = recipe(log(parameter("n")), return_result(n=parameter("n")), result=[{"name": "n"}])
CODE = recipe(
    action("workato_recipe_function", "call_recipe", "call", flow_id="99", parameters={"n": "7"}),
    action("py_eval", "invoke_custom_py_code", "code", access_token="a-hidden-one"),
    control(
        "if",
        control("stop", input={"stop_with_error": "true", "stop_reason": "Nothing to do."}),
        input=condition(parameter("category"), "equals_to", "stop"),
    ),
    return_result(text=pill("py_eval", "code", "output", "x")),
    parameters=[{"name": "category"}],
    result=[{"name": "text"}],
)


@pytest.fixture
def endpoint() -> Any:
    """The demo, whose Get procurement policy is a recipe that calls another and has a stub."""
    with Simulator(Settings(database="memory")) as simulator:
        with simulator.world.db.unit() as session:
            row = session.scalars(
                select(Recipe).where(Recipe.name == "Get procurement policy")
            ).one()
            row.code = numbered(CODE)
            row.stubs = [{"step": "code", "output": {"output": {"x": "from a stub"}}}]
            session.add(
                Recipe(
                    id=99,
                    workspace_id=row.workspace_id,
                    project_id=row.project_id,
                    name="Called",
                    code=numbered(CALLED),
                    config=[],
                    created_at=row.created_at,
                    updated_at=row.updated_at,
                )
            )
        yield Endpoint(simulator, token_for(simulator, "ada@acme.example"))


def call(endpoint: Endpoint, category: str) -> Any:
    """The result of the tool."""
    params = {"name": TOOL, "arguments": {"category": category}}
    return endpoint.ask("tools/call", params).get_json()["result"]


def get(endpoint: Endpoint, path: str, status: int = 200, **query: str) -> Any:
    """What the Developer API answers."""
    answer = endpoint.client.get(
        path, base_url=API, query_string=query, headers={"Authorization": TOKEN}
    )
    assert answer.status_code == status, answer.text
    return answer.get_json()


def recipe_id(endpoint: Endpoint) -> int:
    """The id of the tool's recipe."""
    with endpoint.simulator.world.db.unit() as session:
        return session.scalars(
            select(Recipe.id).where(Recipe.name == "Get procurement policy")
        ).one()


@pytest.mark.requirement("TASK-1")
def test_actions_that_succeed_are_tasks_also_of_a_job_that_fails(endpoint: Endpoint) -> None:
    call(endpoint, "travel")  # a call, code and a result; the condition is none
    call(endpoint, "stop")  # a call and code; what stops the job is none

    for number, tasks in ((recipe_id(endpoint), 3 + 2), (99, 2 * 2)):
        assert get(endpoint, f"/api/recipes/{number}")["lifetime_task_count"] == tasks
    with endpoint.simulator.world.db.unit() as session:
        jobs = session.scalars(select(Job).order_by(Job.sequence)).all()
        assert [(job.recipe_id == 99, job.tasks) for job in jobs] == [
            (True, 2), (False, 3), (True, 2), (False, 2),
        ]  # fmt: skip


def test_every_run_is_a_job_with_its_steps(endpoint: Endpoint) -> None:
    assert call(endpoint, "travel")["structuredContent"] == {"text": "from a stub"}
    number = recipe_id(endpoint)

    listed = get(endpoint, f"/api/recipes/{number}/jobs")
    (item,) = listed["items"]
    job = get(endpoint, f"/api/recipes/{number}/jobs/{item['id']}")
    (called,) = get(endpoint, "/api/recipes/99/jobs")["items"]

    assert (listed["job_count"], listed["job_succeeded_count"]) == (1, 1)
    assert (item["status"], item["is_error"], item["error"]) == ("succeeded", False, None)
    assert {name: job[name] for name in item} == item
    lines = [
        (each["recipe_line_number"], each["adapter_operation"], each["output"])
        for each in job["lines"]
    ]
    job_url = f"/recipes/99/jobs/{called['id']}"
    output = {"result": {"n": "7"}, "job_id": called["id"], "job_url": job_url}
    assert lines == [
        (0, "execute", {"parameters": {"category": "travel"}}),
        (1, "call_recipe", output),
        (2, "invoke_custom_py_code", {"output": {"x": "from a stub"}}),
        (3, "if", {}),
        (5, "return_result", {"text": "from a stub"}),
    ]
    assert (called["calling_job_id"], called["calling_recipe_id"]) == (item["id"], number)
    assert "a-hidden-one" not in json.dumps(job)


@pytest.mark.requirement("REC-118")
@pytest.mark.parametrize("setting", ["live", "structured"])
def test_a_skill_answers_with_text_as_seen_live(setting: str) -> None:
    code = recipe(
        action("workato_skill", "workflow_return_result", result={"final_message": "Done."}),
        result=[{"name": "final_message"}],
    )
    with Simulator(Settings(database="memory", tool_results=setting)) as simulator:
        with simulator.world.db.unit() as session:
            named = Recipe.name == "Get procurement policy"
            row = session.scalars(select(Recipe).where(named)).one()
            row.code = numbered(code | {"provider": "workato_skill", "name": "start_workflow"})
        endpoint = Endpoint(simulator, token_for(simulator, "ada@acme.example"))
        result = endpoint.ask("tools/call", {"name": TOOL}).get_json()["result"]
        tools = endpoint.ask("tools/list").get_json()["result"]["tools"]

    (listed,) = [tool for tool in tools if tool["name"] == TOOL]
    said = json.loads(result["content"][0]["text"])
    if setting == "live":
        assert said == {"result": {"final_message": "Done."}}
        assert "structuredContent" not in result
        assert "outputSchema" not in listed
    else:
        assert said == result["structuredContent"] == {"final_message": "Done."}
        assert listed["outputSchema"]["anyOf"][0]["required"] == ["final_message"]


@pytest.mark.requirement("REC-118", "REC-109")
def test_a_structured_result_is_as_one_of_the_responses_says() -> None:
    """What none of them declares is left out."""
    body = json.dumps([{"name": "id", "type": "integer"}])
    reason = json.dumps([{"name": "reason"}])
    response = {"id": "7", "more": "not declared"}
    code = recipe(action("workato_api_platform", "return_response", response=response))
    code |= {"provider": "workato_api_platform", "name": "receive_request"}
    code["input"] = {
        "response": {
            "responses": [
                {"name": "Found", "http_status_code": "200", "body_schema": body},
                {"name": "Gone", "http_status_code": "410", "body_schema": reason},
            ]
        }
    }
    with Simulator(Settings(database="memory", tool_results="structured")) as simulator:
        with simulator.world.db.unit() as session:
            named = Recipe.name == "Get procurement policy"
            session.scalars(select(Recipe).where(named)).one().code = numbered(code)
        endpoint = Endpoint(simulator, token_for(simulator, "ada@acme.example"))
        result = endpoint.ask("tools/call", {"name": TOOL}).get_json()["result"]
        tools = endpoint.ask("tools/list").get_json()["result"]["tools"]

    (schema,) = [tool["outputSchema"] for tool in tools if tool["name"] == TOOL]
    assert result["structuredContent"] == {"id": 7}
    Draft202012Validator(schema).validate(result["structuredContent"])
    Draft202012Validator(schema).validate({"reason": "Gone."})


def test_a_job_that_failed_says_at_which_step(endpoint: Endpoint) -> None:
    text = call(endpoint, "stop")["content"][0]["text"]
    number = recipe_id(endpoint)

    (item,) = get(endpoint, f"/api/recipes/{number}/jobs")["items"]
    job = get(endpoint, f"/api/recipes/{number}/jobs/{item['id']}")

    assert text == item["error"] == "Step 5 (Stop job) stopped the job: Nothing to do."
    assert (item["status"], item["is_error"]) == ("failed", True)
    assert job["error_parts"] == {
        "message": "Nothing to do.",
        "action": "stop",
        "line_number": 4,
        "adapter": None,
    }


def test_jobs_are_read_page_by_page_and_by_status(endpoint: Endpoint) -> None:
    for category in ("travel", "stop", "travel"):
        call(endpoint, category)
    path = f"/api/recipes/{recipe_id(endpoint)}/jobs"

    newest, middle, oldest = get(endpoint, path)["items"]

    def ids(**query: Any) -> list[str]:
        return [each["id"] for each in get(endpoint, path, **query)["items"]]

    assert ids(offset_job_id=newest["id"]) == [middle["id"], oldest["id"]]
    assert ids(offset_job_id=oldest["id"], prev="true") == [newest["id"], middle["id"]]
    assert ids(rerun_only="true") == []
    assert ids(failed="true") == [middle["id"]]
    runs = [each["flow_run_id"] for each in (oldest, middle, newest)]
    assert runs == sorted(set(runs))
    by_status = endpoint.client.get(
        path, base_url=API, query_string={"status": "failed"}, headers={"Authorization": TOKEN}
    ).get_json()
    assert [each["id"] for each in by_status["items"]] == [middle["id"]]
    assert (by_status["job_scope_count"], by_status["job_count"]) == (1, 3)


def test_what_is_no_job_is_not_found(endpoint: Endpoint) -> None:
    call(endpoint, "travel")
    number = recipe_id(endpoint)
    (item,) = get(endpoint, f"/api/recipes/{number}/jobs")["items"]

    assert "no such job" in get(endpoint, f"/api/recipes/{number}/jobs/j-0", 404)["message"]
    assert "no such job" in get(endpoint, f"/api/recipes/99/jobs/{item['id']}", 404)["message"]
    assert "'x' is no id" in get(endpoint, "/api/recipes/x/jobs", 404)["message"]
    assert get(endpoint, f"/api/recipes/{number}/jobs", 404, offset_job_id="j-0")
    answer = endpoint.client.get(
        f"/api/recipes/{number}/jobs?status=odd", base_url=API, headers={"Authorization": TOKEN}
    )
    assert (answer.status_code, "succeeded, failed, pending" in answer.text) == (400, True)


def add_job(hub: Hub, job_id: str, **values: Any) -> None:
    """A job of recipe 1."""
    with hub.world.db.unit() as session:
        now = hub.world.clock.now()
        row = {
            "recipe_id": 1,
            "tool": "A_tool",
            "status": "succeeded",
            "ip_address": "x",
            "started_at": now,
            "completed_at": now,
        }
        session.add(Job(id=job_id, **(row | values)))


ENTRY = {
    "number": 0,
    "title": "Recipe function is called",
    "turns": [2, 1],
    "input": None,
    "output": '{"parameters": {"status": "<b>open</b>"}}',
    "error": "It broke.",
    "note": "answered by a stub",
    "started_at": "2026-01-01T00:00:00+00:00",
    "duration_ms": 12,
}


def test_the_editor_has_a_tab_with_the_jobs(hub: Hub) -> None:
    builder = hub.browser("builder")
    assert "has no jobs yet" in text_of(builder.get("/recipes/1/jobs"))
    for number in range(30):
        add_job(hub, f"j-{number}")
    add_job(hub, "j-last", status="failed", error="Step 2 failed.", steps=[ENTRY])

    page = builder.get("/recipes/1/jobs")
    text = text_of(page)

    assert "30 succeeded, 1 failed" in text
    assert "j-last Failed Step 2 failed. A_tool Token" in text
    assert "31 jobs, page 1 of 2" in text
    assert "j-0 " in text_of(builder.get("/recipes/1/jobs?page=2"))


@pytest.mark.requirement("PAGE-5")
def test_every_tab_of_a_recipe_says_which_state_it_is_in_and_leads_back(hub: Hub) -> None:
    builder, tabs = hub.browser("builder"), ("", "/jobs", "/test", "/versions")

    for tab in tabs:
        page = builder.get(f"/recipes/2{tab}?server={READY}")

        assert "Version 1" in text_of(page)
        for other in tabs:
            assert f'href="/recipes/2{other}?server={READY}"' in page.text
        assert f'<a href="/ai_hub/mcp/{READY}' in page.text


@pytest.mark.requirement("REC-134")
def test_a_job_is_loud_about_stubs_that_are_missing_or_answered(hub: Hub) -> None:
    """Whatever became of the job: a monitor may have caught the error."""
    missing = {**ENTRY, "number": 1, "note": "has no stub", "input": '{"status": "new"}'}
    add_job(hub, "j-s", steps=[ENTRY, missing])

    page = text_of(hub.browser("builder").get("/recipes/1/jobs/j-s"))

    assert "Step 2 has no stub , and failed for that, whatever the job returned." in page
    assert "- recipe: Recipe 1 step: 2 table: - when: status: new output:" in page
    assert "Step 1 was answered by a stub: no app was called, and no code was run." in page


def test_a_job_is_shown_step_by_step(hub: Hub) -> None:
    builder = hub.browser("builder")
    add_job(hub, "j-a", status="failed", error="Step 1 failed.", steps=[ENTRY])
    add_job(hub, "j-b", calling_job_id="j-a", calling_recipe_id=1)

    page = builder.get("/recipes/1/jobs/j-a")
    text = text_of(page)

    assert "1 Recipe function is called turn 2.1 Failed 12 ms Answered by a stub It broke." in text
    assert "&lt;b&gt;open&lt;/b&gt;" in page.text
    assert "Jobs that it called j-b Succeeded" in text
    assert "called by j-a" in text_of(builder.get("/recipes/1/jobs/j-b"))
    assert "The steps of this job are not recorded" in text_of(builder.get("/recipes/1/jobs/j-b"))
    assert builder.get("/recipes/1/jobs/j-x").status_code == 404
    assert builder.get("/recipes/2/jobs/j-a").status_code == 404


@pytest.mark.requirement("REC-144")
def test_what_a_deleted_recipe_did_stays_in_logs(hub: Hub) -> None:
    """Even where the next recipe has its number."""
    admin, gone = hub.browser("admin"), {"recipe_id": 3, "steps": [ENTRY]}
    add_job(hub, "j-other", server_number=1, tool="Other_tool")
    add_job(hub, "j-gone", **gone, server_number=1, tool="Gone_tool", estimated_tokens=7)
    add_job(hub, "j-calling", **gone, calling_job_id="j-other", calling_recipe_id=1)
    add_job(hub, "j-called", calling_job_id="j-gone", calling_recipe_id=3)
    before = text_of(admin.get("/tools/logs"))
    assert "j-gone" in before
    assert "deleted" not in before
    with hub.world.db.unit() as session:
        session.execute(delete(McpTool).where(McpTool.recipe_id == 3))
    assert "Its jobs remain in Tools > Logs" in text_of(admin.get("/recipes/3/delete"))
    assert admin.post("/recipes/3/delete", "/recipes/3/delete").status_code == 303
    with hub.world.db.unit() as session:
        first = session.get_one(Recipe, 1)
        values = {each.key: getattr(first, each.key) for each in inspect(Recipe).column_attrs}
        session.add(Recipe(**(values | {"id": 3, "name": "The next one", "running": False})))

    logs = text_of(admin.get("/tools/logs?tool=Gone"))
    assert "j-gone of Recipe 3, deleted" in logs
    assert "Other_tool" not in logs
    for answer in (admin.get("/recipes/3/jobs"), admin.get("/recipes/3/jobs/j-gone")):
        assert "Gone_tool" not in answer.text, "they are not the next recipe's"
    found = admin.get("/jobs/j-gone")
    page = text_of(found)
    assert re.search(r'href="/projects"\s+aria-current="true"', found.text), "where one is"
    assert "Its recipe 'Recipe 3' was deleted at" in page
    assert "1 Recipe function is called turn 2.1 Failed 12 ms" in page
    assert "Jobs that it called j-called Succeeded" in page
    assert 'href="/jobs/j-gone">' in admin.get("/recipes/1/jobs/j-called").text, "the calling one"
    assert 'href="/jobs/j-calling">' in admin.get("/recipes/1/jobs/j-other").text, "a called one"
    for missing in ("j-other", "j-none"):
        assert admin.get(f"/jobs/{missing}").status_code == 404
    assert hub.browser("stranger").get("/jobs/j-gone").status_code == 404
    assert "j-gone" not in hub.browser("stranger").get("/tools/logs").text
    now = hub.world.clock.now()
    span = Span(since=now - timedelta(days=1), until=now + timedelta(seconds=1))
    with hub.world.db.reading():
        counted = tool_call_statistics.count(
            hub.world, 1, Filters(tool="Gone"), span, Measure.CALLS
        )
    assert (counted.calls, counted.tokens) == (1, 7), "dashboards"

"""Recipes as exported, run through an MCP server against an app."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Job, Recipe
from simulator.domain import catalogue
from simulator.domain.engine.compiling import compile_recipe
from tests.contract.mcp_world import Mcp, identity, mcp, office
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

__all__ = ["identity", "mcp", "office"]  # the fixtures
TOOL = "List_my_requisitions"


def search(path: str = "/api/requisitions", **inputs: Any) -> Any:
    """A custom action of Coupa."""
    return action("coupa", "__adhoc_http_action", "found", verb="get", path=path, **inputs)


def change(mcp: Mcp, name: str, code: Any, **columns: Any) -> int:
    """Give a recipe of the office other code; return its id."""
    with mcp.world.db.unit() as session:
        row = session.scalars(select(Recipe).where(Recipe.name == name)).one()
        row.code = numbered(code)
        for column, value in columns.items():
            setattr(row, column, value)
        return row.id


def rows_of(result: dict[str, Any]) -> Any:
    """What a recipe function returned."""
    assert not result.get("isError"), result
    return json.loads(result["content"][0]["text"])


@pytest.mark.requirement("REC-114")
def test_a_custom_action_is_sent_with_each_persons_own_token(mcp: Mcp) -> None:
    found = pill("coupa", "found", "body")
    change(mcp, "List my requisitions", recipe(search(), return_result(requisitions=found)))

    for who, own in (("ada", 11), ("bob", 12)):
        prompt = mcp.call(TOOL, who=who)["structuredContent"]
        assert prompt["error"] == "authentication_required"
        mcp.open_link(prompt["auth_url"], who)
        requisitions = rows_of(mcp.call(TOOL, who=who))["requisitions"]
        assert [each["id"] for each in requisitions] == [own]


@pytest.mark.requirement("VUA-22")
@pytest.mark.parametrize("kind", ["skill", "API recipe"])
def test_skills_and_api_recipes_act_with_each_persons_own_connection(mcp: Mcp, kind: str) -> None:
    """As recipe functions do; see the test above, and PROXY-1 for proxy servers."""
    found = pill("coupa", "found", "body")
    if kind == "skill":
        trigger = {"provider": "workato_skill", "name": "start_workflow"}
        end = action("workato_skill", "workflow_return_result", result={"requisitions": found})
    else:
        trigger = {"provider": "workato_api_platform", "name": "receive_request"}
        answer = {"http_status_code": "200", "response": {"requisitions": found}}
        end = action("workato_api_platform", "return_response", **answer)
    change(mcp, "List my requisitions", recipe(search(), end) | trigger)

    prompt = mcp.call(TOOL, who="bob")["structuredContent"]
    assert prompt["error"] == "authentication_required"
    mcp.open_link(prompt["auth_url"], "bob")
    answer = rows_of(mcp.call(TOOL, who="bob"))
    requisitions = answer["result" if kind == "skill" else "response"]["requisitions"]
    assert [each["id"] for each in requisitions] == [12]


@pytest.mark.requirement("REC-114", "REC-104")
def test_what_the_app_refuses_is_caught_with_its_status(mcp: Mcp) -> None:
    why = f"{pill('catch', 'catch', 'error_type')} | {pill('catch', 'catch', 'message')}"
    handler = control("catch", return_result(requisitions=why))
    monitored = control("try", search("/api/requisitions/999"), log("never"), handler)
    change(mcp, "List my requisitions", recipe(monitored))
    mcp.connect()

    said = rows_of(mcp.call(TOOL))["requisitions"]

    assert said.startswith("404 Not Found | Coupa answered 404")


@pytest.mark.requirement("REC-114")
def test_a_path_leads_to_no_other_host(mcp: Mcp) -> None:
    change(mcp, "List my requisitions", recipe(search("https://evil.example/steal")))
    mcp.connect()

    result = mcp.call(TOOL)

    assert result["isError"] is True
    assert "cannot send the connection's token to evil.example" in result["content"][0]["text"]


@pytest.mark.requirement("REC-112")
def test_a_called_recipe_acts_for_the_person_who_called_the_tool(mcp: Mcp) -> None:
    """The called recipe's own app is asked for before the first step."""
    found = pill("coupa", "found", "body")
    called = recipe(search(), return_result(rows=found), result=[{"name": "rows", "type": "array"}])
    number = change(mcp, "List my requisitions", called)
    provider = "workato_recipe_function"
    call = action(provider, "call_recipe", "call", flow_id=str(number), parameters={})
    change(
        mcp, "Greet", recipe(call, return_result(greeting=pill(provider, "call", "result", "rows")))
    )

    prompt = mcp.call("Greet")["structuredContent"]
    assert (prompt["error"], prompt["connections"][0]["app"]) == (
        "authentication_required",
        "Coupa",
    )
    mcp.open_link(prompt["auth_url"])
    greeting = rows_of(mcp.call("Greet"))["greeting"]

    assert [each["id"] for each in greeting] == [11]
    jobs = mcp.jobs()
    assert [(job.status, job.recipe_id == number) for job in jobs[-2:]] == [
        ("succeeded", True),
        ("succeeded", False),
    ]
    assert jobs[-2].calling_job_id == jobs[-1].id


@pytest.mark.requirement("REC-112")
@pytest.mark.parametrize(
    "reference, columns, sentence",
    [
        ("999", {}, "There is no recipe '999' in this workspace."),
        ({"name": "Nothing", "zip_name": "n.recipe.json"}, {}, "There is no recipe 'Nothing'"),
        ({"name": "Turn down"}, {}, "The recipe 'Turn down' is not a recipe function."),
        ({"name": "Repeat"}, {"running": False}, "The recipe 'Repeat' is stopped. Start it."),
    ],
    ids=["id", "name", "kind", "stopped"],
)
def test_what_cannot_be_called_is_named(
    mcp: Mcp, reference: Any, columns: Any, sentence: str
) -> None:
    with mcp.world.db.unit() as session:
        for row in session.scalars(select(Recipe).where(Recipe.name == "Repeat")):
            for column, value in columns.items():
                setattr(row, column, value)
    change(
        mcp, "Greet", recipe(action("workato_recipe_function", "call_recipe", flow_id=reference))
    )

    result = mcp.call("Greet")

    assert result["isError"] is True
    assert sentence in result["content"][0]["text"]


@pytest.mark.requirement("REC-105")
def test_progress_of_a_loop_never_says_more_than_all(mcp: Mcp) -> None:
    loop = control("foreach", log(pill("foreach", "foreach")), source=parameter("rows"))
    fields = [{"name": "rows", "type": "array", "of": "integer"}]
    change(mcp, "Greet", recipe(loop, return_result(greeting="hi"), parameters=fields))
    params = {"name": "Greet", "arguments": {"rows": [1, 2, 3, 4]}, "_meta": {"progressToken": 7}}

    answer = mcp.send(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
        mcp.token_of("ada"),
        Accept="application/json, text/event-stream",
    )

    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line[:6] == "data: "]
    notified = [event["params"] for event in events if "method" in event]
    assert [each["progress"] for each in notified] == list(range(7))
    assert [each.get("total") for each in notified] == [4, 4, 4, 4, None, None, None]
    assert events[-1]["result"]["structuredContent"] == {"greeting": "hi"}


@pytest.mark.requirement("REC-107")
def test_a_recipe_that_cannot_be_run_says_why_and_leaves_the_others_alone(mcp: Mcp) -> None:
    change(mcp, "Greet", recipe(control("else", log("a"))))

    result = mcp.call("Greet")

    assert result["isError"] is True
    assert "a block 'else', which cannot stand there" in result["content"][0]["text"]
    assert mcp.ask("tools/list")["result"]["tools"]
    assert mcp.jobs()[-1].status == "failed"


@pytest.mark.requirement("REC-116")
def test_a_cancelled_or_failed_job_keeps_the_steps_before(mcp: Mcp) -> None:
    choice = control("if", action("py_eval", "run", "code"), input=condition("a", "equals_to", "a"))
    change(mcp, "Greet", recipe(log("first"), choice))

    mcp.call("Greet")

    with mcp.world.db.unit() as session:
        steps = session.scalars(select(Job.steps).order_by(Job.sequence.desc())).first()
    assert steps is not None
    assert [(each["number"], bool(each["error"])) for each in steps] == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
    ]


@pytest.mark.requirement("REC-137")
def test_a_recipe_is_compiled_once_per_version(mcp: Mcp, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def count(*arguments: Any) -> Any:
        compiled.append(arguments)
        return compile_recipe(*arguments)

    monkeypatch.setattr(catalogue, "compile_recipe", count)
    for greeting in ("Hello", "Good day"):
        change(mcp, "Greet", recipe(return_result(text=greeting)))
        compiled.clear()
        for _ in range(3):
            assert greeting in mcp.call("Greet")["content"][0]["text"]
        assert len(compiled) == 1

"""The Developer API's recipes: created, changed, copied, connected and deleted; their versions."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator.domain.engine.steps import name_applications
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from simulator.testing.mcp_client import McpClient
from simulator.testing.workspace import Workspace
from tests.packages import recipe

Create = Callable[..., Any]
RECIPES = "/api/recipes"
RUNNING = {"success": False, "errors": {"running": ["can't modify running recipe"]}}


@pytest.fixture
def create(api_client: ApiClient, clock: TimeTravel) -> Create:
    """Creates a recipe, one a second; returns what is answered."""

    def act(name: str = "Echo", folder: object = 1, **more: Any) -> Any:
        clock.travel(seconds=1)
        document = recipe(name)
        members = {
            "name": name,
            "code": json.dumps(document["code"]),
            "config": json.dumps(name_applications(document["config"])),
            "folder_id": str(folder),
        }
        return api_client.post(RECIPES, json=members | more).json()

    return act


def read(api_client: ApiClient, number: int) -> dict[str, Any]:
    """A recipe, as the API tells of it."""
    return dict(api_client.get(f"{RECIPES}/{number}").json())


@pytest.mark.requirement("API-20")
def test_a_recipe_is_created_stopped_and_can_be_started(
    api_client: ApiClient, create: Create
) -> None:
    made = create(description="Says it again")

    assert made["success"] is True
    told = read(api_client, made["id"])
    assert (told["name"], told["description"]) == ("Echo", "Says it again")
    assert (told["running"], told["version_no"], told["folder_id"]) == (False, 1, 1)
    assert told["trigger_application"] == "workato_recipe_function"
    assert json.loads(told["code"]) == recipe("Echo")["code"]
    assert api_client.put(f"{RECIPES}/{made['id']}/start").json() == {"success": True}
    assert read(api_client, made["id"])["running"] is True
    assert read(api_client, made["id"])["stopped_at"] is None
    api_client.put(f"{RECIPES}/{made['id']}/stop")
    assert read(api_client, made["id"])["stopped_at"] is not None


@pytest.mark.requirement("API-20")
def test_the_members_may_stand_in_an_envelope(api_client: ApiClient, create: Create) -> None:
    code = json.dumps(recipe()["code"])
    made = create(recipe={"name": "Wrapped", "code": code, "folder_id": "1"})

    assert read(api_client, made["id"])["name"] == "Wrapped"


@pytest.mark.requirement("API-20")
def test_each_member_is_changed_alone(
    api_client: ApiClient, create: Create, clock: TimeTravel
) -> None:
    """Other code keeps the connections, and a move counts as a change."""
    config = [{"keyword": "application", "provider": "jira", "account_id": None}]
    number = create(config=json.dumps(config))["id"]
    before = read(api_client, number)
    folder = api_client.post("/api/folders", json={"name": "Below", "parent_id": 1}).json()["id"]
    changes = {
        "name": "Other",
        "description": "Told",
        "code": json.dumps(recipe("Echo", name="other")["code"], separators=(",", ":")),
        "config": "[]",
        "folder_id": str(folder),
    }
    for member, value in changes.items():
        clock.travel(seconds=1)
        api_client.put(f"{RECIPES}/{number}", json={member: value})
        after = read(api_client, number)
        assert {name for name in changes if after[name] != before[name]} == {member}
        assert after["updated_at"] > before["updated_at"]
        before = after


@pytest.mark.requirement("API-20")
@pytest.mark.parametrize(
    "members, field, sentence",
    [
        ({"code": "{"}, "code", "It is not JSON"),
        ({"code": "[]"}, "code", "'code' is a list"),
        ({"code": '{"keyword": 1}'}, "code", "code.keyword must be a text"),
        ({"code": None}, "code", "can't be blank"),
        ({"config": "{}"}, "config", "must be a list of objects"),
        ({"config": '[{"provider": "jira", "account_id": 999}]'}, "config", "no connection 999"),
        ({"name": " "}, "name", "can't be blank"),
        ({"name": "x" * 501}, "name", "is too long"),
        ({"folder_id": "999999"}, "folder_id", "There is no folder 999999"),
    ],
)
def test_what_is_no_recipe_is_refused_with_success_false(
    create: Create, members: dict[str, Any], field: str, sentence: str
) -> None:
    refused = create(**members)

    assert refused["success"] is False
    assert sentence in refused["errors"][field][0]


@pytest.mark.requirement("API-20")
def test_without_a_folder_it_is_among_the_home_assets(
    api_client: ApiClient, create: Create
) -> None:
    number = create(folder_id=None)["id"]
    projects = {each["name"]: each["id"] for each in api_client.get("/api/projects").json()}

    assert read(api_client, number)["folder_id"] == projects["Home assets"]


@pytest.mark.requirement("API-20")
def test_numbers_of_folders_are_texts(api_client: ApiClient) -> None:
    answer = api_client.post(RECIPES, json={"name": "A", "code": "{}", "folder_id": 1})

    assert answer.status_code == 400
    assert "folder_id" in answer.json()["errors"]


@pytest.mark.requirement("API-21")
def test_a_changed_recipe_has_versions(api_client: ApiClient, create: Create) -> None:
    number = create()["id"]
    code = recipe("Echo")["code"]
    code["block"][0]["input"] = {"result": {"text": "changed"}}
    changed = api_client.put(f"{RECIPES}/{number}", json={"code": json.dumps(code), "name": "New"})

    assert changed.json() == {"success": True}
    versions = api_client.get(f"{RECIPES}/{number}/versions").json()["data"]
    assert [each["version_no"] for each in versions] == [2, 1]
    assert {*versions[0]} >= {"id", "comment", "author_name", "author_email", "created_at"}
    first = api_client.get(f"{RECIPES}/{number}/versions/{versions[1]['id']}").json()
    assert json.loads(first["code"]) == recipe("Echo")["code"]
    assert read(api_client, number)["version_no"] == 2
    api_client.put(f"{RECIPES}/{number}", json={"name": "New"})
    assert read(api_client, number)["version_no"] == 2, "nothing was changed"


@pytest.mark.requirement("API-21")
@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_version_is_commented_on(api_client: ApiClient, create: Create, method: str) -> None:
    address = f"{RECIPES}/{create()['id']}/versions"
    commented = api_client.request(method, f"{address}/1", json={"comment": "As agreed"})

    assert commented.json()["comment"] == "As agreed"
    assert api_client.get(address).json()["data"][0]["comment"] == "As agreed"
    too_long = api_client.request(method, f"{address}/1", json={"comment": "x" * 256})
    assert too_long.status_code == 400
    assert api_client.get(f"{address}/7").status_code == 404


@pytest.mark.requirement("API-20")
def test_a_running_recipe_is_neither_changed_nor_deleted(
    api_client: ApiClient, create: Create
) -> None:
    number = create()["id"]
    api_client.put(f"{RECIPES}/{number}/start")

    assert api_client.put(f"{RECIPES}/{number}", json={"name": "B"}).json() == RUNNING
    connected = {"adapter_name": "jira", "connection_id": 1}
    refused = api_client.put(f"{RECIPES}/{number}/connect", json=connected)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["running"])
    assert api_client.delete(f"{RECIPES}/{number}").json() == {
        "success": False,
        "errors": {"running": ["Can't change the recipe state: invalid state running"]},
    }
    api_client.put(f"{RECIPES}/{number}/stop")
    assert api_client.delete(f"{RECIPES}/{number}").json() == {"success": True}
    assert api_client.get(f"{RECIPES}/{number}").status_code == 404


@pytest.mark.requirement("API-20")
def test_the_recipe_of_a_tool_is_not_deleted(api_client: ApiClient) -> None:
    listed = api_client.get(RECIPES, params={"running": "true"}).json()["items"]
    number = next(each["id"] for each in listed if each["name"] == "Get procurement policy")
    api_client.put(f"{RECIPES}/{number}/stop")

    refused = api_client.delete(f"{RECIPES}/{number}").json()
    assert "'Procurement assistant'" in refused["errors"]["base"][0]


@pytest.mark.requirement("API-20")
def test_a_recipe_is_copied_and_moved(api_client: ApiClient, create: Create) -> None:
    number = create()["id"]
    inside = api_client.post("/api/folders", json={"name": "Deep", "parent_id": "1"}).json()["id"]
    copied = api_client.post(f"{RECIPES}/{number}/copy", json={"folder_id": str(inside)}).json()

    assert copied["success"] is True
    copy = read(api_client, copied["new_flow_id"])
    assert (copy["name"], copy["folder_id"], copy["running"]) == ("Copy of Echo", inside, False)
    assert api_client.put(f"{RECIPES}/{number}", json={"folder_id": str(inside)}).json()["success"]
    assert read(api_client, number)["folder_id"] == inside
    there = api_client.get(RECIPES, params={"folder_id": str(inside)}).json()["items"]
    assert {each["id"] for each in there} == {number, copy["id"]}
    assert api_client.put(f"{RECIPES}/{number}", json={"folder_id": "2"}).json()["success"]
    assert read(api_client, number)["folder_id"] == 2


@pytest.mark.requirement("API-22")
def test_a_recipe_uses_another_connection(api_client: ApiClient, create: Create) -> None:
    every = api_client.get("/api/connections").json()
    jira = [each for each in every if each["provider"] == "jira"]
    config = [{"keyword": "application", "provider": "jira", "account_id": jira[0]["id"]}]
    number = create(config=json.dumps(config))["id"]
    chosen = {"adapter_name": "jira", "connection_id": jira[1]["id"]}

    assert api_client.put(f"{RECIPES}/{number}/connect", json=chosen).json() == {"success": True}
    assert read(api_client, number)["config"][0]["account_id"] == jira[1]["id"]
    for members, field in (
        ({"adapter_name": "coupa"}, "connection_id"),
        ({"connection_id": 999}, "connection_id"),
    ):
        refused = api_client.put(f"{RECIPES}/{number}/connect", json=chosen | members)
        assert refused.status_code == 400
        assert field in refused.json()["errors"]


@pytest.mark.requirement("API-22", "REC-150")
def test_a_recipe_with_an_app_that_is_not_connected_does_not_start(
    api_client: ApiClient, create: Create
) -> None:
    code = recipe("Issues")["code"]
    step = {"keyword": "action", "provider": "jira", "name": "get_issue", "as": "a", "number": 1}
    code["block"].insert(0, {**step, "input": {"issue": "BUY-1"}})
    made = create(code=json.dumps(code), config="[]")
    refused = api_client.put(f"{RECIPES}/{made['id']}/start").json()
    assert made == {**refused, "success": True, "id": made["id"]}, "what was told when it was made"

    key = "packages.recipe_source_code.flow_validations.errors.config_unconnected"
    assert refused["code_errors"] == []
    assert refused["config_errors"] == [[2, [["account_id", None, "unconnected", {"key": key}]]]]


@pytest.mark.requirement("REC-149")
def test_a_provider_of_workatos_own_without_a_name_does_not_start(
    api_client: ApiClient, create: Create
) -> None:
    entry = {"keyword": "application", "provider": "workato_recipe_function", "account_id": None}
    number = create(code=json.dumps(recipe("Issues")["code"]), config=json.dumps([entry]))["id"]
    refused = api_client.put(f"{RECIPES}/{number}/start")

    assert refused.status_code == 200
    missing = ["provider", "workato_recipe_function", "missing adapter configuration"]
    assert refused.json() == {
        "success": False, "code_errors": [], "config_errors": [[1, [missing]]],
    }  # fmt: skip
    named = [entry | {"name": "workato_recipe_function"}]
    api_client.put(f"{RECIPES}/{number}", json={"config": json.dumps(named)})
    assert api_client.put(f"{RECIPES}/{number}/start").json() == {"success": True}


@pytest.mark.requirement("EDIT-7")
def test_a_recipe_that_lacks_a_required_input_does_not_start(
    api_client: ApiClient, create: Create
) -> None:
    code = recipe("Issues")["code"]
    ids = iter(("a", "b", "c", "d"))
    steps: list[dict[str, Any]] = [
        {"keyword": "action", "provider": "jira", "name": "get_issue", "input": {}},
        {"keyword": "action", "provider": "jira", "name": "get_issue", "skip": True},
        {"keyword": "foreach", "source": " ", "block": []},
        {
            "keyword": "action", "provider": "jira", "name": "search_issues",
            "input": {"jql": "x"},
            "extended_input_schema": [
                {"name": "kind", "label": "Kind", "optional": False},
                {"name": "on_off", "optional": False, "toggle_field": {"name": "jql"}},
                {"name": "loose"},
            ],
        },
    ]  # fmt: skip
    code["block"] = [each | {"as": next(ids)} for each in steps]
    number = create(code=json.dumps(code), config="[]")["id"]
    refused = api_client.put(f"{RECIPES}/{number}/start").json()

    assert (refused["success"], refused["config_errors"]) == (False, [])
    assert refused["code_errors"] == [
        [2, [["Issue ID or key", None, "can't be blank", "issue"]]],
        [4, [["Source list", None, "can't be blank", "source"]]],
        [5, [["Kind", None, "can't be blank", "kind"]]],
    ]


@pytest.mark.requirement("PKG-13")
def test_an_operand_that_there_is_not_is_named_with_its_place(
    api_client: ApiClient, create: Create
) -> None:
    code = recipe("Issues")["code"]
    comparisons = [{"operand": each, "lhs": "1", "rhs": "1"} for each in ("equals_to", "equals")]
    condition = {"type": "compound", "operand": "and", "conditions": comparisons}
    code["block"].insert(0, {"keyword": "if", "number": 1, "input": condition, "block": []})
    number = create(code=json.dumps(code), config="[]")["id"]
    refused = api_client.put(f"{RECIPES}/{number}/start").json()

    assert refused["code_errors"] == [
        [2, [["conditions/2/operand", "equals", "is invalid", "conditions.1.operand"]]]
    ]


@pytest.mark.requirement("API-23")
def test_recipes_are_found_by_app_folder_state_and_time(
    api_client: ApiClient, create: Create
) -> None:
    def found(**query: Any) -> set[str]:
        return {each["name"] for each in api_client.get(RECIPES, params=query).json()["items"]}

    number = create("Stopped one")["id"]
    told = read(api_client, number)

    assert "List my issues" in found(adapter_names_any="jira,nothing")
    assert found(adapter_names_all="jira,coupa") == {"Report a problem with a requisition"}
    assert "Stopped one" in found(adapter_names_all="workato_recipe_function", running="false")
    assert "Stopped one" not in found(active="true")
    assert "Stopped one" not in found(since_id=number)
    assert found(updated_after=told["updated_at"]) == set()
    assert "Stopped one" in found(updated_after="2020-01-01T00:00:00")
    assert "Stopped one" in found(stopped_after="2020-01-01")
    assert found(stop_cause="trial_expired") == set()
    light = api_client.get(RECIPES, params={"exclude_code": "true"}).json()["items"]
    assert {each["code"] for each in light} == {""}
    wrong = api_client.get(RECIPES, params={"order": "name"})
    assert wrong.json()["message"].startswith("Invalid parameter 'order': 'name'.")


@pytest.mark.requirement("API-23")
def test_by_activity_those_come_first_that_ran_last(
    api_client: ApiClient, mcp_client: Callable[..., McpClient], workspace: Workspace
) -> None:
    server = workspace.stage.server("Procurement assistant")
    mcp_client("Ada", server["name"]).call_tool("Get_procurement_policy", {"category": "travel"})
    items = api_client.get(RECIPES, params={"order": "activity", "per_page": "1"}).json()["items"]

    assert [each["name"] for each in items] == ["Get procurement policy"]
    assert items[0]["last_run_at"] is not None

"""An API client of selected projects: of the others it learns nothing, and changes nothing."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import ApiClient, Environment, Recipe
from simulator.domain import collaborators, recipe_tests
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.packages import recipe

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("API-39")

#: What a limited client may not find in any answer: every name in the other project has it.
SECRET = "Confidential"
#: Where it looks for it.
LISTS = (
    *("projects", "folders", "recipes", "connections?include_runtime_connections=true"),
    *("mcp/mcp_servers", "data_tables", "lookup_tables", "api_collections", "api_endpoints"),
    *("v2/api_clients", "activity_logs", "tags", "tags?q[only_assigned]=true", "users/me"),
    *("custom_connectors", "members", "iam/user_groups"),
)


@pytest.fixture
def limited(mcp: Mcp) -> Program:
    """A client of the project Travel alone, in a workspace with one of each thing elsewhere."""
    return Program(mcp.simulator)


@pytest.fixture
def elsewhere(limited: Program) -> dict[str, Any]:
    """The ids of what is in the other project; the client is limited from then on."""
    call: Any = limited.call
    made: dict[str, Any] = {}
    own = call("POST", "folders", name="Travel")["id"]
    place = made["project"] = call("POST", "folders", name=SECRET)["id"]
    made["folder"] = call("POST", "folders", name=SECRET, parent_id=place)["id"]
    code = json.dumps(recipe("Echo")["code"])
    made["recipe"] = call("POST", "recipes", name=SECRET, code=code, folder_id=str(place))["id"]
    made["connection"] = call(
        "POST", "connections", name=SECRET, provider="coupa", folder_id=place, shell_connection=True
    )["id"]
    made["server"] = call("POST", "mcp/mcp_servers", name=SECRET, folder_id=place)["data"]["id"]
    schema = [{"name": "a", "type": "string"}]
    table = call("POST", "data_tables", name=SECRET, folder_id=place, schema=schema)
    made["data_table"] = table["data"]["id"]
    label = [{"label": SECRET}]
    made["lookup_table"] = call(
        "POST", "lookup_tables", name=SECRET, project_id=place, schema=json.dumps(label)
    )["id"]
    call("POST", f"lookup_tables/{made['lookup_table']}/rows", data={SECRET: SECRET})
    made["collection"] = call("POST", "api_collections", name=SECRET, project_id=str(place))["id"]
    client = call("POST", "v2/api_clients", name=SECRET, project_id=place, auth_type="token")
    made["client"] = client["data"]["id"]
    call("POST", "properties?project_id=" + str(place), properties={"secret": SECRET})
    tag = call("POST", "tags", title="Everybody's")["handle"]
    made["tag"] = tag
    limited.send(
        "POST", "tags_assignments", json={"add_tags": [tag], "recipe_ids": [made["recipe"]]}
    )
    content = {"export_manifest": {"name": SECRET, "folder_id": place}}
    manifest = limited.send("POST", "export_manifests", json=content).get_json()
    made["manifest"] = manifest["result"]["id"]
    made["package"] = call("POST", f"packages/export/{made['manifest']}")["id"]
    with limited.simulator.world.db.unit() as session:
        row = session.scalars(select(ApiClient).where(ApiClient.name == "Tests")).one()
        row.project_ids = [own]
    made["own"] = own
    return made


def test_lists_say_nothing_of_other_projects(limited: Program, elsewhere: dict[str, Any]) -> None:
    for path in LISTS:
        answer = limited.send("GET", path)
        assert answer.status_code == 200, path
        assert SECRET not in answer.text or path == "activity_logs", path
    assert [each["name"] for each in limited.call("GET", "projects")] == ["Travel"]
    assert limited.call("GET", "iam/user_groups")["data"], "what is in no project stays"
    assert limited.call("GET", "mcp/mcp_servers")["count"] == 0
    (tag,) = limited.call("GET", "tags")["data"]["tags"]
    assert tag["assignments_count"] == 0
    assert limited.call("GET", f"tags?q[recipe_id_eq]={elsewhere['recipe']}")["data"]["tags"] == []


def test_numbers_and_names_are_those_of_the_workspace(
    limited: Program, elsewhere: dict[str, Any]
) -> None:
    """What others have that the client does not see is not to be had twice."""
    own = elsewhere["own"]
    assert limited.call("POST", "mcp/mcp_servers", name=SECRET, folder_id=own)["data"]["id"]
    for method, path, body in (
        ("PUT", f"projects/{own}", {"name": SECRET}),
        ("POST", "api_collections", {"name": SECRET, "project_id": str(own)}),
    ):
        refused = limited.call(method, path, 400, **body)
        assert refused["errors"] == {"name": ["has already been taken"]}, path


def test_what_is_for_the_whole_workspace_is_refused(
    limited: Program, elsewhere: dict[str, Any]
) -> None:
    code = json.dumps(recipe("Echo")["code"])
    bodies: dict[str, dict[str, Any]] = {
        "folders": {"name": "A"},
        "recipes": {"name": "A", "code": code},
        "connections": {"name": "A", "provider": "coupa"},
        "member_invitations": {"name": "A", "email": "a@acme.example"},
        "developer_api_clients": {"name": "A", "api_privilege_group_id": 1, "all_folders": True},
    }
    for path, body in bodies.items():
        refused = limited.call("POST", path, 403, **body)
        assert "limited to projects" in refused["message"], path
    assert limited.call("GET", "developer_api_clients", 403)["message"]
    sub = limited.call("POST", "folders", name="Sub", parent_id=elsewhere["own"])
    assert sub["parent_id"] == elsewhere["own"]
    assert limited.call("GET", "activity_logs")["data"], "what it did itself"


@pytest.mark.requirement("API-40")
def test_a_client_outlives_the_collaborator(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    with mcp.world.db.unit():
        person, _link = collaborators.invite(
            mcp.world, 1, name="Priya Nair", email="priya@acme.example", role="admin"
        )
        collaborators.remove(mcp.world, person, by=0, by_role="owner")

    assert api.send("GET", "users/me").status_code == 200


@pytest.mark.requirement("API-42")
def test_a_job_that_it_repeats_uses_what_the_recipe_uses(
    limited: Program, elsewhere: dict[str, Any]
) -> None:
    search: dict[str, Any] = {
        "number": 1,
        "keyword": "action",
        "provider": "workato_db_table",
        "as": "all",
        "name": "search_records",
        "input": {"table_id": elsewhere["data_table"]},
    }
    code = json.dumps(recipe("Echo", block=[search])["code"])
    number = limited.call(
        "POST", "recipes", name="Count", code=code, folder_id=str(elsewhere["own"])
    )["id"]
    assert limited.call("PUT", f"recipes/{number}/start") == {"success": True}
    world = limited.simulator.world
    with world.db.unit() as session:
        own, place = session.get_one(Recipe, number), session.get_one(Environment, 1)
        job = recipe_tests.run(world, own, {"text": "x"}, None, place)

    repeated = limited.call("POST", f"recipes/{number}/repeat_jobs", job_ids=[job])["results"]

    assert repeated == [{"job_id": job, "status": "enqueued"}]
    (again, first) = limited.call("GET", f"recipes/{number}/jobs")["items"]
    assert (again["status"], again["error"]) == (first["status"], None) == ("succeeded", None)
    assert limited.send("GET", f"data_tables/{elsewhere['data_table']}").status_code == 404

"""The Developer API's connections, connectors, API collections and clients of these."""

import json
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from tests.contract.developer_api_world import ask_connections as send
from tests.packages import recipe, to_zip

DOCUMENT = {
    "openapi": "3.0.0",
    "paths": {
        "/pets": {
            "get": {
                "summary": "List pets",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/p"}}}}
                },
            },
            "post": {
                "operationId": "add",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/p"}}}
                },
            },
        }
    },
    "components": {
        "p": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "tags": {"type": "array"}},
        }
    },
}


@pytest.mark.requirement("API-31")
def test_a_pick_list_is_what_the_app_has(api_client: ApiClient, clock: TimeTravel) -> None:
    names = (
        "priority_picklist",
        "status_picklist",
        "resolution_picklist",
        "get_project_issuetypes",
    )
    for name in names:
        found = send(api_client, clock, "POST", "/3/pick_list", pick_list_name=name).json()["data"]
        assert found
        assert {(len(each), each[2], each[3]) for each in found} == {(4, None, False)}
    wrong = send(api_client, clock, "POST", "/3/pick_list", pick_list_name="colors").json()
    assert "There are: assignee_picklist, " in wrong["errors"]["pick_list_name"][0]
    made = send(api_client, clock, "POST", "", name="New", provider="jira").json()["id"]
    lost = send(api_client, clock, "POST", f"/{made}/pick_list", pick_list_name="priority_picklist")
    assert (lost.status_code, lost.json()["message"]) == (
        400,
        "The connection 'New' is not connected.",
    )


@pytest.mark.requirement("API-31")
def test_connectors_are_listed_with_their_actions(api_client: ApiClient) -> None:
    every = api_client.get("/api/integrations/all").json()
    second = api_client.get("/api/integrations/all?per_page=1&page=2").json()
    named = api_client.get("/api/integrations?applications=jira,coupa").json()["items"]

    assert every["count"] == len(every["items"])
    assert second["items"] == every["items"][1:2]
    assert [each["name"] for each in named] == ["coupa", "jira"]
    jira = named[1]
    assert (jira["title"], jira["oauth"]) == ("Jira", True)
    assert "get_issue" in {each["name"] for each in jira["actions"]}


@pytest.mark.requirement("API-31")
def test_custom_connectors_of_packages_are_listed_with_their_code(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    files = {
        "ours.custom_adapter.json": {"name": "Ours"},
        "ours.custom_adapter.rb": "{ title: 'Ours' }",
    }
    headers = {"Content-Type": "application/octet-stream"}
    api_client.post("/api/packages/import/1", data=to_zip(files), headers=headers)
    listed = api_client.get("/api/custom_connectors").json()["result"]

    assert [(each["title"], each["name"]) for each in listed] == [("Ours", "ours")]
    address = f"/api/custom_connectors/{listed[0]['id']}"
    wait = partial(clock.travel, seconds=1)
    wait()
    assert api_client.get(address).json() == {"result": listed[0]}
    assert api_client.get(f"{address}/code").status_code == 429, "one request a second"
    wait()
    assert api_client.get(f"{address}/code").json() == {"data": {"code": "{ title: 'Ours' }"}}
    wait()
    assert api_client.get("/api/custom_connectors/999/code").status_code == 404


@pytest.mark.requirement("API-44")
def test_a_custom_connector_is_made_changed_and_released(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    """As programs do that copy a connector from one workspace into another."""

    def ask(method: str, path: str, **options: Any) -> tuple[int, Any]:
        clock.travel(seconds=1)
        answer = api_client.request(method, f"/api/custom_connectors{path}", **options)
        return answer.status_code, answer.json()

    assert ask("GET", "/search", params={"title": "Acme"}) == (200, {"data": []})
    blank = {"message": "Invalid parameter 'title': ''. Can't be blank."}
    assert ask("GET", "/search") == (400, blank)
    body = {"title": "Acme CRM", "code": "{ title: 'Acme CRM' }", "note": "One"}
    status, made = ask("POST", "", json=body)
    assert (status, made["title"], made["latest_version"]) == (200, "Acme CRM", 1)
    assert (made["latest_released_version"], made["released_versions"]) == (None, [])
    assert ask("GET", "/search", params={"title": "Acme"})[1] == {"data": [made]}
    assert ask("GET", "/search", params={"title": "acme"})[1] == {"data": []}, "in its letters"

    address = f"/{made['id']}"
    released = ask("POST", f"{address}/release")[1]
    assert (released["latest_released_version"], released["latest_released_version_note"]) == (
        1,
        "One",
    )
    again = ask("POST", f"{address}/release")
    assert (again[0], "already" in again[1]["message"]) == (400, True)

    changed = ask("PUT", address, json={"code": "{ title: 'Two' }", "note": "Two"})[1]
    assert (changed["latest_version"], changed["latest_released_version"]) == (2, 1)
    assert ask("GET", f"{address}/code")[1] == {"data": {"code": "{ title: 'Two' }"}}
    renamed = ask("PUT", address, json={"title": "Acme"})[1]
    assert (renamed["title"], renamed["latest_version"], renamed["name"]) == (
        "Acme",
        2,
        made["name"],
    )
    assert [
        each["version"] for each in ask("POST", f"{address}/release")[1]["released_versions"]
    ] == [2, 1]
    assert ask("PUT", address, json={"title": " "})[0] == 400

    project = next(
        one for one in api_client.get("/api/projects").json() if one["name"] == "Home assets"
    )
    manifest = {"name": "all", "folder_id": project["folder_id"], "auto_generate_assets": True}
    exported = api_client.post("/api/export_manifests", json={"export_manifest": manifest}).json()
    package = api_client.post(f"/api/packages/export/{exported['result']['id']}").json()["id"]
    packed = api_client.get(f"/api/packages/{package}/download")
    with ZipFile(BytesIO(packed.content)) as archive:
        files = {each: archive.read(each).decode() for each in archive.namelist()}
    assert files["acme_crm.custom_adapter.rb"] == "{ title: 'Two' }"
    assert "simulator_versions" not in files["acme_crm.custom_adapter.json"]


@pytest.mark.requirement("API-32")
def test_a_collection_is_made_of_an_openapi_document(api_client: ApiClient) -> None:
    spec = {"content": json.dumps(DOCUMENT), "format": "json"}
    made = api_client.post(
        "/api/api_collections", json={"name": "Pets", "project_id": "1", "openapi_spec": spec}
    ).json()

    assert made["import_results"] == {
        "success": True,
        "total_endpoints": 2,
        "failed_endpoints": 0,
        "failed_actions": [],
    }
    assert (made["name"], made["project_id"], made["version"]) == ("Pets", "1", "1.0")
    query = {"api_collection_id": str(made["id"])}
    endpoints = api_client.get("/api/api_endpoints", params=query).json()
    assert [(each["method"], each["path"], each["active"]) for each in endpoints] == [
        ("GET", "pets", False),
        ("POST", "pets", False),
    ]
    told = api_client.get(f"/api/recipes/{endpoints[0]['flow_id']}").json()
    fields = json.loads(json.loads(told["code"])["input"]["request"]["schema"])
    assert [(each["name"], each["type"], each["optional"]) for each in fields] == [
        ("limit", "integer", True)
    ]


@pytest.fixture
def endpoint(api_client: ApiClient) -> dict[str, Any]:
    """What a new endpoint is sent with; its API recipe is stopped."""
    trigger = recipe()["code"] | {"provider": "workato_api_platform", "name": "receive_request"}
    trigger["input"] = {"request": {"schema": "[]"}}
    trigger["block"] = []
    members = {"name": "Answer", "code": json.dumps(trigger)}
    number = api_client.post("/api/recipes", json=members).json()["id"]
    return {"name": "Answer", "method": "GET", "path": "/answer", "flow_id": str(number)}


@pytest.mark.requirement("SRV-17")
def test_a_later_endpoint_is_a_tool_of_the_collection_s_server(
    api_client: ApiClient, endpoint: dict[str, Any]
) -> None:
    collection = api_client.post("/api/api_collections", json={"name": "Mine"}).json()
    body = {"name": "S", "asset_id": collection["id"], "folder_id": collection["project_id"]}
    server = api_client.post("/api/mcp/mcp_servers", json=body).json()["data"]

    def tools() -> list[tuple[str, bool]]:
        listed = api_client.get(f"/api/mcp/mcp_servers/{server['id']}/tools").json()
        return [(each["name"], each["enabled"]) for each in listed["items"]]

    assert tools() == []
    address = f"/api/api_collections/{collection['id']}/api_endpoints"
    made = api_client.post(address, json=endpoint).json()
    assert tools() == [("Answer", False)]
    api_client.put(f"/api/recipes/{endpoint['flow_id']}/start")
    api_client.put(f"/api/api_endpoints/{made['id']}/enable")
    assert tools() == [("Answer", True)]
    api_client.put(f"/api/api_endpoints/{made['id']}/disable")
    assert tools() == [("Answer", False)]


@pytest.mark.requirement("API-32")
def test_an_endpoint_is_enabled_while_its_recipe_runs(
    api_client: ApiClient, endpoint: dict[str, Any]
) -> None:
    collection = api_client.post("/api/api_collections", json={"name": "Mine"}).json()
    number = int(endpoint["flow_id"])
    address = f"/api/api_collections/{collection['id']}/api_endpoints"
    made = api_client.post(address, json=endpoint).json()

    assert (made["path"], made["active"], made["flow_id"]) == ("answer", False, number)
    assert list(api_client.post(address, json=endpoint).json()["errors"]) == ["path"]
    refused = api_client.put(f"/api/api_endpoints/{made['id']}/enable").json()
    assert refused == {
        "success": False,
        "errors": {"flow_id": ["start the recipe 'Answer' first"]},
    }
    api_client.put(f"/api/recipes/{number}/start")
    enable = f"/api/api_endpoints/{made['id']}/enable"
    assert api_client.put(enable).json() == {"success": True}
    assert [each["active"] for each in api_client.get("/api/api_endpoints").json()] == [True]
    disable = f"/api/api_endpoints/{made['id']}/disable"
    assert api_client.put(disable).json() == {"success": True}
    other = api_client.post(address, json=endpoint | {"path": "b", "flow_id": 1})
    assert "is not an API recipe" in other.json()["errors"]["flow_id"][0]
    deleted = api_client.delete(f"/api/api_collections/{collection['id']}")
    assert deleted.json() == {"success": True}
    assert api_client.get("/api/api_endpoints").json() == []
    assert api_client.get(f"/api/recipes/{number}").ok


@pytest.mark.requirement("API-32")
def test_what_is_no_openapi_document_is_refused(api_client: ApiClient) -> None:
    unfit = "{", "[]", "{}", '{"paths": []}', "paths: &a\n  b: *a", "paths: !!python/x 1"
    for content in unfit:
        for kind in ("json", "yaml"):
            spec = {"content": content, "format": kind}
            body = {"name": "A", "openapi_spec": spec}
            answer = api_client.post("/api/api_collections", json=body)
            assert (answer.status_code, list(answer.json()["errors"])) == (400, ["openapi_spec"])
    assert api_client.get("/api/api_collections").json() == []


@pytest.mark.requirement("API-33")
def test_a_client_of_collections_and_its_keys(api_client: ApiClient) -> None:
    collection = api_client.post("/api/api_collections", json={"name": "Mine"}).json()["id"]
    body = {"name": "Auto", "api_collection_ids": [str(collection)], "auth_type": "token"}
    client = api_client.post("/api/v2/api_clients", json=body).json()["data"]
    address = f"/api/v2/api_clients/{client['id']}"

    assert client["api_collections"] == [{"id": collection, "name": "Mine"}]
    keys = f"{address}/api_keys"
    key = api_client.post(keys, json={"name": "K", "active": True}).json()["data"]
    assert len(key["auth_token"]) == 64
    listed = api_client.get(keys).json()
    assert (listed["count"], listed["data"][0]["auth_token"]) == (1, f"…{key['auth_token'][-4:]}")
    again = api_client.put(f"{keys}/{key['id']}/refresh_secret").json()["data"]
    assert again["auth_token"] != key["auth_token"]
    assert api_client.put(f"{keys}/{key['id']}/disable").json()["data"]["active"] is False
    assert api_client.get(address).json()["data"]["active_api_keys_count"] == 0
    assert api_client.put(f"{keys}/{key['id']}/enable").json()["data"]["active"] is True
    changed = api_client.put(f"{keys}/{key['id']}", json={"name": "L"}).json()["data"]
    assert changed["name"] == "L"
    renamed = api_client.put(address, json={"name": "Other"}).json()["data"]
    assert (renamed["name"], renamed["total_api_keys_count"]) == ("Other", 1)
    every = api_client.get("/api/v2/api_clients").json()
    assert (every["data"], every["count"], every["page"]) == ([renamed], 1, 1)
    assert api_client.get("/api/v2/api_clients?project_id=2").json()["data"] == []
    assert api_client.delete(f"{keys}/{key['id']}").json() == {"success": True}
    assert api_client.delete(address).json() == {"success": True}
    assert api_client.get(address).status_code == 404

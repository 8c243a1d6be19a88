"""The Developer API's projects and folders: changed, moved and deleted with what is in them."""

import json
from typing import Any

import pytest

from simulator.domain.folders import HOME
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from tests.packages import connection, recipe, to_zip

pytestmark = pytest.mark.requirement("API-24")


def make(api_client: ApiClient, name: str, parent: int | None = None) -> int:
    """Create a project or folder; return its number."""
    return int(
        api_client.post("/api/folders", json={"name": name, "parent_id": parent}).json()["id"]
    )


def push(api_client: ApiClient, folder: int, files: dict[str, Any]) -> None:
    """Import files into a folder."""
    headers = {"Content-Type": "application/octet-stream"}
    pushed = api_client.post(
        f"/api/packages/import/{folder}", data=to_zip(files), headers=headers
    ).json()
    assert pushed["status"] == "completed"


def test_a_project_is_renamed_and_described(api_client: ApiClient) -> None:
    number = make(api_client, "Payables")
    changed = api_client.put(
        f"/api/projects/{number}", json={"name": "Payments", "description": "Who is paid"}
    ).json()

    assert changed == {
        "id": number, "name": "Payments", "description": "Who is paid", "folder_id": number
    }  # fmt: skip
    assert changed in api_client.get("/api/projects").json()
    taken = api_client.put(f"/api/projects/{number}", json={"name": "Finance"})
    assert taken.json()["errors"] == {"name": ["has already been taken"]}


def test_a_folder_is_told_renamed_and_moved_with_what_is_in_it(api_client: ApiClient) -> None:
    first, second = make(api_client, "First"), make(api_client, "Second")
    folder = make(api_client, "Folder", first)
    push(
        api_client,
        folder,
        {"inner/a.recipe.json": recipe("A"), "c.connection.json": connection("C")},
    )
    inside = api_client.get("/api/folders", params={"parent_id": folder}).json()[0]
    told = api_client.get(f"/api/folders/{folder}").json()
    assert (told["name"], told["parent_id"], told["is_project"]) == ("Folder", first, False)

    renamed = api_client.put(f"/api/folders/{folder}", json={"name": "Renamed"}).json()
    assert (renamed["id"], renamed["name"]) == (folder, "Renamed")
    moved = api_client.put(f"/api/folders/{folder}", json={"parent_id": str(second)}).json()
    assert (moved["parent_id"], moved["project_id"]) == (second, second)
    assert api_client.get(f"/api/folders/{inside['id']}").json()["project_id"] == second
    there = api_client.get("/api/recipes", params={"project_id": str(second)}).json()["items"]
    assert [(each["name"], each["folder_id"]) for each in there] == [("A", inside["id"])]
    found = api_client.get("/api/connections", params={"folder_id": str(folder)}).json()
    assert [(each["name"], each["folder_id"]) for each in found] == [("C", folder)]

    into_itself = api_client.put(f"/api/folders/{folder}", json={"parent_id": inside["id"]})
    assert into_itself.json()["errors"] == {"parent_id": ["is the folder itself, or in it"]}
    for number, parent in ((folder, HOME), (first, second)):
        at_the_top = api_client.put(f"/api/folders/{number}", json={"parent_id": parent})
        assert at_the_top.status_code == 403


@pytest.mark.requirement("API-23", "API-43")
def test_a_folder_lists_what_is_in_it_and_only_if_asked_what_is_deeper(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    """Workato's own command line walks the folders itself, and would count twice otherwise."""
    project = make(api_client, "Walked")
    folder = make(api_client, "a_b", project)
    make(api_client, "axb", project)
    files = {"a_b/in/b.recipe.json": recipe("Deep"), "a_b/c.connection.json": connection("C")}
    push(
        api_client,
        project,
        {"a.recipe.json": recipe("A"), "axb/x.recipe.json": recipe("X"), **files},
    )

    def names(kind: str, **query: object) -> list[str]:
        answer = api_client.get(
            f"/api/{kind}", params={key: str(each) for key, each in query.items()}
        ).json()
        return sorted(each["name"] for each in (answer["items"] if kind == "recipes" else answer))

    assert names("recipes", folder_id=project) == ["A"]
    assert names("recipes", folder_id=project, with_subfolders="true") == ["A", "Deep", "X"]
    assert names("recipes", project_id=project) == ["A", "Deep", "X"]
    assert names("recipes", folder_id=folder) == []
    assert names("recipes", folder_id=folder, with_subfolders="true") == ["Deep"]
    assert names("connections", folder_id=project) == []
    assert (
        names("connections", folder_id=folder) == names("connections", project_id=project) == ["C"]
    )
    moment = clock.now().isoformat()
    assert names("connections", project_id=project, updated_after=moment) == []

    assert names("recipes", folder_id=HOME) == names("connections", folder_id=HOME) == []
    body = {"name": "Nowhere", "code": json.dumps(recipe("R")["code"])}
    made = api_client.post("/api/recipes", json=body).json()["id"]
    assert names("recipes", folder_id=HOME) == ["Nowhere"]
    refused = api_client.put(f"/api/recipes/{made}", json={"folder_id": str(HOME)}).json()
    assert refused["errors"] == {"folder_id": ["can't be assigned to the root folder"]}
    servers = {"name": "S", "folder_id": folder}
    api_client.post("/api/mcp/mcp_servers", json=servers)
    for number, count in ((project, 0), (folder, 1)):
        found = api_client.get(f"/api/mcp/mcp_servers?folder_id={number}").json()
        assert found["count"] == count


def test_a_folder_is_deleted_empty_or_by_force(api_client: ApiClient) -> None:
    project = make(api_client, "Project")
    empty, full = make(api_client, "Empty", project), make(api_client, "Full", project)
    push(api_client, full, {"a.recipe.json": recipe("A"), "c.connection.json": connection("C")})

    assert api_client.delete(f"/api/folders/{empty}").json() == {"success": True}
    refused = api_client.delete(f"/api/folders/{full}")
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "Cannot destroy folder: it is not empty. Send force=true to delete it as it is.",
    )
    assert api_client.delete(f"/api/folders/{full}?force=true").json() == {"success": True}
    assert api_client.get("/api/folders", params={"parent_id": project}).json() == []
    assert api_client.get("/api/recipes", params={"folder_id": str(project)}).json() == {
        "items": []
    }


def test_a_project_is_deleted_with_everything_in_it(api_client: ApiClient) -> None:
    project = make(api_client, "Project")
    push(api_client, project, {"deep/a.recipe.json": recipe("A"), "x.txt": "a file"})
    schema = [{"name": "title", "type": "string", "optional": False}]
    table = {"name": "Rows", "folder_id": project, "schema": schema}
    handle = api_client.post("/api/data_tables", json=table).json()["data"]["id"]
    server = {"name": "Of the project", "folder_id": project}
    made = api_client.post("/api/mcp/mcp_servers", json=server).json()["data"]["id"]
    manifest = {"name": "pull", "folder_id": project, "auto_generate_assets": True}
    exported = api_client.post("/api/export_manifests", json={"export_manifest": manifest}).json()
    api_client.post(f"/api/packages/export/{exported['result']['id']}")
    query = {"project_id": str(project)}
    api_client.post("/api/properties", params=query, json={"properties": {"a": "1"}})
    number = api_client.get("/api/recipes", params=query).json()["items"][0]["id"]
    api_client.put(f"/api/recipes/{number}/start")

    refused = api_client.delete(f"/api/projects/{project}")
    assert refused.status_code == 403
    assert refused.json()["message"].startswith("Cannot destroy folder: these recipes run: 'A'.")
    api_client.put(f"/api/recipes/{number}/stop")
    assert api_client.delete(f"/api/projects/{project}").json() == {"success": True}
    for address in (
        f"/api/folders/{project}",
        f"/api/recipes/{number}",
        f"/api/data_tables/{handle}",
        f"/api/mcp/mcp_servers/{made}",
    ):
        assert api_client.get(address).status_code == 404
    assert make(api_client, "Project")


def test_what_others_use_is_not_deleted(api_client: ApiClient) -> None:
    every = api_client.get("/api/recipes", params={"running": "true", "folder_id": "1"}).json()
    for each in every["items"]:
        api_client.put(f"/api/recipes/{each['id']}/stop")
    other, folder = make(api_client, "Elsewhere"), make(api_client, "Apart", 1)
    path = f"/api/recipes/{every['items'][0]['id']}"
    (told,) = api_client.put(path, json={"folder_id": str(other)}).json()["errors"]["folder_id"]
    assert told.startswith("It is a tool of the MCP server"), "of another project then"
    assert api_client.put(path, json={"folder_id": str(folder)}).json() == {"success": True}
    parted = api_client.put(f"/api/folders/{folder}", json={"parent_id": str(other)})
    assert "This would separate the MCP server" in parted.text

    refused = api_client.delete(f"/api/folders/{folder}?force=true")
    assert "is a tool of the MCP server" in refused.json()["message"]


def test_lists_of_folders_have_pages(api_client: ApiClient) -> None:
    project = make(api_client, "Project")
    for name in ("a", "b", "c"):
        make(api_client, name, project)
    query = {"parent_id": str(project), "per_page": "2", "page": "2"}

    assert [each["name"] for each in api_client.get("/api/folders", params=query).json()] == ["c"]
    assert len(api_client.get("/api/folders?per_page=2").json()) == 2
    for path in ("/api/folders", "/api/projects"):  # as ConductorOne/baton-workato asks
        assert api_client.get(f"{path}?per_page=500&page=0").json() == api_client.get(path).json()
        assert api_client.get(f"{path}?page=-1").status_code == 400
    assert len(api_client.get("/api/projects?per_page=1&page=2").json()) == 1


def test_a_moved_recipe_is_exported_from_its_folder(api_client: ApiClient) -> None:
    project = make(api_client, "Project")
    folder = make(api_client, "Deep", project)
    code = json.dumps(recipe()["code"])
    members = {"name": "Echo", "code": code, "folder_id": str(folder)}
    api_client.post("/api/recipes", json=members)
    listed = api_client.get(
        "/api/export_manifests/folder_assets", params={"folder_id": str(folder)}
    )

    assert [each["zip_name"] for each in listed.json()["result"]["assets"]] == [
        "Deep/echo.recipe.json"
    ]

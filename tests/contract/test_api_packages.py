"""The Developer API's packages, manifests, folders and projects, as Workato's CLI asks for them."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from simulator.domain.folders import HOME
from simulator.testing.api_client import ApiClient
from tests.packages import recipe, to_zip

FIXTURES = Path("fixtures/packages")


def zip_of(name: str) -> bytes:
    """One of our packages, as a zip."""
    folder = FIXTURES / name
    files = {
        path.relative_to(folder).as_posix(): json.loads(path.read_text())
        for path in folder.rglob("*.json")
    }
    return to_zip(files)


def make_project(api_client: ApiClient, name: str) -> int:
    """Create a project; return the number of its folder."""
    return int(api_client.post("/api/folders", json={"name": name}).json()["id"])


def push(api_client: ApiClient, folder: int, content: bytes, query: str = "") -> dict[str, Any]:
    """Import a zip; return what became of it."""
    headers = {"Content-Type": "application/octet-stream"}
    answer = api_client.post(f"/api/packages/import/{folder}{query}", data=content, headers=headers)
    assert answer.status_code == 200, answer.text
    imported = answer.json()
    assert imported["operation_type"] == "import"
    details = api_client.get(f"/api/packages/{imported['id']}").json()
    assert details["status"] == imported["status"]
    return dict(details)


def pull(api_client: ApiClient, folder: int, **manifest: Any) -> dict[str, Any]:
    """Export a folder; return its documents."""
    requested = {"name": "pull", "folder_id": folder, "auto_generate_assets": True} | manifest
    answer = api_client.post("/api/export_manifests", json={"export_manifest": requested})
    assert answer.status_code == 201  # Workato's CLI reads no other answer
    made = answer.json()
    exported = api_client.post(f"/api/packages/export/{made['result']['id']}").json()
    assert (exported["operation_type"], exported["status"]) == ("export", "completed")
    details = api_client.get(f"/api/packages/{exported['id']}").json()
    assert details["download_url"].endswith(f"/api/packages/{exported['id']}/download")
    answer = api_client.get(f"/api/packages/{exported['id']}/download")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {each: json.loads(archive.read(each)) for each in archive.namelist()}


@pytest.mark.requirement("PKG-10")
def test_a_project_is_pushed_and_pulled(api_client: ApiClient) -> None:
    folder = make_project(api_client, "Pushed")

    done = push(api_client, folder, zip_of("helpdesk"))

    assert (done["status"], done.get("error", "none")) == ("completed", "none")
    results = [each["import_result"] for each in done["recipe_status"]]
    assert results == ["no_update_or_updated_without_restart"] * 3
    pulled = pull(api_client, folder)
    with zipfile.ZipFile(io.BytesIO(zip_of("helpdesk"))) as archive:
        assert pulled == {each: json.loads(archive.read(each)) for each in archive.namelist()}
    assets = api_client.get(f"/api/export_manifests/folder_assets?folder_id={folder}").json()
    assert [(each["type"], each["zip_name"]) for each in assets["result"]["assets"]][:3] == [
        ("mcp_server", "helpdesk.mcp_server.json"),
        ("connection", "jira_of_the_helpdesk.connection.json"),
        ("agentic_skill", "skills/find_my_issues.agentic_skill.json"),
    ]


@pytest.mark.requirement("PKG-10")
def test_a_running_recipe_that_is_changed_is_restarted_where_that_is_allowed(
    api_client: ApiClient,
) -> None:
    folder = make_project(api_client, "Restarted")
    unknown = {"keyword": "action", "provider": "coupa", "name": "tea", "number": 1, "input": {}}
    results = []
    for number, (do, block) in enumerate(
        [("", []), ("start", []), ("", []), ("", [unknown]), ("", [])]
    ):
        changed = recipe("A") | {"description": f"{number}"}
        changed["code"]["block"] = [*block, *changed["code"]["block"]]
        package = to_zip({"a.recipe.json": changed})
        (told,) = push(api_client, folder, package, "?restart_recipes=true")["recipe_status"]
        path = f"/api/recipes/{told['id']}"
        if do:
            api_client.put(f"{path}/{do}")
        results.append((told["import_result"], api_client.get(path).json()["running"]))

    assert results == [
        ("no_update_or_updated_without_restart", False),  # new
        ("no_update_or_updated_without_restart", True),  # it did not run, and is started now
        ("restarted", True),
        ("restart_failed", False),  # with an action that nobody knows
        ("no_update_or_updated_without_restart", False),
    ]


@pytest.mark.requirement("PKG-10")
def test_what_cannot_be_imported_has_failed_and_left_nothing(api_client: ApiClient) -> None:
    folder = make_project(api_client, "Failed")

    done = push(api_client, folder, b"no zip")
    assert done["status"] == "failed"
    assert done["error"].startswith("The zip is damaged (")

    broken = to_zip({"a.recipe.json": recipe("A"), "b.recipe.json": {"code": []}})
    done = push(api_client, folder, broken)
    assert done["error"].startswith("b.recipe.json: 'code' is a list")
    assert pull(api_client, folder) == {}


@pytest.mark.requirement("PKG-10")
def test_a_folder_takes_a_package_and_gives_it_alone(api_client: ApiClient) -> None:
    project = make_project(api_client, "Whole")
    made = api_client.post("/api/folders", json={"name": "Part", "parent_id": str(project)}).json()
    push(api_client, project, to_zip({"top.recipe.json": recipe("Top")}))
    push(api_client, made["id"], to_zip({"deep/part.recipe.json": recipe("Part")}))

    assert list(pull(api_client, project)) == ["Part/deep/part.recipe.json", "top.recipe.json"]
    assert list(pull(api_client, made["id"])) == ["Part/deep/part.recipe.json"]


@pytest.mark.requirement("PKG-10")
def test_some_assets_alone(api_client: ApiClient) -> None:
    folder = make_project(api_client, "Some")
    push(api_client, folder, zip_of("greetings"))
    assets = api_client.get(f"/api/export_manifests/folder_assets?folder_id={folder}").json()
    recipes = [each for each in assets["result"]["assets"] if each["type"] == "recipe"]
    chosen = [{"id": recipes[0]["id"], "type": "recipe"}]

    pulled = pull(api_client, folder, assets=chosen, auto_generate_assets=False)

    assert list(pulled) == [recipes[0]["zip_name"]]
    marked = [{**each, "checked": each["id"] == recipes[0]["id"]} for each in recipes]
    assert pull(api_client, folder, assets=marked, auto_generate_assets=False) == pulled
    manifest = {"name": "x", "folder_id": folder, "assets": [{"id": 1, "type": "topic"}]}
    refused = api_client.post("/api/export_manifests", json={"export_manifest": manifest})
    assert refused.status_code == 400
    assert refused.json()["errors"] == {"export_manifest.assets": ["has no topic 1 in this folder"]}


@pytest.mark.requirement("PKG-10")
def test_folders_and_projects_are_listed_and_made(api_client: ApiClient) -> None:
    me = api_client.get("/api/users/me").json()
    assert (me["company_name"], me["email"]) == ("Acme Corp", "olivia@acme.example")
    assert me["root_folder_id"] == HOME
    assert (me["phone"], me["avatar_url"][:4]) == ("", "http"), "no null, as documented"
    assert me["active_recipes_count"] <= me["recipes_count"]

    project = make_project(api_client, "Made")
    top = api_client.get("/api/folders").json()
    assert [each["name"] for each in top] == sorted(each["name"] for each in top)
    assert {each["is_project"] for each in top} == {True}
    assert {each["parent_id"] for each in top} == {HOME}
    listed = api_client.get("/api/projects?per_page=1&page=2").json()
    assert len(listed) == 1
    named = {each["name"]: each for each in api_client.get("/api/projects").json()}
    assert named["Made"]["folder_id"] == project

    inner = api_client.post("/api/folders", json={"name": "A", "parent_id": project}).json()
    deeper = api_client.post("/api/folders", json={"name": "B", "parent_id": inner["id"]}).json()
    assert (deeper["parent_id"], deeper["is_project"]) == (inner["id"], False)
    inside = api_client.get(f"/api/folders?parent_id={project}").json()
    assert [(each["name"], each["parent_id"]) for each in inside] == [("A", project)]


@pytest.mark.requirement("PKG-10")
@pytest.mark.parametrize(
    "method, path, body, status, message",
    [
        ("POST", "/api/folders", {"name": " "}, 400, "Validation failed"),
        ("POST", "/api/folders", {"name": "a/b"}, 400, "Validation failed"),
        ("POST", "/api/folders", {"name": "Finance"}, 400, "Validation failed"),
        ("POST", "/api/folders", {"name": "x", "parent_id": "77"}, 404, "There is no folder 77"),
        ("GET", "/api/folders?parent_id=1000009", None, 404, "There is no folder 1000009"),
        ("GET", "/api/packages/99", None, 404, "There is no package 99."),
        ("GET", "/api/packages/x", None, 404, "'x' is no id"),
        ("POST", "/api/packages/export/99", None, 404, "There is no export manifest 99."),
        ("POST", "/api/packages/import/99", None, 404, "There is no folder 99"),
    ],
)
def test_what_is_wrong_is_told(
    api_client: ApiClient, method: str, path: str, body: Any, status: int, message: str
) -> None:
    answer = api_client.request(method, path, json=body)

    assert answer.status_code == status
    assert answer.json()["message"].startswith(message)


@pytest.mark.requirement("PKG-10")
def test_an_import_has_nothing_to_download(api_client: ApiClient) -> None:
    done = push(api_client, make_project(api_client, "Import"), zip_of("greetings"))

    answer = api_client.get(f"/api/packages/{done['id']}/download")

    assert answer.status_code == 404
    assert "is an import" in answer.json()["message"]


@pytest.mark.requirement("PKG-13")
def test_a_recipe_that_was_pushed_is_started_and_stopped(api_client: ApiClient) -> None:
    folder = make_project(api_client, "Started")
    files = {
        "deep/a.recipe.json": recipe("A"),
        "b.recipe.json": recipe("B", provider=""),
    }
    push(api_client, folder, to_zip(files))
    whole = f"/api/recipes?folder_id={folder}&with_subfolders=true"
    listed = api_client.get(whole).json()["items"]
    ids = {each["name"]: each["id"] for each in listed}
    assert [each["running"] for each in listed] == [False, False]

    assert api_client.put(f"/api/recipes/{ids['A']}/start").json() == {"success": True}
    running = api_client.get(f"{whole}&running=true").json()["items"]
    assert [each["name"] for each in running] == ["A"]
    one = api_client.get(f"/api/recipes/{ids['A']}").json()
    assert (one["running"], json.loads(one["code"])["as"]) == (True, "start")

    refused = api_client.put(f"/api/recipes/{ids['B']}/start").json()
    assert refused == {
        "success": False,
        "code_errors": [
            [
                1,
                [
                    [
                        None,
                        None,
                        "no app and no trigger is chosen for it",
                        None,
                    ]
                ],
            ]
        ],
        "config_errors": [],
    }

    assert api_client.put(f"/api/recipes/{ids['A']}/stop").json() == {"success": True}
    assert not api_client.get(f"/api/recipes/{ids['A']}").json()["running"]
    inside = {
        each["name"]: each["id"]
        for each in api_client.get(f"/api/folders?parent_id={folder}").json()
    }
    deep = api_client.get(f"/api/recipes?folder_id={inside['deep']}").json()["items"]
    assert [each["name"] for each in deep] == ["A"]
    assert api_client.get("/api/recipes/999999").status_code == 404


@pytest.mark.requirement("API-36", "OAPI-2")
def test_a_manifest_is_told_changed_and_deleted(api_client: ApiClient) -> None:
    folder = make_project(api_client, "Manifest")
    push(api_client, folder, to_zip({"a.recipe.json": recipe("A"), "b.recipe.json": recipe("B")}))
    listed = api_client.get(
        "/api/export_manifests/folder_assets", params={"folder_id": str(folder)}
    )
    one = listed.json()["result"]["assets"][0]
    assert one["absolute_path"] == "All projects/Manifest"
    requested = {"name": "All", "folder_id": folder, "auto_generate_assets": True}
    made = api_client.post("/api/export_manifests", json={"export_manifest": requested}).json()
    address = f"/api/export_manifests/{made['result']['id']}"

    assert api_client.get(address).json() == made
    assert made["result"]["project_path"] == "Manifest"
    change = {"name": "One", "assets": [{"id": one["id"], "type": "recipe"}]}
    changed = api_client.put(address, json={"export_manifest": change}).json()["result"]
    assert (changed["id"], changed["name"]) == (made["result"]["id"], "One")
    exported = api_client.post(f"/api/packages/export/{changed['id']}").json()
    answer = api_client.get(f"/api/packages/{exported['id']}/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [one["zip_name"]]
    wrong = {"assets": [{"id": 999, "type": "recipe"}]}
    assert api_client.put(address, json={"export_manifest": wrong}).status_code == 400
    assert api_client.delete(address).json() == {"success": True}
    assert api_client.get(address).status_code == 404
    assert api_client.get(f"/api/packages/{exported['id']}").ok
    assert api_client.get("/api/export_manifests/folder_assets").json()["result"]["assets"] == []

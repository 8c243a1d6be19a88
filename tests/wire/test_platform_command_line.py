"""Workato's own command line works with the Developer API; judged by what happened there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import acting
from simulator.testing.stage import Stage
from tests.wire.browser_visits import BrowserVisits
from tests.wire.platform_command_line import PlatformCommandLine

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.timeout(180)]

TOOL, FILE = "Get_procurement_policy", "get_procurement_policy.recipe.json"
SERVER = "Procurement assistant"
DOCUMENT = {
    "openapi": "3.0.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {"/pets": {"get": {"summary": "List pets", "responses": {"200": {}}}}},
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Listening on free ports."""
    with running(Settings(database="memory", port_base=0)) as simulator:
        yield simulator


@pytest.fixture
def people(simulator: Simulator) -> Iterator[Stage]:
    """Those who act in it."""
    with acting(simulator) as actor:
        yield actor("Ada").stage


@pytest.fixture
def workato(simulator: Simulator, people: Stage, tmp_path: Path) -> PlatformCommandLine:
    """The command line, with a profile and the project's files."""
    command_line = PlatformCommandLine(simulator, tmp_path / "workspace", people.description)
    printed = command_line.init()
    assert f"📄 {FILE}" in printed
    asked = command_line.requests()
    assert asked[:2] == ["GET /api/users/me", "GET /api/projects"]
    assert "POST /api/export_manifests" in asked
    assert (command_line.project / FILE).exists()
    return command_line


@pytest.mark.requirement("WCLI-1")
def test_what_is_pulled_changed_and_pushed_is_what_the_tool_does(
    workato: PlatformCommandLine, people: Stage
) -> None:
    """Init and pull, change a recipe's file, push, and call the tool."""
    recipe = workato.read(FILE)
    returned = recipe["code"]["block"][-1]["input"]
    returned["result"] = dict.fromkeys(returned["result"], "By the command line")
    workato.write(FILE, recipe)
    ada = people.actor("Ada").connect(SERVER)
    before = ada.call_tool(TOOL, {"category": "travel"})
    workato.requests()
    printed = workato.run("push", "--restart-recipes")

    assert "Import completed successfully" in printed
    assert [each for each in workato.requests() if each.startswith("POST")] == [
        "POST /api/packages/import/1"
    ]
    after = ada.call_tool(TOOL, {"category": "travel"})
    assert "By the command line" in after.model_dump_json()
    assert "By the command line" not in before.model_dump_json()


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_profiles_workspace_and_projects(workato: PlatformCommandLine) -> None:
    assert "sandbox (current)" in workato.run("profiles", "list")
    assert "Token configured" in workato.run("profiles", "show", "sandbox")
    assert "Current Profile: sandbox" in workato.run("profiles", "status")
    assert "Set 'sandbox' as profile" in workato.run("profiles", "use", "sandbox")
    assert workato.requests() == []
    printed = workato.run("workspace")
    assert "Acme Corp" in printed
    assert "Plan: enterprise" in printed
    assert workato.requests() == ["GET /api/users/me"]
    assert "Procurement (current)" in workato.run("projects", "list")
    assert "Coupa (end users)" in workato.run("assets")
    assert workato.requests() == ["GET /api/export_manifests/folder_assets"]


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_recipes(workato: PlatformCommandLine) -> None:
    printed = workato.run("recipes", "list")
    assert "List my requisitions" in printed
    assert workato.requests() == ["GET /api/recipes"]
    with workato.api as api:
        every = api.get("/api/recipes", params={"folder_id": "1"}).json()["items"]
    assert f"{len(every)} found" in printed
    number = int(re.findall(r"List my requisitions\n +🆔 ID: (\d+)", printed)[0])
    assert "stopped successfully" in workato.run("recipes", "stop", "--id", str(number))
    with workato.api as api:
        assert api.get(f"/api/recipes/{number}").json()["running"] is False
        connections = {each["name"]: each["id"] for each in api.get("/api/connections").json()}
    chosen = str(connections["Coupa (shared)"])
    options = ["--adapter-name", "coupa", "--connection-id", chosen]
    printed = workato.run("recipes", "update-connection", str(number), *options)
    assert "Successfully updated" in printed
    assert "started successfully" in workato.run("recipes", "start", "--id", str(number))
    with workato.api as api:
        told = api.get(f"/api/recipes/{number}").json()
    assert told["running"] is True
    assert [each["account_id"] for each in told["config"]] == [connections["Coupa (shared)"]]
    options = ["--folder-id", "2", "--running"]
    assert "List my requisitions" not in workato.run("recipes", "list", *options)
    assert f"{len(every)} recipe(s) found" in workato.run("recipes", "list", "--recursive")
    path = ("--path", "list_my_requisitions.recipe.json")
    assert "validation passed" in workato.run("recipes", "validate", *path)


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_a_recipe_that_cannot_start_says_which_step_lacks_what(
    workato: PlatformCommandLine,
) -> None:
    with workato.api as api:
        body = {"name": "Not connected", "provider": "coupa", "folder_id": 1}
        connection = api.post("/api/connections", json=body).json()["id"]
        found = api.get("/api/recipes", params={"adapter_names_any": "coupa"}).json()["items"]
        number = found[0]["id"]
        api.put(f"/api/recipes/{number}/stop")
        chosen = {"adapter_name": "coupa", "connection_id": connection}
        api.put(f"/api/recipes/{number}/connect", json=chosen)
    printed = workato.run("recipes", "start", "--id", str(number))

    assert "failed to start" in printed
    assert "account_id: unconnected" in printed
    assert f"Connection ID: {connection}" in printed


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_connections_and_pick_lists(workato: PlatformCommandLine, people: Stage) -> None:
    assert "Jira (shared)" in workato.run("connections", "list")
    assert "Jira (shared)" in workato.run("connections", "list", "--provider", "jira")
    workato.requests()
    options = ["--name", "Books", "--provider", "postgresql", "--shell-connection"]
    printed = workato.run("connections", "create", *options)
    number = int(re.findall(r"Connection ID: (\d+)", printed)[0])
    assert "POST /api/connections" in workato.requests()
    with workato.api as api:
        listed = {each["id"]: each for each in api.get("/api/connections").json()}
        jira = next(each["id"] for each in listed.values() if each["name"] == "Jira (shared)")
        parent = next(each["id"] for each in listed.values() if each["name"] == "Coupa (end users)")
    assert listed[number]["name"] == "Books"
    options = ["--id", str(jira), "--pick-list-name", "priority_picklist"]
    assert "Highest" in workato.run("connections", "pick-list", *options)
    assert "priority_picklist" in workato.run("connections", "pick-lists", "--adapter", "jira")

    ada = next(each["id"] for each in people.description["people"] if each["name"] == "Ada Reyes")
    workato.requests()
    options = ["--parent-id", str(parent), "--external-id", ada]
    with BrowserVisits(people.actor("Ada")).running() as workato.browser:
        printed = workato.run("connections", "create-oauth", *options)
    assert workato.requests()[0] == "POST /api/connections/runtime_user_connections"
    assert "OAuth authorization completed successfully" in printed
    options = ["--external-id", ada, "--include-runtime"]
    assert "Authorized" in workato.run("connections", "list", *options)


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_connectors(workato: PlatformCommandLine) -> None:
    assert "Coupa (coupa)" in workato.run("connectors", "list")
    assert {*workato.requests()} == {"GET /api/integrations/all", "GET /api/custom_connectors"}
    assert "Host name" in workato.run("connectors", "parameters", "--provider", "jira")
    assert workato.requests() == []


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_api_collections_clients_and_keys(workato: PlatformCommandLine) -> None:
    document = workato.folder / "pets.json"
    document.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    options = ["--name", "Pets", "--format", "json", "--content", str(document)]
    printed = workato.run("api-collections", "create", *options)
    assert "Project synced successfully" in printed
    assert (workato.project / "pets.api_group.json").exists()
    assert "Pets" in workato.run("api-collections", "list")
    with workato.api as api:
        collection = str(api.get("/api/api_collections").json()[0]["id"])
        (endpoint,) = api.get("/api/api_endpoints").json()
        api.put(f"/api/recipes/{endpoint['flow_id']}/start")
    options = ["--api-collection-id", collection]
    assert "List pets" in workato.run("api-collections", "list-endpoints", *options)
    options = ["--api-endpoint-id", str(endpoint["id"])]
    workato.run("api-collections", "enable-endpoint", *options)
    with workato.api as api:
        assert api.get("/api/api_endpoints").json()[0]["active"] is True

    options = ["--name", "Shop", "--api-collection-ids", collection, "--auth-type", "token"]
    workato.run("api-clients", "create", *options)
    assert "Pets" in workato.run("api-clients", "list")
    one = ("--api-client-id", "1")
    printed = workato.run("api-clients", "create-key", *one, "--name", "Key")
    (token,) = re.findall(r"API Key: ([0-9a-f]{64})", printed)
    assert "Key" in workato.run("api-clients", "list-keys", *one)
    options = ["--api-key-id", "1", "--force"]
    printed = workato.run("api-clients", "refresh-secret", *one, *options)
    assert token not in printed
    assert re.search(r"New API Key: [0-9a-f]{64}", printed)


@pytest.mark.long
@pytest.mark.requirement("WCLI-2")
def test_properties_and_data_tables(workato: PlatformCommandLine) -> None:
    workato.run("properties", "upsert", "--property", "mail.admin=a@b.c")
    with workato.api as api:
        assert api.get("/api/properties?project_id=1").json() == {"mail.admin": "a@b.c"}
    assert "a@b.c" in workato.run("properties", "list", "--prefix", "mail.")
    schema = [{"type": "string", "name": "title", "optional": False}]
    options = ["--name", "Expenses", "--schema-json", json.dumps(schema)]
    assert "created successfully" in workato.run("data-tables", "create", *options)
    assert "Expenses" in workato.run("data-tables", "list")
    with workato.api as api:
        assert [each["name"] for each in api.get("/api/data_tables").json()["data"]] == ["Expenses"]

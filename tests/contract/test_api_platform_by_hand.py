"""The API platform by hand: from an API recipe to the tool of an MCP server, and to a call."""

import html
import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import delete

from simulator.db.tables import ApiPlatformKey, Collaborator, McpServer, McpTool, Project, Recipe
from simulator.domain.engine.steps import API_PLATFORM
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.aihub_world import Hub, field_error, hub, text_of
from tests.contract.browser import Browser
from tests.contract.mcp_endpoint import token_for

__all__ = ["hub"]  # the fixture
APP = "https://app.workato.com"
PLATFORM = "/api_platform"
COLLECTIONS, CLIENTS = f"{PLATFORM}/collections", f"{PLATFORM}/clients"
UMA = "uma@new.example"
PETS = """
openapi: 3.0.0
paths:
  /pets:
    get: {summary: List pets, responses: {}}
    post: {operationId: add, responses: {}}
"""


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A workspace on its first day."""
    with Simulator(Settings(database="memory", scenario="empty")) as simulator:
        yield simulator


def _build_a_recipe(nora: Browser) -> None:
    """A recipe that answers with whom it was asked to greet, in a project of its own."""
    nora.get(f"{APP}/projects/new").press("Create project", name="Pets")
    nora.get(f"{APP}{COLLECTIONS}")
    assert "This workspace has no API collections yet." in nora.text
    nora.get(f"{APP}/recipes/new?location=1").press(
        "Start building", name="Greet somebody", location="1", trigger="api"
    )
    for schema, name in (("request", "who"), ("response-0", "greeting")):
        nora.get(f"{APP}/recipes/1/steps/0/fields/{schema}")
        nora.press("Save", **{"name-0": name, "type-0": "string"})
    nora.get(f"{APP}/recipes/1/steps/new?into=0").press("Return response")
    status, greeting = '["input","http_status_code"]', '["input","response","greeting"]'
    nora.press("Save step", **{f"toggle:{status}": "list", f"pick:{status}": "200"})
    (pill,) = re.findall(r'name="insert" value="([^"]*who[^"]*)"', nora.page.text)
    value = f"#{{_dp('{html.unescape(pill)}')}}"
    chosen = {f"toggle:{status}": "list", f"pick:{status}": "200", f"mode:{greeting}": "text"}
    nora.press("Save step", **chosen, **{f"value:{greeting}": value})
    nora.get(f"{APP}/recipes/1").press("Start recipe")
    assert "Started the recipe" in nora.text


def _give_access(nora: Browser, server: str) -> None:
    """Add an end user, and have them sign in to a server."""
    nora.get(f"{APP}/workspace_admin/end_users/new").press("Add", name="Uma User", email=UMA)
    (invitation,) = re.findall(r"https://id\.workato\.com/invitations/[\w.~-]+", nora.page.text)[:1]
    uma = Browser(nora.simulator).get(invitation)
    uma.press("Accept invitation", password="demo-Pass-2")
    access = f"{server}/end_user_access"
    nora.get(f"{access}?dialog=switch-method").press("Confirm", method="workato_identity")
    nora.get(f"{server}/end_users/add")
    (person,) = re.findall(r'name="end_users" value="([^"]+)"', nora.page.text)
    nora.press("Add", end_users=person)


def _call_tool(simulator: Simulator, url: str, name: str, **arguments: str) -> Any:
    token = token_for(simulator, UMA, url)
    params = {"name": name, "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Authorization": f"Bearer {token}"}
    answer = Browser(simulator).request("POST", url, json=message, headers=headers)
    return json.loads(answer.get_json()["result"]["content"][0]["text"])


@pytest.mark.long
@pytest.mark.requirement("APIP-1", "APIP-2", "APIP-3")
def test_a_newcomer_gets_from_an_api_recipe_to_a_tool_and_to_a_call(simulator: Simulator) -> None:
    nora = Browser(simulator)
    nora.get(f"{APP}{COLLECTIONS}").press(
        "Sign in", email="nora@new.example", password="demo-Pass-1"
    )
    _build_a_recipe(nora)

    # A collection of the recipes that there are; its endpoint is activated.
    nora.get(f"{APP}{COLLECTIONS}/new").press(
        "Create collection", name="Greetings", location="1", source="recipes"
    )
    collection = nora.url
    assert "POST /greet-somebody Greet somebody Running Inactive" in nora.text
    nora.press("Activate")
    assert "Activated the endpoint 'Greet somebody'." in nora.text

    # An MCP server is made of it, and its tool works for an end user.
    (link,) = re.findall(r'href="([^"]+asset_id[^"]+)"', nora.page.text)
    nora.get(f"{APP}{link.replace('&amp;', '&')}")
    assert re.search(r'value="api_collection"[^>]*\s+checked', nora.page.text)
    nora.press(
        "Create MCP server", source="api_collection", asset_id="1", location="1", do="create"
    )
    server = nora.url.rpartition("/")[0]
    _give_access(nora, server)
    (url,) = re.findall(r'id="mcp-url" value="([^"]+)"', nora.get(f"{server}/overview").page.text)
    answered = _call_tool(simulator, url, "Greet_somebody", who="Uma")
    assert answered["response"] == {"greeting": "Uma"}
    nora.get(collection)
    assert "Its endpoints are the tools of Greetings" in nora.text

    # A client calls it with its key, as long as that lives.
    (base,) = re.findall(r'id="url" value="([^"]+)"', nora.page.text)
    nora.get(f"{APP}{CLIENTS}/new").press("Add client", name="Partner", collections="1")
    client = nora.url
    nora.get(f"{client}/keys/new").press("Create API key", name="CI")
    (token,) = re.findall(r'id="api-token" value="([^"]+)"', nora.page.text)
    assert token not in nora.get(client).page.text, "shown once"

    def ask(token: str) -> tuple[int, Any]:
        answer = Browser(simulator).request(
            "POST", f"{base}/greet-somebody", json={"who": "Bo"}, headers={"api-token": token}
        )
        return answer.status_code, answer.get_json()

    assert ask(token) == (200, {"greeting": "Bo"})
    nora.press("Disable")
    assert ask(token)[0] == 401
    nora.press("Enable")
    nora.get(f"{client}/keys/1?ask=refresh").press("Yes, refresh")
    (other,) = re.findall(r'id="api-token" value="([^"]+)"', nora.page.text)
    assert (ask(token)[0], ask(other)[0]) == (401, 200)

    # Every step is undone.
    nora.get(f"{collection}/delete")
    assert "Delete that first." in nora.text
    assert not nora.has_button("Delete")
    nora.get(collection).press("Deactivate")
    assert ask(other)[0] == 404
    nora.get(f"{server}/settings").press("Delete", confirm="Greetings")
    nora.get(f"{collection}/delete").press("Delete")
    assert "Deleted the API collection 'Greetings'." in nora.text
    assert "Partner None 1 of 1 active" in nora.get(f"{APP}{CLIENTS}").text
    nora.get(f"{client}?ask=delete").press("Yes, delete")
    assert "Deleted the client 'Partner'." in nora.text
    assert "no clients of API collections yet" in nora.text


def _make_collection(hub: Hub, name: str = "Pets", **fields: Any) -> str:
    """Create a collection as the builder; returns the path of its page."""
    page, sent = f"{COLLECTIONS}/new", {"source": "empty", "location": "1", **fields}
    answer = hub.browser("builder").post(page, page, name=name, **sent)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["Location"])


def _use_api_recipe(hub: Hub, number: int = 2) -> None:
    """Have a recipe of the world begin with an API request."""
    with hub.world.db.unit() as session:
        recipe = session.get_one(Recipe, number)
        recipe.code = {**recipe.code, "provider": API_PLATFORM}


@pytest.mark.requirement("APIP-1")
def test_a_document_is_imported_as_file_or_as_text(hub: Hub) -> None:
    as_json = json.dumps({"paths": {"/pets": {"get": {"summary": "List pets"}}}})
    page = _make_collection(hub, source="document", document=PETS)
    builder = hub.browser("builder")
    shown = text_of(builder.get(page))
    assert "with 2 endpoints. Each has a recipe of its own" not in shown, "told to who made it"
    assert "List pets GET /pets List pets Stopped Inactive Start its recipe" in shown
    assert "add POST /pets add Stopped" in shown
    for name, content in (("pets.yaml", PETS), ("pets.json", as_json)):
        file = (BytesIO(content.encode()), name)
        other = _make_collection(hub, name, source="document", file=file)
        assert "GET /pets" in text_of(builder.get(other))
    assert "List pets" in text_of(builder.get("/projects/1"))


@pytest.mark.requirement("APIP-1")
def test_what_is_wrong_with_a_collection_stands_beside_its_field(hub: Hub) -> None:
    builder, page = hub.browser("builder"), f"{COLLECTIONS}/new"
    _make_collection(hub)

    def send(**fields: Any) -> Any:
        return builder.post(page, page, **{"name": "New", "location": "1", **fields})

    nothing = send(name="", location="", source="document")
    assert "1 to 100" in field_error(nothing, "name")
    assert "Select the project" in field_error(nothing, "location")
    assert "choose a file" in field_error(nothing, "file")
    assert "already been taken" in field_error(send(name="pets"), "name")
    for text, sentence in (
        ("{", "cannot be read: It is not JSON"),
        ("paths: []", "is not an OpenAPI document"),
        ("a: !!python/x 1", "cannot be read: line 1, column 4: could not determine"),
    ):
        wrong = send(source="document", document=text)
        assert field_error(wrong, "file").startswith(f"The document {sentence}")
        assert text in wrong.text, "it stays"
    assert text_of(builder.get(COLLECTIONS)).count("None yet") == 1


@pytest.mark.long
@pytest.mark.requirement("APIP-1")
def test_endpoints_are_added_activated_and_deleted(hub: Hub) -> None:
    builder, page = hub.browser("builder"), _make_collection(hub)
    new = f"{page}/endpoints/new"
    assert "has no API recipe yet" in text_of(builder.get(new))
    _use_api_recipe(hub)

    def send(**fields: Any) -> Any:
        return builder.submit(new, **{"recipe": "2", "method": "GET", "name": "Pet", **fields})

    nothing = send(recipe="", name="", path="")
    errors = [field_error(nothing, each) for each in ("recipe", "name", "path")]
    assert errors[0] == "Select the API recipe that answers."
    assert "at most 500 characters" in field_error(send(path="a b"), "path")
    assert "is not an API recipe" in field_error(send(recipe="1", path="a"), "recipe")
    assert send(path="/pets/{id}/").status_code == 303
    assert "has GET pets/{id} already" in field_error(send(path="pets/{id}"), "path")
    with hub.world.db.unit() as session:
        session.execute(delete(McpTool))
        session.get_one(McpServer, 2).collection_id = int(page.rpartition("/")[2])
    assert send(name="Second", path="second").status_code == 303
    assert "Pet GET /pets/{id}" in text_of(builder.get(page))
    (first, second) = re.findall(r"/endpoints/(\d+)/delete", builder.get(page).text)

    def tools() -> list[tuple[str, bool]]:
        with hub.world.db.unit() as session:
            return [(one.name, one.enabled) for one in session.get_one(McpServer, 2).tools]

    assert tools() == [("Second", False)], "of one recipe"
    builder.post(f"{page}/endpoints/{first}/state", page, do="activate")
    assert tools() == [("Second", True)]
    builder.post(f"{page}/endpoints/{second}/delete", page)
    assert tools() == [("Second", True)], "the first one is there still"
    assert "is removed" in text_of(builder.get(f"{page}/endpoints/{first}/delete"))
    builder.post(f"{page}/endpoints/{first}/delete", page)
    assert tools() == []
    assert "Add one that an API recipe of the project answers" in text_of(builder.get(page))
    assert builder.get(f"{page}/endpoints/{first}/delete").status_code == 404


@pytest.mark.requirement("APIP-1")
def test_what_is_deleted_takes_along_what_is_its_own_alone(hub: Hub) -> None:
    """Not the endpoints of a collection whose file's name ends likewise, nor another's clients."""
    _use_api_recipe(hub)
    pages = [_make_collection(hub, name, source="recipes") for name in ("Pets", "My pets")]
    admin, new = hub.browser("admin"), f"{CLIENTS}/new"
    ids = [page.rpartition("/")[2] for page in pages]
    client = admin.post(new, new, name="Both", collections=ids).headers["Location"]
    assert "Both" in text_of(admin.get(f"{pages[0]}/delete"))
    admin.post(f"{pages[0]}/delete", pages[0])
    assert "Recipe 2 POST /recipe-2" in text_of(admin.get(pages[1]))
    assert "Both My pets None yet" in text_of(admin.get(CLIENTS))
    assert "My pets (Finance)" in text_of(admin.get(client))
    with hub.world.db.unit() as session:
        session.execute(delete(McpTool))
        session.get_one(Recipe, 2).running = False
    settings = "/recipes/2/settings"
    folder = admin.post("/projects/1/folders", "/projects/1", name="Deep").headers["Location"]

    def move(location: str) -> Any:
        version = hub.read(Recipe, 2).version_no
        fields = {"name": "Recipe 2", "version": version, "location": location}
        return admin.post(settings, settings, **fields)

    assert move(folder.rpartition("=")[2]).status_code == 303
    assert "Recipe 2 POST /recipe-2" in text_of(admin.get(pages[1])), "it is found where it is"
    with hub.world.db.unit() as session:
        session.add(Project(id=7, workspace_id=1, name="Sales"))
    assert "endpoint of the API collection 'My pets'" in text_of(move("7"))
    assert "endpoints that it answers, of My pets," in text_of(admin.get("/recipes/2/delete"))
    admin.post("/recipes/2/delete", "/recipes/2/delete")
    assert "has no endpoints yet" in text_of(admin.get(pages[1]))
    assert "No API collection fits" in text_of(admin.get(f"{COLLECTIONS}?q=nothing"))


@pytest.mark.requirement("APIP-2")
def test_what_is_wrong_with_a_client_or_a_key_stands_beside_its_field(hub: Hub) -> None:
    admin, new = hub.browser("admin"), f"{CLIENTS}/new"
    assert "1 to 100" in field_error(admin.post(new, new, name=" "), "name")
    assert "not an e-mail" in field_error(admin.post(new, new, name="A", email="x"), "email")
    _make_collection(hub)
    gone = admin.post(new, new, name="A", collections="99")
    assert "is gone" in field_error(gone, "collections")
    client = admin.post(new, new, name="A").headers["Location"]
    assert "1 to 100" in field_error(admin.post(client, client, name=""), "name")
    keys = f"{client}/keys/new"
    assert "1 to 100" in field_error(admin.post(keys, keys, name=""), "name")
    for field in ("ip_allow_list", "ip_deny_list"):
        wrong = admin.post(keys, keys, name="K", **{field: "10.0.0.0/8, nowhere"})
        assert "'nowhere' is neither" in field_error(wrong, field)
    admin.post(keys, keys, name="K", ip_deny_list="10.0.0.0/8\n192.0.2.1")
    with hub.world.db.unit() as session:
        assert session.get_one(ApiPlatformKey, 1).ip_deny_list == ["10.0.0.0/8", "192.0.2.1"]
    edit = f"{client}/keys/1"
    assert admin.post(edit, edit, name="Renamed").status_code == 303
    assert "Renamed …" in text_of(admin.get(client))
    assert "Every address" in text_of(admin.get(client))
    admin.post(f"{edit}/delete", edit)
    assert "has no API keys yet" in text_of(admin.get(client))


@pytest.mark.requirement("APIP-1", "APIP-2")
def test_an_operator_looks_and_a_builder_makes_no_keys(hub: Hub) -> None:
    page = _make_collection(hub)
    _use_api_recipe(hub)
    admin, operator = hub.browser("admin"), hub.browser("builder")
    new = f"{page}/endpoints/new"
    admin.submit(new, recipe="2", method="GET", name="Pet", path="pet")
    client = admin.post(f"{CLIENTS}/new", f"{CLIENTS}/new", name="Partner").headers["Location"]
    assert "Save changes" not in operator.get(client).text
    for of_admins in (f"{CLIENTS}/new", f"{client}/keys/new"):
        assert operator.get(of_admins).status_code == 403
    assert "New endpoint" in operator.get(page).text
    with hub.world.db.unit() as session:
        session.get_one(Collaborator, 3).role = "operator"

    for seen in (COLLECTIONS, page, CLIENTS, client):
        answer = operator.get(seen)
        assert answer.status_code == 200
        for button in ("+ ", "Delete", ">Activate", "Create MCP server", "Save changes"):
            assert button not in answer.text, (seen, button)
    for to_build in (f"{COLLECTIONS}/new", new, f"{page}/delete"):
        assert operator.get(to_build).status_code == 403
    number = re.findall(r"/endpoints/(\d+)/state", admin.get(page).text)[0]
    at = f"{page}/endpoints/{number}/state"
    assert operator.post(at, page, do="activate").status_code == 403
    stranger = hub.browser("stranger")
    assert {stranger.get(each).status_code for each in (page, client)} == {404}
    assert "has no API collections yet" in text_of(stranger.get(COLLECTIONS))

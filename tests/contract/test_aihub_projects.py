"""Projects by hand: what is in one, new folders, and connections made and undone on their pages."""

import re

import pytest
from sqlalchemy import select

from simulator.db.tables import Connection, Project, Recipe
from tests.contract.aihub_world import RIGHT, Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
NEW = "/connections/new/coupa"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def _made(hub: Hub) -> list[Connection]:
    with hub.world.db.unit() as session:
        found = select(Connection).where(Connection.id > 3).order_by(Connection.id)
        return list(session.scalars(found))


def _connect(hub: Hub, browser: HubBrowser, at: str = NEW, **changes: object) -> str:
    """Press Connect and give the consent; returns the address of the page that follows."""
    sent = browser.post(at, at, **(RIGHT | changes))
    assert sent.status_code == 303, text_of(sent)
    back = hub.come_back(browser, sent.headers["Location"], code="c")
    return str(browser.get(back).headers["Location"])


@pytest.mark.requirement("SRV-12")
def test_a_project_lists_what_is_in_it(builder: HubBrowser) -> None:
    assert 'href="/projects/1">Finance</a>' in builder.get("/projects").text
    page = text_of(builder.get("/projects/1"))
    assert "Recipe 3 Recipe function Stopped" in page
    assert "Coupa (shared) Coupa Connected" in page
    assert "Coupa (unfinished) Coupa Not connected None yet" in page
    assert "Server ready Production" in page
    assert builder.get("/projects/2").status_code == 404, "of another workspace"
    assert "/ai_hub/mcp/new/scratch?location=1" in builder.get("/projects/1").text


@pytest.mark.requirement("SRV-12")
def test_projects_and_folders_are_created(hub: Hub, builder: HubBrowser) -> None:
    made = builder.post("/projects/new", "/projects/new", name=" Sales ", description="All of it")
    at = made.headers["Location"]
    page = text_of(builder.get(at))
    assert "Sales" in page
    assert "No recipes here yet." in page
    taken = builder.post("/projects/new", "/projects/new", name="Sales")
    assert field_error(taken, "name") == "The name has already been taken."
    assert "must be 1 to 100 characters" in text_of(builder.post("/projects/new", "/projects/new"))

    inside = builder.post(f"{at}/folders", at, name="Agents").headers["Location"]
    assert "Created the folder 'Agents'." in text_of(builder.get(inside))
    below = builder.post(f"{at}/folders", at, name="Deep", folder=inside.rpartition("=")[2])
    trail = text_of(builder.get(below.headers["Location"]))
    assert "Projects / Sales / Agents" in trail
    again = builder.post(f"{at}/folders", at, name="Agents")
    assert field_error(again, "name") == "The name has already been taken."
    with hub.world.db.unit() as session:
        project = session.scalars(select(Project).where(Project.name == "Sales")).one()
        assert project.description == "All of it"
    foreign = builder.get(f"/projects/1?folder={inside.rpartition('=')[2]}")
    assert foreign.status_code == 404


@pytest.mark.requirement("SRV-12")
def test_every_connection_of_a_project_can_be_reached(
    builder: HubBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.systems.aihub.project._ROWS", 1)

    seen, at = set(), "/projects/1"
    while at:
        page = builder.get(at).text
        seen |= set(re.findall(r'href="/connections/(\d+)"', page))
        at = "".join(re.findall(r'rel="next" href="(/projects/1\?connections=\d+)"', page))

    assert seen == {"1", "2", "3"}


@pytest.mark.requirement("SRV-12")
@pytest.mark.parametrize("address", ["/recipes/new?location=1", "/recipes/1", "/connections/1"])
def test_what_a_project_has_is_below_it(builder: HubBrowser, address: str) -> None:
    """The sidebar says Projects, and the line above the title leads back to the project."""
    page = builder.get(address).text

    assert re.findall(r'href="(\S+)"\s+aria-current="true"', page) == ["/projects"]
    assert re.search(r'<a href="/(projects/1">Finance|ai_hub/mcp/\S+">Server)', page)


@pytest.mark.requirement("SRV-13")
def test_a_connection_is_made_by_hand(hub: Hub, builder: HubBrowser) -> None:
    """No recipe is needed for it; the page says who authorized it, and as whom."""
    assert "Coupa" in text_of(builder.get("/connections/new"))
    assert '<option value="1" selected>Finance</option>' in builder.get(f"{NEW}?project=1").text

    at = _connect(hub, builder, name="By hand")

    page = text_of(builder.get(at))
    assert "'By hand' is connected as Bob (bob, bob@x.example)." in page
    assert "by builder@acme.example Account Bob (bob, bob@x.example)" in page
    assert "Running recipes that use it None" in page
    (made,) = _made(hub)
    assert at == f"/connections/{made.id}"
    assert (made.name, made.connected) == ("By hand", True)
    assert hub.read(Recipe, 1).config[0]["account_id"] == 1, "recipes keep theirs"


@pytest.mark.requirement("SRV-13")
def test_mistakes_are_told_and_an_abandoned_attempt_leaves_one_at_most(
    hub: Hub, builder: HubBrowser
) -> None:
    wrong = builder.post(NEW, NEW, **(RIGHT | {"name": "", "host": "nowhere"}))
    assert wrong.status_code == 422
    assert field_error(wrong, "name") == "Enter a name for the connection."
    assert field_error(wrong, "host")
    assert _made(hub) == []
    unknown = builder.post(NEW, NEW, **(RIGHT | {"client_id": "unknown"}))
    assert "does not know this client ID" in field_error(unknown, "client_id")
    for _ in range(2):  # the window at the app is closed
        assert builder.post(NEW, NEW, **RIGHT).status_code == 303
    assert [each.status for each in _made(hub)] == ["Not connected"]

    sent = builder.post(NEW, NEW, **RIGHT)
    denied = hub.come_back(builder, sent.headers["Location"], error="access_denied")
    at = builder.get(denied).headers["Location"]
    assert "the consent was denied. Connect again" in text_of(builder.get(at))
    assert [each.status for each in _made(hub)] == ["Not connected: failed"]
    assert builder.post("/connections/new/nothing", NEW).status_code == 404


@pytest.mark.requirement("SRV-13")
def test_a_connection_is_disconnected_connected_again_and_deleted(
    hub: Hub, builder: HubBrowser
) -> None:
    at = _connect(hub, builder)
    question = text_of(builder.get(f"{at}/disconnect"))
    assert "Workato deletes its access to Coupa as Bob (bob, bob@x.example)." in question
    builder.post(f"{at}/disconnect", f"{at}/disconnect")
    page = text_of(builder.get(at))
    assert "Disconnected since" in page
    assert "Builder disconnected it." in page
    assert hub.coupa.revoked == ["rt-1"]

    assert _connect(hub, builder, at, client_secret="") == at
    assert "Connected" in text_of(builder.get(at))
    assert _made(hub)[0].connected

    delete = f"{at}/delete"
    assert "This cannot be undone." in text_of(builder.get(delete))
    done = builder.post(delete, delete)
    assert done.headers["Location"] == "/projects/1"
    assert "Deleted the connection" in text_of(builder.get("/projects/1"))
    assert builder.get(at).status_code == 404
    used = text_of(builder.get("/connections/1/disconnect"))
    assert "Running recipes use it: Recipe 1. Their calls fail" in used
    assert hub.browser("stranger").get("/connections/1").status_code == 404


@pytest.mark.requirement("SRV-16")
def test_recipes_are_started_stopped_and_deleted(hub: Hub, builder: HubBrowser) -> None:
    at, state = "/projects/1", "/recipes/3/state"
    builder.post(state, at, do="start")
    assert "Started the recipe 'Recipe 3'." in text_of(builder.get(at))
    assert hub.read(Recipe, 3).running
    refused = builder.post("/recipes/3/delete", "/recipes/3/delete")
    assert refused.status_code == 409
    assert "It is running: stop it first." in text_of(refused)
    builder.post(state, at, do="stop")
    assert "Stopped the recipe 'Recipe 3'." in text_of(builder.get(at))
    as_tool = text_of(builder.post("/recipes/3/delete", "/recipes/3/delete"))
    assert "It is a tool of the MCP server 'Server unfinished': remove it there first." in as_tool

    remove = "/ai_hub/mcp/mcps-unfinished/tools/remove"
    builder.post(remove, "/ai_hub/mcp/mcps-unfinished/overview", tools=["3"])
    done = builder.post("/recipes/3/delete", "/recipes/3/delete")
    assert done.headers["Location"] == at
    assert "Deleted the recipe 'Recipe 3'." in text_of(builder.get(at))
    assert builder.get("/recipes/3").status_code == 404
    assert hub.browser("stranger").get("/recipes/1/delete").status_code == 404


@pytest.mark.requirement("SRV-16")
def test_a_recipe_that_cannot_run_says_why(hub: Hub, builder: HubBrowser) -> None:
    with hub.world.db.unit() as session:
        session.get_one(Recipe, 3).config = []
    builder.post("/recipes/3/state", "/projects/1", do="start")
    page = text_of(builder.get("/projects/1"))
    assert "'Recipe 3' was not started. Choose a connection that is connected in step 2." in page
    assert not hub.read(Recipe, 3).running


@pytest.mark.requirement("SRV-12")
def test_projects_and_folders_are_renamed_and_deleted(hub: Hub, builder: HubBrowser) -> None:
    """One in which something runs stays, and the page says what to do first."""
    at = builder.post("/projects/new", "/projects/new", name="Sales").headers["Location"]
    inside = builder.post(f"{at}/folders", at, name="Agents").headers["Location"]
    folder = inside.rpartition("=")[2]
    renamed = builder.post(f"{at}/rename", at, name="Robots", folder=folder)
    assert "Projects / Sales Robots" in text_of(builder.get(renamed.headers["Location"]))
    builder.post(f"{at}/rename", at, name="Selling")
    assert "Selling" in text_of(builder.get(at))
    taken = builder.post(f"{at}/rename", at, name="Finance")
    assert field_error(taken, "name") == "The name has already been taken."

    delete = f"{at}/delete"
    asked = text_of(builder.get(f"{delete}?folder={folder}"))
    assert "No recipe, connection or MCP server is in it. This cannot be undone." in asked
    gone = builder.post(delete, delete, folder=folder)
    assert gone.headers["Location"] == at
    assert builder.get(inside).status_code == 404
    assert builder.post(delete, delete).headers["Location"] == "/projects"
    assert "Deleted the project 'Selling'." in text_of(builder.get("/projects"))
    assert builder.get(at).status_code == 404

    refused = builder.post("/projects/1/delete", "/projects/1/delete")
    assert refused.status_code == 409
    assert (
        "It cannot be deleted: these recipes run: 'Recipe 1', 'Recipe 2'. Stop them first."
        in text_of(refused)
    )
    assert hub.read(Project, 1)

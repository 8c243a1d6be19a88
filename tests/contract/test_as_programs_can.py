"""What only programs could do before: a recipe's settings and copies, moved folders, properties."""

import pytest
from sqlalchemy import delete, select

from simulator.db.tables import Job, McpTool, Recipe
from simulator.domain import properties
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
SETTINGS = "/recipes/3/settings"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def _make_folder(builder: HubBrowser, name: str, project: str = "1", inside: str = "") -> str:
    at = f"/projects/{project}"
    made = builder.post(f"{at}/folders", at, name=name, folder=inside)
    return made.headers["Location"].rpartition("=")[2]


@pytest.mark.requirement("EDIT-20")
def test_a_stopped_recipe_is_renamed_and_moved(hub: Hub, builder: HubBrowser) -> None:
    folder = _make_folder(builder, "Tools")
    assert 'href="/recipes/3/settings' in builder.get("/recipes/3").text
    right = {"name": "Renamed", "description": "New", "location": folder, "version": "1"}
    empty = builder.post(SETTINGS, SETTINGS, **(right | {"name": " "}))
    assert field_error(empty, "name").startswith("The name ")
    nowhere = builder.post(SETTINGS, SETTINGS, **(right | {"location": "2"}))
    assert "does not exist any more" in field_error(nowhere, "location"), "of another workspace"

    assert builder.post(SETTINGS, SETTINGS, **right).status_code == 303
    page = builder.get(SETTINGS)
    assert f'<option value="{folder}" selected>Finance / Tools</option>' in page.text
    stored = hub.read(Recipe, 3)
    assert (stored.name, stored.description) == ("Renamed", "New")
    late = builder.post(SETTINGS, SETTINGS, **right)
    assert (late.status_code, "Somebody changed the recipe" in text_of(late)) == (409, True)

    running = builder.get("/recipes/1/settings").text
    assert "<fieldset disabled>" in running
    assert 'name="back" value="settings"' in running


@pytest.mark.requirement("EDIT-25")
def test_a_tool_stays_in_the_project_of_its_server(hub: Hub, builder: HubBrowser) -> None:
    made = builder.post("/projects/new", "/projects/new", name="Elsewhere")
    other = made.headers["Location"].rpartition("/")[2]
    right = {"name": "Renamed", "description": "", "location": other, "version": "1"}
    refused = builder.post(SETTINGS, SETTINGS, **right)
    assert field_error(refused, "location").startswith("It is a tool of the MCP server 'Server ")
    assert hub.read(Recipe, 3).name == "Recipe 3", "nothing of it is done"

    folder = _make_folder(builder, "Tools")
    assert builder.post(SETTINGS, SETTINGS, **(right | {"location": folder})).status_code == 303
    at = f"/projects/1?folder={folder}"
    moved = builder.post("/projects/1/move", at, folder=folder, into=other)
    assert moved.status_code == 422
    assert "from its tool 'Renamed': all assets of a server must be in" in text_of(moved)
    with hub.world.db.unit() as session:
        session.execute(delete(McpTool).where(McpTool.recipe_id == 3))
    assert builder.post("/projects/1/move", at, folder=folder, into=other).status_code == 303
    assert hub.read(Recipe, 3).project_id == int(other)


@pytest.mark.requirement("EDIT-20")
def test_a_recipe_is_copied(hub: Hub, builder: HubBrowser) -> None:
    folder = _make_folder(builder, "Copies")

    sent = builder.post("/recipes/1/settings/copy", "/recipes/1/settings", copy_to=folder)

    assert "Made 'Copy of Recipe 1'. It is stopped" in text_of(
        builder.get(sent.headers["Location"])
    )
    original = hub.read(Recipe, 1)
    with hub.world.db.unit() as session:
        made = session.scalars(select(Recipe).where(Recipe.name == "Copy of Recipe 1")).one()
        assert (made.running, made.code) == (False, original.code)
    assert "Copy of Recipe 1" in text_of(builder.get(f"/projects/1?folder={folder}"))


@pytest.mark.requirement("SRV-12")
def test_a_folder_is_moved_and_a_project_described(builder: HubBrowser) -> None:
    first, second = _make_folder(builder, "First"), _make_folder(builder, "Second")
    below = _make_folder(builder, "Below", inside=first)
    asked = f"/projects/1?dialog=move&folder={first}"
    page = builder.get(asked).text
    assert f'<option value="{second}">Finance / Second</option>' in page
    assert f'value="{below}"' not in page, "not into itself"
    itself = builder.post("/projects/1/move", asked, folder=first, into=below)
    assert field_error(itself, "into").startswith("This is the folder itself")

    moved = builder.post("/projects/1/move", asked, folder=first, into=second)
    shown = text_of(builder.get(moved.headers["Location"]))
    assert "Moved 'First' to Finance / Second." in shown
    assert "Projects / Finance / Second" in shown

    asked = "/projects/1?dialog=rename"
    builder.post("/projects/1/rename", asked, name="Finance", description="What it is for")
    assert "What it is for" in text_of(builder.get("/projects/1"))


@pytest.mark.requirement("API-42")
def test_a_job_is_repeated_from_its_page(hub: Hub, builder: HubBrowser) -> None:
    with hub.world.db.unit() as session:
        session.get_one(Recipe, 3).code = _ECHO
        session.get_one(Recipe, 3).running = True
    run = builder.post("/recipes/3/test", "/recipes/3/test", event='{"n": "7"}', environment="1")
    at = run.headers["Location"]

    again = builder.post(f"{at}/repeat", at).headers["Location"]

    assert again != at
    assert "Repeated the job" in text_of(builder.get(again))
    with hub.world.db.unit() as session:
        jobs = session.scalars(select(Job).where(Job.recipe_id == 3).order_by(Job.sequence)).all()
        assert [(job.tool, job.status) for job in jobs] == [
            ("Test", "succeeded"),
            ("Repeat", "succeeded"),
        ]
        session.get_one(Recipe, 3).running = False
    refused = builder.post(f"{at}/repeat", at).headers["Location"]
    assert "The job was not repeated. The recipe is stopped." in text_of(builder.get(refused))


@pytest.mark.requirement("SRV-20")
def test_properties_are_added_changed_and_found(hub: Hub, builder: HubBrowser) -> None:
    at = "/tools/properties"
    assert "No properties of the workspace yet." in text_of(builder.get(at))
    assert field_error(builder.post(at, at, name="", value="x"), "name") == "Enter a name."
    long = builder.post(at, at, name="a", value="x" * 1025)
    assert "at most 1,024 characters" in field_error(long, "value")
    for name, value in (("mail.admin", "a@x"), ("Mail.other", "b@x"), ("mail.admin", "c@x")):
        assert builder.post(at, at, name=name, value=value).status_code == 303
    builder.post(f"{at}?project=1", f"{at}?project=1", name="own", value="")

    found = text_of(builder.get(f"{at}?q=mail"))
    assert ("mail.admin c@x" in found, "Mail.other" in found) == (True, False)
    assert "No property has a name that begins with" in text_of(builder.get(f"{at}?q=zzz"))
    edited = builder.get(f"{at}?edit=mail.admin").text
    assert 'value="mail.admin"' in edited
    assert "c@x</textarea>" in edited
    with hub.world.db.unit():
        assert properties.list_with_prefix(hub.world, 1, 1, "") == {"own": ""}
    gone = f"{at}/delete?name=mail.admin"
    assert "value is “c@x”" in text_of(builder.get(gone))
    assert builder.post(gone, gone).headers["Location"] == at
    assert "Deleted the property 'mail.admin'." in text_of(builder.get(at))
    assert "Mail.other" in text_of(builder.get(at))
    for missing in (gone, f"{at}/delete?name=own"):
        assert builder.get(missing).status_code == 404
    own = f"{at}/delete?name=own&project=1"
    assert builder.post(own, own).headers["Location"] == f"{at}?project=1"
    assert f'href="{at}?project=1"' in builder.get(f"{at}?project=1").text
    assert builder.get(f"{at}?project=2").status_code == 404, "of another workspace"
    assert f'href="{at}"' in hub.browser("admin").get("/tools/logs").text


_ECHO = {
    "number": 0,
    "keyword": "trigger",
    "provider": "workato_recipe_function",
    "name": "execute",
    "as": "trigger",
    "input": {"parameters_schema_json": '[{"name": "n", "type": "string", "optional": true}]'},
    "block": [
        {
            "number": 1,
            "keyword": "action",
            "provider": "workato_recipe_function",
            "name": "return_result",
            "as": "result",
            "input": {"result": {"n": "#{_('data.workato_recipe_function.trigger.n')}"}},
        }
    ],
}

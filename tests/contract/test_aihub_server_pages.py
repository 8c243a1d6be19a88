"""AI Hub: create an MCP server by hand, change all of it, and delete it again."""

from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Folder, McpServer, McpTool, Project, Recipe
from simulator.domain import api_collections
from tests.contract.aihub_world import READY, UNFINISHED, Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
NEW = "/ai_hub/mcp/new/scratch"
OVERVIEW = f"/ai_hub/mcp/{READY}/overview"
SETTINGS = f"/ai_hub/mcp/{READY}/settings"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin; there is a second project with a folder."""
    with hub.world.db.unit() as session:
        now = hub.world.clock.now()
        session.add(Project(id=7, workspace_id=1, name="Sales"))
        session.flush()
        session.add(Folder(id=3, project_id=7, path="Agents/MCP", created_at=now, updated_at=now))
        foreign = session.get_one(Recipe, 3)
        foreign.project_id = 7
        session.get_one(Recipe, 1).code = foreign.code | {"provider": "clock"}
    return hub.browser("builder")


def _tools(hub: Hub, number: int) -> list[Any]:
    with hub.world.db.unit() as session:
        found = select(McpTool).where(McpTool.server_number == number).order_by(McpTool.position)
        return list(session.scalars(found))


@pytest.mark.requirement("SRV-8")
def test_a_server_is_created_from_scratch(hub: Hub, builder: HubBrowser) -> None:
    listing = builder.get("/ai_hub/mcp")
    assert "+ Create an MCP server" in text_of(listing)
    assert "Start from scratch" in text_of(builder.get("/ai_hub/mcp/new"))
    form = text_of(builder.get(NEW))
    assert "Server name Describe how this MCP server will be used" in form
    assert "Sales / Agents / MCP" in form
    assert "Recipe 2 Recipe function, in Finance" in form
    assert "Recipe 1" not in form, "a schedule is no tool"

    made = builder.post(
        NEW, NEW, do="create", name=" Buying ", description="Helps.\r\nTwice.", location="1",
        tools=["2"],
    )  # fmt: skip

    page = builder.get(made.headers["Location"])
    assert "Created the MCP server 'Buying'." in text_of(page)
    assert "Token-based access Finance Production" in text_of(page)
    assert "Started Recipe function Coupa" in text_of(page)
    server = hub.read(McpServer, 3)
    assert (server.name, server.description) == ("Buying", "Helps.\nTwice.")
    assert made.headers["Location"] == f"/ai_hub/mcp/{server.handle}/overview"
    inside = builder.post(NEW, NEW, do="create", name="Inside", location="1000003")
    assert inside.status_code == 303
    server = hub.read(McpServer, 4)
    assert server.project_id == 7
    settings = builder.get(f"/ai_hub/mcp/{server.handle}/settings")
    assert '<option value="1000003" selected>Sales / Agents / MCP</option>' in settings.text


@pytest.mark.requirement("SRV-3", "SRV-8")
def test_mistakes_stand_next_to_their_fields_and_nothing_is_created(
    hub: Hub, builder: HubBrowser
) -> None:
    wrong = builder.post(NEW, NEW, do="create", name=" ", description="Typed text", location="")
    assert wrong.status_code == 422
    assert field_error(wrong, "name") == "Enter a name for the MCP server."
    assert field_error(wrong, "location") == "Select the project or folder where it is stored."
    assert "Typed text" in wrong.text
    foreign = builder.post(NEW, NEW, do="create", name="x" * 101, location="2")
    assert "at most 100 characters" in field_error(foreign, "name")
    assert "does not exist any more" in field_error(foreign, "location")

    mixed = builder.post(NEW, NEW, do="create", name="Mixed", location="1", tools=["2", "3"])
    assert (
        "All assets of an MCP server must be in the same project, its Location. In another one: "
        "'Recipe 3' (in Sales)."
    ) in text_of(mixed)
    assert 'value="3" id="recipe-3" checked' in " ".join(mixed.text.split())
    odd = builder.post(NEW, NEW, do="create", name="Odd", location="1", tools=["1"])
    assert "can be tools. Not supported: 'Recipe 1'." in text_of(odd)
    gone = builder.post(NEW, NEW, do="create", name="Odd", location="1", tools=["99"])
    assert "does not exist. Reload the page." in text_of(gone)
    with hub.world.db.unit() as session:
        assert len(session.scalars(select(McpServer)).all()) == 2


@pytest.mark.requirement("SRV-17")
def test_a_servers_tools_may_be_the_endpoints_of_an_api_collection(
    hub: Hub, builder: HubBrowser
) -> None:
    fields = {"do": "create", "name": "By API", "location": "1", "source": "api_collection"}
    none = builder.post(NEW, NEW, **fields)
    assert "This workspace has no API collection yet." in text_of(none)
    with hub.world.db.unit() as session:
        collection = api_collections.create_collection(hub.world, session.get_one(Project, 1), "C")
        foreign = api_collections.create_collection(hub.world, session.get_one(Project, 7), "D")
        ids = str(collection.id), str(foreign.id)
    assert "Select an API collection." in field_error(builder.post(NEW, NEW, **fields), "asset_id")
    other = builder.post(NEW, NEW, **fields, asset_id=ids[1])
    assert "'D' is in Sales." in field_error(other, "asset_id")

    made = builder.post(NEW, NEW, **fields, asset_id=ids[0])

    page = text_of(builder.get(made.headers["Location"]))
    assert "They are the endpoints of the server's API collection" in page
    assert "Add tools" not in page
    again = builder.post(NEW, NEW, **fields, asset_id=ids[0])
    assert "is the MCP server 'By API' already" in field_error(again, "asset_id")


@pytest.mark.requirement("SRV-8")
def test_recipes_are_looked_for_and_what_is_ticked_stays(builder: HubBrowser) -> None:
    found = builder.post(NEW, NEW, do="find", name="Half", find="recipe 3", tools=["2"])
    assert found.status_code == 200
    assert 'value="Half"' in found.text
    assert "Chosen: 1" in text_of(found)
    assert "1 more recipe matches “recipe 3”." in text_of(found)
    by_enter = builder.post(NEW, NEW, do="enter", find="nothing", found="")
    assert "0 recipes match “nothing”." in text_of(by_enter)
    stranger_has_none = text_of(builder.post(NEW, NEW, do="find", find="zzz"))
    assert "0 recipes match" in stranger_has_none


@pytest.mark.requirement("SRV-9")
def test_a_description_is_edited_and_saved(hub: Hub, builder: HubBrowser) -> None:
    at = f"{OVERVIEW}?edit=description"
    assert "What mcps-ready is for</textarea>" in builder.get(at).text
    builder.post(f"/ai_hub/mcp/{READY}/description", at, description=" Buys things. ")
    assert hub.read(McpServer, 1).description == "Buys things."
    assert "Saved the description." in text_of(builder.get(OVERVIEW))


@pytest.mark.requirement("SRV-9")
def test_tools_are_added_described_and_removed(hub: Hub, builder: HubBrowser) -> None:
    """Undone, too: a removed tool's recipe is offered again."""
    with hub.world.db.unit() as session:
        session.get_one(Recipe, 3).project_id = 1
    add = f"/ai_hub/mcp/{READY}/tools/add"
    assert "Recipe 3" in text_of(builder.get(add))
    assert "Select at least one tool." in text_of(builder.post(add, add, do="add"))
    builder.post(add, add, do="add", tools=["3"])
    assert [tool.name for tool in _tools(hub, 1)] == ["Recipe_2", "Recipe_3"]
    assert "Added: Recipe 3." in text_of(builder.get(OVERVIEW))
    assert "is one already" in text_of(builder.get(add))

    tool = _tools(hub, 1)[1].id
    edit = f"/ai_hub/mcp/{READY}/tools/{tool}"
    empty = builder.post(edit, edit, description=" ")
    assert (empty.status_code, "Enter a description" in text_of(empty)) == (422, True)
    builder.post(edit, edit, description="Finds.", has_hints="yes", hints=["read_only"])
    changed = _tools(hub, 1)[1]
    assert changed.description == "Finds."
    assert changed.hints == {
        "read_only": True, "destructive": False, "idempotent": False, "open_world": False
    }  # fmt: skip
    builder.post(edit, edit, description="Finds.")
    assert _tools(hub, 1)[1].hints == {}
    assert builder.get(f"/ai_hub/mcp/{UNFINISHED}/tools/{tool}").status_code == 404

    asked = builder.post(f"/ai_hub/mcp/{READY}/tools", OVERVIEW, do="remove", tools=[str(tool)])
    dialog = builder.get(asked.headers["Location"])
    assert "Remove Recipe 3?" in text_of(dialog)
    assert len(_tools(hub, 1)) == 2, "nothing happens before the answer"
    remove = f"/ai_hub/mcp/{READY}/tools/remove"
    builder.post(remove, asked.headers["Location"], tools=[str(tool)])
    assert "Removed: Recipe 3." in text_of(builder.get(OVERVIEW))
    builder.post(remove, OVERVIEW, tools=[str(tool)])
    assert "were removed already" in text_of(builder.get(OVERVIEW))
    assert "Recipe 3" in text_of(builder.get(add))
    nothing = builder.post(f"/ai_hub/mcp/{READY}/tools", OVERVIEW, do="remove")
    assert "Select at least one tool." in text_of(nothing)


@pytest.mark.requirement("SRV-10")
def test_settings_change_name_and_location(hub: Hub, builder: HubBrowser) -> None:
    refused = builder.post(SETTINGS, SETTINGS, name="", location="7")
    assert field_error(refused, "name") == "Enter a name for the MCP server."
    elsewhere = builder.post(SETTINGS, SETTINGS, name="Renamed", location="7")
    assert "Not in Sales: Recipe 2. Remove these tools first." in field_error(elsewhere, "location")
    assert hub.read(McpServer, 1).name == "Server ready"
    builder.post(SETTINGS, SETTINGS, name="Renamed", location="1")
    assert "Saved." in text_of(builder.get(SETTINGS))
    assert hub.read(McpServer, 1).name == "Renamed"


@pytest.mark.requirement("SRV-10", "LIM-8", "LIM-9")
def test_limits_are_set_all_or_none_and_taken_away(hub: Hub) -> None:
    admin, to = hub.browser("admin"), f"{SETTINGS}/limits"
    wrong = admin.post(
        to, SETTINGS, rate_limit_tool_calls="0", rate_limit_interval="minute",
        usage_quota_tool_calls="5", usage_quota_interval="week", ip_allow_list="10.0.0.0/8 here",
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "a whole number from 1" in field_error(wrong, "rate_limit_tool_calls")
    assert field_error(wrong, "usage_quota_interval") == "Select one of these time intervals."
    assert "'here' is neither an IP address nor a CIDR block." in text_of(wrong)
    assert "Limits Rate limit" not in text_of(admin.get(OVERVIEW))
    form = text_of(admin.get(SETTINGS))
    assert "Rate limit Time interval 1 minute 1 hour 1 day Tool calls" in form
    assert "Usage quota Time interval 1 month 2 months 3 months 1 year Tool calls" in form

    admin.post(
        to, SETTINGS, rate_limit_tool_calls="5,000", rate_limit_interval="hour",
        usage_quota_tool_calls="", ip_allow_list="10.0.0.0/8\n::1", ip_deny_list="10.1.0.0/16",
    )  # fmt: skip
    shown = text_of(admin.get(OVERVIEW))
    assert "Rate limit 5,000 tool calls per hour, all users together Usage quota None" in shown
    assert "Allowed IP addresses 10.0.0.0/8, ::1 Denied IP addresses 10.1.0.0/16" in shown
    assert 'value="5000"' in admin.get(SETTINGS).text
    admin.post(to, SETTINGS)
    assert "Limits Rate limit" not in text_of(admin.get(OVERVIEW))


@pytest.mark.requirement("SRV-10", "SRV-6")
def test_a_server_is_deleted_once_its_name_is_typed(hub: Hub) -> None:
    admin, to = hub.browser("admin"), f"{SETTINGS}/delete"
    assert "the access of 1 user group" in text_of(admin.get(f"{SETTINGS}?dialog=delete-server"))
    wrong = admin.post(to, SETTINGS, confirm="server ready")
    assert field_error(wrong, "confirm") == (
        "Type the name of the MCP server as it is: Server ready"
    )
    done = admin.post(to, SETTINGS, confirm="Server ready")
    assert done.headers["Location"] == "/ai_hub/mcp"
    assert "Deleted the MCP server 'Server ready'." in text_of(admin.get("/ai_hub/mcp"))
    assert admin.get(OVERVIEW).status_code == 404
    assert hub.read(Recipe, 2).running, "recipes stay"


@pytest.mark.requirement("SRV-10")
def test_limits_and_deletion_are_for_admins(hub: Hub, builder: HubBrowser) -> None:
    page = text_of(builder.get(SETTINGS))
    assert page.count("Only owners and admins of the workspace can change the limits") == 2
    assert "Save limits" not in page
    for action in ("limits", "delete"):
        assert builder.post(f"{SETTINGS}/{action}", SETTINGS, confirm="x").status_code == 403
    assert hub.read(McpServer, 1)
    assert hub.browser("stranger").get(SETTINGS).status_code == 404

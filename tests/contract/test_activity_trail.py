"""Who changed what: every verb that a person or a program uses leaves a line, tool calls none."""

import pytest
from sqlalchemy import delete, func, insert, select, update

from simulator.db.tables import ActivityLog, EndUser, EndUserGroup, Job, Recipe
from simulator.domain import activity_trail, end_user_accounts, people
from simulator.domain.activity_trail import Actor
from simulator.domain.end_user_accounts import NewUser
from simulator.errors import AlreadyExists
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.world import World
from tests.contract.aihub_world import Hub, hub, text_of
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.contract.identity_world import ID
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.remembered_answers import Keys
from tests.contract.remembered_world import READ_EACH_TIME, REMEMBERED
from tests.contract.test_end_users_by_hand import admin

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
LOG, CALLS = "/dashboard/audit", "/tools/logs"
MARC = Actor(kind="collaborator", id="1", name="Marc", email="marc@x", workspace_id=1)
#: What a client or a fault does, and no person or program of the workspace.
NOBODYS = {"a token is revoked", "a session ends", "signing.replace", "signing.rotate"}
#: In that world, they ask for what is so already.
UNCHANGED = {"servers.assign_groups", "servers.move"}


def lines(world: World) -> list[str]:
    """What the log says, oldest first."""
    with world.db.reading() as session:
        found = session.scalars(select(ActivityLog).order_by(ActivityLog.id))
        return [f"{one.event_type} {one.resource_type} {one.resource_name}" for one in found]


@pytest.mark.requirement("USR-30")
def test_every_verb_that_changes_what_a_call_reads_leaves_a_line() -> None:
    silent = set()
    with Simulator(Settings(database="memory")) as simulator:
        Keys.get(simulator)  # a server with an MCP token
        taken = simulator.snapshot()
        for name, change in {**REMEMBERED, **READ_EACH_TIME}.items():
            simulator.restore(taken)
            with simulator.world.db.unit():
                activity_trail.act_as(simulator.world, MARC)
                change.act(simulator.world)
            if not lines(simulator.world):
                silent.add(name)
    assert silent <= NOBODYS | UNCHANGED, silent


@pytest.mark.requirement("USR-30")
def test_a_line_says_what_changed_and_no_secret(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        activity_trail.act_as(hub.world, MARC)
        ada = people.get_end_user(hub.world, "eu-ada")
        end_user_accounts.change_end_user(hub.world, ada, name="Ada L.", status="disabled")
        ada.password_hash = "secret"
        session.execute(delete(Recipe).where(Recipe.id == 999))
    with hub.world.db.reading() as session:
        (line,) = session.scalars(select(ActivityLog))
    assert (line.event_type, line.resource_type, line.resource_id) == (
        "disabled",
        "IdpUser",
        "eu-ada",
    )
    assert line.details == {
        "name": ["Ada", "Ada L."],
        "status": ["active", "disabled"],
        "password_hash": None,
    }
    assert (line.actor_name, line.actor_kind) == ("Marc", "collaborator")


@pytest.mark.requirement("USR-30")
def test_what_is_rolled_back_or_there_already_leaves_none(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        activity_trail.act_as(hub.world, MARC)
        session.execute(insert(EndUserGroup).values(_group(hub.world)))
        session.rollback()
        with pytest.raises(AlreadyExists):
            end_user_accounts.create(hub.world, 1, name="Ada", email="ada@acme.example")
    assert lines(hub.world) == []


def _group(world: World) -> dict[str, object]:
    now = world.clock.now()
    return {"id": "g", "environment_id": 1, "name": "G", "created_at": now, "updated_at": now}


@pytest.mark.requirement("USR-30")
def test_ten_thousand_people_are_told_of_in_a_hundred_lines(hub: Hub) -> None:
    with hub.world.db.unit():
        activity_trail.act_as(hub.world, MARC)
        users = [NewUser(email=f"u{number}@x.example") for number in range(250)]
        end_user_accounts.create_many(hub.world, 1, users)
    with hub.world.db.reading() as session:
        assert (session.scalar(select(func.count()).select_from(EndUser)) or 0) > 250
        found = session.scalars(select(ActivityLog).order_by(ActivityLog.id)).all()
    assert len(found) == 100
    assert found[-1].details == {"and_more": 150}


@pytest.mark.requirement("USR-30", "USR-31")
def test_people_and_programs_are_named_on_the_page_and_by_the_api(mcp: Mcp) -> None:
    browser, api = admin(mcp), Program(mcp.simulator)
    browser.get("https://app.workato.com/workspace_admin/end_users/new")
    browser.press("Add", name="Uma", email="uma@office.example", group="Buyers")
    group = api.call("POST", "iam/user_groups", name="Travellers")["data"]
    mcp.connect("ada")
    mine = mcp.browser("ada").get(f"{ID}/my_connections")
    (own,) = mcp.children()
    mine.get(f"{ID}/my_connections/{own.id}/disconnect").press("Disconnect")

    page = browser.get(f"https://app.workato.com{LOG}").text
    assert "Ada Reyes ada@office.example Disconnected Coupa" in page
    assert "Tests API client Created Travellers" in page
    assert "Marc Adler marc@office.example Member added Buyers" in page
    assert "Marc Adler marc@office.example User login Marc Adler" in page

    answer = api.call("GET", "activity_logs?include_resource_types[]=idpusergroup")
    assert answer["total"] == len(answer["data"]) == 2
    made = answer["data"][0]
    assert made["resource"] == {"id": group["id"], "name": "Travellers", "type": "IdpUserGroup"}
    assert (made["event_type"], made["user"]["type"]) == ("created", "api_client")
    assert (type(made["user"]["id"]), made["user"]["idp_user_id"]) == (int, None)
    (ended,) = api.call("GET", "activity_logs?include_event_types[]=disconnected")["data"]
    assert (ended["user"]["id"], ended["user"]["type"]) == (None, "end_user")
    assert ended["user"]["idp_user_id"].startswith("eu-")
    assert made["workspace"]["email"] == api.call("GET", "users/me")["email"]
    assert made["details"]["request"].keys() == {"ip_address", "user_agent"}
    older = api.call("GET", f"activity_logs?page[after]={made['id']}&page[size]=1")["data"]
    assert [each["id"] < made["id"] for each in older] == [True]
    assert api.call("GET", "activity_logs?exclude_event_types[]=created&users_ids[]=none") == {
        "data": [],
        "total": 0,
    }
    assert api.call("GET", "activity_logs?from=yesterday", 400)["message"]
    later = mcp.world.clock.now().isoformat().replace("+00:00", "Z")
    assert api.call("GET", f"activity_logs?from={later}")["data"] == []


@pytest.mark.requirement("USR-32")
def test_the_log_of_tool_calls_names_who_with_which_client_and_what_came_of_it(mcp: Mcp) -> None:
    mcp.connect("ada")
    before = lines(mcp.world)
    mcp.call("List_my_requisitions")
    mcp.call("List_my_requisitions", who="bob")
    assert lines(mcp.world) == before, "a call changes nothing of the workspace"
    registered = mcp.register(client_name="Test client")
    with mcp.world.db.unit() as session:
        session.execute(update(Job).values(client_id=registered["client_id"]))
    browser = admin(mcp)

    page = browser.get(f"https://app.workato.com{CALLS}")
    assert "Log type MCP server" in page.text
    assert "Procurement assistant created" in page.text
    assert "List_my_requisitions Ada Reyes eu-" in page.text
    assert "Test client 127.0.0.1 Succeeded" in page.text
    assert "Test client 127.0.0.1 Connection required" in page.text
    for query, expected in (
        ("?status=succeeded&user=ADA", "Ada Reyes"),
        ("?client=test+cli&tool=requisition&server=procure", "Bob Tanaka"),
        ("?span=30m&ip=127.0.0.1", "List_my_requisitions"),
    ):
        assert expected in browser.get(f"https://app.workato.com{CALLS}{query}").text, query
    for query in (
        "?server=nowhere",
        "?ip=10.0.0.1",
        "?user=dina",
        "?client=x",
        "?status=cancelled",
    ):
        page = browser.get(f"https://app.workato.com{CALLS}{query}")
        assert "No tool call matches this filter." in page.text, query


@pytest.mark.requirement("USR-32")
def test_a_long_log_is_read_part_by_part(mcp: Mcp) -> None:
    mcp.call("List_my_requisitions")
    with mcp.world.db.unit() as session:
        job = session.scalars(select(Job)).one()
        columns = {c.key: getattr(job, c.key) for c in Job.__table__.columns if c.key != "steps"}
        columns.pop("sequence")
        copies = [columns | {"id": f"j-{n}", "tool": f"Tool_{n:03}"} for n in range(119)]
        session.execute(insert(Job), copies)
    browser = admin(mcp).get(f"https://app.workato.com{CALLS}")
    assert "Tool_118" in browser.text
    assert "Tool_068" not in browser.text
    older = browser.get(f"https://app.workato.com{_link(browser, 'next')}")
    assert "Tool_068" in older.text
    newest = browser.get(f"https://app.workato.com{_link(older, 'prev')}")
    assert "Tool_118" in newest.text
    assert "Newer" not in newest.text


def _link(browser: Browser, rel: str) -> str:
    found = browser.page.text.split(f'rel="{rel}" href="', 1)[1]
    return found.split('"', 1)[0].replace("&amp;", "&")


@pytest.mark.requirement("USR-30")
def test_logs_are_closed_to_plain_collaborators(hub: Hub) -> None:
    for path in (LOG, CALLS):
        answer = hub.browser("builder").get(path)
        assert answer.status_code == 403
        assert "open to owners and admins" in text_of(answer)

"""Workspace admin: end-user groups and the people in them."""

import pytest
from sqlalchemy import select

from simulator.db.tables import EndUserGroup
from tests.contract.aihub_world import Hub, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
GROUPS, NEW = "/workspace_admin/groups", "/workspace_admin/groups/new"


@pytest.mark.requirement("HUB-17")
def test_groups_are_listed_by_environment_with_their_members(hub: Hub) -> None:
    browser = hub.browser("admin")
    page = text_of(browser.get(GROUPS))
    assert "Group one 1 member" in page
    members = text_of(browser.get(f"{GROUPS}/eug-one/members"))
    assert "Members of Group one In the environment Production." in members
    assert "Ada ada@acme.example Active Remove 1 member" in members
    assert hub.browser("stranger").get(f"{GROUPS}/eug-one/members").status_code == 404
    assert "Group test" not in page
    assert "Group test" in text_of(browser.get(f"{GROUPS}?environment=2"))
    empty = text_of(hub.browser("stranger").get(GROUPS))
    assert "Elsewhere has no end-user groups yet" in empty


@pytest.mark.requirement("HUB-17")
def test_a_group_is_created_in_the_chosen_environment(hub: Hub) -> None:
    browser = hub.browser("admin")
    answer = browser.post(
        NEW, NEW, environment="2", name=" Travel ", end_users=["eu-ada", "eu-bob"]
    )
    assert answer.headers["Location"] == f"{GROUPS}?environment=2"
    with hub.world.db.unit() as session:
        made = session.scalars(select(EndUserGroup).where(EndUserGroup.name == "Travel")).one()
        assert made.environment_id == 2
        assert [member.id for member in made.members] == ["eu-ada", "eu-bob"]


@pytest.mark.requirement("HUB-17")
def test_a_group_needs_a_new_name_and_an_end_user(hub: Hub) -> None:
    browser = hub.browser("admin")
    nothing = browser.post(NEW, NEW, environment="1", name="", end_users=[])
    assert nothing.status_code == 422
    assert field_error(nothing, "name") == "Enter a group name."
    assert "Select at least one end user." in text_of(nothing)
    taken = browser.post(NEW, NEW, environment="1", name="group ONE", end_users=["eu-bob"])
    assert "already has a group named" in field_error(taken, "name")
    assert 'value="group ONE"' in taken.text
    assert 'id="eu-bob"\n                checked' in taken.text
    foreign = browser.post(NEW, NEW, environment="1", name="New", end_users=["eu-zoe"])
    assert foreign.status_code == 404


@pytest.mark.requirement("HUB-17")
def test_deleting_a_group_names_the_servers_that_lose_it(hub: Hub) -> None:
    browser = hub.browser("owner")
    dialog = text_of(browser.get(f"{GROUPS}?environment=1&delete=eug-one"))
    assert "Its 1 member loses the access this group gives to: Server ready." in dialog
    unused = text_of(browser.get(f"{GROUPS}?environment=1&delete=eug-two"))
    assert "No MCP server uses this group." in unused
    assert browser.post("/workspace_admin/groups/eug-one/delete").status_code == 303
    page = text_of(browser.get(GROUPS))
    assert "Deleted the group 'Group one'." in page
    assert "No user groups have access yet" in text_of(
        browser.get("/ai_hub/mcp/mcps-ready/end_user_access")
    )


@pytest.mark.requirement("HUB-17")
def test_end_users_and_collaborators_are_listed(hub: Hub) -> None:
    browser = hub.browser("admin")
    people = text_of(browser.get("/workspace_admin/end_users"))
    assert "Ada ada@acme.example Active Group one, Group two, Group test" in people
    assert "Bob bob@acme.example Active None" in people
    assert "Zoe" not in people
    assert "Builder builder@acme.example Collaborator" in text_of(browser.get("/workspace_admin"))


@pytest.mark.requirement("HUB-18")
def test_workspace_admin_is_closed_to_plain_collaborators(hub: Hub) -> None:
    browser = hub.browser("builder")
    assert "Workspace admin" not in text_of(browser.get("/ai_hub"))
    for path in ("/workspace_admin", GROUPS, NEW, "/workspace_admin/end_users"):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert "open to owners and admins" in text_of(answer)
    answer = browser.post("/workspace_admin/groups/eug-one/delete", "/ai_hub")
    assert answer.status_code == 403

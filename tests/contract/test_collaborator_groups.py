"""Groups of collaborators: by programs and by hand, and what their members may do by them."""

import pytest

from simulator.db.tables import Project, ProjectGrant, Recipe
from simulator.domain import collaborator_groups
from simulator.domain.roles import PROJECT
from tests.contract.aihub_world import Hub, field_error, hub, text_of
from tests.contract.custom_roles import give_everywhere, give_role
from tests.contract.customers_world import Customer
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_project_grants import invite, make_role

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
_ALL = "/workspace_admin/collaborator_groups"
_NEW = f"{_ALL}/new"


@pytest.mark.requirement("USR-80")
def test_programs_make_change_and_delete_groups_and_their_members(mcp: Mcp) -> None:
    api, nobody = Program(mcp.simulator), {"name": "Nobody", "description": None}
    make_role(api, "environment", "Ops", team={"privileges": "all"})
    (everybody,) = api.call("GET", "user_groups")["data"]
    people = len(api.call("GET", "members")["data"])
    assert everybody | {"created_at": "", "updated_at": "", "id": ""} == {
        "id": "", "name": "All collaborators", "description": None, "members_count": people,
        "system": True, "created_at": "", "updated_at": "",
    }  # fmt: skip

    given = {"name": "Developers", "description": "Group for developers"}
    made = api.call("POST", "user_groups", user_group=given)["data"]

    one = f"user_groups/{made['id']}"
    assert made == {**made, **given, "members_count": 0, "system": False}
    assert api.call("GET", one)["data"] == made
    assert "already is a group" in str(api.call("POST", "user_groups", 422, user_group=given))
    for wrong in ({"name": " "}, {}, {"name": "A\nb"}):
        assert api.call("POST", "user_groups", 400, user_group=wrong)["errors"]
    listed = api.call("GET", "user_groups?page[number]=2&page[size]=1")
    assert listed == {"data": [made], "total": 2, "page": {"number": 2, "size": 1}}
    assert api.call("GET", "user_groups?name=Developers")["data"] == [made]
    assert api.call("PUT", one, user_group={"name": "Builders"})["data"]["name"] == "Builders"
    told = api.call("PUT", one, user_group={"description": None})["data"]
    assert told["name"] == "Builders"

    nia = invite(api)
    members = f"{one}/members"
    assert api.call("POST", f"{members}?user_ids={nia}&user_ids=1")["data"]["members_count"] == 2
    assert api.call("POST", members, user_ids=[nia])["data"]["members_count"] == 2, "already one"
    found = api.call("GET", f"{members}?text=nia")
    assert found["data"] == [{"id": nia, "name": "Nia", "email": "nia@x.example"}]
    assert found["total"] == 1
    assert api.call("POST", members, 400)["errors"]["user_ids"] == ["can't be blank"]
    assert api.call("POST", members, 404, user_ids=[4711])["message"]
    assert api.call("DELETE", f"{members}?user_ids={nia}")["data"]["members_count"] == 1
    back = api.call("POST", members, member_invitation_ids=[nia])
    assert back["data"]["members_count"] == 2
    for refused in (
        api.call("DELETE", f"user_groups/{everybody['id']}", 403),
        api.call("PUT", f"user_groups/{everybody['id']}", 403, user_group=nobody),
        api.call("POST", f"user_groups/{everybody['id']}/members", 403, user_ids=[nia]),
    ):
        assert "Workato's own group" in str(refused)

    for groups, status in ((["ug-none"], 404), ([made["id"]], 200)):
        ole = {"name": "Ole", "email": "ole@x.example", "user_group_ids": groups}
        assert api.send("POST", "member_invitations", json=ole).status_code == status
    assert api.call("GET", one)["data"]["members_count"] == 3
    api.call("DELETE", f"members/{nia}")
    assert api.call("GET", one)["data"]["members_count"] == 2
    assert api.call("DELETE", one) == {"success": True}
    assert api.call("GET", one, 404)["message"]


@pytest.mark.requirement("USR-76", "USR-80")
def test_programs_grant_a_group_project_roles(mcp: Mcp) -> None:
    vendor = Program(mcp.simulator)
    beta = Customer(vendor, "Beta", "Beta Ltd")
    make_role(beta, "environment", "Ops", team={"privileges": "all"})
    reader = make_role(beta, "project", "Reader", recipes={"privileges": ["read"]})
    nia, project = invite(beta), beta.call("POST", "folders", name="Travel")["id"]
    group = beta.call("POST", "user_groups", user_group={"name": "Desk"})["data"]["id"]
    one, path = f"user_groups/{group}", f"projects/{project}/project_grants"
    new = {"assignment_type": "UserGroup", "assignment_id": group, "project_role_id": reader}

    (made,) = beta.call("PUT", path, project_grants=[new])["data"]

    assert (made["user"], made["user_group"]) == (None, {"id": group, "name": "Desk"})
    assert beta.call("GET", f"{one}/project_grants")["data"] == [made]
    assert beta.call("GET", path)["data"] == [made]
    assert beta.call("GET", f"project_grants/{made['id']}")["data"] == made
    assert beta.call("GET", f"members/{nia}/projects_privileges")["data"] == []
    beta.call("POST", f"{one}/members", user_ids=[nia])
    (row,) = beta.call("GET", f"members/{nia}/projects_privileges")["data"]
    assert row["project_role"] == made["project_role"]
    assert row["privileges"] == {"Projects": ["read"], "Recipes": ["read"]}
    assert beta.call("GET", f"members/{nia}/project_grants")["data"] == [], "it is the group's"

    runner = make_role(beta, "project", "Runner", recipes={"privileges": ["run"]})
    own = {**new, "assignment_type": "User", "assignment_id": str(nia), "project_role_id": runner}
    beta.call("PUT", path, project_grants=[own])
    (row,) = beta.call("GET", f"members/{nia}/projects_privileges")["data"]
    assert [each["name"] for each in row["project_roles"]] == ["Runner", "Reader"]
    assert row["privileges"]["Recipes"] == ["read", "run"]
    assert [each["user_group"] for each in beta.call("GET", path)["data"]] == [
        {"id": group, "name": "Desk"}, None,
    ]  # fmt: skip
    assert beta.call("GET", f"project_roles/{reader}")["data"]["members_count"] == 1
    beta.call("DELETE", f"{one}/members?user_ids={nia}")
    kept = beta.call("DELETE", f"project_roles/{reader}", 400)["errors"]["role"][0]
    assert "the group 'Desk' has the role 'Reader'" in kept
    assert vendor.call("GET", one, 404)["message"]
    assert beta.call("PUT", path, 404, project_grants=[{**new, "assignment_id": "ug-none"}])
    assert beta.call("PUT", path, 400, project_grants=[{**own, "assignment_id": group}])

    every = beta.call("GET", "user_groups")["data"][0]["id"]
    beta.call("PUT", path, project_grants=[{**new, "assignment_id": every}])
    assert beta.call("DELETE", one) == {"success": True}
    (row,) = beta.call("GET", f"members/{nia}/projects_privileges")["data"]
    assert [each["name"] for each in row["project_roles"]] == ["Runner", "Reader"], "by everybody's"
    beta.call("DELETE", f"folders/{project}?force=true")
    assert beta.call("GET", f"user_groups/{every}/project_grants")["data"] == []
    assert vendor.call("DELETE", f"managed_users/{beta.id}")


def make_group(hub: Hub, name: str = "Desk") -> str:
    """A group of workspace 1; returns the path of its page."""
    with hub.world.db.unit():
        return f"{_ALL}/{collaborator_groups.create(hub.world, 1, name=name).handle}"


@pytest.mark.requirement("USR-81")
def test_what_is_wrong_with_a_group_stands_beside_its_field(hub: Hub) -> None:
    admin, builder = hub.browser("admin"), hub.browser("builder")
    assert "no groups of collaborators yet" in text_of(admin.get(_ALL))
    nameless = admin.post(_NEW, _NEW, name=" ", description="Kept", members=["3"])
    assert "1 to 100 characters" in field_error(nameless, "name")
    assert "Kept" in nameless.text
    assert 'value="3" checked' in nameless.text
    page = make_group(hub)
    assert "already is a group" in field_error(admin.post(_NEW, _NEW, name="Desk"), "name")
    assert "Nobody is in this group yet." in text_of(admin.get(page))
    assert "at least one" in field_error(admin.post(f"{page}/members", page), "members")
    assert admin.post(f"{page}/members", page, members=["4"]).status_code == 404, "of another one"
    give_role(hub.world, "Reader", {"Recipes": ["read"]}, PROJECT)
    empty = admin.post(f"{page}/projects", _ALL, project="1")
    assert field_error(empty, "project_role") == "Select a project role."
    seen = admin.get(page).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    admin.post(page, page, name="Travel", description="")
    late = admin.post(page, page, name="Trips", description="", seen=seen)
    assert "Somebody else changed this" in text_of(late)
    assert builder.get(_ALL).status_code == 403
    admin.post(f"{page}/delete", page)
    assert "Deleted the group 'Travel'." in text_of(admin.get(_ALL))
    assert "Collaborator groups" in text_of(admin.get(page)), "the way to the list"


@pytest.mark.requirement("USR-81")
def test_nobody_joins_a_group_or_gives_their_own_more_by_themselves(hub: Hub) -> None:
    keeper = {"Collaborators": ["all"], "Collaborator roles (non-system)": ["all"]}
    keeper["Projects"] = ["read"]
    give_everywhere(hub.world, 3, give_role(hub.world, "Keeper", keeper))
    reader = give_role(hub.world, "Reader", {"Recipes": ["read"]}, PROJECT)
    page, builder = make_group(hub), hub.browser("builder")
    joined = builder.post(f"{page}/members", page, members=["3"])
    assert "Nobody adds themselves" in field_error(joined, "members")
    made = builder.post(_NEW, _NEW, name="Mine", members=["3"])
    assert "Nobody adds themselves" in field_error(made, "members")
    grant = {"project": "1", "project_role": str(reader.id)}
    assert builder.post(f"{page}/projects", page, **grant).status_code == 303
    hub.browser("admin").post(f"{page}/members", page, members=["3"])
    refused = builder.post(f"{page}/projects", page, **grant)
    assert "a group of your own" in field_error(refused, "project")
    role = f"/workspace_admin/roles/{reader.id}"
    more = builder.post(role, role, name="Reader", privileges=["Recipes: delete"])
    assert "a role of your own" in text_of(more), "which they have by the group"


@pytest.mark.requirement("USR-77", "USR-81")
def test_roles_of_groups_add_up_with_ones_own_where_there_is_access(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        session.add(Project(id=7, workspace_id=1, name="Payroll", environment_id=2))
        session.flush()
        session.get_one(Recipe, 3).project_id = 7
    ops = give_role(hub.world, "Ops", {"Lookup tables": ["read"]}, "environment")
    give_everywhere(hub.world, 3, ops)
    reader = give_role(hub.world, "Reader", {"Recipes": ["read"]}, PROJECT)
    editor = give_role(hub.world, "Editor", {"Recipes": ["update"]}, PROJECT)
    admin, builder, page = hub.browser("admin"), hub.browser("builder"), make_group(hub)
    admin.post(f"{page}/members", page, members=["3"])
    for project, role in (("1", editor), ("7", reader)):
        admin.post(f"{page}/projects", page, project=project, project_role=str(role.id))
    person = "/workspace_admin/collaborators/3"
    admin.post(f"{person}/projects", person, project="1", project_role=str(reader.id))

    shown = text_of(admin.get(person))
    assert "Groups: Desk" in shown
    assert "Editor in Finance, by Desk" in shown
    assert builder.get("/recipes/1/settings").status_code == 200
    assert builder.get("/recipes/3").status_code == 200
    with hub.world.db.reading() as session:
        own = session.query(ProjectGrant).filter(ProjectGrant.group_id.is_not(None))
        handle = own.filter_by(project_id=1).one().handle
    asked = text_of(admin.get(f"{page}?ask={handle}"))
    assert "Desk is Editor there." in asked
    admin.post(f"{page}/projects/remove", page, grant=handle)
    assert builder.get("/recipes/1").status_code == 200, "a reader by themselves"
    assert builder.get("/recipes/1/settings").status_code == 403
    admin.post(f"{person}/roles", person, **{"role-1": f"custom-{ops.id}", "role-2": ""})
    assert builder.get("/recipes/3").status_code == 403, "groups give no access to environments"
    assert "lose what the group has in: Payroll" in text_of(admin.get(f"{page}?ask=member-3"))
    admin.post(f"{page}/members/remove", page, member="3")
    assert "Nobody is in this group yet." in text_of(admin.get(page))

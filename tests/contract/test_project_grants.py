"""Project roles that collaborators are granted in projects: by programs and by hand."""

from typing import Any

import pytest

from simulator.db.tables import Collaborator, Connection, Project, ProjectGrant, Recipe, Role
from simulator.domain import project_grants, tags
from simulator.domain.roles import ENVIRONMENT, PROJECT
from tests.contract.aihub_world import Hub, field_error, hub, text_of
from tests.contract.custom_roles import give_everywhere, give_role
from tests.contract.customers_world import Customer
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
_PERSON = "/workspace_admin/collaborators/3"


def make_role(api: Program | Customer, kind: str, name: str, **config: Any) -> Any:
    """A role of the new model, made by a program."""
    body: dict[str, Any] = {f"{kind}_role": {"name": name, "config": config}}
    return api.call("POST", f"{kind}_roles", **body)["data"]["id"]


def invite(api: Program | Customer, name: str = "Nia") -> int:
    """Somebody with an environment role in Development."""
    given = [{"environment_type": "dev", "name": "Ops", "role_type": "environment"}]
    asked: dict[str, Any] = {"name": name, "email": f"{name.lower()}@x.example"}
    return int(api.call("POST", "member_invitations", **asked, env_roles=given)["data"]["id"])


@pytest.mark.requirement("USR-76")
def test_programs_grant_change_list_and_take_project_roles(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    make_role(api, "environment", "Ops", team={"privileges": "all"})
    reader = make_role(api, "project", "Reader", recipes={"privileges": ["read"]})
    runner = make_role(api, "project", "Runner", recipes={"privileges": ["read", "run"]})
    nia, project = invite(api), api.call("GET", "projects")[0]
    path, of_member = f"projects/{project['id']}/project_grants", f"members/{nia}/project_grants"
    new = {"assignment_type": "User", "assignment_id": nia, "project_role_id": reader}
    assert api.call("GET", path)["data"] == api.call("GET", of_member)["data"] == []

    (made,) = api.call("PUT", path, project_grants=[new])["data"]

    assert made == {
        "id": made["id"],
        "project": {
            "id": project["id"],
            "name": project["name"],
            "environment": {"id": made["project"]["environment"]["id"], "type": "dev"},
        },
        "project_role": {"id": reader, "name": "Reader"},
        "user_group": None,
        "user": {"id": nia, "name": "Nia", "email": "nia@x.example"},
    }
    one = f"project_grants/{made['id']}"
    assert api.call("GET", one)["data"] == made
    told = api.call("GET", f"{path}?page[number]=1&page[size]=10")
    assert told == {"data": [made], "total": 1, "page": {"number": 1, "size": 10}}
    (row,) = api.call("GET", f"members/{nia}/projects_privileges")["data"]
    assert row == {
        "project": made["project"],
        "project_role": made["project_role"],
        "project_roles": [made["project_role"]],
        "privileges": {"Projects": ["read"], "Recipes": ["read"]},
    }
    assert api.call("PUT", one, project_role_id=runner)["data"]["project_role"]["name"] == "Runner"
    assert api.call("DELETE", f"project_roles/{reader}") == {"success": True}
    again = {**new, "project_role_id": runner}
    (same,) = api.call("PUT", path, project_grants=[again])["data"]
    assert same["id"] == made["id"], "who has a grant there keeps it, with the other role"
    assert api.call("GET", f"project_roles/{runner}")["data"]["members_count"] == 1
    kept = api.call("DELETE", f"project_roles/{runner}", 400)["errors"]["role"][0]
    assert "Nia has the role 'Runner'" in kept

    owner = next(each["id"] for each in api.call("GET", "members")["data"] if each["id"] != nia)
    for wrong, status in (
        ({**again, "assignment_id": owner}, 400),
        ({**again, "assignment_type": "UserGroup"}, 404),
        ({**again, "assignment_id": 4711}, 404),
        ({**again, "project_role_id": "pr-none"}, 404),
    ):
        assert api.call("PUT", path, status, project_grants=[again, wrong])
    assert api.call("PUT", path, 400, project_grants=[])["errors"]["project_grants"]
    told = api.call("PUT", path, 400, project_grants=[{**again, "assignment_id": owner}])
    assert "environment role first" in told["errors"]["assignment_id"][0]

    assert api.call("DELETE", one) == {"success": True}
    assert api.call("GET", one, 404)["message"]
    assert api.call("GET", f"members/{nia}/projects_privileges")["total"] == 0
    everything = api.call("GET", f"members/{owner}/projects_privileges")
    assert everything["total"] == len(api.call("GET", "projects"))
    assert everything["data"][0]["project_role"] is None
    assert "delete" in everything["data"][0]["privileges"]["Recipes"]


@pytest.mark.requirement("USR-76")
def test_a_customers_grants_are_its_own(mcp: Mcp) -> None:
    vendor = Program(mcp.simulator)
    beta = Customer(vendor, "Beta", "Beta Ltd")
    make_role(beta, "environment", "Ops", team={"privileges": "all"})
    role = make_role(beta, "project", "Reader", recipes={"privileges": ["read"]})
    nia, project = invite(beta), beta.call("POST", "folders", name="Travel")["id"]
    path = f"projects/{project}/project_grants"
    new = {"assignment_type": "User", "assignment_id": nia, "project_role_id": role}

    (made,) = beta.call("PUT", path, project_grants=[new])["data"]

    assert beta.call("GET", f"project_grants/{made['id']}")["data"] == made
    assert beta.call("GET", path)["data"] == [made]
    assert beta.call("GET", f"members/{nia}/project_grants")["data"] == [made]
    assert vendor.call("GET", f"project_grants/{made['id']}", 404)["message"]
    assert vendor.call("PUT", path, 404, project_grants=[new])["message"]
    other = make_role(vendor, "project", "Reader", recipes={"privileges": ["read"]})
    foreign = {"project_role_id": other}
    assert beta.call("PUT", f"project_grants/{made['id']}", 404, **foreign)["message"]
    beta.call("DELETE", f"folders/{project}?force=true")
    assert beta.call("GET", f"members/{nia}/project_grants")["data"] == []
    assert beta.call("DELETE", f"project_roles/{role}") == {"success": True}


def with_two_projects(hub: Hub) -> None:
    """Recipe 3 is in another project than the rest."""
    with hub.world.db.unit() as session:
        session.add(Project(id=7, workspace_id=1, name="Payroll"))
        session.flush()
        session.get_one(Recipe, 3).project_id = 7


def grant(hub: Hub, role: str, project: int, given: dict[str, list[str]]) -> None:
    """Make a project role and grant it to the builder in a project."""
    made = give_role(hub.world, role, given, PROJECT)
    with hub.world.db.unit() as session:
        person, place = session.get_one(Collaborator, 3), session.get_one(Project, project)
        project_grants.assign(hub.world, place, person, session.get_one(Role, made.id))


@pytest.mark.long  # features/roles.feature
@pytest.mark.requirement("USR-77")
def test_a_project_role_is_granted_by_hand_and_bites_in_that_project_alone(hub: Hub) -> None:
    with_two_projects(hub)
    admin, builder = hub.browser("admin"), hub.browser("builder")
    give_everywhere(
        hub.world, 3, give_role(hub.world, "Ops", {"Lookup tables": ["read"]}, "environment")
    )
    assert "no project roles yet" in text_of(admin.get(_PERSON))
    assert builder.get("/projects").status_code == 403
    give_role(hub.world, "Reader", {"Recipes": ["read"]}, PROJECT)
    runner = give_role(hub.world, "Runner", {"Recipes": ["update"]}, PROJECT)
    at = f"{_PERSON}/projects"
    assert "No project role yet." in text_of(admin.get(_PERSON))
    empty = admin.post(at, _PERSON)
    assert field_error(empty, "project") == "Select a project."
    half = admin.post(at, _PERSON, project="1")
    assert field_error(half, "project_role") == "Select a project role."
    assert '<option value="1" selected>' in half.text

    admin.post(at, _PERSON, project="1", project_role=str(runner.id))

    shown = text_of(admin.get(_PERSON))
    assert "Builder is Runner in Finance now." in shown
    listed = text_of(builder.get("/projects"))
    assert "Finance" in listed
    assert "Payroll" not in listed
    assert builder.get("/recipes/1/settings").status_code == 200
    assert builder.get("/recipes/3").status_code == 404
    refused = builder.get("/connections/1")
    assert "lacks the privilege 'Connections: " in text_of(refused)
    assert builder.post("/projects/new", "/projects", name="Mine").status_code == 403

    admin.post(at, _PERSON, project="7", project_role="2")
    assert builder.get("/recipes/3").status_code == 200
    assert builder.get("/recipes/3/settings").status_code == 403, "a reader there"
    assert builder.get("/recipes/1/settings").status_code == 200, "who changes them here"
    every = "/workspace_admin/roles"
    assert "cannot be deleted while somebody has it: Builder" in text_of(
        admin.get(f"{every}?delete={runner.id}")
    )
    admin.post(f"{every}/{runner.id}/delete", every)
    assert "Builder has the role 'Runner'" in text_of(admin.get(every))

    with hub.world.db.reading() as session:
        handle = session.query(ProjectGrant).filter_by(project_id=7).one().handle
    asked = text_of(admin.get(f"{_PERSON}?ask={handle}"))
    assert "Remove the role in Payroll? Builder is Reader there." in asked
    admin.post(f"{_PERSON}/projects/remove", _PERSON, grant=handle)
    assert "no role in Payroll any more" in text_of(admin.get(_PERSON))
    assert builder.get("/recipes/3").status_code == 404

    admin.post(f"{_PERSON}/role", _PERSON, role="operator")
    assert "count again once" in text_of(admin.get(_PERSON))
    admin.post(at, _PERSON, project="7", project_role="2")
    assert "Give them an environment role first." in text_of(admin.get(_PERSON))


@pytest.mark.requirement("USR-77", "USR-78")
def test_pages_about_several_projects_show_what_may_be_opened(hub: Hub) -> None:
    with_two_projects(hub)
    with hub.world.db.unit() as session:
        author = session.get_one(Collaborator, 2)
        tag = tags.create(hub.world, author, "Quarter", "", None)
        recipes = [session.get_one(Recipe, each) for each in (1, 3)]
        tags.assign(hub.world, [tag], [], recipes, [session.get_one(Connection, 1)])
        handle = tag.handle
    ops = give_role(hub.world, "Ops", {"Lookup tables": ["read"]}, ENVIRONMENT)
    give_everywhere(hub.world, 3, ops)
    of_builders = {"Connections": ["read"], "Recipes": ["create"], "MCP servers": ["create"]}
    grant(hub, "Builder of it", 1, of_builders)
    grant(hub, "Reader", 7, {"Recipes": ["read"], "Recipe lifecycle management": ["all"]})
    builder = hub.browser("builder")

    found = builder.get("/web_api/mixed_assets.json").get_json()["result"]["items"]
    shown = {(one["asset_type"], one["project_id"]) for one in found}
    assert shown == {("recipe", 1), ("recipe", 7), ("connection", 1)}
    page = text_of(builder.get(f"/tags/{handle}"))
    assert "Recipe 3" in page
    assert "Coupa (shared)" in page
    offered = builder.get("/recipes/new").text
    assert "Finance" in offered
    assert "Payroll" not in offered, "recipes are created in the other one alone"
    assert "Payroll" not in builder.get("/recipes/new?project=1").text
    new = "/ai_hub/mcp/new/scratch"
    form = {"name": "Mine", "environment": "1"}
    assert builder.post(new, new, **form, location="7").status_code == 403
    assert builder.post(new, new, **form, location="1").status_code == 303
    assert "Mine" in text_of(builder.get("/ai_hub/mcp?environment=1"))
    listed = builder.get("/projects").text
    assert 'aria-label="Export Payroll"' in listed
    assert 'aria-label="Export Finance"' not in listed
    assert "Import a package" not in listed, "that is about no project that was granted"
    with hub.world.db.unit() as session:
        session.get_one(Role, 3).privileges = {"Data tables": ["read"]}
    found = builder.get("/web_api/mixed_assets.json").get_json()["result"]["items"]
    assert {one["project_id"] for one in found} == {1}
    assert "Recipe 3" not in text_of(builder.get(f"/tags/{handle}"))


@pytest.mark.requirement("USR-77")
def test_a_grant_opens_nothing_in_an_environment_without_access(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        session.add(Project(id=7, workspace_id=1, name="Payroll", environment_id=2))
        session.flush()
        session.get_one(Recipe, 3).project_id = 7
    give_everywhere(hub.world, 3, give_role(hub.world, "Ops", {"Lookup tables": ["read"]}))
    grant(hub, "Reader", 7, {"Recipes": ["read"]})
    admin, builder = hub.browser("admin"), hub.browser("builder")
    assert builder.get("/recipes/3").status_code == 200

    admin.post(f"{_PERSON}/roles", _PERSON, **{"role-1": "custom-1", "role-2": ""})

    assert builder.get("/recipes/3").status_code == 403
    again = admin.post(f"{_PERSON}/projects", _PERSON, project="7", project_role="2")
    assert "no access to Test" in field_error(again, "project")

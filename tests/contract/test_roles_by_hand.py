"""Workspace admin > Roles: made, changed, copied, deleted, and given to collaborators."""

import pytest

from simulator.db.tables import McpServer, Project, Recipe, Role
from simulator.domain import workspaces
from tests.contract.aihub_world import READY, UNFINISHED, Hub, field_error, hub, text_of
from tests.contract.custom_roles import give_everywhere, give_role

__all__ = ["hub"]  # the fixture
PAGE = "/workspace_admin/roles"
NEW = f"{PAGE}/new"


@pytest.mark.requirement("USR-74")
def test_a_role_is_made_changed_copied_and_deleted(hub: Hub) -> None:
    admin = hub.browser("admin")
    assert "no roles of its own yet" in text_of(admin.get(PAGE))
    nameless = admin.post(NEW, NEW, name="", privileges=["Recipes: read"])
    assert "1 to 100 characters" in field_error(nameless, "name")
    assert 'value="Recipes: read" id="recipes-read" checked' in nameless.text
    assert "at least one privilege" in text_of(admin.post(NEW, NEW, name="Reader"))
    some = {"access": "some", "privileges": ["Recipes: read"]}
    assert "at least one existing project" in field_error(
        admin.post(NEW, NEW, name="Reader", **some), "projects"
    )
    assert admin.post(NEW, NEW, name="Reader", projects=["1"], **some).status_code == 303
    assert "Reader Role 1 0" in text_of(admin.get(PAGE))
    page = f"{PAGE}/1"
    twin = admin.post(NEW, NEW, name="Reader", privileges=["Recipes: read"])
    assert "already is a role" in field_error(twin, "name")
    ticked = ["Recipes: read", "Recipes: run", "Projects: read"]
    admin.post(page, page, name="Runner", privileges=ticked)
    assert "Runner Role 3 0" in text_of(admin.get(PAGE))
    admin.post(f"{page}/copy", PAGE)
    assert "Copy of Runner" in text_of(admin.get(PAGE))
    assert "Nobody has it." in text_of(admin.get(f"{PAGE}?delete=1"))
    admin.post(f"{page}/delete", PAGE)
    assert "Deleted the role 'Runner'." in text_of(admin.get(PAGE))
    assert hub.browser("builder").get(PAGE).status_code == 403


@pytest.mark.requirement("USR-74")
def test_a_role_of_the_new_model_has_the_privileges_of_its_kind(hub: Hub) -> None:
    admin, new = hub.browser("admin"), f"{NEW}?kind=project"
    form = admin.get(new).text
    assert "Recipes: read" in form
    assert "Collaborators: all" not in form
    assert "Project access" not in form
    admin.post(new, new, name="Builder", privileges=["Recipes: read"])
    assert "Builder Project role 1 0" in text_of(admin.get(PAGE))
    foreign = admin.post(new, new, name="Other", privileges=["Collaborators: all"])
    assert "No project role has the privilege" in text_of(foreign)


@pytest.mark.requirement("USR-74", "GROW-1")
def test_a_form_keeps_a_project_that_is_none_of_those_offered(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was chosen is offered in any case, or saving the form would take it away."""
    monkeypatch.setattr(workspaces, "MOST_OFFERED", 1)
    with hub.world.db.unit() as session:
        last = Project(workspace_id=1, name="Zeppelins")
        session.add(last)
        session.flush()
        ticked = f'name="projects" value="{last.id}"'
    role = give_role(hub.world, "One project", {"Projects": ["read"]})
    with hub.world.db.unit() as session:
        session.get_one(Role, role.id).project_ids = [last.id]

    admin = hub.browser("admin")

    assert ticked not in admin.get(NEW).text
    assert f"{ticked} checked" in admin.get(f"{PAGE}/{role.id}").text


@pytest.mark.long  # features/roles.feature
@pytest.mark.requirement("USR-75")
def test_a_role_is_given_by_hand_and_bites_from_the_next_request_on(hub: Hub) -> None:
    admin, builder = hub.browser("admin"), hub.browser("builder")
    ticked = ["Recipes: read", "Recipes: run"]
    admin.post(NEW, NEW, name="Runner", privileges=ticked)
    person = "/workspace_admin/collaborators/3"
    admin.post(f"{person}/role", person, role="custom-1")
    assert "Builder is Runner now." in text_of(admin.get(person))
    project = text_of(builder.get("/projects/1"))
    assert "Recipe 1" in project
    assert "Coupa (shared)" not in project, "its connections are not theirs to see"
    page = builder.get("/recipes/1")
    assert "Builder Runner" in text_of(page)
    assert "Stop recipe" in text_of(page)
    assert 'href="/recipes/1/settings' not in page.text
    refused = builder.get("/recipes/1/settings")
    assert refused.status_code == 403
    assert "lacks the privilege 'Recipes: Edit'" in text_of(refused)
    nav = text_of(builder.get("/ai_hub"))
    assert "Projects" in nav, "whoever sees recipes sees their projects"
    assert "Tools" not in nav
    assert "Workspace admin" not in nav
    assert builder.get("/workspace_admin/roles").status_code == 403

    doomed = text_of(admin.get(f"{PAGE}?delete=1"))
    assert "cannot be deleted while somebody has it: Builder" in doomed
    admin.post(f"{PAGE}/1/delete", PAGE)
    assert "Builder has the role 'Runner'. Give them another one first." in text_of(admin.get(PAGE))
    edit = f"{PAGE}/1"
    assert "Builder has it." in text_of(admin.get(edit))
    admin.post(edit, edit, name="Runner", privileges=[*ticked, "Recipes: update"])
    assert builder.get("/recipes/1/settings").status_code == 200
    admin.post(f"{person}/role", person, role="collaborator")
    assert builder.get("/projects/new").status_code == 200


@pytest.mark.requirement("USR-75")
def test_roles_differ_by_environment(hub: Hub) -> None:
    admin, builder = hub.browser("admin"), hub.browser("builder")
    person = "/workspace_admin/collaborators/3"
    with hub.world.db.unit() as session:
        session.get_one(McpServer, 2).environment_id = 2
    given = {"role-1": "operator", "role-2": "collaborator"}
    admin.post(f"{person}/roles", person, **given)
    assert "By environment" in text_of(admin.get("/workspace_admin"))
    describe = "/ai_hub/mcp/{}/description"
    for handle, status in ((READY, 403), (UNFINISHED, 303)):
        answer = builder.post(describe.format(handle), "/ai_hub", description="Mine")
        assert answer.status_code == status, f"in Production an operator: {handle}"
    admin.post(f"{person}/roles", person, **{"role-1": "", "role-2": "collaborator"})
    assert builder.get(f"/ai_hub/mcp/{READY}/overview").status_code == 403
    assert builder.get(f"/ai_hub/mcp/{UNFINISHED}/overview").status_code == 200
    admin.post(f"{person}/roles", person)
    assert "a role in one environment at least" in text_of(admin.get(person))
    admin.post(f"{person}/roles", person, **{"role-1": "admin", "role-2": "admin"})
    assert "Builder Admin" in text_of(builder.get("/workspace_admin"))


@pytest.mark.requirement("USR-75")
def test_a_role_for_selected_projects_shows_those_alone(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        session.add(Project(id=7, workspace_id=1, name="Payroll"))
        session.flush()
        session.get_one(Recipe, 3).project_id = 7
    role = give_role(hub.world, "Accountant", {"Recipes": ["read"], "Projects": ["create"]})
    with hub.world.db.unit() as session:
        session.get_one(Role, role.id).project_ids = [1]
    give_everywhere(hub.world, 3, role)
    builder = hub.browser("builder")
    listed = text_of(builder.get("/projects"))
    assert "Finance" in listed
    assert "Payroll" not in listed
    assert builder.get("/projects/7").status_code == 404
    assert builder.get("/recipes/3").status_code == 404
    assert builder.get("/recipes/1").status_code == 200
    refused = builder.post("/projects/new", "/projects/new", name="Mine")
    assert "for selected projects" in text_of(refused)


@pytest.mark.requirement("USR-75")
def test_nobody_gives_themselves_what_they_were_not_given(hub: Hub) -> None:
    keeper = {"Collaborators": ["all"], "Collaborator roles (non-system)": ["all"]}
    give_everywhere(hub.world, 3, give_role(hub.world, "Keeper", keeper))
    builder, own = hub.browser("builder"), "/workspace_admin/collaborators/3"
    builder.post(f"{own}/role", own, role="operator")
    assert "Nobody changes their own roles" in text_of(builder.get(own))
    at = f"{PAGE}/1"
    more = builder.post(at, at, name="Keeper", privileges=["Recipes: read"])
    assert "a role of your own" in text_of(more)
    admin = "/workspace_admin/collaborators/2"
    builder.post(f"{admin}/role", admin, role="operator")
    assert "Only owners and admins" in text_of(builder.get(admin))
    new = "/workspace_admin/collaborators/new"
    made = builder.post(new, new, name="Nia", email="nia@acme.example", role="admin")
    assert "Only owners and admins make" in field_error(made, "role")
    made = builder.post(new, new, name="Nia", email="nia@acme.example", role="custom-1")
    assert "Nia nia@acme.example Keeper" in text_of(hub.browser("admin").get("/workspace_admin"))
    assert made.status_code == 303

"""Collaborators: invited, given roles that bite, and removed."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Collaborator, Environment
from tests.contract.aihub_world import Hub, field_error, hub, text_of
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
PEOPLE = "/workspace_admin/collaborators"
NEW = f"{PEOPLE}/new"


def number_of(hub: Hub, login: str) -> int:
    """A collaborator's id."""
    with hub.world.db.reading() as session:
        found = select(Collaborator.id).where(Collaborator.email == f"{login}@acme.example")
        return session.scalars(found).one()


@pytest.mark.requirement("USR-60")
def test_whoever_is_invited_chooses_a_password_once(hub: Hub) -> None:
    owner = hub.browser("owner")
    answer = owner.post(NEW, NEW, name="Nia", email="nia@acme.example", role="operator")
    page = owner.get(answer.headers["Location"])
    link = re.search(r'value="[^"]+(/users/invitations/[^"]+)"', page.text)
    assert link
    nia, other = hub.browser(), hub.browser()
    short = nia.post(link[1], link[1], password="short")
    assert "8 to 200 characters" in field_error(short, "password")
    other.get(link[1])
    assert nia.post(link[1], link[1], password="long enough").status_code == 303
    assert "Nia Operator" in text_of(nia.get("/ai_hub"))
    again = hub.browser().get(link[1])
    assert again.status_code == 410
    assert "accepted before" in text_of(again)
    assert hub.browser().get("/users/invitations/nonsense").status_code == 410


@pytest.mark.requirement("USR-60")
def test_an_operator_looks_and_changes_nothing(hub: Hub) -> None:
    operator = hub.browser("builder")
    owner = hub.browser("owner")
    at = f"{PEOPLE}/{number_of(hub, 'builder')}"
    owner.post(f"{at}/role", at, role="operator")
    assert "Builder is Operator now." in text_of(owner.get(at))
    assert operator.get("/ai_hub/mcp/mcps-ready/overview").status_code == 200
    form = "/ai_hub/mcp/mcps-ready/overview"
    refused = operator.post("/ai_hub/mcp/mcps-ready/description", form, description="X")
    assert refused.status_code == 403
    assert "starts and stops it" in text_of(refused)
    assert operator.post("/ai_hub/mcp/mcps-ready/tools", form, do="stop").status_code != 403
    for to_build in ("/projects/new", "/recipes/new", "/ai_hub/mcp/new", "/recipes/1/test"):
        assert operator.get(to_build).status_code == 403, "before anything was typed"


@pytest.mark.requirement("USR-60")
def test_an_owner_stays_and_is_made_by_owners_alone(hub: Hub) -> None:
    admin, owner = hub.browser("admin"), hub.browser("owner")
    own, own_admin = number_of(hub, "owner"), number_of(hub, "admin")
    admin.post(f"{PEOPLE}/{own}/role", f"{PEOPLE}/{own}", role="collaborator")
    assert "Only an owner" in text_of(admin.get(f"{PEOPLE}/{own}"))
    admin.post(f"{PEOPLE}/{own_admin}/role", f"{PEOPLE}/{own_admin}", role="owner")
    assert "Only an owner" in text_of(admin.get(f"{PEOPLE}/{own}"))
    owner.post(f"{PEOPLE}/{own}/role", f"{PEOPLE}/{own}", role="admin")
    assert "A workspace has an owner" in text_of(owner.get(f"{PEOPLE}/{own}"))
    owner.post(f"{PEOPLE}/{own}/remove", f"{PEOPLE}/{own}")
    assert "Nobody can remove themselves" in text_of(owner.get(f"{PEOPLE}/{own}"))
    heir = owner.post(NEW, NEW, name="Nia", email="nia@acme.example", role="owner")
    heir_page = heir.headers["Location"]
    assert "/users/invitations/" in owner.get(heir_page).text
    assert "/users/invitations/" not in admin.get(heir_page).text, "an admin would become an owner"
    assert "Only an owner can change or remove an owner" in text_of(admin.get(heir_page))
    owner.post(f"{heir_page}/remove", heir_page)
    taken = owner.post(NEW, NEW, name="Ada", email="ADMIN@acme.example", role="admin")
    assert "Another collaborator has" in field_error(taken, "email")

    owner.post(f"{PEOPLE}/{own_admin}/remove", f"{PEOPLE}/{own_admin}")
    assert "Removed Admin." in text_of(owner.get("/workspace_admin"))
    assert admin.get("/ai_hub").status_code == 303, "signed out at once"
    assert hub.browser("stranger").get(f"{PEOPLE}/{own}").status_code == 404
    assert hub.browser("builder").get(NEW).status_code == 403


@pytest.mark.requirement("USR-61")
def test_a_program_invites_changes_and_removes_collaborators(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    made = api.call(
        "POST", "member_invitations", name="Nia", email="nia@x.example", role_name="Operator"
    )["data"]
    assert made["roles"][0]["role_name"] == "Operator"
    path = f"members/{made['id']}"
    assert made in api.call("GET", "members")["data"]
    assert api.call("PUT", path, role_name="admin")["data"]["roles"][0]["role_name"] == "Admin"
    wrong = api.call("PUT", path, 400, role_name="King")
    assert wrong["errors"]["role_name"] == ["must be one of Owner, Admin, Collaborator, Operator"]
    assert api.call("PUT", path, 403, role_name="Owner")["message"]
    assert api.call("PUT", path, 400)["errors"]["env_roles"]
    assert api.call("DELETE", path) == {"success": True}
    assert api.call("GET", path, 404)["message"]


@pytest.mark.requirement("USR-61")
def test_a_program_names_roles_by_environment(mcp: Mcp) -> None:
    api = Program(mcp.simulator)

    def roles(*names: str) -> list[dict[str, str]]:
        return [{"environment_type": "dev", "name": each} for each in names]

    asked: dict[str, Any] = {"name": "Nia", "email": "nia@x.example", "role_name": "Admin"}
    made = api.call("POST", "member_invitations", **asked, env_roles=roles("Operator"))
    assert made["result"] == "ok"
    assert api.call("GET", "users/me")["current_environment_type"] == "dev"
    assert made["data"]["roles"] == [{"environment_type": "dev", "role_name": "Operator"}]
    path = f"members/{made['data']['id']}"
    assert api.call("PUT", path, 400, env_roles=[{"environment_type": "prod", "name": "Admin"}])
    with mcp.simulator.world.db.unit() as session:
        session.add(Environment(workspace_id=1, name="Development"))
    assert api.call("GET", "users/me")["current_environment_type"] == "prod"
    changed = api.call("PUT", path, env_roles=roles("Admin")[0])["data"]
    assert changed["roles"] == [
        {"environment_type": "dev", "role_name": "Admin"},
        {"environment_type": "prod", "role_name": "Operator"},
    ]
    assert api.call("PUT", path, 400, env_roles=roles("Admin", "Operator"))["errors"]["env_roles"]
    assert api.call("PUT", path, 400, env_roles=roles("King"))["errors"]["env_roles"]


@pytest.mark.long
@pytest.mark.requirement("USR-63")
def test_an_environment_is_added_with_nothing_in_it_and_removed_again(hub: Hub) -> None:
    browser, page = hub.browser("admin"), "/workspace_admin/environments"
    assert "Production 2 2 3 0 0 0" in text_of(browser.get(page))
    assert "An environment is one of" in field_error(browser.post(page, page, name="X"), "name")
    assert browser.post(page, page, name="Development").status_code == 303
    assert "Development 0 0 0 0 0 0 Remove" in text_of(browser.get(page))
    assert browser.post(page, page, name="Development").status_code == 422
    groups = text_of(browser.get("/workspace_admin/groups?environment=2"))
    assert "Development" in groups, "groups can be made there"
    with hub.world.db.reading() as session:
        made = session.scalars(select(Environment).where(Environment.name == "Development")).one()
    browser.post(f"{page}/1/remove", page)
    assert "Production is not empty" in text_of(browser.get(page))
    browser.post(f"{page}/{made.id}/remove", page)
    assert "Removed the environment Development." in text_of(browser.get(page))

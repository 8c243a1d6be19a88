"""Roles of collaborators at the Developer API, up to the whole sync of a public client."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.custom_roles import give_role
from tests.contract.customers_world import Customer
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures


def of_kind(kind: str, name: str, **config: Any) -> dict[str, Any]:
    """The body of a role of the new model."""
    return {f"{kind}_role": {"name": name, "config": config}}


@pytest.mark.requirement("USR-70")
def test_a_role_of_the_old_model_is_listed_copied_and_limited_to_projects(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    give_role(mcp.simulator.world, "Developer role", {"Recipes": ["read", "create"]})
    (listed,) = api.call("GET", "roles?page=0&per_page=500")
    assert listed.keys() == {
        *("id", "name", "inheritable", "folder_ids", "created_at", "updated_at", "privileges"),
    }
    assert listed["privileges"] == {"Recipes": ["read", "create"]}
    path = f"roles/{listed['id']}"
    project = api.call("GET", "projects")[0]["id"]
    changed = api.call("PUT", path, all_folders="false", folder_ids=[project])
    assert changed["folder_ids"] == [project]
    copied = api.call("POST", f"{path}/copy", name="Finance developer")
    assert (copied["name"], copied["folder_ids"]) == ("Finance developer", [project])
    assert copied["privileges"] == listed["privileges"]
    assert [one["name"] for one in api.call("GET", "roles")] == [
        *("Developer role", "Finance developer"),
    ]
    assert api.call("GET", "roles?page=2&per_page=2") == []
    assert [one["id"] for one in api.call("GET", "roles?role_name=Developer role")] == [
        listed["id"],
    ]
    assert api.call("PUT", path, all_folders="true")["folder_ids"] == []
    wrong = api.call("PUT", path, 400, all_folders="true", folder_ids=[project])
    assert wrong["errors"]["all_folders"]
    assert api.call("PUT", path, 400, all_folders="false", folder_ids=[987])["errors"]["folder_ids"]
    assert api.call("POST", f"{path}/copy", 422, name="Finance developer")["errors"]["name"]
    assert api.call("PUT", "roles/7", 404, all_folders="true")["message"]


@pytest.mark.requirement("USR-71")
@pytest.mark.parametrize(
    "kind, key, foreign",
    [("environment", "lookup_tables", "recipes"), ("project", "recipes", "team")],
)
def test_roles_of_the_new_model_are_made_changed_and_deleted(
    mcp: Mcp, kind: str, key: str, foreign: str
) -> None:
    api, path = Program(mcp.simulator), f"{kind}_roles"
    whole = {"privileges": "all"}
    made = api.call("POST", path, **of_kind(kind, "Builder", **{key: whole}))["data"]
    assert made["config"] == {key: whole}
    assert (made["type"], made["members_count"]) == ("custom", 0)
    listed = api.call("GET", f"{path}?name=Builder&page[number]=1&page[size]=100")
    assert listed["page"] == {"number": 1, "size": 100}
    (row,) = (one for one in listed["data"] if one["type"] == "custom")
    assert row == {name: value for name, value in made.items() if name != "config"}
    one = f"{path}/{made['id']}"
    assert api.call("GET", one)["data"] == made
    some = {key: {"privileges": ["read"]}}
    changed = api.call("PUT", one, **of_kind(kind, "Reader", **some))["data"]
    assert (changed["name"], changed["config"]) == ("Reader", some)
    for wrong in ({foreign: whole}, {"nothing": whole}, {key: {"privileges": ["fly"]}}, {}):
        refused = api.call("POST", path, 400, **of_kind(kind, "Other", **wrong))
        assert refused["errors"]["config"], wrong
    twin = of_kind(kind, "Reader", **some)
    assert "already is a role" in api.call("POST", path, 422, **twin)["errors"]["name"][0]
    assert api.call("GET", f"{path}?page[size]=101", 400)["message"]
    assert api.call("DELETE", one) == {"success": True}
    assert api.call("GET", one, 404)["message"]


@pytest.mark.requirement("USR-72")
def test_privileges_of_a_collaborator_are_told_by_environment(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    member = api.call("GET", "members")["data"][0]["id"]
    told = api.call("GET", f"members/{member}/privileges")
    assert told["total"] == len(told["data"]) == 1
    (row,) = told["data"]
    assert (row["environment_type"], row["name"], row["folder_ids"]) == ("dev", "Owner", [])
    assert row["privileges"]["Recipes"] == [
        *("read", "create", "update", "delete", "run", "read_run_history"),
    ]
    assert row["privileges"]["Collaborators"] == ["all"]
    asked: dict[str, Any] = {"name": "Nia", "email": "nia@x.example", "role_name": "Operator"}
    operator = api.call("POST", "member_invitations", **asked)["data"]
    (row,) = api.call("GET", f"members/{operator['id']}/privileges")["data"]
    assert row["privileges"]["Recipes"] == ["read", "run", "read_run_history"]
    assert api.call("GET", "members/4711/privileges", 404)["message"]


@pytest.mark.requirement("USR-72")
def test_custom_roles_are_given_by_environment_and_kept_while_in_use(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    role = give_role(mcp.simulator.world, "Auditor", {"Activity audit": ["all"]})
    kept = api.call("POST", "environment_roles", **of_kind("environment", "Ops", team=WHOLE))
    asked: dict[str, Any] = {"name": "Nia", "email": "nia@x.example"}
    given = [{"environment_type": "dev", "name": "Auditor"}]
    nia = api.call("POST", "member_invitations", **asked, env_roles=given)["data"]
    assert nia["roles"] == [{"environment_type": "dev", "role_name": "Auditor"}]
    (row,) = api.call("GET", f"members/{nia['id']}/privileges")["data"]
    assert (row["name"], row["privileges"]) == ("Auditor", {"Activity audit": ["all"]})
    given = [{"environment_type": "dev", "name": "Ops", "role_type": "environment"}]
    moved = api.call("PUT", f"members/{nia['id']}", env_roles=given)["data"]
    assert moved["roles"][0]["role_type"] == "environment"
    path = f"environment_roles/{kept['data']['id']}"
    assert api.call("GET", path)["data"]["members_count"] == 1
    assert "Nia has the role" in api.call("DELETE", path, 400)["errors"]["role"][0]
    wrong = [{"environment_type": "dev", "name": "Ops"}]
    told = api.call("PUT", f"members/{nia['id']}", 400, env_roles=wrong)["errors"]["env_roles"]
    assert told == [f"must be one of Owner, Admin, Collaborator, Operator, {role.name}"]
    assert api.call("PUT", f"members/{nia['id']}", role_name="Operator")
    assert api.call("DELETE", path) == {"success": True}


WHOLE = {"privileges": "all"}


def pages(api: Program, path: str, first: int = 0, size: int = 100) -> Iterator[dict[str, Any]]:
    """Everything behind a path, asked for as ConductorOne/baton-workato pages."""
    number = first
    while True:
        found = api.call("GET", f"{path}{'&' if '?' in path else '?'}per_page={size}&page={number}")
        yield from found
        if len(found) < size:
            return
        number += 1


@pytest.mark.requirement("USR-73")
def test_the_sync_of_a_governance_client_gets_through(mcp: Mcp) -> None:
    """What ConductorOne/baton-workato asks, in its order; and Salto's one call."""
    api = Program(mcp.simulator)
    give_role(mcp.simulator.world, "Custom reviewer", {"Recipes": ["read"], "Folders": ["read"]})
    api.call("POST", "environment_roles", **of_kind("environment", "Deployer", team=WHOLE))

    members = api.call("GET", "members")["data"]
    rights = {one["id"]: api.call("GET", f"members/{one['id']}/privileges") for one in members}
    assert all(len(each["data"]) == 1 for each in rights.values()), "it takes exactly one"
    (custom,) = pages(api, "roles")
    assert isinstance(custom["id"], int)
    number, found = 1, list[dict[str, Any]]()
    while rows := api.call("GET", f"environment_roles?page[number]={number}&page[size]=100")[
        "data"
    ]:
        found, number = found + rows, number + 1
    assert "Deployer" in {one["name"] for one in found}
    assert {one["role_type"] for one in found if "role_type" in one} <= {"environment"}
    for each in found:
        assert api.call("GET", f"environment_roles/{each['id']}")["data"]["name"] == each["name"]
    projects = list(pages(api, "projects"))
    folders = [
        one for each in projects for one in pages(api, f"folders?parent_id={each['folder_id']}")
    ]
    assert projects
    assert all(isinstance(one["id"], int) for one in folders)
    grant = [{"environment_type": "dev", "name": custom["name"]}]
    invited: dict[str, Any] = {"name": "Nia", "email": "nia@x.example", "env_roles": grant}
    builder = api.call("POST", "member_invitations", **invited)["data"]
    api.call("PUT", f"members/{builder['id']}", env_roles=grant)
    (told,) = api.call("GET", f"members/{builder['id']}/privileges")["data"]
    assert told["privileges"] == custom["privileges"]

    assert api.call("GET", "roles")[0]["name"] == "Custom reviewer"  # salto-io/salto


@pytest.mark.requirement("USR-70", "USR-71")
def test_a_customers_roles_are_its_own(mcp: Mcp) -> None:
    vendor = Program(mcp.simulator)
    beta = Customer(vendor, "Beta", "Beta Ltd")
    give_role(mcp.simulator.world, "Vendor role", {"Recipes": ["read"]})
    give_role(mcp.simulator.world, "Their role", {"Recipes": ["run"]}, workspace_id=beta.id)
    (role,) = beta.call("GET", "roles")
    assert role["name"] == "Their role"
    assert beta.call("POST", f"roles/{role['id']}/copy", name="Copied")["name"] == "Copied"
    for kind in ("environment", "project"):
        key = "team" if kind == "environment" else "recipes"
        made = beta.call("POST", f"{kind}_roles", **of_kind(kind, "Ops", **{key: WHOLE}))["data"]
        assert beta.call("GET", f"{kind}_roles/{made['id']}")["data"]["name"] == "Ops"
        assert vendor.call("GET", f"{kind}_roles")["data"] == []
        assert vendor.call("GET", f"{kind}_roles/{made['id']}", 404)["message"]

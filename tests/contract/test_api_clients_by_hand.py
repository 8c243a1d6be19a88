"""API clients and their roles: made by page and by program, and what they bite."""

import re

import pytest

from tests.contract.aihub_world import Hub, field_error, hub, text_of
from tests.contract.browser import Browser
from tests.contract.developer_api_world import API, Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_end_users_by_hand import admin

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
APP = "https://app.workato.com"
CLIENTS = "/workspace_admin/api_clients"


def ask(mcp: Mcp, token: str, path: str, address: str = "127.0.0.1") -> int:
    """The status of a request with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    caller = {"REMOTE_ADDR": address}
    return (
        Browser(mcp.simulator)
        .request("GET", f"{API}/{path}", headers=headers, environ_overrides=caller)
        .status_code
    )


@pytest.mark.requirement("USR-50")
def test_an_admin_makes_a_client_whose_token_is_shown_once(mcp: Mcp) -> None:
    browser = admin(mcp).get(f"{APP}{CLIENTS}/new")
    fields = {"name": "CI", "role": "", "access": "all", "environment": "1"}
    browser.press("Create client", ip_allow_list="10.0.0.0/8", **fields)
    token = re.search(r'value="(wrkaus-[^"]+)"', browser.page.text)
    assert token, browser.text
    assert "CI All endpoints" in browser.text
    assert "wrkaus-" not in browser.get(f"{APP}{CLIENTS}").page.text, "shown once"
    assert ask(mcp, token[1], "users/me", "10.1.2.3") == 200
    assert ask(mcp, token[1], "users/me", "192.0.2.1") == 403

    (client,) = set(re.findall(rf"{CLIENTS}/(\d+)", browser.page.text))
    browser.get(f"{APP}{CLIENTS}/{client}?ask=regenerate").press("Yes, regenerate")
    other = re.search(r'value="(wrkaus-[^"]+)"', browser.page.text)
    assert other
    assert ask(mcp, token[1], "users/me", "10.1.2.3") == 401
    assert ask(mcp, other[1], "users/me", "10.1.2.3") == 200
    browser.get(f"{APP}{CLIENTS}/{client}?ask=delete").press("Yes, delete")
    assert "Deleted the API client 'CI'." in browser.text
    assert ask(mcp, other[1], "users/me", "10.1.2.3") == 401


@pytest.mark.requirement("USR-51")
def test_a_role_allows_the_endpoints_that_are_ticked_and_no_others(mcp: Mcp) -> None:
    browser = admin(mcp).get(f"{APP}{CLIENTS}/roles/new")
    assert "GET /api/iam/users/{user_id}" in browser.text
    assert "Admin > Workspace details > IAM" in browser.text
    fields = {"name": "Reader", "endpoints": "GET /api/iam/users"}
    fields |= {"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', browser.page.text)[0]}
    browser.post(f"{APP}{CLIENTS}/roles/new", fields)
    assert "Saved the client role 'Reader'." in browser.text
    assert "Reader 1 0" in browser.text

    api = Program(mcp.simulator)
    roles = api.call("GET", "developer_api_client_roles")["result"]
    assert (roles["count"], [each["name"] for each in roles["items"]]) == (1, ["Reader"])
    role = roles["items"][0]["id"]
    copied = api.call("POST", f"developer_api_client_roles/{role}/copy")["result"]
    assert copied["name"] == "Copy of Reader"
    browser.get(f"{APP}{CLIENTS}/roles").post(
        f"{APP}{CLIENTS}/roles/{role}/copy", {"csrf_token": fields["csrf_token"]}
    )
    assert "Copied the client role 'Reader'." in browser.text
    assert 'value="Copy of Reader (2)"' in browser.page.text
    made = api.call(
        "POST",
        "developer_api_clients",
        name="Reading",
        api_privilege_group_id=role,
        all_folders=True,
        environment="PROD",
    )["result"]
    assert (made["all_folders"], made["environment_name"]) == (True, "Production")
    token = made["token"]["value"]
    assert ask(mcp, token, "iam/users") == 200
    assert ask(mcp, token, "iam/user_groups") == 403
    assert ask(mcp, token, "recipes") == 401  # nothing of that resource
    assert ask(mcp, token, "mcp/mcp_servers") == 302  # to the page for signing in
    shown = api.call("GET", f"developer_api_clients/{made['id']}")["result"]
    assert "value" not in shown["token"]

    browser.get(f"{APP}{CLIENTS}/roles")
    assert re.search(r"Delete Reader\"[^>]* disabled", browser.page.text) or "disabled" in (
        browser.page.text
    )
    again = api.call("POST", f"developer_api_clients/{made['id']}/regenerate")["result"]
    assert again["token"]["value"] != token
    assert ask(mcp, token, "iam/users") == 401
    changed = api.call("PUT", f"developer_api_clients/{made['id']}", name="Renamed")["result"]
    assert (changed["name"], changed["api_privilege_group_id"]) == ("Renamed", role)
    path = f"developer_api_clients/{made['id']}"
    blank = api.call("PUT", path, 400, ip_allow_list=[""])  # an empty list is open to everybody
    assert list(blank["errors"]) == ["ip_allow_list"]
    for given in ("192.0.2.10,198.51.100.0/24", ["192.0.2.10", "198.51.100.0/24"]):
        limited = api.call("PUT", path, ip_allow_list=given)["result"]
        assert limited["ip_allow_list"] == "192.0.2.10,198.51.100.0/24"
    listed = api.call("GET", "developer_api_clients")["result"]
    assert {each["name"] for each in listed["items"]} >= {"Renamed", "Tests"}
    assert api.call("DELETE", f"developer_api_clients/{made['id']}") == {"result": "success"}
    assert api.call("GET", f"developer_api_clients/{made['id']}", 404)["message"]


@pytest.mark.requirement("USR-50")
def test_what_is_wrong_with_a_client_stands_next_to_its_field(hub: Hub) -> None:
    browser, new = hub.browser("admin"), f"{CLIENTS}/new"
    good = {"name": "CI", "role": "", "environment": "1", "access": "all"}
    assert browser.post(new, new, **good).status_code == 303
    assert "already has an API client 'CI'" in field_error(browser.post(new, new, **good), "name")
    address = browser.post(new, new, **(good | {"name": "B", "ip_allow_list": "nowhere"}))
    assert "neither an IP address" in field_error(address, "ip_allow_list")
    project = browser.post(new, new, **(good | {"name": "B", "access": "some"}))
    assert "Select at least one existing project" in field_error(project, "projects")
    assert hub.browser("builder").get(CLIENTS).status_code == 403
    assert "CI" not in text_of(hub.browser("stranger").get(CLIENTS))


@pytest.mark.requirement("USR-51")
def test_what_a_program_gets_wrong_is_told_by_its_member(mcp: Mcp) -> None:
    api = Program(mcp.simulator)
    wrong = api.call("POST", "developer_api_clients", 400, name="A", all_folders=True)
    assert "api_privilege_group_id" in wrong["errors"]
    missing = api.call(
        "POST", "developer_api_clients", 404, name="A", api_privilege_group_id=9, all_folders=True
    )
    assert missing["message"] == "This client role does not exist."

"""What the Developer API does: servers, groups, end users, connections, quotas and mistakes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from mcp.shared.exceptions import MCPError

from simulator.db.tables import McpServer
from simulator.db.tables.servers import LEGACY_TOKEN
from simulator.domain import servers
from simulator.journal import Journal
from simulator.sandbox.time_travel import TimeTravel
from simulator.systems.developer_api import ENDPOINTS
from simulator.testing.actors import Actor
from simulator.testing.api_client import ApiClient
from simulator.testing.mcp_client import McpClient
from simulator.testing.workspace import Workspace
from simulator.visits.forms import FormBrowser
from tests.tools import developer_api_page

EndUser = Callable[[str], Actor]
Connect = Callable[..., McpClient]

SERVERS = "/api/mcp/mcp_servers"


@pytest.fixture
def server(api_client: ApiClient) -> dict[str, Any]:
    """The Procurement assistant."""
    listed = api_client.get(SERVERS).json()["data"]
    return next(each for each in listed if each["name"] == "Procurement assistant")


@pytest.fixture
def ask(workspace: Workspace) -> Callable[..., requests.Response]:
    """Asks with other credentials than those of the API client."""
    address = workspace.description["systems"]["aihub"]
    return lambda path, **headers: requests.get(address + path, headers=headers, timeout=10)


@pytest.mark.requirement("API-2")
@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrkaus-wrong", "Basic wrkaus-wrong"])
def test_who_is_no_api_client_is_unauthorized(
    ask: Callable[..., requests.Response], token: str
) -> None:
    for path in (SERVERS, "/api/iam/users", "/api/connections"):
        answer = ask(path, Authorization=token, Accept="text/html")

        assert answer.status_code == 401
        assert answer.json() == {"message": "Unauthorized"}
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.requirement("API-2")
def test_the_headers_and_parameters_of_before_2024_are_unauthorized(
    ask: Callable[..., requests.Response],
) -> None:
    """E-mail address and key, which Workato has refused since 2024, whatever they are."""
    email, key = "olivia@acme.example", "wrkaus-demo-test-automation"
    for path, headers in (
        (SERVERS, {"x-user-email": email, "x-user-token": key}),
        (f"{SERVERS}?user_email={email}&user_token={key}", {}),
    ):
        answer = ask(path, Authorization="", **headers)

        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.requirement("API-2")
def test_the_sign_in_of_a_person_is_no_api_client(admin: FormBrowser, workspace: Workspace) -> None:
    answer = admin.get(workspace.description["systems"]["aihub"] + SERVERS)

    assert "Unauthorized" in answer.text
    assert "Procurement" not in answer.text


@pytest.mark.requirement("API-2")
def test_a_scenario_names_the_api_client_and_the_description_shows_its_token(
    workspace: Workspace,
) -> None:
    assert workspace.description["api_clients"] == [
        {
            "name": "Test automation",
            "environment": "Production",
            "token": "wrkaus-demo-test-automation",
        }
    ]
    with ApiClient(workspace.description) as client:  # with a slash or without
        assert client.get(SERVERS.lstrip("/")).status_code == client.get(SERVERS).status_code == 200
    with pytest.raises(LookupError, match=r"No API client Nobody .* Known: Test automation\."):
        ApiClient(workspace.description, "Nobody")


@pytest.mark.requirement("API-3")
def test_a_server_is_told_with_all_members(
    api_client: ApiClient, server: dict[str, Any], workspace: Workspace
) -> None:
    described = workspace.stage.server("Procurement assistant")

    assert server == api_client.get(f"{SERVERS}/{described['handle']}").json()["data"]
    assert re.fullmatch(r"mcps-\w{8}-\w{3}-CD", server["id"])
    assert server["id"] == described["handle"]
    assert api_client.get(f"{SERVERS}/{described['number']}").status_code == 404
    assert server["mcp_url"] == described["mcp_url"]
    assert server["auth_type"] == server["authentication_method"] == "workato_idp"
    assert server["has_vua_dependent_tools"] is True
    assert server["tools_count"] == len(described["tools"])
    assert server["folders"] == [{"id": server["folder_id"], "name": "Procurement"}]


@pytest.mark.requirement("API-3")
def test_servers_are_listed_in_pages_and_by_method_and_project(
    api_client: ApiClient, server: dict[str, Any]
) -> None:
    every = api_client.get(SERVERS).json()
    first = api_client.get(SERVERS, params={"per_page": "1"}).json()
    second = api_client.get(SERVERS, params={"per_page": "1", "page": "2"}).json()
    mine = api_client.get(SERVERS, params={"project_id": str(server["project_id"])}).json()
    tokens = api_client.get(SERVERS, params={"authentication_method": "token"}).json()

    assert every["count"] == len(every["data"]) >= 2
    assert (every["page"], every["per_page"]) == (1, 50)
    assert first["data"] + second["data"] == every["data"][:2]
    assert first["count"] == every["count"]
    assert server in mine["data"]
    assert {each["project_id"] for each in mine["data"]} == {server["project_id"]}
    assert mine["count"] < every["count"]
    assert tokens["data"]
    assert {each["authentication_method"] for each in tokens["data"]} == {"token"}


@pytest.mark.requirement("API-3")
def test_a_switched_access_method_is_felt_by_the_next_request(
    api_client: ApiClient, server: dict[str, Any]
) -> None:
    path = f"{SERVERS}/{server['id']}"

    changed = api_client.put(path, json={"auth_type": "hashed_token", "name": "Buying"}).json()

    assert changed["data"]["authentication_method"] == "token"
    assert changed["data"]["name"] == "Buying"
    assert changed["data"]["description"] == server["description"]
    challenge = requests.post(server["mcp_url"], json={}, timeout=10)
    assert challenge.status_code == 401
    assert "resource_metadata" not in challenge.headers.get("WWW-Authenticate", "")

    api_client.put(path, json={"auth_type": "workato_idp"})
    challenge = requests.post(server["mcp_url"], json={}, timeout=10)
    assert "resource_metadata" in challenge.headers["WWW-Authenticate"]


@pytest.mark.requirement("API-3", "HARN-4")
def test_a_legacy_token_stands_in_the_url_and_not_in_the_journal(
    api_client: ApiClient, workspace: Workspace, journal: Journal, server: dict[str, Any]
) -> None:
    world, path = workspace.simulator.world, f"{SERVERS}/{server['id']}"
    with world.db.unit() as session:
        found = session.get_one(McpServer, workspace.stage.server(server["name"])["number"])
        found.auth_type = LEGACY_TOKEN
        token = servers.generate_token(world, found)

    described = api_client.get(path).json()["data"]

    assert described["mcp_url"] == f"{server['mcp_url']}?wkt_token={token}"
    (exchange,) = journal.find(f"GET {path}", system="api")
    assert exchange.answer["data"]["mcp_url"].startswith(f"{server['mcp_url']}?wkt_token=…")
    assert token not in repr(exchange)
    assert token in journal.secrets()
    for auth_type, shown in (("token", f"?wkt_token={token}"), ("hashed_token", "")):
        kept = api_client.put(path, json={"auth_type": auth_type}).json()["data"]
        assert (kept["auth_type"], kept["mcp_url"]) == (auth_type, server["mcp_url"] + shown)
    refused = api_client.put(path, json={"auth_type": "token"})
    assert refused.status_code == 400
    assert "legacy" in refused.json()["errors"]["auth_type"][0]


@pytest.mark.requirement("API-3")
def test_what_models_read_of_a_tool_is_changed_and_the_recipe_keeps_its_own(
    api_client: ApiClient, mcp_client: Connect, server: dict[str, Any]
) -> None:
    tools = api_client.get(f"{SERVERS}/{server['id']}/tools").json()
    tool = next(each for each in tools["items"] if each["name"] == "List_my_requisitions")

    changed = api_client.put(
        f"{SERVERS}/{server['id']}/tools/{tool['id']}", json={"description": "Mine alone."}
    ).json()

    assert changed == tool | {"description": "Mine alone."}
    assert tool["vua_required"] is True
    assert tool["trigger_application"] == "workato_recipe_function"
    assert tool["action_applications"] == ["coupa"]
    listed = mcp_client("Ada", "Procurement assistant").list_tools()
    seen = {each.name: each.description for each in listed}
    assert str(seen["List_my_requisitions"]).startswith("Mine alone.")
    assert tools["count"] == len(tools["items"]) == len(seen)


@pytest.mark.requirement("EDIT-6")
def test_a_tool_says_why_it_cannot_serve_verified_access(
    api_client: ApiClient, server: dict[str, Any]
) -> None:
    def reasons() -> set[str]:
        tools = api_client.get(f"{SERVERS}/{server['id']}/tools").json()["items"]
        return {code for each in tools for code in each["incompatibility_reasons"]}

    assert reasons() == set()
    path = f"{SERVERS}/{server['id']}"
    assert api_client.put(path, json={"auth_type": "hashed_token"}).status_code == 200
    assert reasons() == {"token_access"}


@pytest.mark.requirement("API-3")
def test_groups_come_and_go(api_client: ApiClient, server: dict[str, Any]) -> None:
    groups = {each["name"]: each for each in api_client.get("/api/mcp/user_groups").json()["data"]}
    path = f"{SERVERS}/{server['id']}"
    before = set(server["idp_user_group_ids"])
    other = next(each for each in groups.values() if each["id"] not in before)
    body = {"idp_user_group_ids": [other["id"]]}

    added = api_client.post(f"{path}/assign_user_groups", json=body).json()["data"]
    assert set(added["idp_user_group_ids"]) == before | {other["id"]}

    gone = api_client.post(
        f"{path}/remove_user_groups", json={"idp_user_group_ids": [*before, other["id"]]}
    ).json()["data"]
    assert gone["idp_user_group_ids"] == []
    assert other["users_count"] == len(
        api_client.get(f"/api/iam/user_groups/{other['id']}/members").json()["data"]
    )


@pytest.mark.requirement("API-3")
def test_limits_are_set_felt_and_lifted(
    api_client: ApiClient, mcp_client: Connect, server: dict[str, Any]
) -> None:
    path = f"{SERVERS}/{server['id']}/server_policies"
    assert api_client.get(path).json()["rate_limits"] is None
    limit = {"rate_limits": {"limit": 1, "interval": "minute"}}

    policy = api_client.put(path, json={"mcp_server_policy": limit}).json()

    assert policy["rate_limits"] == limit["rate_limits"]
    assert policy["mcp_server_id"] == server["id"]
    ada = mcp_client("Ada", "Procurement assistant")
    ada.call_tool("List_my_requisitions")
    with pytest.raises(MCPError, match=r"rate limit .* is reached: 1 tool call per minute"):
        ada.call_tool("List_my_requisitions")

    lifted = api_client.put(path, json={"mcp_server_policy": {"rate_limits": None}}).json()
    assert lifted["rate_limits"] is None
    again = ada.call_tool("List_my_requisitions").structured_content
    assert again["error"] == "authentication_required"


@pytest.mark.requirement("API-4")
def test_end_users_are_found_by_everything_that_is_said(api_client: ApiClient) -> None:
    def found(**query: Any) -> list[str]:
        data = api_client.get("/api/iam/users", params=query).json()["data"]
        return [each["email"] for each in data]

    everybody = found()
    groups = api_client.get("/api/iam/user_groups").json()["data"]
    group = api_client.get(f"/api/iam/user_groups/{groups[0]['id']}").json()["data"]
    ada = api_client.get("/api/iam/users", params={"query": "ADA@"}).json()["data"][0]

    assert "ada@acme.example" in everybody
    assert found(query="ADA@") == found(name="ada re") == ["ada@acme.example"]
    assert found(query="@acme") == everybody
    assert found(**{"emails[]": ["ADA@acme.example", "bob@acme.example"]}) == everybody[:2]
    assert found(**{"user_ids[]": ada["id"], "name": "bob"}) == []
    members = api_client.get(f"/api/iam/user_groups/{group['id']}/members").json()["data"]
    assert found(**{"user_group_ids[]": group["id"]}) == [each["email"] for each in members]
    assert api_client.get(f"/api/iam/users/{ada['id']}").json()["data"] == ada
    assert found(environment_id=999) == found(environment_id=0) == []
    assert ada["full_name"] == "Ada Reyes"


@pytest.mark.requirement("API-4")
def test_who_leaves_the_group_is_refused(
    api_client: ApiClient,
    end_user: EndUser,
    mcp_client: Connect,
    journal: Journal,
) -> None:
    (ada,) = api_client.get("/api/iam/users", params={"query": "ada@"}).json()["data"]
    mcp_client("Ada", "Procurement assistant").list_tools()

    for group_id in ada["user_group_ids"]:
        left = api_client.post(
            f"/api/iam/users/{ada['id']}/remove_from_group", json={"user_group_id": group_id}
        )

    assert left.json()["data"]["user_group_ids"] == []
    with pytest.raises(MCPError, match="neither as a member of an end-user group"):
        end_user("Ada").call("List_my_requisitions")
    assert journal.find("POST /*", system="mcp", status=403)


@pytest.mark.requirement("API-5")
def test_a_runtime_user_connection_is_seen_and_disconnected(
    api_client: ApiClient,
    end_user: EndUser,
    mcp_client: Connect,
) -> None:
    ada = end_user("Ada")
    mcp_client("Ada", "Procurement assistant")
    ada.connect_account(ada.call("List_my_requisitions"))
    (person,) = api_client.get("/api/iam/users", params={"query": "ada@"}).json()["data"]
    builders = api_client.get("/api/connections").json()
    query = {"include_runtime_connections": "true", "external_id": person["id"]}
    (own,) = api_client.get("/api/connections", params=query).json()

    assert own["authorization_status"] == "success"
    assert own["parent_id"] in {each["id"] for each in builders}
    for app in ("coupa", "jira"):
        listed = api_client.get("/api/connections", params={"provider": app}).json()
        assert listed == [each for each in builders if each["provider"] == app]
    assert not {each["parent_id"] for each in builders} - {None}

    gone = api_client.post(f"/api/connections/{own['id']}/disconnect")

    assert gone.json() == {"success": True}
    (lost,) = api_client.get("/api/connections", params=query).json()
    assert lost["connection_lost_reason"] == "Disconnected through the Developer API."
    assert ada.call("List_my_requisitions").structured_content["error"] == "authentication_required"


@pytest.mark.requirement("API-5")
def test_a_connection_in_use_is_disconnected_by_force_alone(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    used = next(
        each
        for each in api_client.get("/api/connections").json()
        if each["name"] == "Coupa (end users)"
    )
    path = f"/api/connections/{used['id']}/disconnect"

    refusal = api_client.post(path)
    clock.travel(seconds=2)
    gone = api_client.post(path, json={"force": True})

    assert refusal.status_code == 200
    assert refusal.json()["success"] is False
    assert "Stop them, or send force: true" in refusal.json()["errors"]["running"][0]
    assert gone.json() == {"success": True}


@pytest.mark.requirement("API-3", "API-4", "API-5")
def test_the_page_lists_every_endpoint() -> None:
    page = developer_api_page.PAGE.read_text(encoding="utf-8")

    assert developer_api_page.renewed(page) == page, "python -m tests.tools.developer_api_page"
    assert len({(each.method, each.path) for each in ENDPOINTS}) == len(ENDPOINTS)


@pytest.mark.requirement("CONN-8")
def test_a_connection_is_deleted_unless_running_recipes_use_it(
    api_client: ApiClient,
    end_user: EndUser,
    mcp_client: Connect,
    clock: TimeTravel,
) -> None:
    """A person's own goes alone; a builder's takes those along that depend on it."""
    ada = end_user("Ada")
    mcp_client("Ada", "Procurement assistant")
    ada.connect_account(ada.call("List_my_requisitions"))
    query = {"include_runtime_connections": "true"}
    every = api_client.get("/api/connections", params=query).json()
    (own,) = [each for each in every if each["parent_id"]]

    used = api_client.delete(f"/api/connections/{own['parent_id']}")
    clock.travel(seconds=2)
    gone = api_client.delete(f"/api/connections/{own['id']}")
    clock.travel(seconds=2)
    again = api_client.delete(f"/api/connections/{own['id']}")

    assert used.json()["success"] is False
    assert "Stop them first." in used.json()["errors"]["running"][0]
    assert gone.json() == {"success": True}
    assert again.status_code == 404
    left = api_client.get("/api/connections", params=query).json()
    assert [each["id"] for each in left] == [each["id"] for each in every if each != own]
    assert ada.call("List_my_requisitions").structured_content["error"] == "authentication_required"

"""What the Developer API refuses: too many requests, mistakes, what is not there."""

from typing import Any

import pytest
from sqlalchemy import delete

from simulator.db.claim import DELETED_MEANWHILE
from simulator.db.tables import ApiPlatformClient
from simulator.domain import api_platform_clients
from simulator.faults import Faults
from simulator.sandbox.time_travel import TimeTravel
from simulator.systems.developer_api import ENDPOINTS
from simulator.testing.api_client import ApiClient
from simulator.world import World

SERVERS = "/api/mcp/mcp_servers"


@pytest.fixture
def server(api_client: ApiClient) -> dict[str, Any]:
    """An MCP server."""
    return dict(api_client.get(SERVERS).json()["data"][0])


@pytest.mark.requirement("API-6")
def test_a_quota_is_used_up_and_comes_back(api_client: ApiClient, clock: TimeTravel) -> None:
    clock.freeze()
    statuses = [api_client.get("/api/iam/user_groups").status_code for _ in range(60)]
    refused = api_client.get("/api/iam/users")

    assert set(statuses) == {200}
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "60 requests per minute for Workato Identity" in refused.json()["message"]
    assert api_client.get(SERVERS).status_code == 200  # another quota

    clock.travel(seconds=60)
    assert api_client.get("/api/iam/users").status_code == 200


@pytest.mark.requirement("API-6")
@pytest.mark.parametrize(
    "endpoint, requests, seconds",
    [
        ("GET users/me", 60, 60),
        ("GET members", 60, 60),
        ("POST member_invitations", 60, 60),
        ("GET activity_logs", 60, 60),
        ("POST packages/export/:manifest_id", 60, 60),
        ("POST packages/import/:folder_id", 500, 3600),
        ("GET agentic/skills/:id", 1000, 60),
        ("POST connections", 1, 1),
    ],
)
def test_a_quota_is_the_documented_one(endpoint: str, requests: int, seconds: int) -> None:
    method, path = endpoint.split()
    (quota,) = (
        each.quota for each in ENDPOINTS if (each.method, each.path) == (method, f"/api/{path}")
    )
    assert (quota.requests, quota.interval.total_seconds()) == (requests, seconds)


@pytest.mark.requirement("API-48")
def test_a_request_is_given_up_after_forty_seconds(api_client: ApiClient, faults: Faults) -> None:
    """What was asked for is done all the same."""
    faults.add("/api/iam/user_groups", system="api", advance_clock_by=39, times=1)
    faults.add("/api/iam/user_groups", system="api", advance_clock_by=41, times=1)
    faults.add("/api/iam/user_groups", system="api", skew=3600, times=1)

    assert api_client.post("/api/iam/user_groups", json={"name": "Quick"}).status_code == 200
    given_up = api_client.post("/api/iam/user_groups", json={"name": "Slow"})
    assert given_up.status_code == 504
    assert given_up.json()["message"].startswith("Timeout: no answer within 40 seconds.")
    names = {each["name"] for each in api_client.get("/api/iam/user_groups").json()["data"]}
    assert {"Quick", "Slow"} <= names


@pytest.mark.requirement("API-6")
def test_connections_are_changed_once_a_second(api_client: ApiClient, clock: TimeTravel) -> None:
    clock.freeze()
    first = api_client.post("/api/connections/999/disconnect")
    second = api_client.post("/api/connections/999/disconnect")

    assert first.status_code == 404
    assert second.status_code == 429
    assert "1 requests per 1 s" in second.json()["message"]


@pytest.mark.requirement("API-7")
@pytest.mark.parametrize(
    "query, detail",
    [
        ({"page": "0"}, "Invalid parameter 'page': '0'. Must be a number of at least 1."),
        ({"page": "x"}, "Invalid parameter 'page': 'x'. Must be a whole number."),
        ({"page": "1_0"}, "Invalid parameter 'page': '1_0'. Must be a whole number."),
        ({"per_page": "1.0"}, "Invalid parameter 'per_page': '1.0'. Must be a whole number."),
        ({"per_page": "51"}, "Invalid parameter 'per_page': '51'. Must be a number of at most 50."),
        (
            {"authentication_method": "none"},
            "Invalid parameter 'authentication_method': 'none'. Must be 'token' or 'workato_idp'.",
        ),
    ],
)
def test_a_parameter_that_is_wrong_is_refused(
    api_client: ApiClient, query: dict[str, str], detail: str
) -> None:
    answer = api_client.get(SERVERS, params=query)

    assert answer.status_code == 400
    assert answer.json() == {"message": detail}


@pytest.mark.requirement("API-7")
@pytest.mark.parametrize(
    "method, below, body, member",
    [
        ("PUT", "", {"auth_type": "none"}, "auth_type"),
        ("PUT", "", {"name": " "}, "name"),
        ("POST", "/assign_user_groups", {}, "idp_user_group_ids"),
        ("POST", "/assign_user_groups", {"idp_user_group_ids": []}, "idp_user_group_ids"),
        ("PUT", "/server_policies", {}, "mcp_server_policy"),
        (
            "PUT",
            "/server_policies",
            {"mcp_server_policy": {"rate_limits": {"limit": 5}}},
            "mcp_server_policy.rate_limits.interval",
        ),
        (
            "PUT",
            "/server_policies",
            {"mcp_server_policy": {"quota_limits": {"limit": 5, "interval": "week"}}},
            "mcp_server_policy.quota_limits.interval",
        ),
        (
            "PUT",
            "/server_policies",
            {"mcp_server_policy": {"rate_limits": {"limit": 10**20, "interval": "minute"}}},
            "mcp_server_policy.rate_limits.limit",
        ),
        (
            "PUT",
            "/server_policies",
            {"mcp_server_policy": {"ip_deny_list": ["nowhere"]}},
            "mcp_server_policy.ip_deny_list",
        ),
    ],
)
def test_each_mistake_in_a_body_is_told_by_its_member(
    api_client: ApiClient,
    server: dict[str, Any],
    method: str,
    below: str,
    body: dict[str, Any],
    member: str,
) -> None:
    answer = api_client.request(method, f"{SERVERS}/{server['id']}{below}", json=body)

    assert answer.status_code == 400
    assert answer.json()["message"] == "Validation failed"
    assert list(answer.json()["errors"]) == [member]
    assert api_client.get(f"{SERVERS}/{server['id']}").json()["data"] == server


@pytest.mark.requirement("CORE-20")
def test_what_somebody_deletes_while_it_is_changed_is_not_there(
    api_client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement that would change it finds no row: nothing was changed beside it, either."""
    made = api_client.post("/api/v2/api_clients", json={"name": "Going"}).json()["data"]

    def change_late(world: World, client: ApiPlatformClient, **values: Any) -> None:
        unseen = {"synchronize_session": False}
        gone = delete(ApiPlatformClient).where(ApiPlatformClient.id == made["id"])
        world.db.session.execute(gone, execution_options=unseen)
        client.name = values["name"]

    monkeypatch.setattr(api_platform_clients, "change_client", change_late)
    answer = api_client.put(f"/api/v2/api_clients/{made['id']}", json={"name": "Gone"})

    assert (answer.status_code, answer.json()) == (404, {"message": DELETED_MEANWHILE})


@pytest.mark.requirement("API-7")
def test_what_is_refused_leaves_no_half_of_it_behind(
    api_client: ApiClient, server: dict[str, Any]
) -> None:
    path = f"{SERVERS}/{server['id']}/server_policies"
    limits = {
        "rate_limits": {"limit": 5, "interval": "minute"},
        "quota_limits": {"limit": 5, "interval": "week"},
    }

    answer = api_client.put(path, json={"mcp_server_policy": limits})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["mcp_server_policy.quota_limits.interval"]
    assert api_client.get(path).json()["rate_limits"] is None


@pytest.mark.requirement("API-7")
def test_a_value_that_is_blank_is_told_as_rails_does(
    api_client: ApiClient, server: dict[str, Any]
) -> None:
    answer = api_client.put(f"{SERVERS}/{server['id']}", json={"name": ""})

    assert answer.json() == {"message": "Validation failed", "errors": {"name": ["can't be blank"]}}


@pytest.mark.requirement("API-7")
def test_a_number_instead_of_a_text_is_told_as_clients_have_seen_it(api_client: ApiClient) -> None:
    answer = api_client.post("/api/recipes/1/copy", json={"folder_id": 31457942})

    assert answer.status_code == 400
    message = "Invalid parameter 'folder_id' value 31457942: Must be a String"
    assert answer.json() == {"message": message, "errors": {"folder_id": ["must be text"]}}


@pytest.mark.requirement("API-7")
def test_what_is_no_json_is_refused(api_client: ApiClient, server: dict[str, Any]) -> None:
    answer = api_client.put(f"{SERVERS}/{server['id']}", data="name=x")

    assert answer.status_code == 400
    assert answer.json() == {"message": "The body is not JSON. Send one JSON object."}


@pytest.mark.requirement("API-73")
def test_a_body_that_is_declared_as_a_form_is_refused(
    api_client: ApiClient, server: dict[str, Any]
) -> None:
    path, form = f"{SERVERS}/{server['id']}", "application/x-www-form-urlencoded"
    answer = api_client.put(path, data='{"name": "x"}', headers={"Content-Type": form})

    assert answer.status_code == 415
    sentence = "Send the body with the header 'Content-Type: application/json'"
    assert answer.json() == {"message": f"{sentence}, not '{form}'."}
    assert api_client.get(path).json()["data"]["name"] == server["name"]


@pytest.mark.requirement("API-74")
def test_a_parameter_that_is_neither_true_nor_false_is_named(api_client: ApiClient) -> None:
    answer = api_client.get("/api/connections?include_runtime_connections=abc")

    assert answer.status_code == 400
    sentence = "Invalid parameter 'include_runtime_connections': 'abc'. Must be true or false."
    assert answer.json() == {"message": sentence}


@pytest.mark.requirement("API-7")
@pytest.mark.parametrize(
    "path",
    [
        f"{SERVERS}/mcps-nowhere",
        f"{SERVERS}/mcps-nowhere/tools",
        "/api/iam/users/eu-nobody",
        "/api/iam/user_groups/eug-none",
    ],
)
def test_what_is_not_there_is_missing(api_client: ApiClient, path: str) -> None:
    answer = api_client.get(path)

    assert answer.status_code == 404
    assert "not simulated" not in answer.json()["message"]

"""The Embedded API: the same endpoints below a customer's workspace."""

import pytest

from simulator.testing.api_client import ApiClient

pytestmark = pytest.mark.requirement("API-34")


@pytest.mark.parametrize("customer", ["1", "E1"])
def test_the_clients_own_workspace_is_its_customer(api_client: ApiClient, customer: str) -> None:
    below = f"/api/managed_users/{customer}"
    for path in ("recipes", "connections", "folders", "iam/users", "mcp/mcp_servers", "members"):
        assert api_client.get(f"{below}/{path}").json() == api_client.get(f"/api/{path}").json()
    servers = api_client.get("/api/mcp/mcp_servers").json()
    assert api_client.get(f"{below}/mcp_servers").json() == servers
    handle = servers["data"][0]["id"]
    tools = api_client.get(f"{below}/mcp_servers/{handle}/tools").json()
    assert tools == api_client.get(f"/api/mcp/mcp_servers/{handle}/tools").json()


def test_what_is_changed_there_is_changed(api_client: ApiClient) -> None:
    made = api_client.post("/api/managed_users/1/folders", json={"name": "Of a customer"}).json()
    tag = api_client.post("/api/v2/managed_users/1/tags", json={"title": "Theirs"}).json()

    assert api_client.get(f"/api/folders/{made['id']}").json()["name"] == "Of a customer"
    tags = api_client.get("/api/tags").json()["data"]["tags"]
    assert [each["handle"] for each in tags] == [tag["handle"]]


def test_a_customers_connections_have_a_quota_of_their_own(api_client: ApiClient) -> None:
    change = "connections/1"
    api_client.put(f"/api/{change}", json={"name": "One"})
    assert api_client.put(f"/api/{change}", json={"name": "Two"}).status_code == 429

    for name in ("Three", "Four"):
        answer = api_client.put(f"/api/managed_users/1/{change}", json={"name": name})
        assert answer.status_code == 200


def test_anybody_else_is_no_customer(api_client: ApiClient) -> None:
    for customer in ("2", "E2", "EA2300", "x"):
        answer = api_client.get(f"/api/managed_users/{customer}/recipes")
        assert answer.status_code == 404
        assert answer.json()["message"] == f"There is no customer '{customer}'. There is: 1."


def test_what_has_no_twin_is_known_and_not_simulated(api_client: ApiClient) -> None:
    for path in ("users/me", "integrations", "custom_oauth_profiles"):
        assert api_client.get(f"/api/managed_users/1/{path}").status_code == 501

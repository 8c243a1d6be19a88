"""The Embedded API: the same endpoints below a customer's workspace."""

import pytest

from simulator.testing.api_client import ApiClient

pytestmark = pytest.mark.requirement("API-34")


@pytest.fixture
def below(api_client: ApiClient) -> str:
    """The address of a customer."""
    body = {"name": "Alpha", "notification_email": "alpha@customers.example"}
    return f"/api/managed_users/{api_client.post('/api/managed_users', json=body).json()['id']}"


def test_a_customers_connections_have_a_quota_of_their_own(
    api_client: ApiClient, below: str
) -> None:
    for status in (404, 429):
        assert api_client.put("/api/connections/99", json={"name": "One"}).status_code == status
        assert api_client.put(f"{below}/connections/99", json={"name": "Two"}).status_code == 404


def test_what_has_no_twin_is_known_and_not_simulated(api_client: ApiClient, below: str) -> None:
    for path in ("users/me", "integrations", "upgrade"):
        assert api_client.get(f"{below}/{path}").status_code == 501


@pytest.mark.requirement("API-50")
def test_what_a_connection_is_asked_for_is_told_there(api_client: ApiClient, below: str) -> None:
    told = api_client.get("/api/connectors/coupa/input_schema").json()["result"]

    at = below.replace("/api/", "/api/v2/")
    for path in (f"{below}/connections/coupa", f"{at}/connectors/coupa"):
        assert api_client.get(f"{path}/input_schema").json() == {"result": told}


@pytest.mark.requirement("API-35")
def test_what_a_customer_has_is_read_below_them_alone(api_client: ApiClient, below: str) -> None:
    project = api_client.post(f"{below}/folders", json={"name": "Own"}).json()["project_id"]
    new = {"name": "Own", "provider": "coupa", "folder_id": project, "shell_connection": True}
    connection = api_client.post(f"{below}/connections", json=new).json()["id"]

    for kind, number in {"projects": project, "connections": connection}.items():
        (row,) = api_client.get(f"{below}/{kind}").json()
        assert api_client.get(f"{below}/{kind}/{number}").json() == row
        assert api_client.get(f"/api/{kind}/{number}").status_code == 404
        for other in api_client.get(f"/api/{kind}").json():
            assert api_client.get(f"{below}/{kind}/{other['id']}").status_code == 404

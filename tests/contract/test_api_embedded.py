"""The Embedded API: the same endpoints below a customer's workspace."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g

from simulator.sandbox.time_travel import TimeTravel
from simulator.systems.developer_api import ENDPOINTS, embedded
from simulator.testing.api_client import ApiClient

#: As Workato's samples are written: always with milliseconds, and with an offset.
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"

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


QUOTAS = {
    "list_connections": 1000,
    "update_connection": 60,
    "list_recipes": 2000,
    "get_recipe": 2000,
    "create_recipe": 1000,
    "start_recipe": 1000,
    "list_recipe_versions": 60,
    "list_jobs": 1000,
    "create_api_collection": 1000,
    "list_developer_clients": 1000,
    "create_developer_client": 60,
    "list_lookup_rows": 1000,
    "delete_lookup_tables": 60,
    "import_package": 1000,
    "export_package": 60,
}


@pytest.mark.requirement("OAPI-1")
def test_quotas_are_those_that_customers_workspaces_are_documented_to_have() -> None:
    by_name = {each.name: each for each in ENDPOINTS}
    with Flask(__name__).app_context():
        g.customer = "1"
        found = {name: embedded.find_quota(by_name[name]) for name in QUOTAS}

    assert {name: each.requests for name, each in found.items()} == QUOTAS
    assert {each.interval for each in found.values()} == {timedelta(minutes=1)}


@pytest.mark.requirement("OAPI-1", "OAPI-2")
def test_the_list_of_lookup_tables_stands_in_an_envelope(
    api_client: ApiClient, below: str, clock: TimeTravel
) -> None:
    clock.freeze(datetime(2026, 3, 2, 9, tzinfo=UTC))  # a whole second
    schema = [{"label": "code"}]
    project = api_client.post(f"{below}/folders", json={"name": "Own"}).json()["project_id"]
    new = {"name": "Codes", "schema": schema, "project_id": project}
    made = api_client.post(f"{below}/lookup_tables", json=new).json()

    assert api_client.get(f"{below}/lookup_tables").json() == {"result": [made]}
    assert made["project_id"] == str(project)
    assert re.fullmatch(MOMENT, made["created_at"])


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
        (row,) = api_client.get(f"{below}/{kind}?includes[]=tags").json()
        assert api_client.get(f"{below}/{kind}/{number}").json() == row
        assert api_client.get(f"/api/{kind}/{number}").status_code == 404
        for other in api_client.get(f"/api/{kind}").json():
            assert api_client.get(f"{below}/{kind}/{other['id']}").status_code == 404

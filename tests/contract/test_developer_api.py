"""What is not simulated of the Developer API says so where it is asked."""

from collections.abc import Iterator

import pytest
import requests

from simulator.api.known import PARTS
from simulator.settings import Settings
from simulator.simulator import Simulator

pytestmark = pytest.mark.requirement("API-1")
BASE = "https://www.workato.com"


@pytest.fixture(autouse=True)
def intercepted() -> Iterator[None]:
    """Answered in-process at production addresses."""
    with Simulator(Settings(database="memory")) as simulator, simulator.intercept():
        yield


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path, document",
    [
        ("/api/mcp/mcp_servers/mcps-AYcNrsC8-Dd8-AB/tokens", "workato-api/mcp-servers"),
        ("/api/iam/app_links", "workato-identity-iam"),
        ("/api/connections/runtime_user_connections", "workato-api/connections"),
        ("/api/managed_users/E1/mcp_servers", "oem-api"),
        ("/api/recipes/6/start", "workato-api"),
        ("/api/users/me/", "workato-api"),
        ("/mcp?dev_api_token=t", "developer-api-mcp"),
        ("/airo_mcp", "airo/mcp"),
    ],
)
def test_what_is_known_is_not_taken_for_missing(method: str, path: str, document: str) -> None:
    answer = requests.request(method, BASE + path, headers={"Authorization": "Bearer t"}, json={})

    assert answer.status_code == 501
    assert "not simulated" in answer.json()["message"]
    assert answer.json()["documentation_url"].startswith("https://docs.workato.com/")
    assert document in answer.json()["documentation_url"]


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/mcp_servers", "/api/recipesx"])
def test_what_nobody_knows_is_missing(path: str) -> None:
    answer = requests.get(BASE + path, allow_redirects=False)

    assert answer.status_code == 404
    assert f"GET {path}" in answer.json()["message"]


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/api/mcp/mcp_servers"),
        ("DELETE", "/api/iam/users/eu-1"),
        ("PUT", "/api/connections"),
    ],
)
def test_what_is_known_at_a_simulated_path_is_not_taken_for_it(method: str, path: str) -> None:
    answer = requests.request(method, BASE + path, json={})

    assert answer.status_code == 501
    assert answer.json()["message"].startswith(f"{method} {path} belongs to Workato's ")


def test_a_method_that_nothing_takes_is_refused_in_json() -> None:
    answer = requests.request("TRACE", f"{BASE}/api/iam/users")

    assert answer.status_code == 405
    assert "message" in answer.json()


def test_every_path_leads_to_its_own_part() -> None:
    for part in PARTS:
        for path in part.paths:
            assert part.name in requests.patch(BASE + path).json()["message"]

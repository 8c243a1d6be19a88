"""What is not simulated of the Developer API says so where it is asked."""

import re
from collections.abc import Iterator

import pytest
import requests

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.developer_api import ENDPOINTS
from simulator.systems.developer_api.embedded import ALIASES
from simulator.systems.developer_api.known import INDEX, endpoints, find_resource
from simulator.web.endpoints import path_fits
from tests.tools.developer_api_page import list_absent

pytestmark = pytest.mark.requirement("API-1")
BASE = "https://www.workato.com"
#: With what the path of a customer's workspace is replaced, to find the endpoint that it has.
STARTS = ("/api/", "/api/v2/")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: Every operation of the vendor's OpenAPI document (workato-devs/workato-platform-cli,
#: workato-api-spec.yaml) and what its other clients ask for besides.
CLIENTS = [
    "DELETE /api/projects/12",
    "GET /api/properties?prefix=a&project_id=1",
    "POST /api/properties",
    "PUT /api/recipes/7/connect",
    "GET /api/integrations/all",
    "GET /api/integrations?applications=coupa",
    "GET /api/custom_connectors",
    "GET /api/custom_connectors/8/code",
    "GET /api/data_tables",
    "POST /api/data_tables",
    "GET /api/v2/api_clients",
    "POST /api/v2/api_clients",
    "GET /api/v2/api_clients/3/api_keys",
    "POST /api/v2/api_clients/3/api_keys",
    "PUT /api/v2/api_clients/3/api_keys/4/refresh_secret",
    "GET /api/api_collections",
    "POST /api/api_collections",
    "GET /api/api_endpoints",
    "PUT /api/api_endpoints/9/enable",
    "PUT /api/api_endpoints/9/disable",
    "POST /api/connections",
    "PUT /api/connections/2",
    "POST /api/connections/2/pick_list",
    "GET /api/tags",
    "PUT /api/tags/tag-ANgdXgTF-bANz3H",
    "POST /api/tags_assignments",
    "POST /api/sdk/generate_schema/json",
    "GET /api/recipes/7/test_cases",
    "POST /api/test_cases/run_requests",
    "POST /api/recipes/7/poll_now",
    "GET /api/agentic/genies",
    "POST /api/agentic/skills",
    "GET /api/roles",
    "GET /api/members/4/privileges",
    "GET /api/on_prem_agents",
    "GET /api/lookup_tables/6/rows",
    "GET /api/deployments",
    "GET /api/api_clients?per_page=100",
    "POST /api/recipes/7/repeat_jobs",
    "GET /api/recipes/7/versions/2",
    "GET /api/managed_users",
    "GET /api/managed_users/EA2300",
    "GET /api/managed_users/19/members",
    "GET /api/managed_users/19/recipes",
    "GET /api/managed_users/19/folders",
    "POST /api/managed_users/19/imports",
    "GET /api/managed_users/19/mcp/mcp_servers",
    "GET /api/managed_users/19/mcp_servers",
    "GET /api/managed_users/19/iam/user_groups/2/members",
    "GET /api/v2/managed_users/19/data_tables",
    "POST /api/v2/managed_users/19/tags_assignments",
    "GET /api/v2/managed_users/19/api_clients",
    "GET /api/managed_users/19/mcp_servers/mcps-a/tools",
]


@pytest.fixture(scope="module", autouse=True)
def intercepted() -> Iterator[None]:
    """Answered in-process at production addresses; nothing here changes anything."""
    with Simulator(Settings(database="memory")) as simulator, simulator.intercept():
        yield


def test_nothing_that_a_client_asks_for_passes_for_missing() -> None:
    """What is simulated wants a token; everything else is known, and names its page."""
    answers = {request_line: _ask(*request_line.split(" ")) for request_line in CLIENTS}
    simulated = {each for each in CLIENTS if _is_simulated(*each.partition("?")[0].split(" "))}

    assert {each for each in CLIENTS if answers[each].status_code == 401} == simulated
    for request_line in set(CLIENTS) - simulated:
        answer = answers[request_line]
        assert answer.status_code == 501, request_line
        reason = answer.json()["message"].partition("is not simulated.")[2]
        assert reason.strip(), request_line
        assert "does not know" not in answer.json()["message"], request_line
        assert answer.json()["documentation_url"].startswith("https://docs.workato.com/")


def test_the_whole_table_is_answered_by_every_method() -> None:
    slips: list[str] = []
    for path in (each.path.replace(":", "") for each in endpoints()):
        twin = path.replace("/managed_users/id/", "/")  # below a customer's workspace
        fitting = (path, twin)
        simulated = {
            each.method for each in ENDPOINTS if any(path_fits(each.path, one) for one in fitting)
        }
        simulated |= {"HEAD"} if "GET" in simulated else set()
        simulated |= {"OPTIONS"} if simulated else set()
        simulated |= {method for method, alias in ALIASES if path_fits(alias, path)}
        statuses = {method: _ask(method, path).status_code for method in set(METHODS) - simulated}
        slips += [f"{method} {path}" for method, status in statuses.items() if status != 501]

    assert not slips


def _is_simulated(method: str, path: str) -> bool:
    path = path.replace("/mcp_servers", "/mcp/mcp_servers").replace("/mcp/mcp/", "/mcp/")
    if any((method, path_fits(alias, path)) == (one, True) for one, alias in ALIASES):
        return True
    paths = {re.sub(r"^/api(/v2)?/managed_users/19/", start, path) for start in STARTS}
    return any(
        each.method == method and path_fits(each.path, one) for each in ENDPOINTS for one in paths
    )


def test_a_head_is_answered_without_a_body() -> None:
    known, unknown = _ask("HEAD", "/api/on_prem_groups"), _ask("HEAD", "/api/nothing")

    assert (known.status_code, unknown.status_code) == (501, 404)
    assert known.content == unknown.content == b""


@pytest.mark.parametrize("spelling", ["", "/", "//", ".json", ".json?page=2", "/?page=2", "?a=b"])
@pytest.mark.parametrize(
    "path, document",
    [
        ("/api/mcp/mcp_servers/mcps-AYcNrsC8-Dd8-AB/tokens", "workato-api/mcp-servers"),
        ("/api/iam/app_links/7", "workato-identity-iam"),
        ("/api/connections/runtime_user_connections", "workato-api/connections"),
        ("/api/managed_users/E1/mcp/mcp_servers", "oem-api/mcp-servers"),
        ("/api/managed_users/E1/iam/users", "oem-api/workato-identity-iam"),
        ("/api/v2/managed_users/E1/data_tables", "oem-api/data-tables"),
        ("/api/managed_users/E1/anything", "oem-api/resources"),
        ("/api/recipes/6/start", "workato-api/recipes"),
        ("/api/recipes/6/repeat_jobs", "workato-api/jobs"),
        ("/api/data_tables/3/truncate", "workato-api/data-tables"),
        ("/api/users/me", "workato-api/users"),
    ],
)
def test_what_is_known_names_its_page_however_it_is_spelt(
    path: str, spelling: str, document: str
) -> None:
    answer = requests.patch(BASE + path + spelling, headers={"Authorization": "Bearer t"}, json={})

    assert answer.status_code == 501
    assert "not simulated" in answer.json()["message"]
    assert document in answer.json()["documentation_url"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/mcp_servers", "/api/recipesx", "/api/v2/nothing"]
)
def test_what_is_not_known_is_said_to_be_unknown_to_us(method: str, path: str) -> None:
    answer = requests.request(method, BASE + path, allow_redirects=False)

    assert answer.status_code == 404
    sentence = f"The simulator does not know the endpoint {method} {path}."
    assert answer.json()["message"].startswith(sentence)
    assert "Workato documents" not in answer.json()["message"]
    assert answer.json()["documentation_url"] == INDEX


@pytest.mark.parametrize("spelling", ["", "/", "?dev_api_token=t"])
@pytest.mark.parametrize(
    "path, document", [("/mcp", "developer-api-mcp"), ("/airo_mcp", "airo/mcp")]
)
def test_the_other_mcp_servers_name_their_pages(path: str, spelling: str, document: str) -> None:
    answer = requests.post(BASE + path + spelling, json={})

    assert answer.status_code == 501
    assert document in answer.json()["documentation_url"]


def test_an_unknown_path_of_a_known_part_is_neither_missing_nor_promised() -> None:
    answer = requests.get(f"{BASE}/api/recipes/6/nonsense")

    assert answer.status_code == 501
    assert "does not know whether Workato has this path" in answer.json()["message"]
    assert "/recipes.html" in answer.json()["documentation_url"]


@pytest.mark.parametrize(
    "method, path",
    [
        ("PATCH", "/api/iam/users/eu-1"),
        ("PUT", "/api/connections"),
    ],
)
def test_what_is_known_at_a_simulated_path_is_not_taken_for_it(method: str, path: str) -> None:
    answer = requests.request(method, BASE + path, json={})

    assert answer.status_code == 501
    assert answer.json()["message"].startswith(f"{method} {path} belongs to Workato's ")


def test_another_method_at_a_known_path_is_told_which_are_known() -> None:
    answer = requests.patch(f"{BASE}/api/lookup_tables")

    assert answer.status_code == 501
    assert answer.json()["message"].endswith("Methods that Workato has at this path: GET, POST.")


@pytest.mark.parametrize("spelling", ["/", ".json", ".json?page=1"])
@pytest.mark.parametrize(
    "path", ["/api/connections", "/api/iam/user_groups", "/api/mcp/mcp_servers"]
)
def test_a_simulated_endpoint_is_found_however_it_is_spelt(path: str, spelling: str) -> None:
    answer = requests.get(BASE + path + spelling)

    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_method_that_nothing_takes_is_refused_in_json() -> None:
    answer = requests.request("TRACE", f"{BASE}/api/iam/users")

    assert answer.status_code == 405
    assert "message" in answer.json()


def test_everything_simulated_is_known() -> None:
    unknown = [
        each.path
        for each in ENDPOINTS
        if (found := find_resource(each.method, each.path)) is None
        or each.method not in found.methods
    ]

    assert not unknown


def _ask(method: str, path: str) -> requests.Response:
    return requests.request(method, BASE + path, allow_redirects=False)


def test_whatever_is_known_and_not_simulated_says_why() -> None:
    absent = {each.name: each.why for each, _method in list_absent()}
    explained = {each.name for each in endpoints() if each.why}

    assert [name for name, why in absent.items() if not why] == []
    assert explained - absent.keys() == set(), "all of it is simulated by now"

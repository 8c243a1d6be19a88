"""What a program does that keeps a workspace as code: create, plan, change, import, delete."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from tests.contract.as_code import RESOURCES, Gone, Members, Workspace
from tests.packages import recipe

pytestmark = pytest.mark.requirement("API-35")

#: As Terraform's `jsonencode` writes it: short, keys in order.
CODE = json.dumps(recipe("Echo")["code"], sort_keys=True, separators=(",", ":"))
NO_RELATION = "00000000-0000-0000-0000-000000000000"
#: As it is read, so that there is no drift.
COLUMN = {
    "name": "total",
    "type": "integer",
    "optional": True,
    "field_id": "2e5e2eed-277e-49bc-9d6f-f8be8d873c40",
    "hint": "In euros",
    "default_value": None,
    "metadata": {},
    "multivalue": False,
    "relation": {"table_id": NO_RELATION, "field_id": NO_RELATION},
}
#: Resource → what it is made with, and what it is changed to.
CONFIGURATIONS: dict[str, tuple[Members, Members]] = {
    "project": (
        {"name": "As code", "description": "Kept by a program"},
        {"name": "Renamed", "description": ""},
    ),
    "folder": ({"name": "As code", "parent_id": "1"}, {"name": "Renamed", "parent_id": "2"}),
    "connection": (
        {
            "name": "As code",
            "provider": "coupa",
            "folder_id": 1,
            "shell_connection": True,
            "external_id": "coupa-main",
        },
        {"name": "Renamed", "provider": "coupa", "folder_id": "2", "external_id": "coupa-2"},
    ),
    "recipe": (
        {"name": "As code", "code": CODE, "config": "[]", "folder_id": "1"},
        {"name": "Renamed", "code": CODE, "config": "[]", "folder_id": "2"},
    ),
    "data_table": (
        {"name": "As code", "folder_id": 1, "schema": [COLUMN]},
        {"name": "Renamed", "folder_id": "2", "schema": [COLUMN | {"optional": False}]},
    ),
    "iam_user_group": ({"name": "As code"}, {"name": "Renamed"}),
    "mcp_server": (
        {"name": "As code", "folder_id": 1, "description": "One", "auth_type": "workato_idp"},
        {"name": "Renamed", "folder_id": 2, "description": "", "auth_type": "hashed_token"},
    ),
}


@pytest.fixture
def kept(api_client: ApiClient, clock: TimeTravel) -> Workspace:
    """A workspace of which nothing is kept yet."""
    return Workspace(api_client, clock)


@pytest.mark.parametrize("kind", RESOURCES)
def test_a_resource_lives_without_drift(kept: Workspace, clock: TimeTravel, kind: str) -> None:
    first, second = CONFIGURATIONS[kind]
    for wanted in (first, second, second):
        kept.apply("it", kind, wanted)
        clock.travel(minutes=1)
        assert kept.plan("it", wanted) == {}, "a plan would show a difference"
        assert kept.plan("it", wanted) == {}

    _kind, number, members = kept.state["it"]
    assert Workspace(kept.api, clock).adopt("imported", kind, number) == members
    kept.destroy("it")
    with pytest.raises(Gone):
        kept.read(kind, number)
    kept.state["it"] = kind, number, members
    kept.destroy("it")  # deleted by somebody else in between
    kept.apply("it", kind, first)
    assert kept.state["it"][1] != number, "whoever keeps the old id would find another one"


def test_a_property_is_kept_as_code(api_client: ApiClient) -> None:
    project = api_client.post("/api/folders", json={"name": "As code"}).json()["project_id"]
    query = {"project_id": str(project)}
    for value in ("one", "two", "two", ""):
        body = {"properties": {"mail.admin": value}}
        assert api_client.post("/api/properties", params=query, json=body).ok
        inside = body | {"project_id": project, "properties": {"second": value}}
        assert api_client.post("/api/properties", json=inside).ok, "and not the workspace's"
        found = api_client.get("/api/properties", params={**query, "prefix": "mail.admin"})
        assert found.json() == {"mail.admin": value}
    assert api_client.get("/api/properties", params=query).json().keys() == {"mail.admin", "second"}
    assert api_client.get("/api/properties").json() == {}
    deletion: Members = {"properties": {"mail.admin": None, "third": "three"}}
    for _again in range(2):
        assert api_client.post("/api/properties", params=query, json=deletion).ok
        found = api_client.get("/api/properties", params=query).json()
        assert found == {"second": "", "third": "three"}, "null deletes, and is no failure twice"
    assert api_client.delete(f"/api/projects/{project}").json() == {"success": True}
    assert api_client.get("/api/properties", params=query).status_code == 404


@pytest.mark.parametrize("kind", ["projects", "connections"])
def test_one_is_read_as_its_list_tells_of_it(api_client: ApiClient, kind: str) -> None:
    first, *_others = api_client.get(f"/api/{kind}?includes[]=tags").json()
    assert api_client.get(f"/api/{kind}/{first['id']}").json() == first
    for missing in (999, "none"):
        answer = api_client.get(f"/api/{kind}/{missing}")
        assert (answer.status_code, list(answer.json())) == (404, ["message"])


def test_ten_at_a_time_are_made_and_unmade(kept: Workspace) -> None:
    """Terraform's parallelism: each is made once, with an id of its own."""
    kinds = ["folder", "iam_user_group", "mcp_server", "project", "recipe"] * 2

    def make(place: int) -> None:
        kind = kinds[place]
        wanted = CONFIGURATIONS[kind][0] | {"name": f"As code {place}"}
        kept.apply(f"it {place}", kind, wanted)
        assert kept.plan(f"it {place}", wanted) == {}

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(make, range(10)))
        assert len({(kind, number) for kind, number, _members in kept.state.values()}) == 10
        list(pool.map(kept.destroy, list(kept.state)))


@pytest.mark.parametrize("kind", ["mcp_server", "connection", "folder"])
def test_null_is_as_good_as_nothing(kept: Workspace, kind: str) -> None:
    """A Go client writes null for what is not configured."""
    optional: dict[str, Any] = {
        "mcp_server": {"description": None, "asset_id": None, "auth_type": None},
        "connection": {"external_id": None, "parent_id": None, "input": None},
        "folder": {},
    }[kind]
    required = CONFIGURATIONS[kind][0] | optional
    kept.apply("it", kind, required)
    kept.apply("it", kind, dict.fromkeys(required))

    assert kept.state["it"][2]["name"] == "As code"
    kept.clock.travel(seconds=1)
    missing = kept.api.post(RESOURCES[kind].address, json={"name": None})
    assert "can't be blank" in missing.json()["errors"]["name"]


#: What clients send beside their token.
HEADERS: tuple[dict[str, str | None], ...] = (
    {"Content-Type": "application/json", "Accept": None, "User-Agent": "Terraform/1.9.8"},
    {"Content-Type": "application/json; charset=utf-8", "User-Agent": None},
    {"Content-Type": "application/vnd.api+json", "Accept": "text/html"},
    {"Content-Type": None, "Accept-Encoding": "gzip", "Connection": "close"},
)


def test_headers_make_no_difference(api_client: ApiClient) -> None:
    path = "/api/iam/user_groups/?unknown=1&per_page=2"
    for number, headers in enumerate(HEADERS):
        body = json.dumps({"name": f"As code {number}", "unknown": 1})
        made = api_client.post(path, data=body, headers=headers)

        assert made.status_code == 200, headers
        assert made.headers["Content-Type"] == "application/json; charset=utf-8"
        own = f"/api/iam/user_groups/{made.json()['data']['id']}.json"
        assert api_client.get(own, headers=headers).json() == made.json()


def test_a_data_table_is_where_it_was_put(api_client: ApiClient) -> None:
    """Moved with its folder, kept while it is not empty, and deleted with it."""
    folder = api_client.post("/api/folders", json={"name": "Own", "parent_id": 1}).json()["id"]
    new = {"name": "As code", "folder_id": folder, "schema": [COLUMN]}
    table = f"/api/data_tables/{api_client.post('/api/data_tables', json=new).json()['data']['id']}"
    api_client.put(f"/api/folders/{folder}", json={"parent_id": 2})

    assert api_client.get(table).json()["data"]["folder_id"] == folder
    assert api_client.delete(f"/api/folders/{folder}").status_code == 403
    assert api_client.delete(f"/api/folders/{folder}?force=true").json() == {"success": True}
    assert api_client.get(table).status_code == 404


def test_what_is_no_number_is_not_found_by_its_name(api_client: ApiClient) -> None:
    answer = api_client.get("/api/folders/as-code")

    assert answer.status_code == 404
    message = "'as-code' is no id: ids are whole numbers of at most 9 digits."
    assert answer.json() == {"message": message}

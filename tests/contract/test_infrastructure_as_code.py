"""What a program that keeps a workspace as code does: create, read, update, read again, delete."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from tests.packages import recipe

pytestmark = pytest.mark.requirement("API-35")

Read = Callable[[ApiClient, Any], Any]
CODE = json.dumps(recipe("Echo")["code"])


def by_id(answer: Any, number: Any) -> Any:
    """The row of a list, or None."""
    rows = answer.json()
    return next((each for each in rows if each["id"] == number), None)


#: Resource → address, what it is created with, what is changed of it, and how it is read.
RESOURCES: Mapping[str, tuple[str, dict[str, Any], dict[str, Any], Read]] = {
    "mcp_server": (
        "/api/mcp/mcp_servers",
        {"name": "As code", "folder_id": 1, "description": "One"},
        {"name": "Renamed", "description": "Two"},
        lambda api, number: api.get(f"/api/mcp/mcp_servers/{number}"),
    ),
    "iam_user_group": (
        "/api/iam/user_groups",
        {"name": "As code"},
        {"name": "Renamed"},
        lambda api, number: api.get(f"/api/iam/user_groups/{number}"),
    ),
    "folder": (
        "/api/folders",
        {"name": "As code", "parent_id": "1"},
        {"name": "Renamed"},
        lambda api, number: api.get(f"/api/folders/{number}"),
    ),
    "connection": (
        "/api/connections",
        {"name": "As code", "provider": "coupa", "folder_id": 1, "shell_connection": True},
        {"name": "Renamed"},
        lambda api, number: by_id(api.get("/api/connections"), number),
    ),
    "recipe": (
        "/api/recipes",
        {"name": "As code", "code": CODE, "config": "[]", "folder_id": "1"},
        {"name": "Renamed"},
        lambda api, number: api.get(f"/api/recipes/{number}"),
    ),
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_resource_is_created_read_changed_and_deleted(
    api_client: ApiClient, clock: TimeTravel, resource: str
) -> None:
    address, members, change, read = RESOURCES[resource]
    made = _data(api_client.post(address, json=members))
    number = made["id"]
    if resource != "recipe":
        assert made["name"] == "As code"
    told = _data(read(api_client, number))
    assert told["name"] == "As code"
    assert _data(read(api_client, number)) == told, "a plan would show a difference"

    clock.travel(seconds=2)
    assert api_client.put(f"{address}/{number}", json=change).ok
    renamed = _data(read(api_client, number))
    assert {name: renamed[name] for name in change} == change
    clock.travel(seconds=2)
    assert api_client.delete(f"{address}/{number}").ok
    gone = read(api_client, number)
    assert gone is None or gone.status_code == 404


def test_a_project_and_a_property_are_kept_as_code(api_client: ApiClient) -> None:
    made = api_client.post("/api/folders", json={"name": "As code"}).json()
    assert (made["is_project"], made["project_id"]) == (True, made["id"])
    address = f"/api/projects/{made['project_id']}"
    assert api_client.put(address, json={"description": "Of a program"}).ok
    (told,) = (each for each in api_client.get("/api/projects").json() if each["id"] == made["id"])
    assert (told["name"], told["description"]) == ("As code", "Of a program")

    query = {"project_id": str(made["id"])}
    for value in ("one", "two"):
        body = {"properties": {"mail.admin": value}}
        assert api_client.post("/api/properties", params=query, json=body).ok
        found = api_client.get("/api/properties", params={**query, "prefix": "mail.admin"})
        assert found.json() == {"mail.admin": value}
    assert api_client.delete(address).json() == {"success": True}
    assert api_client.get("/api/properties", params=query).status_code == 404


def _data(answer: Any) -> Any:
    """What an answer is about, with an envelope or without one."""
    document = answer if isinstance(answer, dict) else answer.json()
    return document.get("data", document)

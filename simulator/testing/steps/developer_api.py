"""Steps of a program that arranges access with the Developer API."""

from typing import Any

from pytest_bdd import parsers, when

from simulator.testing.api_client import ApiClient
from simulator.testing.workspace import Workspace

_SERVERS = "/api/mcp/mcp_servers"


@when(parsers.parse('the API client gives the group "{group}" access to "{server}"'))
def give_access(group: str, server: str, api_client: ApiClient) -> None:
    """As an admin does with Add user groups."""
    _change_groups("assign_user_groups", group, server, api_client)


@when(parsers.parse('the API client takes the access to "{server}" away from the group "{group}"'))
def take_access(group: str, server: str, api_client: ApiClient) -> None:
    """As an admin does with Remove."""
    _change_groups("remove_user_groups", group, server, api_client)


@when(parsers.parse('the API client adds {name} to the group "{group}"'))
def add_member(name: str, group: str, api_client: ApiClient, workspace: Workspace) -> None:
    """The person is found by their e-mail address."""
    _change_member("add_to_group", name, group, api_client, workspace)


@when(parsers.parse('the API client removes {name} from the group "{group}"'))
def remove_member(name: str, group: str, api_client: ApiClient, workspace: Workspace) -> None:
    """The person is found by their e-mail address."""
    _change_member("remove_from_group", name, group, api_client, workspace)


@when(parsers.parse("the API client disconnects {name}'s own connections"))
def disconnect(name: str, api_client: ApiClient, workspace: Workspace) -> None:
    """Every runtime user connection of theirs."""
    person = _end_user(name, api_client, workspace)
    query = {"include_runtime_connections": "true", "external_id": person["id"]}
    own = read_answer(api_client.get("/api/connections", params=query))
    assert own, f"{name} has no connection."
    for connection in own:
        read_answer(api_client.post(f"/api/connections/{connection['id']}/disconnect"))


def _change_groups(what: str, group: str, server: str, api_client: ApiClient) -> None:
    handle = find_named(server, read_answer(api_client.get(_SERVERS))["data"])["id"]
    chosen = find_named(group, read_answer(api_client.get("/api/mcp/user_groups"))["data"])
    body = {"idp_user_group_ids": [chosen["id"]]}
    read_answer(api_client.post(f"{_SERVERS}/{handle}/{what}", json=body))


def _change_member(
    what: str, name: str, group: str, api_client: ApiClient, workspace: Workspace
) -> None:
    person = _end_user(name, api_client, workspace)
    chosen = find_named(group, read_answer(api_client.get("/api/iam/user_groups"))["data"])
    body = {"user_group_id": chosen["id"]}
    read_answer(api_client.post(f"/api/iam/users/{person['id']}/{what}", json=body))


def _end_user(name: str, api_client: ApiClient, workspace: Workspace) -> dict[str, Any]:
    email = workspace.person(name).person["email"]
    (found,) = read_answer(api_client.get("/api/iam/users", params={"emails[]": email}))["data"]
    return dict(found)


def find_named(name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the item of this name in a list of the Developer API.

    Args:
        name: the name of the item.
        items: the items as they are listed.

    Raises:
        AssertionError: there is none.
    """
    for item in items:
        if item["name"] == name:
            return item
    known = ", ".join(f"'{item['name']}'" for item in items) or "nothing"
    raise AssertionError(f"The Developer API lists no '{name}', but {known}.")


def read_answer(response: Any) -> Any:
    """Return what the Developer API answered, once it is sure that it says yes.

    Args:
        response: the response of `requests`.

    Raises:
        AssertionError: it says no.
    """
    assert response.ok, response.text
    body = response.json()
    refused = isinstance(body, dict) and body.get("success") is False
    assert not refused, response.text
    return body

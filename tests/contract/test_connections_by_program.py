"""Connections by program: made, changed, given a parent; what is asked for, in whose names."""

from typing import Any

import pytest

from simulator.db.tables import Connection
from simulator.sandbox.simulator import Simulator
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from tests.contract.developer_api_world import CONNECTIONS
from tests.contract.developer_api_world import ask_connections as send


@pytest.mark.requirement("API-30")
def test_a_connection_is_made_without_tokens_changed_and_moved(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    given = {"host": "https://acme.coupacloud.com", "client_id": "abc", "client_secret": "s3cret"}
    members = {"name": "Mine", "provider": "coupa", "shell_connection": True, "input": given}
    answer = send(api_client, clock, "POST", "", **members)
    made = answer.json()

    assert (made["name"], made["provider"], made["application"]) == ("Mine", "coupa", "coupa")
    assert (made["authorization_status"], made["authorized_at"]) == (None, None)
    assert "s3cret" not in answer.text
    folder = api_client.post("/api/folders", json={"name": "Deep", "parent_id": 2}).json()["id"]
    change = {"name": "Ours", "folder_id": folder, "input": {"client_id": "def"}}
    changed = send(api_client, clock, "PUT", f"/{made['id']}", **change).json()
    assert (changed["name"], changed["folder_id"]) == ("Ours", folder)
    tags = {"includes[]": "tags"}
    listed = api_client.get(CONNECTIONS, params={"folder_id": str(folder), **tags}).json()
    assert listed == [changed]
    renamed = send(api_client, clock, "PUT", f"/{made['id']}", external_id="main").json()
    named = api_client.get(CONNECTIONS, params={"external_id": "main", **tags}).json()
    assert named == [renamed]
    unnamed = send(api_client, clock, "PUT", f"/{made['id']}", external_id="").json()
    assert unnamed["external_id"] is None


@pytest.mark.requirement("API-30")
def test_other_oauth_settings_end_the_authorization(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    renamed = send(api_client, clock, "PUT", "/1", name="Renamed").json()
    assert renamed["authorization_status"] == "success"
    changed = send(api_client, clock, "PUT", "/1", input={"client_id": "another"}).json()

    assert changed["authorization_status"] is None


@pytest.mark.requirement("API-30")
def test_a_wrong_connection_is_refused_with_the_member(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "name"),
        ({"provider": "Not a name"}, "provider"),
        ({"input": {"host": "nowhere"}}, "input"),
        ({"input": {"scopes": "all"}}, "input"),
        ({"parent_id": 1}, "external_id"),
        ({"parent_id": 1, "external_id": ""}, "external_id"),
        ({"parent_id": 3, "external_id": "nobody"}, "parent_id"),
    ]
    for members, field in cases:
        given = {"name": "A", "provider": "coupa"} | members
        answer = send(api_client, clock, "POST", "", **given)

        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), members


@pytest.mark.requirement("API-30")
def test_a_shell_becomes_a_runtime_user_connection_by_its_parent(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    one, other = (
        send(api_client, clock, "POST", "", name="Shell", provider="coupa").json()["id"]
        for _each in range(2)
    )
    for number, members, field in (
        (one, {"parent_id": 1}, "external_id"),
        (one, {"parent_id": 3, "external_id": "x"}, "parent_id"),
        (one, {"parent_id": one, "external_id": "x"}, "parent_id"),
        (2, {"parent_id": 1, "external_id": "x"}, "parent_id"),
    ):
        answer = send(api_client, clock, "PUT", f"/{number}", **members)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), members
    assert send(api_client, clock, "PUT", f"/{one}", parent_id=999).status_code == 404

    made = send(api_client, clock, "PUT", f"/{one}", parent_id=1, external_id="u-7").json()
    assert (made["parent_id"], made["external_id"]) == (1, "u-7")
    query = {"parent_id": "1", "include_runtime_connections": "true", "includes[]": "tags"}
    assert api_client.get(CONNECTIONS, params=query).json() == [made]
    again = send(api_client, clock, "PUT", f"/{one}", parent_id=1, name="Theirs").json()
    assert (again["parent_id"], again["name"]) == (1, "Theirs")
    url = send(api_client, clock, "GET", f"/runtime_user_connections/{one}/get_oauth_url").json()
    assert "client_id=5f2c8e0b7d914a36" in url["data"]["url"], "the parent's client"
    taken = send(api_client, clock, "PUT", f"/{other}", parent_id=1, external_id="u-7")
    assert list(taken.json()["errors"]) == ["external_id"]


@pytest.mark.requirement("API-50")
def test_what_a_connection_is_asked_for_is_told_and_kept(
    api_client: ApiClient, clock: TimeTravel
) -> None:
    schema = send(api_client, clock, "GET", "/coupa/input_schema").json()["result"]
    assert [each["name"] for each in schema] == [
        *("auth_type", "client_id", "client_secret", "host", "scopes")
    ]
    own = api_client.get("/api/connectors/workato_variable/input_schema").json()
    assert own == {"result": []}
    assert api_client.get("/api/connectors/nothing/input_schema").status_code == 404

    needed = [
        each["name"]
        for each in send(api_client, clock, "GET", "/rest/input_schema").json()["result"]
    ]
    assert {"oauth2_auth_url", "oauth2_token_url", "oauth2_client_id", "param_type"} <= set(needed)
    given = {"oauth2_auth_url": "https://id.acme.example/authorize", "oauth2_token_url": "nonsense"}
    members = {"name": "Mine", "provider": "rest", "input": given}
    refused = send(api_client, clock, "POST", "", **members)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["input"])
    given |= {"oauth2_token_url": "https://id.acme.example/token", "param_type": "cookie"}
    refused = send(api_client, clock, "POST", "", **members)
    assert refused.json()["errors"]["input"] == ["param_type: Select Header or Body."]
    given |= {"param_type": "basic", "auth_type": "oauth2_auth_code_grant"}
    given |= {"oauth2_client_id": "c-1", "oauth2_client_secret": "s3cret"}
    assert send(api_client, clock, "POST", "", **members).status_code == 200


@pytest.mark.requirement("API-50")
def test_a_program_says_where_people_sign_in_by_workatos_own_names(
    api_client: ApiClient, clock: TimeTravel, simulator: Simulator
) -> None:
    """Sandbox, custom domain and scopes of Salesforce."""
    domain = "acme.my.salesforce.com"
    advanced = {"custom_login_url": domain, "api_scope": "api, chatter_api"}
    cases: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"sandbox": True}, "https://test.salesforce.com", []),
        ({"sandbox": "false"}, "https://login.salesforce.com", []),
        ({"advanced_settings": advanced}, f"https://{domain}", ["api", "chatter_api"]),
        ({"sandbox": "true", **advanced}, f"https://{domain}", ["api", "chatter_api"]),
    ]
    for given, host, scopes in cases:
        members = {"name": "Mine", "provider": "salesforce", "input": given}
        number = send(api_client, clock, "POST", "", **members).json()["id"]
        with simulator.world.db.unit() as session:
            stored = session.get_one(Connection, number).input
        assert (stored["host"], stored["scopes"]) == (host, scopes)
    send(api_client, clock, "PUT", f"/{number}", input={"sandbox": False})
    with simulator.world.db.unit() as session:
        kept = session.get_one(Connection, number).input
    assert kept["host"] == f"https://{domain}", "where people sign in says the domain"
    schema = send(api_client, clock, "GET", "/salesforce/input_schema").json()["result"]
    kinds = {each["name"]: each["type"] for each in schema}
    assert kinds["sandbox"] == "boolean"
    assert {"custom_login_url", "api_scope"} <= set(kinds)

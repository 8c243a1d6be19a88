"""The Developer API's properties, data tables, lookup tables, tags and collaborators."""

import json

import pytest

from simulator.domain.tags import COLORS
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient
from tests.packages import to_zip

SCHEMA = [
    {"name": "title", "type": "string", "optional": False},
    {"name": "amount", "type": "number", "optional": True, "hint": "EUR"},
]
MISSING = "11111111-2222-4333-8444-555555555555"


@pytest.mark.requirement("API-25")
def test_properties_are_stored_and_found_by_their_beginning(api_client: ApiClient) -> None:
    workspace = {"mail.admin": "a@b.c", "mail.from": "x", "other": "y"}
    stored = api_client.post("/api/properties", json={"properties": workspace})
    project = api_client.post(
        "/api/properties?project_id=1", json={"properties": {"mail.admin": "z"}}
    )

    assert stored.json() == project.json() == {"success": True}
    api_client.post("/api/properties", json={"properties": {"mail.from": "new"}})
    assert api_client.get("/api/properties?prefix=mail.").json() == {
        "mail.admin": "a@b.c",
        "mail.from": "new",
    }
    found = api_client.get("/api/properties?prefix=mail.&project_id=1")
    assert found.json() == {"mail.admin": "z"}
    assert api_client.get("/api/properties?prefix=MAIL").json() == {}
    assert api_client.get("/api/properties?prefix=a&project_id=99").status_code == 404


@pytest.mark.requirement("API-25")
def test_properties_have_limits(api_client: ApiClient) -> None:
    for properties in ({"x" * 101: "a"}, {"a": "x" * 1025}, {f"p{n}": "" for n in range(1001)}):
        answer = api_client.post("/api/properties", json={"properties": properties})
        assert answer.status_code == 400
        assert answer.json()["message"] == "Validation failed"
    most = {f"p{n}": "" for n in range(1000)}
    assert api_client.post("/api/properties", json={"properties": most}).ok
    one_more = api_client.post("/api/properties", json={"properties": {"q": ""}})
    assert one_more.json()["errors"] == {"properties": ["there can be 1000 at most"]}


@pytest.mark.requirement("API-26")
def test_a_data_table_is_made_changed_emptied_and_deleted(api_client: ApiClient) -> None:
    body = {"name": "Expenses", "folder_id": 1, "schema": SCHEMA}
    made = api_client.post("/api/data_tables", json=body).json()["data"]

    assert (made["name"], made["folder_id"]) == ("Expenses", 1)
    title, amount = made["schema"]
    assert (title["name"], title["type"], title["optional"]) == ("title", "string", False)
    assert (amount["hint"], amount["multivalue"], amount["metadata"]) == ("EUR", False, {})
    assert api_client.get("/api/data_tables").json() == {"data": [made]}
    address = f"/api/data_tables/{made['id']}"
    kept = {"name": "name", "type": "string", "optional": True, "field_id": title["field_id"]}
    change = {"name": "Costs", "folder_id": "2", "schema": [kept]}
    changed = api_client.put(address, json=change).json()["data"]
    assert (changed["name"], changed["folder_id"], changed["id"]) == ("Costs", 2, made["id"])
    assert [each["field_id"] for each in changed["schema"]] == [title["field_id"]]
    assert api_client.post(f"{address}/truncate").ok
    assert api_client.delete(address).ok
    assert api_client.get(address).status_code == 404


@pytest.mark.requirement("API-26")
def test_an_imported_data_table_is_told_as_well(api_client: ApiClient) -> None:
    table = {"name": "People", "schema": [{"id": "c1", "title": "Name", "type": "string"}]}
    headers = {"Content-Type": "application/octet-stream"}
    content = to_zip({"people.workato_db_table.json": table})
    api_client.post("/api/packages/import/1", data=content, headers=headers)
    told = api_client.get("/api/data_tables").json()["data"][0]

    assert (told["name"], told["schema"][0]["name"]) == ("People", "Name")
    assert api_client.get(f"/api/data_tables/{told['id']}").json()["data"] == told


@pytest.mark.requirement("API-26")
def test_a_wrong_data_table_is_refused_with_the_member(api_client: ApiClient) -> None:
    body = {"name": "Expenses", "folder_id": 1, "schema": SCHEMA}
    twice = api_client.post("/api/data_tables", json=body | {"schema": [*SCHEMA, SCHEMA[0]]})
    none = api_client.post("/api/data_tables", json=body | {"schema": []})
    kind = api_client.post("/api/data_tables", json=body | {"schema": [{"name": "a", "type": "x"}]})

    assert twice.json()["errors"] == {"schema": ["has the column 'title' twice"]}
    assert list(none.json()["errors"]) == ["schema"]
    assert list(kind.json()["errors"]) == ["schema.0.type"]
    assert api_client.post("/api/data_tables", json=body | {"folder_id": 99}).status_code == 404
    assert api_client.get(f"/api/data_tables/{MISSING}").status_code == 404


@pytest.mark.requirement("API-27")
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_lookup_table_and_its_rows(
    api_client: ApiClient, clock: TimeTravel, wrapped: bool
) -> None:
    columns = [{"label": "code"}, {"label": "name"}]
    schema = json.dumps(columns) if wrapped else columns
    members = {"name": "Countries", "project_id": 1, "schema": schema}
    body = {"lookup_table": members} if wrapped else members
    made = api_client.post("/api/lookup_tables", json=body).json()
    assert (made["name"], made["project_id"]) == ("Countries", "1")
    assert [each["label"] for each in json.loads(made["schema"])] == ["code", "name"]
    assert made in api_client.get("/api/lookup_tables").json()

    rows = f"/api/lookup_tables/{made['id']}/rows"
    us = api_client.post(rows, json={"data": {"code": "US", "name": "United States"}}).json()
    fr = api_client.post(rows, json={"data": {"code": "FR"}}).json()
    assert us["data"] == {"code": "US", "name": "United States"}
    assert fr["data"] == {"code": "FR", "name": ""}
    assert api_client.get(rows).json() == [us, fr]
    lookup = f"/api/lookup_tables/{made['id']}/lookup"
    assert api_client.get(lookup, params={"by[code]": "US"}).json() == us
    assert api_client.get(lookup, params={"by[code]": "XX"}).status_code == 404
    clock.travel(hours=1)
    changed = api_client.put(f"{rows}/{fr['id']}", json={"data": {"name": "France"}}).json()
    assert changed["created_at"] == fr["created_at"] == fr["updated_at"] < changed["updated_at"]
    assert changed["data"] == {"code": "FR", "name": "France"}
    assert api_client.get(f"{rows}/{fr['id']}").json() == changed
    wrong = api_client.post(rows, json={"data": {"capital": "x"}})
    assert "has no column 'capital'; there are: code, name" in wrong.json()["errors"]["data"][0]
    assert api_client.delete(f"{rows}/{fr['id']}").json() == {"success": True}
    assert api_client.get(f"{rows}/{fr['id']}").status_code == 404
    deleted = api_client.post("/api/lookup_tables/batch_delete", json={"ids": [made["id"]]})
    assert deleted.json() == {"success": True}
    assert api_client.get(rows).status_code == 404


@pytest.mark.requirement("API-28")
def test_tags_are_made_assigned_found_and_deleted(api_client: ApiClient) -> None:
    tag = api_client.post("/api/tags", json={"title": "Accounting", "color": "green"}).json()
    other = api_client.post("/api/tags", json={"title": "Empty"}).json()
    assigned = api_client.post(
        "/api/tags_assignments",
        json={"add_tags": [tag["handle"]], "recipe_ids": [1, 2], "connection_ids": [1]},
    )

    assert tag["handle"].startswith("tag-")
    assert (assigned.status_code, assigned.content) == (200, b"")
    assert api_client.get("/api/recipes/1").json()["tags"] == [tag["handle"]]
    told = api_client.get("/api/connections?includes[]=tags").json()
    connections = {each["id"]: each["tags"] for each in told}
    assert (connections[1], connections[2]) == ([tag["handle"]], [])
    (newest, *_) = api_client.get("/api/recipes?since_id=2&includes[]=tags").json()["items"]
    assert newest["tags"] == [tag["handle"]]
    for unasked in (
        api_client.get("/api/connections").json(),
        api_client.get("/api/recipes").json()["items"],
    ):
        assert {each.get("tags") for each in unasked} == {None}, "only if they are asked for"
    listed = api_client.get("/api/tags").json()["data"]["tags"]
    assert [each["assignment_count"] for each in listed] == [3, 0]
    assert other["color"] in COLORS
    for query, titles in (
        ("q[title_or_description_cont]=count", ["Accounting"]),
        ("q[recipe_id_eq]=1", ["Accounting"]),
        ("q[connection_id_eq]=2", []),
        ("q[only_assigned]=true", ["Accounting"]),
        ("sort_by=assignment_count&sort_direction=desc", ["Accounting", "Empty"]),
        ("sort_by=last_assigned_at", ["Empty", "Accounting"]),
        ("sort_by=updated_at", ["Accounting", "Empty"]),
        ("sort_direction=desc", ["Empty", "Accounting"]),
        ("q[author_id_eq]=99", []),
        (f"q[handle_in]={other['handle']}", ["Empty"]),
    ):
        found = api_client.get(f"/api/tags?{query}").json()["data"]["tags"]
        assert [each["title"] for each in found] == titles
    api_client.post(
        "/api/tags_assignments", json={"remove_tags": [tag["handle"]], "recipe_ids": [1]}
    )
    assert api_client.get("/api/recipes/1").json()["tags"] == []
    change = {"title": "Books", "description": "Of accounts"}
    changed = api_client.put(f"/api/tags/{tag['handle']}", json=change).json()
    assert (changed["title"], changed["color"]) == ("Books", "green")
    changed = api_client.put(f"/api/tags/{tag['handle']}", json={"color": "red"}).json()
    assert {each: changed[each] for each in (*change, "color")} == {**change, "color": "red"}
    assert api_client.delete(f"/api/tags/{tag['handle']}").json() == {"success": True}
    assert api_client.get("/api/recipes/2").json()["tags"] == []


@pytest.mark.requirement("API-28")
def test_a_wrong_tag_is_refused_with_the_member(api_client: ApiClient) -> None:
    api_client.post("/api/tags", json={"title": "Taken"})
    for members, field in (
        ({"title": "taken"}, "title"),
        ({"title": "x" * 31}, "title"),
        ({"title": "a", "color": "pink"}, "color"),
        ({"title": "a", "description": "x" * 151}, "description"),
    ):
        assert list(api_client.post("/api/tags", json=members).json()["errors"]) == [field]
    missing = {"add_tags": ["tag-none"], "recipe_ids": [1]}
    assert api_client.post("/api/tags_assignments", json=missing).status_code == 404


@pytest.mark.requirement("API-29")
def test_collaborators_are_listed_and_found_by_address(api_client: ApiClient) -> None:
    every = api_client.get("/api/members").json()["data"]
    olivia = api_client.get("/api/members", params={"email": "Olivia@acme.example"}).json()["data"]

    assert {each["name"] for each in every} >= {"Olivia Grant", "Marc Adler"}
    assert [each["name"] for each in olivia] == ["Olivia Grant"]
    assert api_client.get(f"/api/members/{olivia[0]['id']}").json() == {"data": olivia[0]}
    assert api_client.get("/api/members/999").status_code == 404

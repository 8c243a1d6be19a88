"""Every member and parameter of the Developer API that is of a wrong kind is told by its name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from simulator.systems.developer_api import DEVELOPER_API, ENDPOINTS
from simulator.systems.developer_api.endpoint import NearestPageQuery
from simulator.testing.api_client import ApiClient
from simulator.web.typed_requests import Unusable, read_body, read_query

pytestmark = pytest.mark.requirement("API-7")

#: A value of each kind that JSON has; a text that is no number, a number that no column takes.
VALUES = {
    "string": "x",
    "integer": 10**30,
    "number": 1.5,
    "boolean": True,
    "array": [[]],
    "object": {"x": []},
}
PAGES = ("0", "-1", "abc", "", "1.5", "9" * 30)


def list_kinds(schema: Any, document: Any) -> Iterator[str]:
    """What a member may be, of the kinds that JSON has; nothing where it may be anything."""
    while "$ref" in schema:
        schema = document["$defs"][schema["$ref"].rpartition("/")[2]]
    for each in schema.get("anyOf", ()):
        yield from list_kinds(each, document)
    if "type" in schema:
        yield schema["type"]


def mistakes_in(model: type[BaseModel], body: object) -> list[str]:
    """The members that are told when a body is read."""
    try:
        read_body(json.dumps(body).encode(), model, DEVELOPER_API.wording)
    except Unusable as refused:
        return [each.member for each in refused.mistakes]
    return []


def test_a_member_of_another_kind_is_named() -> None:
    passed = []
    for each in ENDPOINTS:
        if each.body is None:
            continue
        document = each.body.model_json_schema()
        others: tuple[object, ...] = ([], "x", None, 1)
        for body in others:
            assert mistakes_in(each.body, body) == [""], each.name
        for name, schema in document.get("properties", {}).items():
            kinds = set(list_kinds(schema, document))
            for kind in VALUES.keys() - kinds if kinds else ():
                told = mistakes_in(each.body, {name: VALUES[kind]})
                if name not in {one.partition(".")[0] for one in told}:
                    passed.append((each.name, name, kind))
        for name in document.get("required", ()):
            assert name in mistakes_in(each.body, {}), each.name

    assert passed == []


def test_a_page_that_is_none_is_named_wherever_lists_have_pages() -> None:
    for each in ENDPOINTS:
        for name in ("page", "per_page"):
            fields = each.query.model_fields if each.query else {}
            if each.query is None or name not in fields or fields[name].annotation is not int:
                continue
            nearest = issubclass(each.query, NearestPageQuery)
            for value in PAGES[1:] if nearest else PAGES:
                with pytest.raises(Unusable) as refused:
                    read_query([(name, value)], each.query)
                assert [one.member for one in refused.value.mistakes] == [name], each.name


@pytest.mark.parametrize(
    "path, name",
    [
        ("/api/connections", "project_id"),
        ("/api/mcp/mcp_servers", "project_id"),
        ("/api/tags", "q[recipe_id_eq]"),
    ],
)
def test_a_filter_that_is_no_number_is_refused(api_client: ApiClient, path: str, name: str) -> None:
    answer = api_client.get(path, params={name: "seven"})

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"Invalid parameter '{name}': 'seven'. Must be a")


def test_who_may_call_is_named_where_it_is_no_address(api_client: ApiClient) -> None:
    client = api_client.post("/api/v2/api_clients", json={"name": "A"}).json()["data"]["id"]
    path = f"/api/v2/api_clients/{client}/api_keys"
    key = api_client.post(path, json={"name": "K", "active": True}).json()["data"]["id"]

    for method, where in (("POST", path), ("PUT", f"{path}/{key}")):
        for field in ("ip_allow_list", "ip_deny_list"):
            body = {"name": "K", "active": True, field: ["10.0.0.0/8", "nowhere"]}
            answer = api_client.request(method, where, json=body)
            assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_where_a_nul_character_is_is_told(api_client: ApiClient) -> None:
    in_body = api_client.post("/api/iam/user_groups", json={"name": "a\0b"})
    in_query = api_client.get("/api/iam/user_groups", params={"query": "a\0b"})

    assert (in_body.status_code, list(in_body.json()["errors"])) == (400, ["name"])
    assert in_query.status_code == 400
    assert in_query.json()["message"].startswith("Invalid parameter 'query'. A text has a NUL")

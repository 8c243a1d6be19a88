"""Customers of an embedded vendor: managed, and apart from each other by every endpoint."""

from typing import Any

import pytest

from simulator.systems.developer_api import ENDPOINTS
from simulator.systems.developer_api.endpoint import ApiEndpoint
from tests.contract.customers_world import SECRET, Customer, fill
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("EMB-1")


@pytest.fixture
def vendor(mcp: Mcp) -> Program:
    """A program of the vendor's workspace."""
    return Program(mcp.simulator)


def test_a_customer_is_created_read_changed_and_listed(vendor: Program) -> None:
    body: Any = {"name": "Kevin Leary", "notification_email": "kevinl@acme.com"}
    made = vendor.call(
        "POST", "managed_users", **body, external_id="U 1&2", origin_url="https://a.b"
    )

    expected = {"name": "Kevin Leary", "external_id": "U 1&2", "plan_id": "oem_plan"}
    assert expected.items() <= made.items()
    assert made["origin_url"] == "https://a.b"
    number = made["id"]
    for handle in (number, "EU%201%262"):
        assert vendor.call("GET", f"managed_users/{handle}") == made

    changed = vendor.call("PUT", f"managed_users/{number}", name="Kevin K Leary", origin_url=None)
    assert (changed["name"], changed["origin_url"]) == ("Kevin K Leary", None)
    assert changed["notification_email"] == "kevinl@acme.com", "what is left out stays"
    vendor.call("POST", "managed_users", **body)
    page = vendor.call("GET", "managed_users?per_page=1&page=2")
    assert (page["count"], [each["external_id"] for each in page["result"]]) == (2, [None])


def test_what_cannot_be_a_customer_is_refused_with_a_reason(vendor: Program) -> None:
    good: Any = {"name": "A", "notification_email": "a@b.example", "external_id": "One"}
    vendor.call("POST", "managed_users", **good)
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"notification_email": "nobody"}, "notification_email"),
        ({"external_id": " "}, "external_id"),
        ({"external_id": "a/b"}, "external_id"),
        ({"external_id": "One"}, "external_id"),
        ({"external_id": "Two", "plan_id": "x" * 256}, "plan_id"),
    ):
        refused = vendor.send("POST", "managed_users", json=good | wrong)
        assert refused.status_code in (400, 422), wrong
        assert list(refused.get_json()["errors"]) == [field]
    other = vendor.call("POST", "managed_users", **good | {"external_id": "Two"})
    refused = vendor.send("PUT", f"managed_users/{other['id']}", json={"external_id": "One"})
    assert "already" in str(refused.get_json()["errors"])
    assert vendor.call("GET", "managed_users")["count"] == 2
    for handle in ("EThree", "3000", "x", "1"):
        missing = vendor.call("GET", f"managed_users/{handle}", 404)
        assert f"There is no customer '{handle}'" in missing["message"]
        assert vendor.send("GET", f"managed_users/{handle}/recipes").status_code == 404


@pytest.mark.requirement("API-34")
def test_what_a_vendor_does_below_a_customer_happens_there(vendor: Program) -> None:
    alpha, beta = Customer(vendor, "Alpha"), Customer(vendor, "Beta")
    place = alpha.make("folders", name="Of Alpha")

    assert [each["name"] for each in alpha.call("GET", "projects")] == ["Of Alpha"]
    assert beta.call("GET", "projects") == []
    assert "Of Alpha" not in str(vendor.call("GET", "projects"))
    server = alpha.make("mcp_servers", name="Theirs", folder_id=place)
    (row,) = vendor.call("GET", f"managed_users/{alpha.id}/mcp/mcp_servers")["data"]
    assert row["id"] == server
    tag = vendor.call("POST", f"v2/managed_users/{beta.id}/tags", title="Beta's")["handle"]
    assert [each["handle"] for each in beta.call("GET", "tags")["data"]["tags"]] == [tag]
    (line, *_) = beta.call("GET", "activity_logs")["data"]
    assert (line["user"]["name"], line["workspace"]["id"]) == ("Tests", beta.id)


def _fill_path(endpoint: ApiEndpoint, ids: dict[str, Any]) -> str:
    """The path of an endpoint, with what another customer has for its parameters."""
    resource, parts = "", []
    for part in endpoint.path.removeprefix("/api/").split("/"):
        resource = part if part in ids else resource
        own = ids.get(part[1:], ids.get(resource, 999_999))
        parts.append(str(own) if part.startswith(":") else part)
    return "/".join(parts)


#: A body in which every endpoint finds what it demands.
BODY: dict[str, Any] = {
    "name": "Taken", "title": "Taken", "email": "taken@customers.example", "full_name": "Taken",
    "role_name": "Operator", "code": "{}", "data": {SECRET: "Taken"}, "comment": "Taken",
    "description": "Taken", "adapter_name": "coupa", "connection_id": 1, "active": True,
    "job_ids": ["j-1"], "environment_type": "prod", "pick_list_name": "all", "folder_id": 1,
}  # fmt: skip


@pytest.mark.requirement("EMB-2")
@pytest.mark.parametrize("is_whole", [False, pytest.param(True, marks=pytest.mark.long)])
def test_no_endpoint_shows_or_changes_what_another_customer_has(
    vendor: Program, is_whole: bool
) -> None:
    """The long one also asks as the vendor itself, and compares what is there with before."""
    alpha, beta = Customer(vendor, "Alpha"), Customer(vendor, "Beta")
    ids = fill(alpha)
    lists = [each.path for each in ENDPOINTS if each.method == "GET" and not each.parameters]
    lists = [each.removeprefix("/api/") for each in lists if "managed_users" not in each]
    shown = {path: alpha.send("GET", path).get_data() for path in lists if is_whole}

    assert SECRET in alpha.send("GET", "recipes").text
    for ask in (beta.send, vendor.send) if is_whole else (beta.send,):
        for path in lists:
            assert SECRET not in ask("GET", path).text, path
        for endpoint in ENDPOINTS:
            if not endpoint.parameters or "managed_users" in endpoint.path:
                continue
            path = _fill_path(endpoint, ids)
            body = {} if endpoint.method == "GET" else {"json": BODY}
            answer = ask(endpoint.method, path, **body)
            assert answer.status_code in (404, 400, 422), (endpoint.method, path, answer.text)
            assert SECRET not in answer.text
    assert {path: alpha.send("GET", path).get_data() for path in shown} == shown

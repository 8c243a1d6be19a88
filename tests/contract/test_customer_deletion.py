"""A customer is deleted: everything of it goes, and its numbers are nobody else's."""

from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import DeletedServer, SignIn
from tests.contract.customers_world import Customer, accept, fill
from tests.contract.developer_api_world import Program
from tests.contract.identity_world import ID
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("EMB-4")


@pytest.fixture
def vendor(mcp: Mcp) -> Program:
    """A program of the vendor's workspace."""
    return Program(mcp.simulator)


def test_everything_of_a_deleted_customer_goes_and_nothing_of_others(
    mcp: Mcp, vendor: Program
) -> None:
    Customer(vendor, "Alpha")
    before, lines = mcp.rows(), vendor.call("GET", "activity_logs")["total"]
    beta = Customer(vendor, "Beta")
    made: Any = fill(beta)
    owner = accept(mcp.simulator, "beta@customers.example")
    ada = accept(mcp.simulator, "secret@customers.example")
    assert "Your account" in ada.text

    assert vendor.call("DELETE", "managed_users/EBeta") == {"success": True}

    after = mcp.rows()
    kept = {"customers": 1, "deleted_servers": 1, "activity_logs": 1}
    assert {name: after[name] - number for name, number in before.items()} == {
        name: kept.get(name, 0) for name in before
    }
    (line, *_) = vendor.call("GET", "activity_logs")["data"]
    assert (line["event_type"], line["resource"]["name"]) == ("deleted", "Beta")
    assert vendor.call("GET", "activity_logs")["total"] == lines + 1
    with mcp.world.db.unit() as session:
        assert session.scalars(select(SignIn)).all() == []
        (number,) = session.scalars(select(DeletedServer.number))
    assert owner.get("https://app.workato.com/projects").has_button("Sign in")
    assert ada.get(f"{ID}/login").has_button("Sign in")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    url = f"https://{number}.apim.mcp.workato.com"
    assert mcp.post(message, None, url).status_code == 404
    for path in ("managed_users/EBeta", f"managed_users/{beta.id}/recipes"):
        assert vendor.send("GET", path).status_code == 404
    assert vendor.send("DELETE", f"managed_users/{beta.id}").status_code == 404
    assert made["mcp_servers"] not in str(vendor.call("GET", "mcp/mcp_servers"))


def test_the_numbers_of_a_deleted_customer_are_nobody_elses(vendor: Program) -> None:
    first = Customer(vendor, "Beta")
    place = first.make("folders", name="Home")
    first.make("mcp_servers", name="Old", folder_id=place)
    (old,) = first.call("GET", "mcp_servers")["data"]
    vendor.call("DELETE", f"managed_users/{first.id}")

    again = Customer(vendor, "Beta")

    assert again.id > first.id
    again.make("mcp_servers", name="New", folder_id=again.make("folders", name="Home"))
    (new,) = again.call("GET", "mcp_servers")["data"]
    assert new["mcp_url"] != old["mcp_url"]


@pytest.mark.requirement("EMB-5")
def test_members_of_a_customer_are_listed_changed_and_removed(vendor: Program) -> None:
    beta, alpha = Customer(vendor, "Beta"), Customer(vendor, "Alpha")
    (owner,) = beta.call("GET", "members")
    assert (owner["role_name"], owner["grant_type"]) == ("Owner", "team")
    beta.make("member_invitations", name="Ben", email="ben@beta.example", role_name="Operator")
    _owner, ben = sorted(beta.call("GET", "members"), key=lambda each: each["id"])
    assert beta.call("GET", f"members/{ben['id']}") == ben
    assert alpha.send("GET", f"members/{ben['id']}").status_code == 404

    beta.call("PUT", f"members/{ben['id']}", role_name="Admin")

    assert beta.call("GET", f"members/{ben['id']}")["role_name"] == "Admin"
    beta.call("DELETE", f"members/{ben['id']}")
    assert beta.call("GET", "members") == [owner]
    assert beta.send("POST", "members", json={"name": "Ben"}).status_code == 501

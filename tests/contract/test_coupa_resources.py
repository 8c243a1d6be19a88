"""Every resource of Coupa's API: who reads and writes it, and what a scenario makes of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import ScenarioError
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.systems.apps.coupa.permissions import permissions
from simulator.systems.apps.coupa.resource import Visibility
from simulator.systems.apps.coupa.resources import RESOURCES
from tests.contract.coupa_demo import LINE, Demo, demo, started

__all__ = ["demo", "started"]  # the fixtures
LISTED = [path for path, each in RESOURCES.items() if each.is_listed]
SUPPLIER = {"name": "Kestrel Furniture"}
#: Resource → what is enough for a new one.
NEW: dict[str, dict[str, Any]] = {
    "requisitions": {"requisition-lines": [LINE]},
    "purchase_orders": {
        "po-number": "EXT-9",
        "supplier": SUPPLIER,
        "order-lines": [{"description": "Desk", "quantity": 1, "price": "10"}],
    },
    "invoices": {
        "invoice-number": "R-9",
        "invoice-date": "2026-01-31",
        "supplier": SUPPLIER,
        "invoice-lines": [{"description": "Desk", "price": "10"}],
    },
    "expense_reports": {"title": "Rome"},
    "expense_lines": {"amount": "4.20", "expense-date": "2026-01-31"},
    "contracts": {"name": "Lease", "supplier": SUPPLIER},
    "suppliers": {"name": "Lamps Ltd", "number": "L-1"},
    "departments": {"name": "Legal"},
    "addresses": {"name": "Depot", "location-code": "D1", "city": "Rome"},
    "accounts": {"code": "100-200", "name": "Office"},
    "account_types": {"name": "Chart"},
    "items": {"name": "Pen", "item-number": "P-1"},
    "lookups": {"name": "Reasons"},
    "user_groups": {"name": "Night shift"},
    "business_groups": {"name": "Europe"},
    "commodities": {"name": "Chairs"},
    "payment_terms": {"code": "N30"},
    "shipping_terms": {"code": "FOB"},
    "uoms": {"code": "EA", "name": "Each"},
    "exchange_rates": {"rate": "1.1", "from-currency": "EUR", "to-currency": "USD"},
}


@pytest.mark.requirement("COUPA-25")
@pytest.mark.parametrize("path", LISTED)
def test_every_list_needs_its_own_scope_and_no_other(demo: Demo, path: str) -> None:
    resource = RESOURCES[path]

    open_ = demo.call("GET", f"/{path}", scope=f"core.common.read {resource.reading}")
    shut = demo.call("GET", f"/{path}", scope=f"core.common.read core.{'x'}")

    assert open_.status_code == 200
    assert shut.status_code == (200 if resource.reading == "core.common.read" else 403)
    assert (path, "index") in permissions()[resource.reading]


@pytest.mark.requirement("COUPA-21", "COUPA-85")
@pytest.mark.parametrize("path", NEW)
def test_what_was_read_can_be_sent_back(demo: Demo, path: str) -> None:
    """Made, read, sent back as it is; changed in nothing but when that was, and by whom."""
    made = demo.send("POST", f"/{path}", body=NEW[path])

    read = demo.get(f"/{path}/{made['id']}")
    after = demo.send("PUT", f"/{path}/{made['id']}", body=read)

    assert read == made
    may_change = {"updated-at", "updated-by", "version"}
    assert {name: value for name, value in after.items() if name not in may_change} == {
        name: value for name, value in made.items() if name not in may_change
    }
    assert made["id"] in [row["id"] for row in demo.get(f"/{path}?order_by=id&dir=desc")]


@pytest.mark.requirement("COUPA-85")
@pytest.mark.parametrize("path", NEW)
def test_what_everybody_shares_is_an_admins_to_change(demo: Demo, path: str) -> None:
    answer = demo.call("POST", f"/{path}", "ada", json=NEW[path])

    is_shared = RESOURCES[path].visibility is Visibility.EVERYBODY
    assert answer.status_code == (403 if is_shared else 201), answer.text


@pytest.mark.requirement("COUPA-85")
def test_others_are_referred_to_by_what_they_go_by(demo: Demo) -> None:
    """By id, number, name, login or code; what is not there is told, or changes nothing."""
    supplier = demo.send("POST", "/suppliers", body=NEW["suppliers"])
    demo.send("POST", "/accounts", body=NEW["accounts"])
    line = {**LINE, "supplier": {"number": "L-1"}, "account": "100-200"}
    made = demo.requisition("ada", **{"requisition-lines": [line], "department": "Design"})
    path = f"/requisitions/{made['id']}"

    first = made["requisition-lines"][0]
    assert (first["supplier"]["id"], first["supplier"]["name"]) == (supplier["id"], "Lamps Ltd")
    assert (first["account"]["code"], first["account"]["name"]) == ("100-200", "Office")
    unknown = {"requisition-lines": [{**LINE, "supplier": {"name": "Nobody"}}]}
    status, errors = demo.refused("POST", "/requisitions", "ada", unknown)
    assert (status, list(errors)) == (400, ["requisition-lines[0].supplier"])
    assert "there is no supplier with the name Nobody" in str(errors)
    changed = demo.send("PUT", path, "ada", {"ship-to-address": {"id": 999_999}})
    assert changed.get("ship-to-address") is None
    assert (
        demo.refused(
            "POST",
            "/requisitions",
            "ada",
            {**NEW["requisitions"], "requested-by": {"login": "bob"}},
        )[0]
        == 400
    )
    for_bob = demo.requisition("marc", **{"requested-by": {"login": "bob"}})
    assert for_bob["requested-by"]["login"] == "bob"


@pytest.mark.requirement("COUPA-85")
def test_an_item_brings_price_and_supplier(demo: Demo) -> None:
    offer = {"supplier": SUPPLIER, "price": "3.20", "preferred": True}
    item = demo.send("POST", "/items", body={**NEW["items"], "supplier-items": [offer]})
    line = {"item": {"item-number": "P-1"}, "quantity": 10}

    made = demo.requisition("ada", **{"requisition-lines": [line]})

    assert [each["price"] for each in demo.get(f"/items/{item['id']}/supplier_items")] == ["3.2"]
    first = made["requisition-lines"][0]
    assert (first["description"], first["unit-price"], made["total"]) == ("Pen", "3.2", "32.00")
    assert first["supplier"]["name"] == "Kestrel Furniture"


@pytest.mark.requirement("COUPA-85")
def test_comments_and_attachments_are_seen_by_who_sees_what_they_are_of(demo: Demo) -> None:
    path = "/requisitions/1042"
    comment = demo.send("POST", f"{path}/comments", "ada", {"comments": "When will it come?"})
    text = {"type": "text", "text": "Three quotes"}
    attachment = demo.send("POST", f"{path}/attachments", "ada", text)

    assert (comment["commentable-id"], comment["commentable-type"]) == (1042, "RequisitionHeader")
    assert [each["id"] for each in demo.get(f"{path}/comments", "marc")] == [comment["id"]]
    assert demo.refused("GET", f"{path}/comments", "bob")[0] == 404
    assert demo.get("/comments", "bob") == []
    assert demo.call("DELETE", f"{path}/attachments/{attachment['id']}", "ada").status_code == 200
    assert demo.get(f"{path}/attachments", "ada") == []
    assert demo.get(path, "ada")["attachments"] == []
    assert demo.refused("POST", f"{path}/comments", "ada", {})[1] == {
        "comments": ["can't be blank"]
    }


MINIMAL = (folder() / "minimal.yaml").read_text(encoding="utf-8")
WRITTEN = """
      objects:
        suppliers:
          - {name: Inks & Co, number: I-1, po-email: po@inks.example}
        contracts:
          - {name: Ink supply, supplier: Inks & Co, status: published}
        items:
          - {name: Ink, item-number: INK}
        expense_reports:
          - owner: ida
            title: Fair in Bergamo
            expense-lines: [{amount: 12.5, expense-date: 2026-08-04, description: Taxi}]
      filters:
        Waiting: {resource: requisitions, query: "status=pending_approval"}
"""


def world(tmp_path: Path, written: str = WRITTEN) -> Path:
    """The minimal world with objects."""
    file = tmp_path / "objects.yaml"
    file.write_text(MINIMAL.replace("    data:\n", f"    data:{written}", 1), encoding="utf-8")
    return file


@pytest.mark.requirement("COUPA-86")
def test_a_scenario_spells_out_objects_and_named_queries(demo: Demo, tmp_path: Path) -> None:
    demo.simulator.reset(str(world(tmp_path)))
    small = Demo(demo.simulator, host="small.coupacloud.com", client="0c9a7be215d84f63")

    suppliers = {row["name"]: row for row in small.get("/suppliers", "otto")}
    assert suppliers["Inks & Co"]["po-email"] == "po@inks.example"
    contract = small.get("/contracts", "otto")[0]
    assert contract["supplier"] == {"id": suppliers["Inks & Co"]["id"], "name": "Inks & Co"}
    report = small.get("/expense_reports", "ida")[0]
    assert (report["total"], report["expense-lines"][0]["description"]) == ("12.50", "Taxi")
    assert small.get("/expense_reports", "otto") == []
    named = small.get("/requisitions?filter=Waiting", "olga")
    assert {row["status"] for row in named} <= {"pending_approval"}
    assert small.get("/departments", "ida"), "those that requisitions name"
    assert {row["login"] for row in small.get("/users?created_at[gt]=2020-01-01", "ida")} == {
        *("ida", "olga", "otto"),
    }


@pytest.mark.requirement("COUPA-86")
@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("suppliers:", "supliers:", "expected one of 'suppliers'"),
        ("po-email:", "po-emial:", "expected one of 'po-email'"),
        ("owner: ida", "owner: nobody", "expected one of 'ida'"),
        ("supplier: Inks & Co,", "supplier: Inks,", "expected one of 'Inks & Co'"),
        ("{name: Ink, item", "{item", "expected 'name', which every item has"),
        ("resource: requisitions", "resource: requests", "expected one of 'requisitions'"),
    ],
)
def test_a_mistake_in_an_object_is_reported_with_its_line(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(ScenarioError, match=sentence):
        load(str(world(tmp_path, WRITTEN.replace(old, new, 1))))


@pytest.mark.requirement("COUPA-88")
def test_a_scenario_may_limit_requests_in_a_second(demo: Demo, tmp_path: Path) -> None:
    """So many, and a burst of twenty; the next second takes as many again."""
    demo.simulator.reset(str(world(tmp_path, "\n      requests_per_second: 2\n")))
    small = Demo(demo.simulator, host="small.coupacloud.com", client="0c9a7be215d84f63")
    demo.simulator.world.clock.freeze()

    statuses = [small.call("GET", "/currencies", "ida").status_code for _ in range(23)]
    refused = small.call("GET", "/currencies", "ida")
    demo.simulator.world.clock.tick(timedelta(seconds=1))

    assert statuses == [200] * 22 + [429]
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "wait a second" in refused.get_json()["errors"]["error"][0]
    assert small.call("GET", "/currencies", "ida").status_code == 200
    demo.simulator.reset("demo")
    demo.simulator.world.clock.freeze()
    statuses = [demo.call("GET", "/currencies", "ada").status_code for _ in range(50)]
    assert statuses == [200] * 50, "without a setting there is no limit"

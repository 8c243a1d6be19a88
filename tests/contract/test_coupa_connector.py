"""Coupa's connector: what each action asks the API for."""

from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.systems.apps.coupa.connector import CONNECTOR
from tests.contract.coupa_demo import Demo, demo, started
from tests.contract.known_outputs import find_missing

__all__ = ["demo", "started"]  # the fixtures


def run(demo: Demo, action_name: str, /, who: str = "marc", **inputs: Any) -> Any:
    """The output of an action, run as somebody."""
    action = CONNECTOR.actions[action_name]
    request = action.request(inputs)
    options: dict[str, Any] = {}
    if request.parts is not None:
        options["data"] = dict(request.parts)
        options["content_type"] = "multipart/form-data"
    elif request.json is not None:
        options["json"] = request.json
    path = request.path.removeprefix("/api")
    if request.params:
        path += f"?{urlencode(request.params)}"
    answer = demo.call(request.method, path, who, **options)
    assert answer.status_code < 300, answer.text
    return action.output(answer.get_json())


@pytest.mark.requirement("COUPA-82")
def test_each_action_does_at_the_api_what_its_name_says(demo: Demo) -> None:
    supplier = run(demo, "create_object", object="Supplier", name="Lamps Ltd", number="L-1")
    found = run(demo, "search_objects", object="suppliers", number="L-1")["objects"]
    run(demo, "update_object", object="supplier", id=supplier["id"], po_email="po@lamps.example")
    one = run(demo, "get_object_by_id", object="Supplier", id=supplier["id"])
    demo.send("POST", f"/suppliers/{supplier['id']}/supplier_sites", body={"name": "Depot"})
    sites = run(demo, "get_supplier_sites_by_supplier", supplier_id=supplier["id"])

    assert [each["id"] for each in found] == [supplier["id"]]
    assert one["po-email"] == "po@lamps.example"
    assert [each["name"] for each in sites["supplier_sites"]] == ["Depot"]
    orders = run(demo, "search_objects", object="Purchase order", status="issued")["objects"]
    first, second = (each["id"] for each in orders[:2])
    assert run(demo, "close_purchase_order", id=first)["status"] == "closed"
    assert run(demo, "cancel_purchase_order", id=second)["status"] == "cancelled"
    waiting = run(demo, "search_objects", object="Approval", status="pending_approval")["objects"]
    granted = run(demo, "grant_approval", id=waiting[0]["id"], reason="Fine")
    refused = run(demo, "reject_approval", id=waiting[1]["id"], reason="Not now")
    assert (granted["status"], granted["note"]) == ("approved", "Fine")
    assert (refused["status"], refused["note"]) == ("rejected", "Not now")
    attached = run(
        *(demo, "create_attachment_on_object", "ada"),
        object="Requisition",
        id=1042,
        type="text",
        text="Three quotes",
        intent="Internal",
    )
    assert (attached["type"], attached["text"]) == ("text", "Three quotes")
    shown = demo.get("/requisitions/1042", "ada")["attachments"]
    assert [each["text"] for each in shown] == ["Three quotes"]
    mine = run(demo, "search_requisitions", "ada", limit=1)["requisitions"]
    assert run(demo, "get_requisition", "ada", id=mine[0]["id"])["id"] == mine[0]["id"]
    assert run(demo, "search_purchase_orders", "ada", limit=1)["purchase_orders"]
    assert run(demo, "search_invoices", "ada", limit=1)["invoices"]
    lines = [{"description": "Pen", "quantity": 1, "unit-price": 2}]
    made = run(demo, "create_requisition", "ada", justification="Pens", lines=lines)
    assert made["total"] == "2.00"


@pytest.mark.requirement("COUPA-82")
@pytest.mark.parametrize(
    "written, path",
    [
        ("Purchase order", "/api/purchase_orders"),
        ("order_header", "/api/purchase_orders"),
        ("requisition-header", "/api/requisitions"),
        ("Invoice", "/api/invoices"),
        ("currency", "/api/currencies"),
        ("Address", "/api/addresses"),
        ("addresses", "/api/addresses"),
        ("Receipt", "/api/receiving_transactions"),
        ("lookup_values", "/api/lookup_values"),
    ],
)
def test_an_object_is_named_as_recipes_do(written: str, path: str) -> None:
    assert CONNECTOR.actions["search_objects"].request({"object": written}).path == path


@pytest.mark.requirement("COUPA-82")
def test_customers_hosts_are_taken_beside_those_of_partners() -> None:
    for host in ("https://acme.coupahost.com", "https://acme-test.coupacloud.com"):
        assert CONNECTOR.host(host) == host


@pytest.mark.requirement("EDIT-11")
def test_what_actions_are_known_to_give_is_what_they_give(demo: Demo) -> None:
    approval = run(demo, "search_objects", object="Approval", status="pending_approval")
    orders = run(demo, "search_purchase_orders", status="issued")["purchase_orders"]
    inputs: dict[str, dict[str, Any]] = {
        "get_requisition": {"id": 1042},
        "create_requisition": {
            "justification": "Dark",
            "need_by_date": "2027-01-01",
            "department": {"name": "Facilities"},
            "currency": {"code": "EUR"},
            "lines": [{"description": "Lamp", "quantity": 1, "unit-price": 2}],
        },
        "close_purchase_order": {"id": orders[0]["id"]},
        "cancel_purchase_order": {"id": orders[1]["id"]},
        "grant_approval": {"id": approval["objects"][0]["id"]},
        "reject_approval": {"id": approval["objects"][1]["id"]},
        "get_supplier_sites_by_supplier": {"supplier_id": orders[0]["supplier"]["id"]},
    }
    path = f"/suppliers/{orders[0]['supplier']['id']}/supplier_sites"
    demo.send("POST", path, body={"name": "Depot"})
    for name in CONNECTOR.outputs:
        given = run(demo, name, **inputs.get(name, {}))
        assert list(find_missing(CONNECTOR, name, {}, given)) == [], name
    attached = {"object": "requisition", "id": 1042, "type": "text", "text": "Quotes"}
    of_objects: dict[str, list[dict[str, Any]]] = {
        "search_objects": [{"object": each} for each in ("Invoice", "User", "Supplier", "Address")],
        "get_object_by_id": [{"object": "Requisition", "id": 1042}],
        "create_attachment_on_object": [attached | {"intent": "Internal"}],
    }
    for name, calls in of_objects.items():
        for call in calls:
            given = run(demo, name, **call)
            assert list(find_missing(CONNECTOR, name, call, given)) == [], call

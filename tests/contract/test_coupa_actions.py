"""What is done with Coupa's objects: each action from the states that allow it, by who may."""

from typing import Any

import pytest

from tests.contract.coupa_demo import LINE, Demo, demo, started

__all__ = ["demo", "started"]  # the fixtures

SUPPLIER = {"name": "Kestrel Furniture"}


def submitted(demo: Demo, **members: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A requisition of Ada's that waits for Marc, and its approval."""
    made = demo.requisition(**members)
    row = demo.send("PUT", f"/requisitions/{made['id']}/update_and_submit_for_approval", "ada")
    return row, row["current-approval"]


@pytest.mark.requirement("COUPA-70")
def test_a_requisition_goes_from_draft_to_order(demo: Demo) -> None:
    """The approver sees it, approves with a reason, and one order for each supplier comes of it."""
    row, approval = submitted(
        demo,
        **{
            "requisition-lines": [
                LINE | {"supplier": SUPPLIER},
                LINE | {"supplier": {"name": "Cobalt & Sons"}},
            ]
        },
    )
    assert (row["status"], approval["status"]) == ("pending_approval", "pending_approval")
    assert approval["approver"]["login"] == "marc"
    assert approval["approvable-type"] == "RequisitionHeader"
    mine = demo.get(f"/approvals?approvable_id={row['id']}")
    assert [each["id"] for each in mine] == [approval["id"]]

    decided = demo.send("PUT", f"/approvals/{approval['id']}/approve?reason=Go%20on")

    assert (decided["status"], decided["note"]) == ("approved", "Go on")
    assert decided["approved-by"]["login"] == "marc"
    row = demo.get(f"/requisitions/{row['id']}", "ada")
    assert (row["status"], row["current-approval"]) == ("ordered", None)
    orders = demo.get(f"/purchase_orders?requisition_header[id]={row['id']}", "ada")
    assert [each["supplier"]["name"] for each in orders] == ["Kestrel Furniture", "Cobalt & Sons"]
    assert {each["po-number"] for each in orders} == {f"PO-{each['id']}" for each in orders}
    assert demo.simulator.violations() == []


@pytest.mark.requirement("COUPA-71")
def test_a_decision_is_the_approvers_and_is_made_once(demo: Demo) -> None:
    _, approval = submitted(demo)
    path = f"/approvals/{approval['id']}"

    assert demo.refused("PUT", f"{path}/approve", "ada")[0] == 403
    assert demo.refused("PUT", f"{path}/approve", "bob")[0] == 404
    assert demo.send("PATCH", f"{path}/hold")["status"] == "on_hold"
    assert demo.refused("PUT", f"{path}/hold")[0] == 400
    assert demo.send("PUT", f"{path}/approve")["status"] == "approved"
    status, errors = demo.refused("PUT", f"{path}/reject")
    assert (status, list(errors)) == (400, ["status"])
    assert "is approved" in errors["status"][0]


@pytest.mark.requirement("COUPA-71")
def test_a_rejected_requisition_goes_back(demo: Demo) -> None:
    row, approval = submitted(demo)

    demo.send("PUT", f"/approvals/{approval['id']}/reject?reason=Too%20dear")

    row = demo.get(f"/requisitions/{row['id']}", "ada")
    assert (row["status"], row["reject-reason-comment"]) == ("draft", "Too dear")
    again = demo.send("PUT", f"/requisitions/{row['id']}/update_and_submit_for_approval", "ada")
    assert (again["status"], again["reject-reason-comment"]) == ("pending_approval", None)


@pytest.mark.requirement("COUPA-71")
def test_several_approvers_decide_one_after_the_other(demo: Demo) -> None:
    row, first = submitted(demo)
    path = f"/requisitions/{row['id']}"
    more = demo.send("PUT", f"{path}/add_approver?approver_login=bob", "ada")
    second = more["approvals"][1]
    assert [each["status"] for each in more["approvals"]] == ["pending_approval", "waiting"]

    assert demo.refused("PUT", f"/approvals/{second['id']}/approve", "bob")[0] == 400
    demo.send("PUT", f"/approvals/{first['id']}/approve")
    assert demo.get(path, "bob")["status"] == "pending_approval", "who is asked sees it"
    demo.send("PUT", f"/approvals/{second['id']}/approve", "bob")

    assert demo.get(path, "ada")["status"] == "approved"
    row, _ = submitted(demo)
    path = f"/requisitions/{row['id']}"
    extra = demo.send("PUT", f"{path}/add_approver?approver_login=bob", "ada")["approvals"][1]
    left = demo.send("PUT", f"{path}/remove_approval?approval_id={extra['id']}", "ada")
    assert len(left["approvals"]) == 1
    assert demo.refused("PUT", f"{path}/remove_approval?approval_id=1", "ada")[0] == 400
    assert "approver_login" in demo.refused("PUT", f"{path}/add_approver", "ada")[1]["approver"][0]


@pytest.mark.requirement("COUPA-72")
def test_a_cart_is_the_callers(demo: Demo) -> None:
    line = {"requisition-lines": [LINE]}
    assert demo.refused("GET", "/requisitions/current_cart", "ada")[0] == 404

    first = demo.send("POST", "/requisitions/add_to_cart", "ada", line)
    second = demo.send("POST", "/requisitions/add_to_cart", "ada", line)
    demo.send("POST", "/requisitions/create_as_cart", "bob", line)

    assert (first["status"], first["id"]) == ("cart", second["id"])
    assert [each["line-num"] for each in second["requisition-lines"]] == [1, 2]
    assert demo.get("/requisitions/current_cart", "ada")["id"] == first["id"]
    mine = demo.get("/requisitions/mine?status=cart")
    assert mine == [], "an admin's own"
    kept = demo.send("PUT", f"/requisitions/{first['id']}/save_for_later", "ada")
    assert kept["status"] == "draft"
    assert demo.call("DELETE", f"/requisitions/{first['id']}", "ada").status_code == 200
    assert demo.refused("GET", f"/requisitions/{first['id']}", "ada")[0] == 404
    assert demo.refused("DELETE", "/requisitions/1043", "ada")[0] == 400


@pytest.mark.requirement("COUPA-72")
def test_a_line_without_a_price_needs_a_buyer_first(demo: Demo) -> None:
    line = {"description": "Something", "quantity": 1}
    body = {"currency": "EUR", "requisition-lines": [line]}

    row = demo.send("POST", "/requisitions/submit_for_approval", "ada", body)
    priced = {"requisition-lines": [{"id": row["requisition-lines"][0]["id"], "unit-price": 4}]}
    after = demo.send(
        "PUT", f"/requisitions/{row['id']}/update_and_submit_for_approval", "ada", priced
    )

    assert row["status"] == "pending_buyer_action"
    assert (after["status"], after["total"]) == ("pending_approval", "4.00")
    for wrong in (
        {"quantity": 1},
        {"description": "x"},
        {"description": "x", "line-type": "RequisitionAmountLine"},
    ):
        assert (
            demo.refused("POST", "/requisitions", "ada", {"requisition-lines": [wrong]})[0] == 400
        )


@pytest.mark.requirement("COUPA-73")
def test_a_purchase_order_moves_between_its_states(demo: Demo) -> None:
    path = "/purchase_orders/2043"

    def states(*actions: str) -> list[Any]:
        return [demo.send("PUT", f"{path}/{action}")["status"] for action in actions]

    demo.send("PUT", f"{path}/close") if demo.get(path)["status"] == "issued" else None
    assert states("reopen", "close", "reopen", "cancel") == [
        "issued",
        "closed",
        "issued",
        "cancelled",
    ]
    status, errors = demo.refused("PUT", f"{path}/reopen")
    assert (status, list(errors)) == (400, ["status"])
    assert "is cancelled: only what is closed or soft_closed" in errors["status"][0]
    assert demo.refused("PUT", path, body={"ship-to-attention": "x"})[0] == 400
    body = {
        "po-number": "EXT-1",
        "supplier": SUPPLIER,
        "currency": "EUR",
        "order-lines": [{"description": "Desk", "quantity": 2, "price": "10"}],
    }
    external = demo.send("POST", "/purchase_orders", body=body)
    assert (external["type"], external["total"]) == ("ExternalOrderHeader", "20.00")
    assert demo.refused("POST", "/purchase_orders", body=body)[1] == {
        "po-number": ["has already been taken"]
    }


@pytest.mark.requirement("COUPA-74")
def test_receipts_fill_the_line_and_can_be_taken_back(demo: Demo) -> None:
    row, approval = submitted(demo, **{"requisition-lines": [LINE | {"supplier": SUPPLIER}]})
    demo.send("PUT", f"/approvals/{approval['id']}/approve")
    order = demo.get(f"/purchase_orders?requisition_header[id]={row['id']}")[0]
    line = order["order-lines"][0]["id"]

    def receive(quantity: int) -> Any:
        body = {
            "type": "ReceivingQuantityConsumption",
            "order-line": {"id": line},
            "quantity": quantity,
        }
        return demo.call("POST", "/receiving_transactions", "ada", json=body)

    first = receive(1).get_json()
    assert demo.get(f"/requisitions/{row['id']}", "ada")["status"] == "partially_received"
    assert receive(2).status_code == 400
    assert receive(1).status_code == 201
    assert demo.get(f"/purchase_order_lines/{line}")["received"] == "2"
    assert demo.get(f"/requisitions/{row['id']}", "ada")["status"] == "received"

    void = demo.send("PUT", f"/receiving_transactions/{first['id']}/void", "ada")

    assert (void["type"], void["original-transaction-id"]) == (
        "VoidReceivingQuantityConsumption",
        first["id"],
    )
    assert demo.refused("PUT", f"/receiving_transactions/{first['id']}/void", "ada")[0] == 400
    assert demo.refused("PUT", f"/receiving_transactions/{void['id']}/void", "ada")[0] == 400
    closed = demo.send("PUT", f"/purchase_order_lines/{line}/soft_close_for_receiving")
    assert closed["status"] == "soft_closed_for_receiving"
    assert receive(1).status_code == 400
    demo.send("PUT", f"/purchase_order_lines/{line}/reopen_for_receiving")
    assert receive(1).status_code == 201
    wrong = {"type": "Gift", "order-line": {"id": line}, "quantity": 1}
    assert (
        "must be one of"
        in demo.refused("POST", "/receiving_transactions", "ada", wrong)[1]["type"][0]
    )


def invoice(demo: Demo, **members: Any) -> dict[str, Any]:
    """A draft of Ada's."""
    body = {
        "invoice-number": "R-1",
        "invoice-date": "2026-11-01",
        "supplier": SUPPLIER,
        "currency": "EUR",
        "invoice-lines": [{"description": "Desk", "quantity": 2, "price": "10"}],
        **members,
    }
    return dict(demo.send("POST", "/invoices", "ada", body))


@pytest.mark.requirement("COUPA-75")
def test_an_invoice_is_submitted_disputed_approved_and_voided(demo: Demo) -> None:
    made = invoice(demo)
    path = f"/invoices/{made['id']}"
    assert (made["status"], made["gross-total"]) == ("draft", "20.00")

    assert demo.send("PUT", f"{path}/submit", "ada")["status"] == "pending_approval"
    assert demo.refused("PUT", f"{path}/submit", "ada")[0] == 400
    assert demo.refused("PUT", path, "ada", {"invoice-number": "R-2"})[0] == 400
    assert "reason" in demo.refused("PUT", f"{path}/dispute", "ada")[1]["dispute-reason"][0]
    assert demo.send("PUT", f"{path}/dispute?reason=Too%20much", "ada")["status"] == "disputed"
    assert demo.send("PUT", f"{path}/withdraw_dispute", "ada")["status"] == "pending_approval"
    assert len(demo.send("PUT", f"{path}/restart_approvals", "ada")["approvals"]) == 1
    bypassed = demo.send("PUT", f"{path}/bypass_approvals", "ada")
    assert (bypassed["status"], bypassed["approvals"][0]["status"]) == ("approved", "bypassed")
    assert demo.send("PUT", f"{path}?exported=true", "ada")["exported"] is True
    assert demo.send("PUT", f"{path}/void", "ada")["status"] == "voided"
    assert demo.refused("PUT", f"{path}/abandon", "ada")[0] == 400


@pytest.mark.requirement("COUPA-75")
def test_an_invoice_that_asks_for_more_than_was_ordered_is_held(demo: Demo) -> None:
    line = {"description": "Microscope", "quantity": 1, "price": "9000", "order-line-id": 2043001}
    made = invoice(demo, **{"invoice-number": "R-3", "invoice-lines": [line]})
    path = f"/invoices/{made['id']}"
    assert made["order-header"] == {"id": 2043}

    held = demo.send("PUT", f"{path}/submit", "ada")
    lower = {"invoice-lines": [{"id": held["invoice-lines"][0]["id"], "price": "3250"}]}
    demo.send("PUT", path, "ada", lower)
    after = demo.send("PUT", f"{path}/revalidate_tolerances", "ada")

    assert (held["status"], len(held["failed-tolerances"])) == ("ap_hold", 1)
    assert (after["status"], after["failed-tolerances"]) == ("pending_approval", [])
    assert demo.send("PUT", f"{path}/bypass_current_approval", "ada")["status"] == "approved"


@pytest.mark.requirement("COUPA-75")
@pytest.mark.parametrize("action", ["bypass_approvals", "bypass_current_approval"])
def test_bypassing_has_a_scope_of_its_own(demo: Demo, action: str) -> None:
    scope = "core.common.read core.invoice.read core.invoice.write"

    answer = demo.call("PUT", f"/invoices/1/{action}", "ada", scope=scope)

    assert answer.status_code == 403
    assert "core.invoice.approval.bypass" in answer.get_json()["errors"]["error"][0]


@pytest.mark.requirement("COUPA-76")
def test_an_expense_report_has_lines_and_is_approved(demo: Demo) -> None:
    lines = [{"amount": "12.50", "expense-date": "2026-11-01", "description": "Taxi"}]
    report = demo.send("POST", "/expense_reports", "ada", {"title": "Rome", "expense-lines": lines})
    path = f"/expense_reports/{report['id']}"
    more = {"amount": 7.5, "expense-date": "2026-11-02"}
    line = demo.send("POST", f"{path}/expense_lines", "ada", more)
    filled = demo.get(path, "ada")
    assert (filled["status"], filled["total"], len(filled["expense-lines"])) == (
        "draft",
        "20.00",
        2,
    )
    demo.send("PUT", f"{path}/expense_lines/{line['id']}", "ada", {"amount": "10"})
    assert demo.get(path, "ada")["total"] == "22.50"
    assert demo.call("DELETE", f"/expense_lines/{line['id']}", "ada").status_code == 200
    assert demo.get(path, "ada")["total"] == "12.50"
    assert demo.refused("GET", path, "bob")[0] == 404

    waiting = demo.send("PUT", f"{path}/submit", "ada")
    first = waiting["expense-lines"][0]["id"]
    back = demo.send("PUT", f"{path}/send_back_line?expense_line_id={first}&reason=No%20receipt")
    approved = demo.send("PUT", f"/approvals/{waiting['approvals'][0]['id']}/approve")

    assert waiting["status"] == "pending_approval"
    assert back["expense-lines"][0]["status"] == "sent_back"
    assert approved["status"] == "approved"
    assert demo.get(path, "ada")["status"] == "approved"
    assert demo.refused("DELETE", path, "ada")[0] == 400


@pytest.mark.requirement("COUPA-77")
def test_a_contract_is_submitted_published_and_completed(demo: Demo) -> None:
    body = {"name": "Lease", "supplier": SUPPLIER, "start-date": "2026-01-01"}
    assert demo.refused("POST", "/contracts", "ada", body)[0] == 403
    made = demo.send("POST", "/contracts", "priya", body)
    path = f"/contracts/{made['id']}"
    term = demo.send("POST", f"{path}/contract_terms", "priya", {"name": "Rent", "amount": "900"})
    assert demo.refused("PUT", f"{path}/complete", "priya")[0] == 400

    waiting = demo.send("PUT", f"{path}/submit_for_approval", "priya")
    demo.send("PUT", f"/approvals/{waiting['current-approval']['id']}/approve")
    changed = demo.send("PUT", f"{path}/update_published", "priya", {"description": "Offices"})
    done = demo.send("PUT", f"{path}/complete", "priya")

    assert [each["id"] for each in demo.get(path, "ada")["contract-terms"]] == [term["id"]]
    assert (changed["version"], changed["status"]) == (2, "published")
    assert done["status"] == "completed"
    draft = demo.send("POST", "/contracts", "priya", {**body, "name": "Cleaning"})
    published = demo.send("POST", f"/contracts/{draft['id']}/create_published", "priya")
    assert published["status"] == "published"

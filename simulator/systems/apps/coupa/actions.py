"""What can be done with objects beside reading and changing them: one row for each action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa import (
    approving,
    buying,
    invoicing,
    receiving,
    references,
    states,
    store,
)
from simulator.systems.apps.coupa.api_errors import Invalid, NotFound
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.tables import CoupaRecord
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an action.

    Attributes:
        user: the user whose token it was called with.
        resource: the resource of what it is called.
        row: on what; None for an action of the whole list.
        values: the values of the body, as `bodies.Reader` returns them.
        query: the query of the address.
    """

    world: World
    user: AppUser
    resource: Resource
    row: Any
    values: dict[str, Any]
    query: Mapping[str, str]

    @property
    def reason(self) -> str:
        """Why, as the query says; empty where it does not."""
        return self.query.get("reason", "").strip()[:1000]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action.

    Attributes:
        methods: the HTTP methods.
        run: does it; returns the row that is answered.
        scope: where it is not that of writing.
        takes_body: whether it takes fields of the object.
        is_new: whether it makes one.
    """

    methods: tuple[str, ...] = ("PUT",)
    run: Callable[[Call], Any]
    scope: str = ""
    takes_body: bool = False
    is_new: bool = False


def _moves(allowed: tuple[str, ...], to: str, verb: str, **details: Any) -> Callable[[Call], Any]:
    """An action that only brings a row to another state."""

    def run(call: Call) -> Any:
        states.move(call.world, call.row, allowed, to, verb)
        store.touch(call.world, call.row, details)
        return call.row

    return run


def _decides(verb: str) -> Callable[[Call], Any]:
    def run(call: Call) -> Any:
        approving.decide(call.world, call.row, verb, call.user, call.reason)
        return call.row

    return run


def _add_approver(call: Call) -> Any:
    if call.row.status != "pending_approval":
        raise Invalid(
            "status", f"is {call.row.status}: only what is pending_approval has approvers"
        )
    written = call.query.get("approver_id") or call.query.get("approver_login")
    try:
        found = references.find_person(
            call.world,
            call.user.host,
            {"id": written} if call.query.get("approver_id") else {"login": written or ""},
        )
    except references.Unknown as unknown:
        raise Invalid("approver", f"{unknown}: send approver_id or approver_login") from None
    approving.add(call.world, call.resource, call.row, found, call.user, "AddedApproval")
    approving.list_approvals(call.world, call.resource, call.row)
    return call.row


def _remove_approval(call: Call) -> Any:
    sought = call.query.get("approval_id", "")
    for each in approving.pending(call.world, call.resource, call.row):
        if str(each.id) == sought:
            call.world.db.session.delete(each)
            call.world.db.session.flush()
            approving.go_on(call.world, call.resource, call.row)
            approving.list_approvals(call.world, call.resource, call.row)
            return call.row
    raise Invalid("approval_id", "names no approval of this that is open")


def _submit(call: Call) -> Any:
    allowed = ("draft", "rejected")
    states.move(call.world, call.row, allowed, "pending_approval", "submitted")
    store.touch(call.world, call.row, {"submitted-at": _now(call)})
    approving.submit(call.world, call.resource, call.row, call.user)
    return call.row


def _now(call: Call) -> str:
    return call.world.clock.now().isoformat(timespec="seconds")


def _submit_requisition(call: Call) -> Any:
    buying.change_requisition(call.world, call.row, call.values)
    row = call.row
    # Without a price, a buyer has to ask for one first (our choice of when a buyer must act).
    needs_buyer = any(not line.get("unit-price") for line in row.lines)
    to = "pending_buyer_action" if needs_buyer else "pending_approval"
    states.move(call.world, row, ("draft", "cart", "pending_buyer_action"), to, "submitted")
    row.submitted_at = call.world.clock.now()
    store.touch(call.world, row, {"reject-reason-comment": None})
    if not needs_buyer:
        approving.submit(call.world, call.resource, row, call.user)
    return row


def _create_and_submit(call: Call) -> Any:
    row = buying.create_requisition(call.world, call.user, call.values)
    return _submit_requisition(_on(call, row))


def _on(call: Call, row: Any) -> Call:
    return Call(
        world=call.world,
        user=call.user,
        resource=call.resource,
        row=row,
        values={},
        query=call.query,
    )


def _create_as_cart(call: Call) -> Any:
    return buying.create_requisition(call.world, call.user, call.values, status="cart")


def _add_to_cart(call: Call) -> Any:
    cart = buying.find_cart(call.world, call.user)
    if cart is None:
        return _create_as_cart(call)
    buying.change_requisition(call.world, cart, call.values)
    return cart


def _current_cart(call: Call) -> Any:
    cart = buying.find_cart(call.world, call.user)
    if cart is None:
        raise NotFound("cart", "of yours")
    return cart


def _change_requisition(call: Call) -> Any:
    buying.change_requisition(call.world, call.row, call.values)
    return call.row


def _issues(allowed: tuple[str, ...], *, sends: bool) -> Callable[[Call], Any]:
    def run(call: Call) -> Any:
        states.move(call.world, call.row, allowed, "issued", "issued")
        by_email = "sent_via_email" if _has_address(call) else "pending_manual"
        status = by_email if sends else "sent_manually"
        store.touch(call.world, call.row, {"transmission-status": status})
        return call.row

    return run


def _has_address(call: Call) -> bool:
    reference = call.row.details.get("supplier") or {}
    supplier = call.world.db.session.get(CoupaRecord, reference.get("id") or 0)
    return supplier is not None and bool(supplier.details.get("po-email"))


def _on_invoice(do: Callable[..., None], *names: str) -> Callable[[Call], Any]:
    """An action of `invoicing` on the row; `names` are further arguments of it."""

    def run(call: Call) -> Any:
        given = {"author": call.user, "reason": call.reason}
        do(call.world, call.row, *(given[name] for name in names))
        return call.row

    return run


def _bypass(*, only_current: bool) -> Callable[[Call], Any]:
    def run(call: Call) -> Any:
        states.move(call.world, call.row, ("pending_approval",), "pending_approval", "bypassed")
        approving.skip(call.world, call.resource, call.row, only_current=only_current)
        return call.row

    return run


def _restart(call: Call) -> Any:
    states.move(call.world, call.row, ("pending_approval",), "pending_approval", "restarted")
    approving.restart(call.world, call.resource, call.row, call.user)
    return call.row


def _send_back_line(call: Call) -> Any:
    """One line of a report goes back to who wrote it; the report waits for it."""
    sought = call.query.get("expense_line_id", "")
    lines = store.children(call.world, "expense_lines", call.resource, call.row.id)
    line = next((each for each in lines if str(each.id) == sought), None)
    if line is None:
        raise Invalid("expense_line_id", "names no line of this report")
    states.move(call.world, call.row, ("pending_approval",), "pending_approval", "sent back")
    line.status = "sent_back"
    store.touch(call.world, line, {"last-send-back-reason": call.reason or None}, call.user)
    store.list_in_parent(call.world, "expense_lines", call.resource, call.row)
    return call.row


def _update_published(call: Call) -> Any:
    if call.row.status != "published":
        raise Invalid("status", f"is {call.row.status}: only what is published can be updated so")
    version = call.row.details.get("version", 1) + 1
    store.touch(call.world, call.row, {**call.values, "version": version}, call.user)
    return call.row


def _void_receipt(call: Call) -> Any:
    return receiving.void(call.world, call.row, call.user)


_APPROVERS = {
    "add_approver": Action(run=_add_approver),
    "remove_approval": Action(run=_remove_approval),
}
_HELD = ("draft", "buyer_hold", "supplier_hold", "currency_hold", "error")
_LIVE = (*_HELD, "supplier_window_hold", "issued", "soft_closed")

#: (resource, name) → action on one object (OAS R39).
MEMBER_ACTIONS: Mapping[tuple[str, str], Action] = MappingProxyType(
    {
        **{
            (path, name): action
            for path in ("requisitions", "invoices", "expense_reports", "contracts")
            for name, action in _APPROVERS.items()
        },
        ("requisitions", "update_and_submit_for_approval"): Action(
            run=_submit_requisition, takes_body=True
        ),
        ("requisitions", "save_for_later"): Action(
            run=_moves(("cart", "draft"), "draft", "saved for later")
        ),
        ("requisitions", "update_without_validation"): Action(
            run=_change_requisition, takes_body=True
        ),
        ("purchase_orders", "issue"): Action(run=_issues(_HELD, sends=True)),
        ("purchase_orders", "issue_without_send"): Action(run=_issues(_HELD, sends=False)),
        ("purchase_orders", "ignore_window_and_issue"): Action(
            run=_issues(("supplier_window_hold", *_HELD), sends=True)
        ),
        ("purchase_orders", "release_from_buyer_hold"): Action(
            run=_issues(("buyer_hold",), sends=True)
        ),
        ("purchase_orders", "cancel"): Action(run=_moves(_LIVE, "cancelled", "cancelled")),
        ("purchase_orders", "close"): Action(
            run=_moves(("issued", "soft_closed"), "closed", "closed")
        ),
        ("purchase_orders", "reopen"): Action(
            run=_moves(("closed", "soft_closed"), "issued", "reopened")
        ),
        ("invoices", "submit"): Action(run=_on_invoice(invoicing.submit, "author")),
        ("invoices", "void"): Action(run=_on_invoice(invoicing.void)),
        ("invoices", "abandon"): Action(run=_on_invoice(invoicing.abandon, "reason")),
        ("invoices", "dispute"): Action(run=_on_invoice(invoicing.dispute, "reason")),
        ("invoices", "withdraw_dispute"): Action(run=_on_invoice(invoicing.withdraw_dispute)),
        ("invoices", "revalidate_tolerances"): Action(
            run=_on_invoice(invoicing.revalidate_tolerances, "author")
        ),
        ("invoices", "restart_approvals"): Action(
            run=_restart, scope="core.invoice.approval.write"
        ),
        ("invoices", "bypass_approvals"): Action(
            run=_bypass(only_current=False), scope="core.invoice.approval.bypass"
        ),
        ("invoices", "bypass_current_approval"): Action(
            run=_bypass(only_current=True), scope="core.invoice.approval.bypass"
        ),
        ("approvals", "approve"): Action(methods=("PUT", "PATCH"), run=_decides("approve")),
        ("approvals", "reject"): Action(methods=("PUT", "PATCH"), run=_decides("reject")),
        ("approvals", "hold"): Action(methods=("PUT", "PATCH"), run=_decides("hold")),
        ("expense_reports", "submit"): Action(run=_submit),
        ("expense_reports", "send_back_line"): Action(run=_send_back_line),
        ("contracts", "submit_for_approval"): Action(run=_submit),
        ("contracts", "complete"): Action(run=_moves(("published",), "completed", "completed")),
        ("contracts", "create_published"): Action(
            methods=("POST",),
            run=_moves(("draft",), "published", "published"),
        ),
        ("contracts", "update_published"): Action(run=_update_published, takes_body=True),
        ("receiving_transactions", "void"): Action(run=_void_receipt),
    }
)

#: (resource, name) → action on a list.
LIST_ACTIONS: Mapping[tuple[str, str], Action] = MappingProxyType(
    {
        ("requisitions", "submit_for_approval"): Action(
            methods=("POST",), run=_create_and_submit, takes_body=True, is_new=True
        ),
        ("requisitions", "create_as_cart"): Action(
            methods=("POST",), run=_create_as_cart, takes_body=True, is_new=True
        ),
        ("requisitions", "add_to_cart"): Action(
            methods=("POST",), run=_add_to_cart, takes_body=True, is_new=True
        ),
        ("requisitions", "current_cart"): Action(
            methods=("GET",), run=_current_cart, scope=RESOURCES["requisitions"].reading
        ),
    }
)

"""What Workato knows of Coupa: host format, OAuth endpoints, scopes, actions of recipes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from simulator.connectors.auth_types import AUTHORIZATION_CODE, CLIENT_CREDENTIALS
from simulator.connectors.base import AccountEndpoint, Action, AppRequest, Connector
from simulator.connectors.form_fields import HostField
from simulator.connectors.shorthand import read_outputs

#: What recipes call an object → its resource, where that is no plural of it.
_RESOURCES = {
    "requisition_header": "requisitions",
    "order_header": "purchase_orders",
    "order": "purchase_orders",
    "invoice_header": "invoices",
    "receipt": "receiving_transactions",
    "inventory_transaction": "receiving_transactions",
}


def _path_of(written: Any) -> str:
    """Return the path of an object's resource: `Purchase order`, `supplier`, `invoices`."""
    name = re.sub(r"[^a-z0-9]+", "_", str(written or "").strip().lower()).strip("_")
    if name in _RESOURCES:
        return f"/api/{_RESOURCES[name]}"
    if name.endswith("y"):
        name = f"{name[:-1]}ies"
    elif name.endswith("ss"):
        name = f"{name}es"
    elif not name.endswith("s"):
        name = f"{name}s"
    return f"/api/{name}"


@dataclass(frozen=True, kw_only=True)
class _OnObject(Action):
    """An action on any object, which its input `object` names.

    Attributes:
        sends: whether the other inputs are the body; the query, if not.
    """

    sends: bool = False
    needs: tuple[str, ...] = ("object",)

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        kind = _path_of(inputs.get("object")).removeprefix("/api/")
        fields = read_outputs(_OF_OBJECTS.get(kind, "id:integer created-at updated-at"))
        if self.wrap:
            return [{"name": self.wrap, "type": "array", "of": "object", "properties": fields}]
        return fields

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        given = {name: value for name, value in inputs.items() if value is not None}
        path = _path_of(given.pop("object", ""))
        if "{id}" in self.path:
            path += self.path.replace("{id}", quote(str(given.pop("id", "")), safe=""))
        others = {name: value for name, value in given.items() if value != ""}
        if self.sends:
            return AppRequest(method=self.method, path=path, json=others)
        return AppRequest(method=self.method, path=path, params=others)


@dataclass(frozen=True, kw_only=True)
class _Attaches(_OnObject):
    """Adds an attachment to an object, as parts of a form."""

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return read_outputs("id:integer type text intent")

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        found = super().request(inputs)
        members = {
            f"attachment[{name}]": str(value)
            for name, value in inputs.items()
            if name in ("type", "intent", "text", "url", "file") and value not in (None, "")
        }
        return AppRequest(method="POST", path=found.path, parts=members)


_ACTIONS = (
    # As Workato's connector names them; what they take beside `object` and `id` is our choice.
    _OnObject(name="search_objects", title="Search objects", method="GET", path="", wrap="objects"),
    _OnObject(name="get_object_by_id", title="Get object by ID", method="GET", path="/{id}"),
    _OnObject(name="create_object", title="Create object", method="POST", path="", sends=True),
    _OnObject(name="update_object", title="Update object", method="PUT", path="/{id}", sends=True),
    _Attaches(
        name="create_attachment_on_object",
        title="Add file attachment to object",
        method="POST",
        path="/{id}/attachments",
    ),
    *(
        Action(
            name=f"{verb}_approval",
            title=f"{verb.capitalize()} approval",
            method="PUT",
            path=f"/api/approvals/{{id}}/{word}",
            query=("reason",),
            scopes=("core.approval.write",),
        )
        for verb, word in (("grant", "approve"), ("reject", "reject"))
    ),
    *(
        Action(
            name=f"{verb}_purchase_order",
            title=f"{verb.capitalize()} purchase order",
            method="PUT",
            path=f"/api/purchase_orders/{{id}}/{verb}",
            scopes=("core.purchase_order.write",),
        )
        for verb in ("cancel", "close")
    ),
    Action(
        name="get_supplier_sites_by_supplier",
        title="Get supplier sites by supplier",
        method="GET",
        path="/api/suppliers/{supplier_id}/supplier_sites",
        wrap="supplier_sites",
        scopes=("core.supplier.read",),
    ),
    Action(
        name="search_requisitions",
        title="Search requisitions",
        method="GET",
        path="/api/requisitions",
        query=("status", "limit", "offset"),
        wrap="requisitions",
        scopes=("core.requisition.read",),
    ),
    Action(
        name="get_requisition",
        title="Get requisition by ID",
        method="GET",
        path="/api/requisitions/{id}",
        scopes=("core.requisition.read",),
    ),
    Action(
        name="create_requisition",
        title="Create requisition",
        method="POST",
        path="/api/requisitions",
        body={
            "justification": "justification",
            "department": "department",
            "currency": "currency",
            "need_by_date": "need-by-date",
            "lines": "requisition-lines",
        },
        scopes=("core.requisition.write",),
    ),
    Action(
        name="search_purchase_orders",
        title="Search purchase orders",
        method="GET",
        path="/api/purchase_orders",
        query=("status", "limit", "offset"),
        wrap="purchase_orders",
        scopes=("core.purchase_order.read",),
    ),
    Action(
        name="search_invoices",
        title="Search invoices",
        method="GET",
        path="/api/invoices",
        query=("status", "limit", "offset"),
        wrap="invoices",
        scopes=("core.invoice.read",),
    ),
)


_HEAD = (
    "id:integer status total created-at updated-at currency.code "
    "requested-by.id:integer requested-by.login requested-by.email requested-by.fullname "
)
_REQUISITION = _HEAD + (
    "submitted-at need-by-date justification line-count:integer department.name "
    "requisition-lines[].id:integer requisition-lines[].line-num:integer "
    "requisition-lines[].description requisition-lines[].quantity requisition-lines[].unit-price "
    "requisition-lines[].total requisition-lines[].status"
)
_ORDER = _HEAD + (
    "po-number supplier.id:integer supplier.name order-lines[].id:integer order-lines[].line-num "
    "order-lines[].description order-lines[].quantity order-lines[].price order-lines[].total"
)
_INVOICE = (
    "id:integer invoice-number status total invoice-date created-at updated-at currency.code "
    "supplier.id:integer supplier.name"
)
_APPROVAL = "id:integer status note"
#: Resource → fields of one of its objects.
_OF_OBJECTS = {
    "requisitions": _REQUISITION,
    "purchase_orders": _ORDER,
    "invoices": _INVOICE,
    "approvals": _APPROVAL,
    "suppliers": "id:integer name status created-at updated-at",
    "users": "id:integer login email fullname active:boolean created-at updated-at",
}
#: What a builder finds as data pills before anything ran (our choice of fields).
_OUTPUTS = {
    "search_requisitions": _REQUISITION,
    "get_requisition": _REQUISITION,
    "create_requisition": _REQUISITION,
    "search_purchase_orders": _ORDER,
    "cancel_purchase_order": _ORDER,
    "close_purchase_order": _ORDER,
    "search_invoices": _INVOICE,
    "get_supplier_sites_by_supplier": "id:integer name",
    "grant_approval": _APPROVAL,
    "reject_approval": _APPROVAL,
}
_OBJECT = (
    "object: needed = Requisition; Purchase order; Invoice; Approval; Supplier; User | Object | "
    "Or another of Coupa's, for example Contract."
)
_BY_ID = f"{_OBJECT}\nid: needed | ID"
_LIST = """
        status: | Status
        limit: integer | Limit | At most 50.
        offset: integer | Offset
"""
#: How a builder reads the inputs (our choice of words).
_INPUTS = {
    "search_objects": f"{_OBJECT}{_LIST.rstrip()}",
    "get_object_by_id": _BY_ID,
    "create_object": _OBJECT,
    "update_object": _BY_ID,
    "create_attachment_on_object": f"""
        {_OBJECT}
        id: needed | ID
        type: = text, Text; url, URL; file, File | Type
        intent: = Internal; Supplier | Intent
        text: lines | Text
        url: | URL
        file: lines | File content
    """,
    "grant_approval": "id: needed | Approval ID\nreason: | Reason",
    "reject_approval": "id: needed | Approval ID\nreason: | Reason",
    "cancel_purchase_order": "id: needed | Purchase order ID",
    "close_purchase_order": "id: needed | Purchase order ID",
    "get_supplier_sites_by_supplier": "supplier_id: needed | Supplier ID",
    "search_requisitions": _LIST,
    "search_purchase_orders": _LIST,
    "search_invoices": _LIST,
    "get_requisition": "id: needed | Requisition ID",
    "create_requisition": """
        justification: | Justification
        department: | Department | {"name": …}, as Coupa has it.
        currency: | Currency | {"code": …}, as Coupa has it.
        need_by_date: date | Need by date
        lines[].description: | Item
        lines[].quantity: number | Quantity
        lines[].unit-price: number | Unit price
    """,
}


def _read_error(members: Mapping[str, Any]) -> str:
    """Coupa's one shape: `{"errors": {field: [sentence, …]}}`, `error` where no field is wrong."""
    errors = members.get("errors")
    if not isinstance(errors, dict):
        return ""
    return "; ".join(
        text if field == "error" else f"{field}: {text}"
        for field, texts in errors.items()
        for text in (texts if isinstance(texts, list) else [texts])
    )


CONNECTOR = Connector(
    provider="coupa",
    name="Coupa",
    auth_types=(AUTHORIZATION_CODE, CLIENT_CREDENTIALS),
    host_field=HostField(
        label="Host",
        hint="For example https://your-instance-name.coupacloud.com.",
        placeholder="https://your-instance-name.coupacloud.com",
        pattern=r"(?i)https://[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.coupa(cloud|host)\.com",
        error=(
            "Host must have the format https://your-instance-name.coupacloud.com, "
            "without a path behind it; customers' own instances are at coupahost.com."
        ),
    ),
    authorize_url="/oauth2/authorizations/new",
    token_url="/oauth2/token",
    scopes=(
        "core.common.read",
        "core.requisition.read",
        "core.requisition.write",
        "core.purchase_order.read",
        "core.purchase_order.write",
        "core.invoice.read",
        "core.invoice.write",
        "core.contract.read",
        "core.contract.write",
        "core.supplier.read",
        "core.user.read",
        "core.approval.read",
        "core.approval.write",
        "core.expense.read",
        "core.expense.write",
        "core.inventory.receiving.read",
        "core.inventory.receiving.write",
        "core.supplier.write",
        "offline_access",
        "openid",
        "profile",
        "email",
    ),
    required_scopes=("core.common.read",),
    client_page="Setup > Integrations > OAuth2/OpenID Connect Clients",
    actions={action.name: action for action in _ACTIONS},
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    client_id_label="Identifier",
    client_secret_label="Secret",
    read_error=_read_error,
    revoke_url="/oauth2/token/revoke",
    account_endpoints=(
        AccountEndpoint(
            path="/oauth2/userinfo",
            scopes=frozenset({"openid", "profile", "email"}),
            members=("name", "preferred_username", "email"),
        ),
        AccountEndpoint(
            path="/api/users/me",
            scopes=frozenset({"core.common.read"}),
            members=("fullname", "login", "email"),
        ),
    ),
)

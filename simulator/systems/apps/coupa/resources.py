"""Every resource of the REST API, as data."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from simulator.systems.apps.coupa.resource import Resource, Visibility
from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition

_ALL = frozenset({"index", "show", "create", "update"})
_READ = frozenset({"index", "show"})
_DELETE = frozenset({"delete"})
_COMMON = "core.common"


def _shared(path: str, element: str, type_name: str, noun: str, **more: Any) -> Resource:
    """A list that everybody sees; an admin or a machine changes it."""
    return Resource(
        path=path,
        element=element,
        type_name=type_name,
        noun=noun,
        **{"scope": _COMMON, "methods": _ALL, "usual": {"active": True}} | more,
    )


#: OAS R39 as far as the facts go; the paths of the small lists at the end are our choice.
_RESOURCES = (
    Resource(
        path="requisitions",
        element="requisition-header",
        type_name="RequisitionHeader",
        noun="requisition",
        scope="core.requisition",
        methods=_ALL | _DELETE,
        table=CoupaRequisition,
        visibility=Visibility.OWN,
        keys=(),
    ),
    Resource(
        path="purchase_orders",
        element="order-header",
        type_name="OrderHeader",
        noun="purchase order",
        scope="core.purchase_order",
        methods=_ALL,
        table=CoupaPurchaseOrder,
        visibility=Visibility.OWN,
        keys=("po-number",),
        required=("po-number", "supplier", "order-lines"),
        unique="po-number",
    ),
    Resource(
        path="invoices",
        element="invoice-header",
        type_name="InvoiceHeader",
        noun="invoice",
        scope="core.invoice",
        methods=_ALL | _DELETE,
        table=CoupaInvoice,
        visibility=Visibility.OWN,
        keys=("invoice-number",),
        required=("invoice-number", "invoice-date", "supplier", "invoice-lines"),
        unique="invoice-number",
        create_scope="core.invoice.create",
        delete_scope="core.invoice.delete",
    ),
    Resource(
        path="approvals",
        element="approval",
        type_name="Approval",
        noun="approval",
        scope="core.approval",
        methods=_READ | {"update"},
        visibility=Visibility.OWN,
        keys=(),
        parents=("requisitions", "invoices", "expense_reports", "contracts"),
    ),
    Resource(
        path="expense_reports",
        element="expense-report",
        type_name="ExpenseReport",
        noun="expense report",
        scope="core.expense",
        methods=_ALL | _DELETE,
        visibility=Visibility.OWN,
        keys=("title",),
        required=("title",),
        usual={"currency": None, "expense-lines": [], "approvals": [], "comments": []},
    ),
    Resource(
        path="expense_lines",
        element="expense-line",
        type_name="ExpenseLine",
        noun="expense line",
        scope="core.expense",
        methods=_ALL | _DELETE,
        visibility=Visibility.OWN,
        keys=(),
        required=("amount", "expense-date"),
        parents=("expense_reports",),
    ),
    Resource(
        path="contracts",
        element="contract",
        type_name="Contract",
        noun="contract",
        scope="core.contract",
        methods=_ALL,
        visibility=Visibility.EVERYBODY,
        keys=("number", "name"),
        required=("name", "supplier"),
        unique="number",
        usual={"approvals": [], "contract-terms": [], "version": 1},
    ),
    Resource(
        path="contract_terms",
        element="contract-term",
        type_name="ContractTerm",
        noun="contract term",
        scope="core.contract",
        methods=_ALL,
        visibility=Visibility.PARENT,
        is_listed=False,
        parents=("contracts",),
    ),
    Resource(
        path="receiving_transactions",
        element="inventory-transaction",
        type_name="InventoryTransaction",
        noun="receipt",
        scope="core.inventory.receiving",
        methods=_ALL,
        visibility=Visibility.OWN,
        keys=(),
        required=("type", "order-line"),
    ),
    _shared(
        *("suppliers", "supplier", "Supplier", "supplier"),
        scope="core.supplier",
        keys=("name", "number"),
        required=("name",),
        unique="name",
        usual={"status": "active", "on-hold": False, "po-method": "prompt"},
    ),
    Resource(
        path="users",
        element="user",
        type_name="User",
        noun="user",
        scope="core.user",
        methods=_ALL,
        keys=("login", "email", "employee-number"),
        required=("login", "email", "firstname", "lastname"),
    ),
    Resource(
        path="comments",
        element="comment",
        type_name="Comment",
        noun="comment",
        scope="core.comment",
        methods=_READ | {"create"},
        visibility=Visibility.PARENT,
        keys=(),
        required=("comments",),
        parents=("requisitions", "purchase_orders", "invoices", "expense_reports", "contracts"),
    ),
    Resource(
        path="attachments",
        element="attachment",
        type_name="Attachment",
        noun="attachment",
        scope=_COMMON,
        methods=_READ | {"create"} | _DELETE,
        visibility=Visibility.PARENT,
        keys=(),
        parents=(
            *("requisitions", "purchase_orders", "invoices", "contracts"),
            *("receiving_transactions", "comments", "user_groups"),
        ),
    ),
    _shared(
        "departments", "department", "Department", "department", required=("name",), unique="name"
    ),
    _shared(
        *("addresses", "address", "Address", "address"),
        keys=("location-code", "name"),
        parents=("users",),
    ),
    _shared(
        *("supplier_addresses", "supplier-address", "SupplierAddress", "address"),
        scope="core.supplier",
        keys=("location-code", "name"),
        is_listed=False,
        parents=("suppliers",),
        methods=_ALL | _DELETE,
    ),
    _shared(
        *("supplier_sites", "supplier-site", "SupplierSite", "supplier site"),
        scope="core.supplier",
        keys=("code", "name"),
        required=("name",),
        is_listed=False,
        parents=("suppliers",),
    ),
    _shared(
        *("invoice_emails", "invoice-email", "InvoiceEmail", "invoice e-mail"),
        scope="core.supplier",
        keys=("email",),
        required=("email",),
        usual={},
        is_listed=False,
        parents=("suppliers",),
    ),
    _shared(
        *("remit_to_addresses", "remit-to-address", "RemitToAddress", "remit-to address"),
        scope="core.invoice",
        keys=("remit-to-code", "name"),
        visibility=Visibility.PARENT,
        is_listed=False,
        parents=("invoices",),
        methods=_ALL | _DELETE,
    ),
    _shared(
        *("accounts", "account", "Account", "account"),
        scope="core.accounting",
        keys=("code", "name"),
        required=("code",),
        unique="code",
    ),
    _shared(
        *("account_types", "account-type", "AccountType", "chart of accounts"),
        scope="core.accounting",
        required=("name",),
        unique="name",
    ),
    _shared(
        *("items", "item", "Item", "item"),
        scope="core.item",
        read_scope=f"{_COMMON}.read",  # R39 has no core.item.read
        keys=("item-number", "name"),
        required=("name",),
        unique="item-number",
        usual={"active": True, "supplier-items": []},
    ),
    _shared(
        *("supplier_items", "supplier-item", "SupplierItem", "supplier item"),
        scope="core.item",
        read_scope=f"{_COMMON}.read",
        keys=("supplier-part-num",),
        required=("supplier",),
        usual={},
        is_listed=False,
        parents=("items",),
        methods=_ALL | _DELETE,
    ),
    _shared("currencies", "currency", "Currency", "currency", keys=("code",), methods=_READ),
    _shared("lookups", "lookup", "Lookup", "lookup", required=("name",), unique="name"),
    _shared(
        *("lookup_values", "lookup-value", "LookupValue", "lookup value"),
        keys=("external-ref-num", "name"),
        required=("name", "lookup"),
    ),
    _shared(
        *("user_groups", "user-group", "UserGroup", "group"),
        scope="core.user_group",
        required=("name",),
        unique="name",
        usual={"active": True, "users": []},
    ),
    _shared(
        *("business_groups", "business-group", "BusinessGroup", "content group"),
        scope="core.business_entity",
        required=("name",),
        unique="name",
        usual={},
    ),
    _shared(
        "commodities", "commodity", "Commodity", "commodity", required=("name",), unique="name"
    ),
    _shared(
        "payment_terms",
        "payment-term",
        "PaymentTerm",
        "payment term",
        keys=("code",),
        unique="code",
    ),
    _shared(
        "shipping_terms",
        "shipping-term",
        "ShippingTerm",
        "shipping term",
        keys=("code",),
        unique="code",
    ),
    _shared("uoms", "uom", "Uom", "unit of measure", keys=("code",), unique="code"),
    _shared("exchange_rates", "exchange-rate", "ExchangeRate", "exchange rate", keys=(), usual={}),
)

RESOURCES: Mapping[str, Resource] = MappingProxyType({each.path: each for each in _RESOURCES})

#: Types of references that are called otherwise than the resource they lead to.
_ALIASES = {"UserSimple": "users", "InventoryTransaction": "receiving_transactions", "Tag": ""}
#: (resource, name of a list below one of it) → the resource of that list, where it is longer.
NESTED: Mapping[tuple[str, str], str] = MappingProxyType(
    {("suppliers", "addresses"): "supplier_addresses"}
)


@cache
def resource_of(type_name: str) -> Resource | None:
    """Return the resource that objects of a type belong to; None where the API has none."""
    if type_name in _ALIASES:
        return RESOURCES.get(_ALIASES[type_name])
    return next((each for each in _RESOURCES if each.type_name == type_name), None)

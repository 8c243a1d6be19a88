"""The scopes of the Coupa-like provider: all of release R39, with what each opens here."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

#: The API asks for this one beside the resource's own (Workato docs, connections: minimum scope).
COMMON_READ = "core.common.read"
#: Without it a token response carries no refresh token (as Coupa does).
OFFLINE_ACCESS = "offline_access"
OPENID = "openid"

_READ_WRITE = ("read", "write")
#: What a scope is about → (its rights, as people read it); R39, in its order.
_OBJECTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "core.common": (_READ_WRITE, "currencies, departments and lookup values"),
    "core.requisition": (_READ_WRITE, "requisitions"),
    "core.purchase_order": (_READ_WRITE, "purchase orders"),
    "core.invoice": (("read", "create", "write", "delete"), "invoices"),
    "core.invoice.approval": (("write", "bypass"), "approvals of invoices"),
    "core.approval": (_READ_WRITE, "approvals that wait for you"),
    "core.expense": (_READ_WRITE, "expense reports"),
    "core.contract": (_READ_WRITE, "contracts"),
    "core.supplier": (_READ_WRITE, "suppliers"),
    "core.user": (_READ_WRITE, "the people in this Coupa instance"),
    "core.user_group": (_READ_WRITE, "groups of people"),
    "core.inventory.receiving": (_READ_WRITE, "receipts"),
    "core.accounting": (_READ_WRITE, "accounts and charts of accounts"),
    "core.item": (("write",), "items"),
    "core.comment": (_READ_WRITE, "comments"),
    "core.budget": (_READ_WRITE, "budget lines"),
    "core.business_entity": (_READ_WRITE, "content groups and business entities"),
    "core.catalog": (_READ_WRITE, "catalogs"),
    "core.contracts_template": (_READ_WRITE, "templates of contracts"),
    "core.easy_form_response": (_READ_WRITE, "answers to forms"),
    "core.easy_form_response.approval": (("write",), "approvals of answers to forms"),
    "core.financial_counterparty": (_READ_WRITE, "financial counterparties"),
    "core.integration": (_READ_WRITE, "integrations and their runs"),
    "core.inventory.adjustment": (_READ_WRITE, "inventory adjustments"),
    "core.inventory.asn": (_READ_WRITE, "advance ship notices"),
    "core.inventory.balance": (("read",), "inventory balances"),
    "core.inventory.common": (_READ_WRITE, "warehouses and inventory settings"),
    "core.inventory.consumption": (_READ_WRITE, "inventory consumptions"),
    "core.inventory.cycle_counts": (_READ_WRITE, "cycle counts"),
    "core.inventory.pick_list": (_READ_WRITE, "pick lists"),
    "core.inventory.return_to_supplier": (_READ_WRITE, "returns to suppliers"),
    "core.inventory.transaction": (("read",), "inventory transactions"),
    "core.inventory.transfer": (_READ_WRITE, "inventory transfers"),
    "core.legal_entity": (_READ_WRITE, "legal entities"),
    "core.object_translations": (_READ_WRITE, "translations"),
    "core.order_pad": (_READ_WRITE, "order pads"),
    "core.pay.payments": (_READ_WRITE, "payments of Coupa Pay"),
    "core.payables.allocations": (_READ_WRITE, "allocations of payables"),
    "core.payables.external": (_READ_WRITE, "external payables"),
    "core.payables.invoice": (_READ_WRITE, "payable invoices"),
    "core.payables.order": (_READ_WRITE, "payable orders"),
    "core.project": (_READ_WRITE, "projects"),
    "core.sourcing": (_READ_WRITE, "sourcing events"),
    "core.sourcing.pending_supplier": (_READ_WRITE, "suppliers that wait for an invitation"),
    "core.sourcing.response": (_READ_WRITE, "responses to sourcing events"),
    "core.sourcing.response.award": (("write",), "awards of sourcing events"),
    "core.supplier_information_sites": (_READ_WRITE, "sites of supplier information"),
    "core.supplier_information_tax_registrations": (
        ("read", "write", "delete"),
        "tax registrations of suppliers",
    ),
    "core.supplier_sharing_settings": (_READ_WRITE, "sharing settings of suppliers"),
}
_RIGHTS = {
    "read": "See {}",
    "write": "Create and change {} in your name",
    "create": "Create {} in your name",
    "delete": "Delete {}",
    "bypass": "Bypass {}",
}
#: What is said in words of its own.
_IN_OTHER_WORDS = {
    COMMON_READ: "Read what every integration needs: currencies, departments, lookup values",
    "core.common.write": "Change currencies, departments and lookup values",
    "core.requisition.read": "See the requisitions that you can see",
    "core.purchase_order.read": "See the purchase orders that you can see",
    "core.invoice.read": "See the invoices that you can see",
    "core.expense.read": "See the expense reports that you can see",
}


def _describe() -> Iterator[tuple[str, str]]:
    for name, (rights, what) in _OBJECTS.items():
        for right in rights:
            scope = f"{name}.{right}"
            yield scope, _IN_OTHER_WORDS.get(scope, _RIGHTS[right].format(what))
    yield OPENID, "Know who you are (your Coupa user ID)"
    yield "profile", "See your name and login name"
    yield "email", "See your e-mail address"
    yield "login", "Sign you in to the application with your Coupa account"
    yield OFFLINE_ACCESS, "Keep this access while you are away, until you or an admin revokes it"


#: Scope → what it allows, as the consent page says it.
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(dict(_describe()))
#: Those of Coupa's API, without the ones of OpenID Connect.
CORE = tuple(name for name in DESCRIPTIONS if name.startswith("core."))

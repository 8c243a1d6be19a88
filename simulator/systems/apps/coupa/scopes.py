"""The scopes of the Coupa-like provider, in the order and words that people read them."""

from collections.abc import Mapping
from types import MappingProxyType

#: The API asks for this one beside the resource's own (Workato docs, connections: minimum scope).
COMMON_READ = "core.common.read"
#: Without it a token response carries no refresh token (as Coupa does).
OFFLINE_ACCESS = "offline_access"
OPENID = "openid"

#: Scope → what it allows, as the consent page says it. Names follow Coupa's service.object.right;
#: which of them the real product has beyond those in Workato docs, connections is our choice.
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        COMMON_READ: "Read what every integration needs: currencies, departments, lookup values",
        "core.common.write": "Change currencies, departments and lookup values",
        "core.requisition.read": "See the requisitions that you can see",
        "core.requisition.write": "Create and change requisitions in your name",
        "core.purchase_order.read": "See the purchase orders that you can see",
        "core.purchase_order.write": "Create and change purchase orders in your name",
        "core.invoice.read": "See the invoices that you can see",
        "core.invoice.write": "Create and change invoices in your name",
        "core.contract.read": "See contracts",
        "core.contract.write": "Create and change contracts in your name",
        "core.supplier.read": "See suppliers",
        "core.user.read": "See the people in this Coupa instance",
        OPENID: "Know who you are (your Coupa user ID)",
        "profile": "See your name and login name",
        "email": "See your e-mail address",
        "login": "Sign you in to the application with your Coupa account",
        OFFLINE_ACCESS: "Keep this access while you are away, until you or an admin revokes it",
    }
)

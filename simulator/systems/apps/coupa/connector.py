"""What Workato knows of Coupa: host format, OAuth endpoints, scopes, actions of recipes."""

from collections.abc import Mapping
from typing import Any

from simulator.connectors.base import AccountEndpoint, Action, Connector, HostField

_ACTIONS = (
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
    host_field=HostField(
        label="Host",
        hint="For example https://your-instance-name.coupacloud.com.",
        placeholder="https://your-instance-name.coupacloud.com",
        pattern=r"(?i)https://[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.coupacloud\.com",
        error=(
            "Host must have the format https://your-instance-name.coupacloud.com, "
            "without a path behind it."
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
        "offline_access",
        "openid",
        "profile",
        "email",
    ),
    required_scopes=("core.common.read",),
    client_page="Setup > Integrations > OAuth2/OpenID Connect Clients",
    actions={action.name: action for action in _ACTIONS},
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

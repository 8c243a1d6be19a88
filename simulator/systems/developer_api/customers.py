"""Customers of an embedded vendor (Workato docs, Embedded API, manage customers).

Paths, bodies, the members of a customer and the envelope `result` are documented, or read by public
clients; which members are optional in a change, and the answer of a deletion, are our choice.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from simulator.db.tables import Collaborator
from simulator.domain import (
    collaborators,
    customer_deletion,
    customers,
    held_roles,
    workspaces,
)
from simulator.domain.api_clients import Quota
from simulator.domain.customers import Account
from simulator.systems.developer_api.endpoint import ApiEndpoint, Body, Call, LongQuery, PageQuery
from simulator.web.endpoints import Table

_MINUTE = timedelta(minutes=1)
#: Quotas (Workato docs, Embedded API, manage customers).
_CUSTOMERS = Quota(name="managing customers", requests=60, interval=_MINUTE)
_MEMBERS = Quota(name="customers' members", requests=60, interval=_MINUTE)
_CREATING = Quota(name="creating customers", requests=1000, interval=_MINUTE)

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=_CUSTOMERS, is_whole_workspace=True)


class CustomerChange(Body):
    """What is to be changed of a customer; null clears what may be empty."""

    name: str = ""
    notification_email: str = ""
    external_id: str | None = None
    error_notification_emails: str | None = None
    admin_notification_emails: str | None = None
    origin_url: str | None = None
    frame_ancestors: str | None = None


class NewCustomer(CustomerChange):
    """A customer, and whom it is told of errors."""

    name: str
    notification_email: str
    plan_id: str = ""


@ENDPOINTS.add("GET", "managed_users")
def list_customers(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the customers, the oldest first."""
    vendor_id = _get_vendor(call)
    found, total = customers.list_accounts(call.world, vendor_id, query.part)
    return query.wrap("result", _rows(call, found), total)


@ENDPOINTS.add("POST", "managed_users", quota=_CREATING)
def create_customer(call: Call, body: NewCustomer) -> dict[str, Any]:
    """Create a customer with its own workspace, and invite the workspace's owner."""
    values = body.model_dump(exclude_unset=True)
    account = customers.create(
        call.world,
        _get_vendor(call),
        name=values.pop("name"),
        notification_email=values.pop("notification_email"),
        external_id=values.pop("external_id", None),
        further=values,
    )
    return _rows(call, [account])[0]


@ENDPOINTS.add("GET", "managed_users/:id")
def get_customer(call: Call, id: str) -> dict[str, Any]:
    """Return a customer, named by its id or by `E` and its external id."""
    return _rows(call, [_get_account(call, id)])[0]


@ENDPOINTS.add("PUT", "managed_users/:id")
def update_customer(call: Call, id: str, body: CustomerChange) -> dict[str, Any]:
    """Change a customer."""
    account = _get_account(call, id)
    customers.change(call.world, account, body.model_dump(exclude_unset=True))
    return _rows(call, [account])[0]


@ENDPOINTS.add("DELETE", "managed_users/:id")
def delete_customer(call: Call, id: str) -> dict[str, Any]:
    """Delete a customer and its workspace; its tokens are revoked at their apps."""
    customer_deletion.delete_customer(call.world, _get_account(call, id), call.client.name)
    return {"success": True}


@ENDPOINTS.add("GET", "managed_users/:id/members", quota=_MEMBERS)
def list_customer_members(call: Call, id: str, query: LongQuery) -> list[dict[str, Any]]:
    """List the collaborators of a customer's workspace, by name."""
    account = _get_account(call, id)
    found = workspaces.list_collaborators(call.world, account.workspace.id)
    return [_member(call, each) for each in query.cut(found)]


@ENDPOINTS.add("GET", "managed_users/:id/members/:member_id", quota=_MEMBERS)
def get_customer_member(call: Call, id: str, member_id: int) -> dict[str, Any]:
    """Return a collaborator of a customer's workspace."""
    account = _get_account(call, id)
    member = collaborators.get_collaborator(call.world, account.workspace.id, member_id)
    return _member(call, member)


def _member(call: Call, person: Collaborator) -> dict[str, Any]:
    return {
        "id": person.id,
        "grant_type": "team",
        "role_name": held_roles.describe(call.world, person),
        "external_id": None,
        "name": person.name,
        "email": person.email,
        "time_zone": "UTC",
    }


def _get_vendor(call: Call) -> int:
    customers.check_vendor(call.world, call.workspace_id)
    return call.workspace_id


def _get_account(call: Call, handle: str) -> Account:
    return customers.get_account(call.world, _get_vendor(call), handle)


def _rows(call: Call, accounts: Iterable[Account]) -> list[dict[str, Any]]:
    shown = list(accounts)
    activity = customers.count_activity(call.world, (each.workspace.id for each in shown))
    return [
        {
            "id": each.workspace.id,
            "external_id": each.customer.external_id,
            "name": each.workspace.name,
            "notification_email": each.customer.notification_email,
            "error_notification_emails": each.customer.error_notification_emails,
            "admin_notification_emails": each.customer.admin_notification_emails,
            "plan_id": each.customer.plan_id,
            "origin_url": each.customer.origin_url,
            "frame_ancestors": each.customer.frame_ancestors,
            "trial": False,
            "in_trial": False,
            "created_at": each.customer.created_at,
            "updated_at": each.customer.updated_at,
            "active_connection_count": activity[each.workspace.id].connections,
            "active_recipe_count": activity[each.workspace.id].recipes,
        }
        for each in shown
    ]

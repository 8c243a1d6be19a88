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
    customer_usage,
    customers,
    held_roles,
    workspaces,
)
from simulator.domain.api_clients import Quota
from simulator.domain.customers import Account
from simulator.domain.environments import TYPES
from simulator.systems.developer_api.endpoint import (
    ApiEndpoint,
    Body,
    Call,
    LongQuery,
    Number,
    PageQuery,
)
from simulator.web.endpoints import Table

_MINUTE = timedelta(minutes=1)
#: Quotas (Workato docs, Embedded API, manage customers).
_CUSTOMERS = Quota(name="managing customers", requests=60, interval=_MINUTE)
_MEMBERS = Quota(name="customers' members", requests=60, interval=_MINUTE)
_CREATING = Quota(name="creating customers", requests=1000, interval=_MINUTE)
_PROVISIONING = Quota(name="provisioning environments", requests=1000, interval=_MINUTE)

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=_CUSTOMERS, is_whole_workspace=True)


class CustomerChange(Body):
    """Changes to a customer; null clears what may be empty."""

    name: str = ""
    notification_email: str = ""
    external_id: str | None = None
    error_notification_emails: str | None = None
    admin_notification_emails: str | None = None
    origin_url: str | None = None
    frame_ancestors: str | None = None


class Plan(Body):
    """Which plan; by default the one that customers begin with."""

    plan_id: str | None = None


class Member(Body):
    """Which member."""

    member_id: Number


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


@ENDPOINTS.add("PUT", "managed_users/:id/upgrade")
def upgrade_customer(call: Call, id: str, body: Plan) -> dict[str, Any]:
    """Give a customer a plan; deprecated."""
    return _change_plan(call, id, body.plan_id)


@ENDPOINTS.add("PUT", "managed_users/:id/downgrade")
def downgrade_customer(call: Call, id: str) -> dict[str, Any]:
    """Give a customer the free plan; deprecated."""
    return _change_plan(call, id, None, is_free=True)


@ENDPOINTS.add("POST", "managed_users/:id/environments", quota=_PROVISIONING)
def provision_environments(call: Call, id: str) -> dict[str, Any]:
    """Provision the environments Test and Production of a customer, each with an id of its own."""
    account = _get_account(call, id)
    customers.provision_environments(call.world, account)
    return _rows(call, [account])[0]


@ENDPOINTS.add("DELETE", "managed_users/:id/member", quota=_MEMBERS)
def delete_customer_member(call: Call, id: str, body: Member) -> dict[str, Any]:
    """Remove a collaborator of a customer's workspace; deprecated."""
    workspace_id = _get_account(call, id).workspace.id
    member = collaborators.get_collaborator(call.world, workspace_id, body.member_id)
    collaborators.remove(call.world, member, by=0, by_role="admin")
    return {"id": body.member_id}


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


def _change_plan(
    call: Call, handle: str, plan_id: str | None, *, is_free: bool = False
) -> dict[str, Any]:
    account = _get_account(call, handle)
    customers.change_plan(call.world, account, plan_id, is_free=is_free)
    return {"id": account.customer.id, "plan_id": account.customer.plan_id, "trial": False}


def _rows(call: Call, accounts: Iterable[Account]) -> list[dict[str, Any]]:
    shown = list(accounts)
    ids = [each.workspace.id for each in shown]
    activity = customers.count_activity(call.world, ids)
    tasks = customer_usage.count_tasks(call.world, ids)
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
            "task_count": tasks.get(each.workspace.id, 0),
            "environments": [
                {"id": number, "environment_type": TYPES[name]}
                for number, name in customers.list_numbers(each.customer).items()
            ],
        }
        for each in shown
    ]

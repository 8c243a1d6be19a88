"""The workspace and its collaborators (Workato docs, Developer API)."""

from datetime import datetime
from typing import Any

from simulator.db.tables import Collaborator
from simulator.domain import workspaces
from simulator.domain.folders import HOME
from simulator.errors import NotFound
from simulator.systems.developer_api.endpoint import (
    MEMBERS,
    WORKSPACE,
    ApiEndpoint,
    Call,
    LongQuery,
)
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=WORKSPACE)


class MemberQuery(LongQuery):
    """Which collaborators."""

    email: str = ""


@ENDPOINTS.add("GET", "users/me")
def get_workspace(call: Call) -> dict[str, Any]:
    """Tell of the workspace that the client belongs to; the address is its owner's."""
    workspace = call.environment.workspace
    owner = workspaces.get_owner(call.world, workspace.id)
    total, running = workspaces.count_recipes(call.world, workspace.id)
    month = call.world.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {
        "id": workspace.id,
        "name": workspace.name,
        "email": owner.email,
        "company_name": workspace.name,
        "location": None,
        "plan_id": "enterprise",
        "created_at": _moment(call.client.created_at),
        "current_billing_period_start": _moment(month),
        "current_billing_period_end": _moment(_next_month(month)),
        "recipes_count": total,
        "active_recipes_count": running,
        "root_folder_id": HOME,
    }


@ENDPOINTS.add("GET", "members", quota=MEMBERS)
def list_collaborators(call: Call, query: MemberQuery) -> dict[str, Any]:
    """List the collaborators, by name; of one e-mail address with `email`."""
    found = workspaces.list_collaborators(call.world, call.workspace_id, query.email)
    rows = found.cut(query.part.offset, query.part.size)
    address = query.email.strip().lower()
    return {
        "data": [
            build_member_row(call, each) for each in rows if address in ("", each.email.lower())
        ]
    }


@ENDPOINTS.add("GET", "members/:id", quota=MEMBERS)
def get_collaborator(call: Call, id: str) -> dict[str, Any]:  # noqa: A002
    """Tell of one collaborator."""
    number = parse_whole_number(id) or 0
    found = call.world.db.session.get(Collaborator, number)
    if found is None or found.workspace_id != call.workspace_id:
        raise NotFound(f"There is no collaborator {number} in this workspace.")
    return {"data": build_member_row(call, found)}


def build_member_row(call: Call, person: Collaborator) -> dict[str, Any]:
    """Return a collaborator as the Developer API shows them.

    Args:
        call: who asks.
        person: the collaborator.
    """
    environment = call.environment.name
    return {
        "id": person.id,
        "grant_type": "team",
        "external_id": None,
        "name": person.name,
        "email": person.email,
        "time_zone": "UTC",
        "last_activity_log": None,
        "created_at": _moment(call.client.created_at),
        "roles": [{"environment_type": environment, "role_name": person.role.capitalize()}],
    }


def _next_month(month: datetime) -> datetime:
    if month.month == 12:
        return month.replace(year=month.year + 1, month=1)
    return month.replace(month=month.month + 1)


def _moment(at: datetime) -> str:
    return at.isoformat()

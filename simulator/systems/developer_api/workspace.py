"""The workspace and its collaborators (Workato docs, Developer API)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from simulator.db.tables import Collaborator
from simulator.domain import collaborators, environments, held_roles, workspaces
from simulator.domain.folders import HOME
from simulator.domain.held_roles import HeldRole
from simulator.domain.roles import LEGACY
from simulator.net.addresses import AIHUB
from simulator.systems.developer_api.endpoint import (
    MEMBERS,
    WORKSPACE,
    ApiEndpoint,
    Call,
    LongQuery,
)
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=WORKSPACE)


class CollaboratorQuery(LongQuery):
    """Which collaborators."""

    email: str = ""


@ENDPOINTS.add("GET", "users/me")
def get_workspace(call: Call) -> dict[str, Any]:
    """Return the workspace of the API client; `email` is its owner's.

    That there is `current_environment_type` is known from a client (krishnagutta/workato-dev-mcp).
    """
    workspace = call.environment.workspace
    owner = workspaces.get_owner(call.world, workspace.id)
    total, running = workspaces.count_recipes(call.world, workspace.id)
    month = call.world.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    types = environments.list_types(call.world, workspace.id)
    return {
        "id": workspace.id,
        "name": workspace.name,
        "current_environment_type": types[call.environment.name],
        "email": owner.email,
        "company_name": workspace.name,
        "location": None,
        "plan_id": "enterprise",
        "expert": False,
        "avatar_url": f"{call.world.addresses.base_url(AIHUB)}/static/mark.svg",
        "interested_applications": [],
        "last_seen": None,
        "contact_phone": None,
        "contact_email": None,
        "about_me": None,
        "phone": "",
        "created_at": call.client.created_at,
        "current_billing_period_start": month,
        "current_billing_period_end": _next_month(month),
        "recipes_count": total,
        "active_recipes_count": running,
        "root_folder_id": HOME,
    }


@ENDPOINTS.add("GET", "members", quota=MEMBERS)
def list_collaborators(call: Call, query: CollaboratorQuery) -> dict[str, Any]:
    """List the collaborators, by name; `email` selects one."""
    found = workspaces.list_collaborators(call.world, call.workspace_id, query.email)
    rows = query.cut(found)
    address = query.email.strip().lower()
    shown = [each for each in rows if address in ("", each.email.lower())]
    return {"data": describe_members(call, shown)}


@ENDPOINTS.add("GET", "members/:id", quota=MEMBERS)
def get_collaborator(call: Call, id: int) -> dict[str, Any]:
    """Return a collaborator."""
    found = collaborators.get_collaborator(call.world, call.workspace_id, id)
    return {"data": describe_members(call, [found])[0]}


def describe_members(call: Call, people: Iterable[Collaborator]) -> list[dict[str, Any]]:
    """Return collaborators as the Developer API shows them, with their role in each environment.

    Args:
        call: the call who asks.
        people: the collaborators.
    """
    shown = list(people)
    types = environments.list_types(call.world, call.workspace_id)
    held = held_roles.list_held(call.world, shown)
    return [_member(call, each, held[each.id], types) for each in shown]


def _member(
    call: Call, person: Collaborator, held: Iterable[HeldRole], types: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "id": person.id,
        "grant_type": "team",
        "external_id": None,
        "name": person.name,
        "email": person.email,
        "time_zone": "UTC",
        "last_activity_log": None,
        "created_at": call.client.created_at,
        "roles": [_role(each, types[each.environment.name]) for each in held],
    }


def _role(held: HeldRole, environment_type: str) -> dict[str, str]:
    shown = {"environment_type": environment_type, "role_name": held.name}
    return shown if held.kind == LEGACY else {**shown, "role_type": held.kind}


def _next_month(month: datetime) -> datetime:
    if month.month == 12:
        return month.replace(year=month.year + 1, month=1)
    return month.replace(month=month.month + 1)

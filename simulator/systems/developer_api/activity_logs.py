"""The activity audit log (Workato docs, Developer API, environment management).

Parameters of paging and the members `data` and `total` are documented; what an entry's objects
hold beyond the documented members is our choice; a workspace's address is its owner's, as at
`GET /api/users/me`. A user's `id` is a number, which clients of Workato read; end users have none,
but `idp_user_id`.
"""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from simulator.db.tables import ActivityLog
from simulator.domain import activity_log, environments, workspaces
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    ENVIRONMENT_MANAGEMENT,
    ApiEndpoint,
    Call,
    Query,
)
from simulator.validation.fields import DIGITS
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=ENVIRONMENT_MANAGEMENT)
#: Entries of an answer, and the most of them.
_USUAL, _LONGEST = 100, 200


class ActivityQuery(Query):
    """Which entries."""

    page: dict[str, Annotated[int, Field(ge=0, lt=2**62), DIGITS]] = {}
    from_: Annotated[AwareDatetime | None, Field(alias="from")] = None
    to: AwareDatetime | None = None
    users_ids: list[str] = []
    include_resource_types: list[str] = []
    exclude_resource_types: list[str] = []
    include_event_types: list[str] = []
    exclude_event_types: list[str] = []


@ENDPOINTS.add("GET", "activity_logs")
def list_activities(call: Call, query: ActivityQuery) -> dict[str, Any]:
    """List the activity audit log, newest first; `page[after]` is the id of the last entry read."""
    filters = activity_log.Filters(
        include_resource_types=query.include_resource_types,
        exclude_resource_types=query.exclude_resource_types,
        include_event_types=query.include_event_types,
        exclude_event_types=query.exclude_event_types,
        user_ids=query.users_ids,
        since=query.from_,
        until=query.to,
    )
    size = query.page.get("size", _USUAL)
    if not 1 <= size <= _LONGEST:
        raise FieldError("page[size]", f"must be a number from 1 to {_LONGEST}")
    part = activity_log.list_part(
        call.world, call.workspace_id, filters, before=query.page.get("after"), size=size
    )
    email = workspaces.get_owner(call.world, call.workspace_id).email
    data = [_row(call, email, each) for each in part.lines]
    return {"data": data, "total": len(data)}


def _row(call: Call, email: str, line: ActivityLog) -> dict[str, Any]:
    environment = call.environment
    return {
        "id": line.id,
        "timestamp": line.created_at,
        "event_type": line.event_type,
        "workspace": {
            "id": environment.workspace.id,
            "name": _name_workspace(call),
            "email": email,
            "environment": environment.name,
        },
        "user": {
            "id": parse_whole_number(line.actor_id),
            "idp_user_id": line.actor_id if line.actor_kind == "end_user" else None,
            "name": line.actor_name,
            "email": line.actor_email or None,
            "type": line.actor_kind,
        },
        "details": {
            "request": {"ip_address": line.ip_address, "user_agent": line.user_agent},
            "activity": line.event_type,
            "changes": line.details,
        },
        "resource": {
            "id": line.resource_id,
            "name": line.resource_name,
            "type": line.resource_type,
        },
    }


def _name_workspace(call: Call) -> str:
    """Return what the log calls a workspace: a customer's, but in Development, the environment."""
    environment = call.environment
    is_customer = environment.workspace_id != call.client.environment.workspace_id
    if is_customer and environment.name != environments.NAMES[0]:
        return f"Environment {environment.name}"
    return environment.workspace.name

"""The workspace, its projects and folders (Workato docs, Developer API)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import Field

from simulator.domain import folders, workspaces
from simulator.domain.folders import HOME, Place
from simulator.systems.developer_api.endpoint import WORKSPACE, ApiEndpoint, Body, Call, PageQuery
from simulator.validation.fields import DIGITS
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

Item = TypeVar("Item")

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=WORKSPACE)


class FolderQuery(PageQuery):
    """Which folders: those in `parent_id`, by default the projects."""

    parent_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None


class NewFolder(Body):
    """A folder; without `parent_id`, or in Home, a project."""

    name: str
    parent_id: str | int | None = None


@ENDPOINTS.add("GET", "users/me")
def get_workspace(call: Call) -> dict[str, Any]:
    """Tell of the workspace that the client belongs to, in the name of its owner."""
    workspace = call.client.environment.workspace
    owner = workspaces.get_owner(call.world, workspace.id)
    total, running = workspaces.count_recipes(call.world, workspace.id)
    month = call.world.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {
        "id": workspace.id,
        "name": owner.name,
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


@ENDPOINTS.add("GET", "projects")
def list_projects(call: Call, query: PageQuery) -> list[dict[str, Any]]:
    """List the projects, by name: a page."""
    projects = workspaces.list_projects(call.world, call.workspace_id)
    return [
        {
            "id": each.id,
            "name": each.name,
            "description": each.description,
            "folder_id": Place(project=each).number,
        }
        for each in _part(projects, query)
    ]


@ENDPOINTS.add("GET", "folders")
def list_folders(call: Call, query: FolderQuery) -> list[dict[str, Any]]:
    """List the folders in a folder, by name: a page."""
    found = folders.list_places(call.world, call.workspace_id, query.parent_id)
    return [_folder(call, each) for each in _part(found, query)]


@ENDPOINTS.add("POST", "folders")
def create_folder(call: Call, body: NewFolder) -> dict[str, Any]:
    """Create a folder; at the top, that is a project."""
    parent = None if body.parent_id is None else parse_whole_number(str(body.parent_id)) or 0
    return _folder(call, folders.create(call.world, call.workspace_id, body.name, parent))


def _part(items: Sequence[Item], query: PageQuery) -> Sequence[Item]:
    """Return the page that is asked for of a list that is short."""
    return items[query.part.offset :][: query.part.size]


def _folder(call: Call, place: Place) -> dict[str, Any]:
    made = _moment(place.created_at or call.client.created_at)
    return {
        "id": place.number,
        "name": place.name,
        "parent_id": folders.get_parent_number(call.world, place),
        "is_project": place.folder is None,
        "project_id": place.project.id,
        "created_at": made,
        "updated_at": made,
    }


def _next_month(month: datetime) -> datetime:
    if month.month == 12:
        return month.replace(year=month.year + 1, month=1)
    return month.replace(month=month.month + 1)


def _moment(at: datetime) -> str:
    return at.isoformat()

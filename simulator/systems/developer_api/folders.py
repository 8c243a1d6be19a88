"""Projects and folders (Workato docs, Developer API, folders)."""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Project
from simulator.domain import folder_changes, folders, workspaces
from simulator.domain.folders import HOME, Place
from simulator.errors import Forbidden
from simulator.systems.developer_api.endpoint import (
    FOLDERS,
    ApiEndpoint,
    Body,
    Call,
    NearestPageQuery,
    Number,
    Query,
)
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=FOLDERS)
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^/]*[^/\s][^/]*$")]
_REFUSED = {403: "the folder is not empty, or in use"}


class FolderQuery(NearestPageQuery):
    """Which folders: those in `parent_id`, by default the projects."""

    parent_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None


class Deletion(Query):
    """How a folder is deleted."""

    force: bool = False


class NewFolder(Body):
    """A folder; without `parent_id`, or in Home, a project."""

    name: Name
    parent_id: Number | None = None


class FolderChange(Body):
    """Changes to a folder; members that are left out keep their values."""

    name: Name | None = None
    parent_id: Number | None = None


class ProjectChange(Body):
    """Changes to a project; members that are left out keep their values."""

    name: Name | None = None
    description: str | None = None


@ENDPOINTS.add("GET", "projects")
def list_projects(call: Call, query: NearestPageQuery) -> list[dict[str, Any]]:
    """List the projects, by name."""
    projects = workspaces.find_projects(call.world, call.workspace_id)
    return [_project(each) for each in query.cut(projects)]


@ENDPOINTS.add("GET", "projects/:id")
def get_project(call: Call, id: int) -> dict[str, Any]:
    """Return a project, in the shape of the list (our choice: none is documented)."""
    return _project(_get_project(call, id))


@ENDPOINTS.add("PUT", "projects/:id")
def update_project(call: Call, id: int, body: ProjectChange) -> dict[str, Any]:
    """Change a project's name or description."""
    project = _get_project(call, id)
    folder_changes.change_project(call.world, project, name=body.name, description=body.description)
    return _project(project)


@ENDPOINTS.add("DELETE", "projects/:id", problems=_REFUSED)
def delete_project(call: Call, id: int) -> dict[str, Any]:
    """Delete a project and everything in it; refused while one of its recipes runs."""
    place = Place(project=_get_project(call, id))
    _delete(call, place, force=True)
    return {"success": True}


@ENDPOINTS.add("GET", "folders")
def list_folders(call: Call, query: FolderQuery) -> list[dict[str, Any]]:
    """List the folders in a folder, by name."""
    found = folders.list_places(call.world, call.workspace_id, query.parent_id, query.part)
    return [_folder(call, each) for each in found]


@ENDPOINTS.add("GET", "folders/:id")
def get_folder(call: Call, id: int) -> dict[str, Any]:
    """Return a folder."""
    return _folder(call, _get_place(call, id))


@ENDPOINTS.add("POST", "folders")
def create_folder(call: Call, body: NewFolder) -> dict[str, Any]:
    """Create a folder; one at the top level is a project."""
    return _folder(call, folders.create(call.world, call.workspace_id, body.name, body.parent_id))


@ENDPOINTS.add("PUT", "folders/:id", problems={403: "a project cannot be moved"})
def update_folder(call: Call, id: int, body: FolderChange) -> dict[str, Any]:
    """Rename a folder, or move it and its contents into another folder."""
    place = _get_place(call, id)
    parent = folders.get_parent_number(call.world, place)
    if body.parent_id is not None and body.parent_id != parent:
        if place.folder is None or body.parent_id == HOME:
            raise Forbidden("A project cannot be moved, and no folder can become one.")
        into = folders.get_place(call.world, call.workspace_id, body.parent_id)
        place = folder_changes.move(call.world, place, into)
    if body.name is not None and place.folder is None:
        folder_changes.change_project(call.world, place.project, name=body.name)
    elif body.name is not None:
        place = folder_changes.rename(call.world, place, body.name)
    return _folder(call, place)


@ENDPOINTS.add("DELETE", "folders/:id", problems=_REFUSED)
def delete_folder(call: Call, id: int, query: Deletion) -> dict[str, Any]:
    """Delete an empty folder; `force=true` also deletes its contents."""
    place = _get_place(call, id)
    _delete(call, place, force=query.force)
    return {"success": True}


def _delete(call: Call, place: Place, *, force: bool) -> None:
    try:
        folder_changes.delete_place(call.world, place, call.client.name, force=force)
    except Forbidden as refusal:  # so says Workato's own OpenAPI document
        raise Forbidden(f"Cannot destroy folder: {refusal}") from None


def _get_project(call: Call, number: int) -> Project:
    return workspaces.get_project(call.world, call.workspace_id, number)


def _get_place(call: Call, number: int) -> Place:
    return folders.get_place(call.world, call.workspace_id, number)


def _project(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.own_name,
        "description": project.description,
        "folder_id": Place(project=project).number,
    }


def _folder(call: Call, place: Place) -> dict[str, Any]:
    made = place.created_at or call.client.created_at
    changed = place.folder.updated_at if place.folder else made
    return {
        "id": place.number,
        "name": place.name if place.folder else place.project.own_name,
        "parent_id": folders.get_parent_number(call.world, place),
        "is_project": place.folder is None,
        "project_id": place.project.id,
        "created_at": made,
        "updated_at": changed,
    }

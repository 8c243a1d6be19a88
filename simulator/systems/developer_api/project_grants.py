"""Project roles that collaborators and groups are granted in projects (Workato docs, grants).

Paths, the members of a grant, and those of `project_grants` with at most a hundred rows are
documented. Of a single grant, `project_role_id` is changed; lists are paged as those of project
roles are, and `projects_privileges` is told by project (our choices).
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import select

from simulator.db.listing import Found, Listing
from simulator.db.tables import Collaborator, Project, ProjectGrant
from simulator.domain import (
    collaborator_groups,
    collaborators,
    environments,
    held_roles,
    permissions,
    project_grants,
    roles,
    workspaces,
)
from simulator.domain.permissions import AssetScope
from simulator.domain.project_grants import Holder
from simulator.domain.roles import PROJECT
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    COLLABORATOR_GROUPS,
    MEMBERS,
    PROJECT_GRANTS,
    ApiEndpoint,
    Body,
    Call,
    Number,
)
from simulator.systems.developer_api.roles import PartQuery
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=PROJECT_GRANTS)
_MOST = 100
#: What a grant is refused for → what programs call it.
_FIELDS = {"role": "project_role_id", "collaborator": "assignment_id"}


class NewGrant(Body):
    """Whom a project role is granted to: a collaborator by number, or a group of them by its id."""

    assignment_type: Literal["User", "UserGroup"]
    assignment_id: Annotated[Number | str, Field(union_mode="left_to_right")]
    project_role_id: str


class NewGrants(Body):
    """Grants in one project; who has one there gets the other role, and others keep theirs."""

    project_grants: Annotated[list[NewGrant], Field(min_length=1, max_length=_MOST)]


class GrantChange(Body):
    """Another role for whoever has the grant."""

    project_role_id: str


@ENDPOINTS.add("GET", "project_grants/:id")
def get_project_grant(call: Call, id: str) -> dict[str, Any]:
    """Return a project grant."""
    return {"data": _row(call, _get(call, id))}


@ENDPOINTS.add("PUT", "project_grants/:id")
def update_project_grant(call: Call, id: str, body: GrantChange) -> dict[str, Any]:
    """Give whoever has a project grant another role in the same project."""
    grant = _get(call, id)
    made = _assign(call, grant.project, grant.holder, body.project_role_id)
    return {"data": _row(call, made)}


@ENDPOINTS.add("DELETE", "project_grants/:id")
def delete_project_grant(call: Call, id: str) -> dict[str, Any]:
    """Take a project grant away."""
    project_grants.remove(call.world, _get(call, id))
    return {"success": True}


@ENDPOINTS.add("GET", "projects/:project_id/project_grants")
def list_project_grants(call: Call, project_id: int, query: PartQuery) -> dict[str, Any]:
    """List who is granted what in a project, people and groups by name: a page."""
    project = workspaces.get_project(call.world, call.workspace_id, project_id)
    return _list(call, project_grants.list_of_project(call.world, project), query)


@ENDPOINTS.add("PUT", "projects/:project_id/project_grants")
def assign_project_grants(call: Call, project_id: int, body: NewGrants) -> dict[str, Any]:
    """Grant collaborators and groups project roles in a project: all of them, or none."""
    project = workspaces.get_project(call.world, call.workspace_id, project_id)
    made = [
        _assign(call, project, _get_holder(call, each), each.project_role_id)
        for each in body.project_grants
    ]
    return {"data": [_row(call, each) for each in made]}


@ENDPOINTS.add("GET", "members/:id/project_grants", quota=MEMBERS, is_whole_workspace=True)
def list_grants_of_member(call: Call, id: int, query: PartQuery) -> dict[str, Any]:
    """List what a collaborator is granted, not by a group, by project: a page."""
    return _list(call, project_grants.list_of_holder(call.world, _member(call, id)), query)


@ENDPOINTS.add(
    "GET", "user_groups/:id/project_grants", quota=COLLABORATOR_GROUPS, is_whole_workspace=True
)
def list_grants_of_group(call: Call, id: str, query: PartQuery) -> dict[str, Any]:
    """List what a group of collaborators is granted, by project: a page."""
    group = collaborator_groups.get_group(call.world, call.workspace_id, id)
    return _list(call, project_grants.list_of_holder(call.world, group), query)


@ENDPOINTS.add("GET", "members/:id/projects_privileges", quota=MEMBERS, is_whole_workspace=True)
def list_projects_privileges(call: Call, id: int, query: PartQuery) -> dict[str, Any]:
    """List what a collaborator may do in each project that they see, by whichever role: a page."""
    world, workspace_id = call.world, call.workspace_id
    theirs = permissions.get_permissions(world, _member(call, id))
    seen = permissions.list_projects(world, workspace_id, theirs)
    own = select(Project).where(Project.workspace_id == workspace_id)
    if seen is not None:
        own = own.where(Project.id.in_(seen))
    ordered = own.order_by(Project.name, Project.id)
    found: Listing[Project] = Found(world.db.session, ordered).part(query.part)
    first = held_roles.list_environments(world, workspace_id)[0].id
    data = []
    for each in found:
        granted = [
            {"id": role.handle, "name": role.name} for role in theirs.granted.get(each.id, ())
        ]
        place = AssetScope(each.environment_id or first, each.id)
        row = {
            "project": _project(call, each),
            "project_role": granted[0] if granted else None,
            "project_roles": granted,
            "privileges": permissions.list_privileges(theirs, place),
        }
        data.append(row)
    return {"data": data, **query.tell(found.page.total)}


def _get(call: Call, handle: str) -> ProjectGrant:
    return project_grants.get_grant(call.world, call.workspace_id, handle)


def _member(call: Call, number: int) -> Collaborator:
    return collaborators.get_collaborator(call.world, call.workspace_id, number)


def _get_holder(call: Call, given: NewGrant) -> Holder:
    key = given.assignment_id
    if given.assignment_type == "UserGroup":
        return collaborator_groups.get_group(call.world, call.workspace_id, str(key))
    if isinstance(key, str):
        raise FieldError("assignment_id", "must be the number of a collaborator")
    return _member(call, key)


def _assign(call: Call, project: Project, holder: Holder, key: str) -> ProjectGrant:
    role = roles.get_role_by_key(call.world, call.workspace_id, PROJECT, key)
    try:
        return project_grants.assign(call.world, project, holder, role)
    except FieldError as error:
        raise FieldError(_FIELDS[error.field], error.message) from None


def _list(call: Call, grants: Found[ProjectGrant], query: PartQuery) -> dict[str, Any]:
    found = grants.part(query.part)
    return {"data": [_row(call, each) for each in found], **query.tell(found.page.total)}


def _row(call: Call, grant: ProjectGrant) -> dict[str, Any]:
    person, group = grant.collaborator, grant.group
    return {
        "id": grant.handle,
        "project": _project(call, grant.project),
        "project_role": {"id": grant.role.handle, "name": grant.role.name},
        "user_group": {"id": group.handle, "name": group.name} if group else None,
        "user": {"id": person.id, "name": person.name, "email": person.email} if person else None,
    }


def _project(call: Call, project: Project) -> dict[str, Any]:
    types = environments.list_types(call.world, call.workspace_id)
    first = held_roles.list_environments(call.world, call.workspace_id)[0]
    place = project.environment or first
    return {
        "id": project.id,
        "name": project.name,
        "environment": {"id": place.id, "type": types[place.name]},
    }

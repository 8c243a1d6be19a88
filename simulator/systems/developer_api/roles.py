"""Roles of collaborators (Workato docs: legacy roles, environment roles, project roles).

Paths, parameters, paging and the members of the old model's roles are documented; of the new one's,
`environment_role` and `project_role` with `name` and `config`, and the members of an answer. What a
`config` may hold is public for `team` alone: here it names each privilege (our choice).
"""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Role
from simulator.domain import privileges, role_holders, roles
from simulator.domain.roles import ENVIRONMENT, LEGACY, PROJECT
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    ROLES,
    ApiEndpoint,
    Body,
    Call,
    NearestPageQuery,
    Number,
    Query,
)
from simulator.validation.fields import DIGITS
from simulator.validation.paging import Page
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=ROLES, is_whole_workspace=True)
_LONGEST_PAGE = 100

Name = Annotated[str, Field(min_length=1, max_length=roles.LONGEST_NAME)]


class LegacyQuery(NearestPageQuery):
    """Which roles of the old model."""

    role_name: str = ""


class PartQuery(Query):
    """Which part of a list, as `page[number]=1&page[size]=100`."""

    page: dict[str, Annotated[int, Field(ge=1, lt=10**9), DIGITS]] = {}

    @property
    def part(self) -> Page:
        """The page that is asked for."""
        size = self.page.get("size", _LONGEST_PAGE)
        if size > _LONGEST_PAGE:
            raise FieldError("page[size]", f"must be a number from 1 to {_LONGEST_PAGE}")
        return Page(number=self.page.get("number", 1), size=size)

    def tell(self, total: int) -> dict[str, Any]:
        """Return what an answer says of the part.

        Args:
            total: how long the list is.
        """
        return {"total": total, "page": {"number": self.part.number, "size": self.part.size}}


class RoleQuery(PartQuery):
    """Which roles, as `name=Builder&page[number]=1&page[size]=100`."""

    name: str = ""


class RoleProjects(Body):
    """The projects that a role of the old model is for: all, or those of `folder_ids`."""

    all_folders: bool | str
    folder_ids: Annotated[list[Number], Field(max_length=1000)] = []


class RoleCopy(Body):
    """The name of a copy, and the projects that it is for; of those left out, the original's."""

    name: Name | None = None
    folder_ids: Annotated[list[Number], Field(max_length=1000)] | None = None


class NewPart(Body):
    """A role of the new model: its name, and what it allows."""

    name: Name
    config: dict[str, Any]


class PartChange(Body):
    """Changes to a role of the new model; what is left out stays."""

    name: Name | None = None
    config: dict[str, Any] | None = None


class NewEnvironmentRole(Body):
    """An environment role."""

    environment_role: NewPart


class EnvironmentRoleChange(Body):
    """Changes to an environment role."""

    environment_role: PartChange


class NewProjectRole(Body):
    """A project role."""

    project_role: NewPart


class ProjectRoleChange(Body):
    """Changes to a project role."""

    project_role: PartChange


@ENDPOINTS.add("GET", "roles")
def list_legacy_roles(call: Call, query: LegacyQuery) -> list[dict[str, Any]]:
    """List the custom roles of the old model, by name: a page."""
    found = roles.list_roles(call.world, call.workspace_id, LEGACY, query.role_name)
    return [_legacy_row(each) for each in query.cut(found)]


@ENDPOINTS.add("PUT", "roles/:id")
def update_legacy_role(call: Call, id: int, body: RoleProjects) -> dict[str, Any]:
    """Say which projects a role of the old model is for."""
    role = _get(call, LEGACY, id)
    is_for_all = str(body.all_folders).lower() == "true"
    if is_for_all and body.folder_ids:
        raise FieldError("all_folders", "must be false where there are folder_ids")
    projects = None if is_for_all else body.folder_ids
    _save(call, role, LEGACY, role.name, role.privileges, projects)
    return _legacy_row(role)


@ENDPOINTS.add("POST", "roles/:id/copy")
def copy_legacy_role(call: Call, id: int, body: RoleCopy) -> dict[str, Any]:
    """Copy a role of the old model; nobody has the copy yet."""
    role, projects = _get(call, LEGACY, id), body.folder_ids or None
    return _legacy_row(roles.copy(call.world, role, body.name or "", projects))


@ENDPOINTS.add("GET", "environment_roles")
def list_environment_roles(call: Call, query: RoleQuery) -> dict[str, Any]:
    """List the environment roles, by name: a page."""
    return _list(call, ENVIRONMENT, query)


@ENDPOINTS.add("POST", "environment_roles")
def create_environment_role(call: Call, body: NewEnvironmentRole) -> dict[str, Any]:
    """Create an environment role."""
    return _create(call, ENVIRONMENT, body.environment_role)


@ENDPOINTS.add("GET", "environment_roles/:id")
def get_environment_role(call: Call, id: int) -> dict[str, Any]:
    """Return an environment role and its privileges."""
    return {"data": _row(call, _get(call, ENVIRONMENT, id))}


@ENDPOINTS.add("PUT", "environment_roles/:id")
def update_environment_role(
    call: Call,
    id: int,
    body: EnvironmentRoleChange,
) -> dict[str, Any]:
    """Change an environment role; the change applies to everybody who has it."""
    return _change(call, ENVIRONMENT, id, body.environment_role)


@ENDPOINTS.add("DELETE", "environment_roles/:id")
def delete_environment_role(call: Call, id: int) -> dict[str, Any]:
    """Delete an environment role that nobody has."""
    return _delete(call, ENVIRONMENT, id)


@ENDPOINTS.add("GET", "project_roles")
def list_project_roles(call: Call, query: RoleQuery) -> dict[str, Any]:
    """List the project roles, by name: a page."""
    return _list(call, PROJECT, query)


@ENDPOINTS.add("POST", "project_roles")
def create_project_role(call: Call, body: NewProjectRole) -> dict[str, Any]:
    """Create a project role."""
    return _create(call, PROJECT, body.project_role)


@ENDPOINTS.add("GET", "project_roles/:id")
def get_project_role(call: Call, id: str) -> dict[str, Any]:
    """Return a project role and its privileges."""
    return {"data": _row(call, _get(call, PROJECT, id))}


@ENDPOINTS.add("PUT", "project_roles/:id")
def update_project_role(call: Call, id: str, body: ProjectRoleChange) -> dict[str, Any]:
    """Change a project role; the change applies to everybody who has it."""
    return _change(call, PROJECT, id, body.project_role)


@ENDPOINTS.add("DELETE", "project_roles/:id")
def delete_project_role(call: Call, id: str) -> dict[str, Any]:
    """Delete a project role that nobody is granted."""
    return _delete(call, PROJECT, id)


def _list(call: Call, kind: str, query: RoleQuery) -> dict[str, Any]:
    found = roles.list_roles(call.world, call.workspace_id, kind, query.name).part(query.part)
    counts = role_holders.count_users(call.world, found.rows)
    return {
        "data": [_short_row(each, counts[each.id]) for each in found],
        **query.tell(found.page.total),
    }


def _create(call: Call, kind: str, body: NewPart) -> dict[str, Any]:
    made = _save(call, None, kind, body.name, privileges.read_config(body.config))
    return {"data": _row(call, made)}


def _change(call: Call, kind: str, key: int | str, body: PartChange) -> dict[str, Any]:
    role = _get(call, kind, key)
    given = role.privileges if body.config is None else privileges.read_config(body.config)
    _save(call, role, kind, body.name or role.name, given)
    return {"data": _row(call, role)}


def _delete(call: Call, kind: str, key: int | str) -> dict[str, Any]:
    roles.remove(call.world, _get(call, kind, key))
    return {"success": True}


def _save(
    call: Call,
    role: Role | None,
    kind: str,
    name: str,
    given: privileges.Privileges,
    project_ids: list[int] | None = None,
) -> Role:
    try:
        return roles.save(
            call.world,
            call.workspace_id,
            role,
            kind=kind,
            name=name,
            given=given,
            project_ids=project_ids,
        )
    except FieldError as error:
        members = {"project_ids": "folder_ids", "privileges": "config"}
        if error.field in members:
            raise FieldError(members[error.field], error.message) from None
        raise


def _get(call: Call, kind: str, key: int | str) -> Role:
    return roles.get_role_by_key(call.world, call.workspace_id, kind, key)


def _legacy_row(role: Role) -> dict[str, Any]:
    return {
        "id": role.number,
        "name": role.name,
        "inheritable": False,
        "folder_ids": role.project_ids or [],
        **_times(role),
        "privileges": role.privileges,
    }


def _row(call: Call, role: Role) -> dict[str, Any]:
    shown = _short_row(role, role_holders.count_users(call.world, [role])[role.id])
    return {**shown, "config": privileges.to_config(role.privileges)}


def _short_row(role: Role, users: int) -> dict[str, Any]:
    return {
        "id": role.handle or role.number,
        "name": role.name,
        "members_count": users,
        "type": "custom",
        **_times(role),
    }


def _times(role: Role) -> dict[str, Any]:
    return {"created_at": role.created_at, "updated_at": role.updated_at}

"""Workspace collaborators (Workato docs, Developer API, workspace collaborators).

Paths, `env_roles`, `role_name` and `result` are documented, and the members of a collaborator and
of their privileges known from a client (ConductorOne/baton-workato).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.db.tables import Collaborator, Role
from simulator.domain import (
    collaborator_groups,
    collaborators,
    environments,
    held_roles,
    roles,
    workspaces,
)
from simulator.domain.collaborators import ROLES
from simulator.domain.roles import LEGACY
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import MEMBERS, ApiEndpoint, Body, Call
from simulator.systems.developer_api.workspace import describe_members
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=MEMBERS)
#: An API client stands for no person; it may do what an admin may.
_ROLE_OF_PROGRAMS = "admin"
#: Roles that are named where another one was.
_MOST_NAMED = 20


class EnvironmentRole(Body):
    """The name of a collaborator's role in an environment: `dev`, `test` or `prod`."""

    environment_type: str
    name: str
    role_type: Literal["privilege_group", "environment"] = "privilege_group"


class Roles(Body):
    """The roles that a collaborator gets; where there is `env_roles`, `role_name` is ignored.

    `role_name` is deprecated.
    """

    env_roles: list[EnvironmentRole] | EnvironmentRole | None = None
    role_name: str | None = None


class Invitation(Roles):
    """Whom to invite, and to which groups; without a role, to build (our choice)."""

    name: str
    email: str
    user_group_ids: Annotated[list[str], Field(max_length=100)] = []


@ENDPOINTS.add("POST", "member_invitations", is_whole_workspace=True)
def invite_member(call: Call, body: Invitation) -> dict[str, Any]:
    """Invite a collaborator; the link is on their page under Workspace admin."""
    given = _read_roles(call, body)
    if given == "owner":
        raise FieldError("role_name", "an owner is made by an owner, in the web app.")
    groups = [
        collaborator_groups.get_group(call.world, call.workspace_id, each)
        for each in dict.fromkeys(body.user_group_ids)
    ]
    role = given if isinstance(given, str) else "collaborator"
    made, _link = collaborators.invite(
        call.world, call.workspace_id, name=body.name, email=body.email, role=role
    )
    if given and not isinstance(given, str):
        everywhere: dict[int, str | Role | None] = dict.fromkeys(_list_ids(call))
        _give(call, made, everywhere | given)
    for group in groups:
        collaborator_groups.add_members(call.world, group, [made.id])
    return {"result": "ok", "data": describe_members(call, [made])[0]}


@ENDPOINTS.add("PUT", "members/:member_id", is_whole_workspace=True)
def update_member(call: Call, member_id: int, body: Roles) -> dict[str, Any]:
    """Give a collaborator other roles; environments that are not named keep theirs."""
    member = _member(call, member_id)
    given = _read_roles(call, body)
    if isinstance(given, str):
        collaborators.change_role(call.world, member, given, by_role=_ROLE_OF_PROGRAMS)
    elif given:
        _give(call, member, given)
    else:
        raise FieldError("env_roles", "is missing: name a role for an environment.")
    return {"data": describe_members(call, [member])[0]}


@ENDPOINTS.add("GET", "members/:id/privileges", is_whole_workspace=True)
def list_privileges(call: Call, id: int) -> dict[str, Any]:
    """List what a collaborator may do, by environment: the role, its privileges and projects."""
    member = _member(call, id)
    types = environments.list_types(call.world, call.workspace_id)
    data = [
        {
            "environment_type": types[each.environment.name],
            "name": each.name,
            "privileges": {name: list(actions) for name, actions in each.privileges.items()},
            "folder_ids": list(each.project_ids or ()),
        }
        for each in held_roles.list_held(call.world, [member])[member.id]
    ]
    return {"data": data, "total": len(data)}


@ENDPOINTS.add("DELETE", "members/:member_id", is_whole_workspace=True)
def delete_member(call: Call, member_id: int) -> dict[str, Any]:
    """Remove a collaborator, who is signed out at once; what they built stays."""
    member = _member(call, member_id)
    collaborators.remove(call.world, member, by=0, by_role=_ROLE_OF_PROGRAMS)
    return {"success": True}


def _member(call: Call, member_id: int) -> Collaborator:
    return collaborators.get_collaborator(call.world, call.workspace_id, member_id)


def _give(call: Call, member: Collaborator, given: dict[int, str | Role | None]) -> None:
    try:
        held_roles.give(call.world, member, given, by_role=_ROLE_OF_PROGRAMS)
    except FieldError as error:
        raise FieldError("env_roles", error.message) from None


def _list_ids(call: Call) -> list[int]:
    there = workspaces.list_environments(call.world, call.workspace_id)
    return [each.id for each in there]


def _read_roles(call: Call, body: Roles) -> str | dict[int, str | Role | None] | None:
    """Return a role of the system for everywhere, or id of an environment → role; None for none."""
    if body.env_roles is None or body.env_roles == []:
        if body.role_name is None:
            return None
        role = _find(call, "role_name", body.role_name, LEGACY)
        return role if isinstance(role, str) else dict.fromkeys(_list_ids(call), role)
    named = body.env_roles if isinstance(body.env_roles, list) else [body.env_roles]
    types = environments.list_types(call.world, call.workspace_id)
    there = workspaces.list_environments(call.world, call.workspace_id)
    ids = {types[each.name]: each.id for each in there}
    found: dict[int, str | Role | None] = {}
    for each in named:
        if each.environment_type not in ids:
            sentence = f"this workspace has no environment {each.environment_type}"
            raise FieldError("env_roles", f"{sentence}, but {', '.join(types.values())}.")
        number = ids[each.environment_type]
        if number in found:
            raise FieldError("env_roles", f"names two roles for {each.environment_type}.")
        found[number] = _find(call, "env_roles", each.name, each.role_type)
    return found


def _find(call: Call, field: str, name: str, kind: str) -> str | Role:
    if kind == LEGACY:
        for key, label in ROLES.items():
            if name.strip().lower() in (key, label.lower()):
                return key
    own = roles.list_roles(call.world, call.workspace_id, kind, name.strip()).first(1)
    if own:
        return own[0]
    named = roles.list_roles(call.world, call.workspace_id, kind).first(_MOST_NAMED)
    known = [*(ROLES.values() if kind == LEGACY else ()), *(each.name for each in named)]
    raise FieldError(field, f"must be one of {', '.join(known)}" if known else "there are no roles")

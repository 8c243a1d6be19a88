"""Workspace collaborators (Workato docs, Developer API, workspace collaborators).

Paths, `env_roles`, `role_name` and `result` are documented, and the members of a collaborator known
from a client (ConductorOne/baton-workato). Of roles, the system roles alone are simulated, and each
collaborator has one, in every environment.
"""

from typing import Any, Literal

from simulator.db.tables import Collaborator
from simulator.domain import collaborators, environments
from simulator.domain.collaborators import ROLES
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import MEMBERS, ApiEndpoint, Body, Call
from simulator.systems.developer_api.workspace import describe_members
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=MEMBERS)
#: An API client stands for no person; it may do what an admin may.
_ROLE_OF_PROGRAMS = "admin"


class EnvironmentRole(Body):
    """The name of a collaborator's role in an environment: `dev`, `test` or `prod`."""

    environment_type: str
    name: str
    role_type: Literal["privilege_group", "environment"] = "privilege_group"


class Roles(Body):
    """The roles that a collaborator gets; where there is `env_roles`, `role_name` is passed over.

    `role_name` is deprecated.
    """

    env_roles: list[EnvironmentRole] | EnvironmentRole | None = None
    role_name: str | None = None


class Invitation(Roles):
    """Whom to invite; without a role, to build (our choice)."""

    name: str
    email: str


@ENDPOINTS.add("POST", "member_invitations", is_whole_workspace=True)
def invite_member(call: Call, body: Invitation) -> dict[str, Any]:
    """Invite a collaborator; the link is on their page under Workspace admin."""
    field, role = _read_role(call, body) or ("", "collaborator")
    if role == "owner":
        raise FieldError(field, "an owner is made by an owner, in the web app.")
    made, _link = collaborators.invite(
        call.world, call.workspace_id, name=body.name, email=body.email, role=role
    )
    return {"result": "ok", "data": describe_members(call, [made])[0]}


@ENDPOINTS.add("PUT", "members/:member_id", is_whole_workspace=True)
def update_member(call: Call, member_id: str, body: Roles) -> dict[str, Any]:
    """Give a collaborator another role."""
    member = _member(call, member_id)
    given = _read_role(call, body)
    if given is None:
        raise FieldError("env_roles", "is missing: name a role for an environment.")
    collaborators.change_role(call.world, member, given[1], by_role=_ROLE_OF_PROGRAMS)
    return {"data": describe_members(call, [member])[0]}


@ENDPOINTS.add("DELETE", "members/:member_id", is_whole_workspace=True)
def delete_member(call: Call, member_id: str) -> dict[str, Any]:
    """Remove a collaborator, who is signed out at once; what they built stays."""
    member = _member(call, member_id)
    collaborators.remove(call.world, member, by=0, by_role=_ROLE_OF_PROGRAMS)
    return {"success": True}


def _member(call: Call, member_id: str) -> Collaborator:
    number = parse_whole_number(member_id) or 0
    return collaborators.get_collaborator(call.world, call.workspace_id, number)


def _read_role(call: Call, body: Roles) -> tuple[str, str] | None:
    """Return the field that names a role, and the role; None where no field does."""
    if body.env_roles is None or body.env_roles == []:
        return None if body.role_name is None else ("role_name", _role("role_name", body.role_name))
    named = body.env_roles if isinstance(body.env_roles, list) else [body.env_roles]
    there = environments.list_types(call.world, call.workspace_id).values()
    for each in named:
        if each.environment_type not in there:
            sentence = f"this workspace has no environment {each.environment_type}"
            raise FieldError("env_roles", f"{sentence}, but {', '.join(there)}.")
    roles = {_role("env_roles", each.name) for each in named}
    if len(roles) > 1:
        raise FieldError("env_roles", "must name the same role everywhere: a collaborator has one.")
    return "env_roles", roles.pop()


def _role(field: str, name: str) -> str:
    for key, label in ROLES.items():
        if name.strip().lower() in (key, label.lower()):
            return key
    raise FieldError(field, f"must be one of {', '.join(ROLES.values())}")

"""Workspace collaborators (Workato docs, Developer API, workspace collaborators).

Paths and the envelope `data` are documented; of roles, the system roles alone are simulated, and
members beyond `id`, `name` and `email` are our choice.
"""

from typing import Any

from simulator.db.tables import Collaborator
from simulator.domain import collaborators
from simulator.domain.collaborators import ROLES
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import WORKSPACE, ApiEndpoint, Body, Call
from simulator.systems.developer_api.workspace import build_member_row
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=WORKSPACE)
#: An API client stands for no person; it may do what an admin may.
_ROLE_OF_PROGRAMS = "admin"


class Invitation(Body):
    """Whom to invite, and with which system role, such as Admin or Operator."""

    name: str
    email: str
    role_name: str = "Collaborator"


class RoleChange(Body):
    """The system role that a collaborator gets."""

    role_name: str


@ENDPOINTS.add("POST", "member_invitations", is_whole_workspace=True)
def invite_member(call: Call, body: Invitation) -> dict[str, Any]:
    """Invite a collaborator; the link is on their page under Workspace admin."""
    role = _role(body.role_name)
    if role == "owner":
        raise FieldError("role_name", "an owner is made by an owner, in the web app.")
    made, _link = collaborators.invite(
        call.world, call.workspace_id, name=body.name, email=body.email, role=role
    )
    return {"data": build_member_row(call, made)}


@ENDPOINTS.add("PUT", "members/:member_id", is_whole_workspace=True)
def update_member(call: Call, member_id: str, body: RoleChange) -> dict[str, Any]:
    """Give a collaborator another role."""
    member = _member(call, member_id)
    role = _role(body.role_name)
    collaborators.change_role(call.world, member, role, by_role=_ROLE_OF_PROGRAMS)
    return {"data": build_member_row(call, member)}


@ENDPOINTS.add("DELETE", "members/:member_id", is_whole_workspace=True)
def delete_member(call: Call, member_id: str) -> dict[str, Any]:
    """Remove a collaborator, who is signed out at once; what they built stays."""
    member = _member(call, member_id)
    collaborators.remove(call.world, member, by=0, by_role=_ROLE_OF_PROGRAMS)
    return {"success": True}


def _member(call: Call, member_id: str) -> Collaborator:
    number = parse_whole_number(member_id) or 0
    return collaborators.get_collaborator(call.world, call.workspace_id, number)


def _role(name: str) -> str:
    for key, label in ROLES.items():
        if name.strip().lower() in (key, label.lower()):
            return key
    raise FieldError("role_name", f"must be one of {', '.join(ROLES.values())}")

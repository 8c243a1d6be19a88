"""Groups of collaborators (Workato docs, Developer API, collaborator groups).

Paths, queries and the members of a group and of a list are documented, `user_group` around the
members of a new one for the Embedded API, and `user_ids` in the query of those that change members.
Taking these from a body, too, and the members of a member are our choices.
"""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Collaborator, CollaboratorGroup
from simulator.domain import collaborator_groups
from simulator.domain.collaborator_groups import LONGEST_DESCRIPTION, MOST_AT_ONCE
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    COLLABORATOR_GROUPS,
    ApiEndpoint,
    Body,
    Call,
    Name,
    Number,
    NumberText,
    Query,
)
from simulator.systems.developer_api.roles import PartQuery, RoleQuery
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=COLLABORATOR_GROUPS, is_whole_workspace=True)

Description = Annotated[str, Field(max_length=LONGEST_DESCRIPTION)]


class MembersQuery(PartQuery):
    """Which members, as `text=nia&page[number]=1&page[size]=100`."""

    text: str = ""


class NewGroupMembers(Body):
    """A group: its name, and what it is for."""

    name: Name
    description: Description | None = None


class GroupMembers(Body):
    """Changes to a group; what is left out stays."""

    name: Name | None = None
    description: Description | None = None


class NewUserGroup(Body):
    """A group of collaborators."""

    user_group: NewGroupMembers


class UserGroupChange(Body):
    """Changes to a group of collaborators."""

    user_group: GroupMembers


class NamedQuery(Query):
    """Collaborators by their ids, those who were invited, too, as many as an address holds."""

    user_ids: Annotated[list[NumberText], Field(max_length=100)] = []
    member_invitation_ids: Annotated[list[NumberText], Field(max_length=100)] = []


class Named(Body):
    """The same, in the body."""

    user_ids: Annotated[list[Number], Field(max_length=MOST_AT_ONCE)] = []
    member_invitation_ids: Annotated[list[Number], Field(max_length=MOST_AT_ONCE)] = []


@ENDPOINTS.add("GET", "user_groups")
def list_user_groups(call: Call, query: RoleQuery) -> dict[str, Any]:
    """List the groups of collaborators by name, Workato's own first; `name` selects one: a page."""
    found = collaborator_groups.list_groups(call.world, call.workspace_id, name=query.name)
    part = found.part(query.part)
    counts = collaborator_groups.count_members(call.world, part.rows)
    return {"data": [_row(each, counts[each.id]) for each in part], **query.tell(part.page.total)}


@ENDPOINTS.add("POST", "user_groups")
def create_user_group(call: Call, body: NewUserGroup) -> dict[str, Any]:
    """Create a group of collaborators, without members."""
    given = body.user_group
    made = collaborator_groups.create(
        call.world, call.workspace_id, name=given.name, description=given.description or ""
    )
    return _describe(call, made)


@ENDPOINTS.add("GET", "user_groups/:id")
def get_user_group(call: Call, id: str) -> dict[str, Any]:
    """Return a group of collaborators."""
    return _describe(call, _get(call, id))


@ENDPOINTS.add("PUT", "user_groups/:id")
def update_user_group(call: Call, id: str, body: UserGroupChange) -> dict[str, Any]:
    """Rename or describe a group of collaborators."""
    group, given = _get(call, id), body.user_group
    name = group.name if given.name is None else given.name
    has_text = "description" in given.model_fields_set
    description = given.description if has_text else group.description
    collaborator_groups.change(call.world, group, name=name, description=description)
    return _describe(call, group)


@ENDPOINTS.add("DELETE", "user_groups/:id")
def delete_user_group(call: Call, id: str) -> dict[str, Any]:
    """Delete a group of collaborators; its members lose what they had by it alone."""
    collaborator_groups.remove(call.world, _get(call, id))
    return {"success": True}


@ENDPOINTS.add("GET", "user_groups/:id/members")
def list_user_group_members(call: Call, id: str, query: MembersQuery) -> dict[str, Any]:
    """List the members of a group, by name; `text` filters by name or e-mail address: a page."""
    found = collaborator_groups.list_members(call.world, _get(call, id), query.text)
    part = found.part(query.part)
    return {"data": [_member(each) for each in part], **query.tell(part.page.total)}


@ENDPOINTS.add("POST", "user_groups/:id/members")
def add_user_group_members(call: Call, id: str, query: NamedQuery, body: Named) -> dict[str, Any]:
    """Add collaborators to a group; no error if they are members already."""
    group = _get(call, id)
    collaborator_groups.add_members(call.world, group, _read_ids(query, body))
    return _describe(call, group)


@ENDPOINTS.add("DELETE", "user_groups/:id/members")
def remove_user_group_members(
    call: Call, id: str, query: NamedQuery, body: Named
) -> dict[str, Any]:
    """Remove collaborators from a group; no error if they are no members."""
    group = _get(call, id)
    collaborator_groups.remove_members(call.world, group, _read_ids(query, body))
    return _describe(call, group)


def _read_ids(query: NamedQuery, body: Named) -> list[int]:
    ids = [
        *(*query.user_ids, *query.member_invitation_ids),
        *(*body.user_ids, *body.member_invitation_ids),
    ]
    if not ids:
        raise FieldError("user_ids", "can't be blank")
    return list(dict.fromkeys(ids))


def _get(call: Call, handle: str) -> CollaboratorGroup:
    return collaborator_groups.get_group(call.world, call.workspace_id, handle)


def _describe(call: Call, group: CollaboratorGroup) -> dict[str, Any]:
    counts = collaborator_groups.count_members(call.world, [group])
    return {"data": _row(group, counts[group.id])}


def _row(group: CollaboratorGroup, members: int) -> dict[str, Any]:
    return {
        "id": group.handle,
        "name": group.name,
        "description": group.description,
        "members_count": members,
        "system": group.is_system,
        "created_at": group.created_at,
        "updated_at": group.updated_at,
    }


def _member(person: Collaborator) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "email": person.email}

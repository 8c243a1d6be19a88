"""End users and their groups (Workato docs, Developer API, Workato Identity)."""

from typing import Any

from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import end_user_groups, people
from simulator.errors import NotFound
from simulator.systems.developer_api.endpoint import IAM, ApiEndpoint, Body, Call, Query
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/iam/", quota=IAM)


class UserQuery(Query):
    """Which end users."""

    query: str = ""
    name: str = ""
    emails: list[str] = []
    user_ids: list[str] = []
    user_group_ids: list[str] = []


class Group(Body):
    """An end-user group by id."""

    user_group_id: str


@ENDPOINTS.add("GET", "users")
def list_users(call: Call, query: UserQuery) -> dict[str, Any]:
    """List the end users that fit every filter, by name."""
    text, name = query.query.casefold(), query.name.casefold()
    emails = {email.casefold() for email in query.emails}
    ids, group_ids = set(query.user_ids), set(query.user_group_ids)
    groups = _groups_of(call)
    return {
        "data": [
            _user(each, groups)
            for each in people.list_end_users(call.world, call.workspace_id)
            if name in each.name.casefold()
            and text in f"{each.name}\n{each.email}".casefold()
            and (not emails or each.email.casefold() in emails)
            and (not ids or each.id in ids)
            and (not group_ids or group_ids & set(groups.get(each.id, ())))
        ]
    }


@ENDPOINTS.add("GET", "users/:user_id")
def get_user(call: Call, user_id: str) -> dict[str, Any]:
    """Tell of one end user."""
    return {"data": _user(_person(call, user_id), _groups_of(call))}


@ENDPOINTS.add("POST", "users/:user_id/add_to_group")
def add_to_group(call: Call, user_id: str, body: Group) -> dict[str, Any]:
    """Make an end user a member of a group; whoever is one stays one."""
    person, group = _person(call, user_id), _group(call, body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=True)
    return {"data": _user(person, _groups_of(call))}


@ENDPOINTS.add("POST", "users/:user_id/remove_from_group")
def remove_from_group(call: Call, user_id: str, body: Group) -> dict[str, Any]:
    """Make an end user no member of a group any more."""
    person, group = _person(call, user_id), _group(call, body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=False)
    return {"data": _user(person, _groups_of(call))}


@ENDPOINTS.add("GET", "user_groups")
def list_groups(call: Call) -> dict[str, Any]:
    """List the end-user groups of the client's environment, by name."""
    groups = end_user_groups.list_groups(call.world, call.client.environment_id)
    return {"data": [build_group_row(each) for each in groups]}


@ENDPOINTS.add("GET", "user_groups/:group_id")
def get_group(call: Call, group_id: str) -> dict[str, Any]:
    """Tell of one end-user group."""
    return {"data": build_group_row(_group(call, group_id))}


@ENDPOINTS.add("GET", "user_groups/:group_id/members")
def list_members(call: Call, group_id: str) -> dict[str, Any]:
    """List the members of an end-user group, by name."""
    groups = _groups_of(call)
    return {"data": [_user(each, groups) for each in _group(call, group_id).members]}


def build_group_row(group: EndUserGroup) -> dict[str, Any]:
    """Return a group as the Developer API shows it."""
    return {
        "id": group.id,
        "name": group.name,
        "created_at": group.created_at.isoformat(),
        "updated_at": group.updated_at.isoformat(),
    }


def _user(person: EndUser, groups: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "id": person.id,
        "email": person.email,
        "full_name": person.name,
        "status": person.status,
        "user_group_ids": groups.get(person.id, []),
        "created_at": person.created_at.isoformat(),
    }


def _groups_of(call: Call) -> dict[str, list[str]]:
    """Id of an end user → ids of their groups in the client's environment."""
    found = end_user_groups.get_memberships(call.world, call.client.environment_id)
    return {user_id: [group.id for group in groups] for user_id, groups in found.items()}


def _person(call: Call, user_id: str) -> EndUser:
    person = people.get_end_user(call.world, user_id)
    if person.workspace_id != call.workspace_id:
        raise NotFound(f"There is no end user '{user_id}'.")
    return person


def _group(call: Call, group_id: str) -> EndUserGroup:
    group = end_user_groups.get_group(call.world, call.workspace_id, group_id)
    if group.environment_id != call.client.environment_id:
        raise NotFound("This end-user group does not exist.")
    return group

"""End users and their groups (Workato docs, Developer API, Workato Identity)."""

from collections.abc import Iterable
from typing import Any

from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import end_user_groups, people
from simulator.errors import NotFound
from simulator.systems.developer_api.endpoint import IAM, ApiEndpoint, Body, Call, LongQuery
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/iam/", quota=IAM)


class UserQuery(LongQuery):
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
    """List the end users that fit every filter, by name: a page of them."""
    found = people.list_end_users(
        call.world,
        call.workspace_id,
        query.query,
        name=query.name,
        emails=query.emails,
        ids=query.user_ids,
        group_ids=query.user_group_ids,
        environment_id=call.client.environment_id,
    )
    return {"data": _users(call, found.part(query.part))}


@ENDPOINTS.add("GET", "users/:user_id")
def get_user(call: Call, user_id: str) -> dict[str, Any]:
    """Tell of one end user."""
    return {"data": _user(call, _person(call, user_id))}


@ENDPOINTS.add("POST", "users/:user_id/add_to_group")
def add_to_group(call: Call, user_id: str, body: Group) -> dict[str, Any]:
    """Make an end user a member of a group; whoever is one stays one."""
    person, group = _person(call, user_id), _group(call, body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=True)
    return {"data": _user(call, person)}


@ENDPOINTS.add("POST", "users/:user_id/remove_from_group")
def remove_from_group(call: Call, user_id: str, body: Group) -> dict[str, Any]:
    """Make an end user no member of a group any more."""
    person, group = _person(call, user_id), _group(call, body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=False)
    return {"data": _user(call, person)}


@ENDPOINTS.add("GET", "user_groups")
def list_groups(call: Call, query: LongQuery) -> dict[str, Any]:
    """List the end-user groups of the client's environment, by name: a page of them."""
    environment_id = call.client.environment_id
    groups = end_user_groups.list_groups(call.world, environment_id).part(query.part)
    return {"data": [build_group_row(each) for each in groups]}


@ENDPOINTS.add("GET", "user_groups/:group_id")
def get_group(call: Call, group_id: str) -> dict[str, Any]:
    """Tell of one end-user group."""
    return {"data": build_group_row(_group(call, group_id))}


@ENDPOINTS.add("GET", "user_groups/:group_id/members")
def list_members(call: Call, group_id: str, query: LongQuery) -> dict[str, Any]:
    """List the members of an end-user group, by name: a page of them."""
    found = people.list_members(call.world, _group(call, group_id))
    return {"data": _users(call, found.part(query.part))}


def build_group_row(group: EndUserGroup) -> dict[str, Any]:
    """Return a group as the Developer API shows it."""
    return {
        "id": group.id,
        "name": group.name,
        "created_at": group.created_at.isoformat(),
        "updated_at": group.updated_at.isoformat(),
    }


def _user(call: Call, person: EndUser) -> dict[str, Any]:
    return _users(call, [person])[0]


def _users(call: Call, persons: Iterable[EndUser]) -> list[dict[str, Any]]:
    """Show end users with the ids of their groups in the client's environment."""
    shown = list(persons)
    groups = end_user_groups.get_memberships(
        call.world, [each.id for each in shown], call.client.environment_id
    )
    return [
        {
            "id": each.id,
            "email": each.email,
            "full_name": each.name,
            "status": each.status,
            "user_group_ids": [group.id for group in groups.get(each.id, ())],
            "created_at": each.created_at.isoformat(),
        }
        for each in shown
    ]


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

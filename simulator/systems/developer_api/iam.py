"""End users and their groups (Workato docs, Developer API, Workato Identity)."""

from typing import Any

from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import end_user_groups, people
from simulator.errors import NotFound
from simulator.systems.developer_api.endpoint import IAM, Body, Call, Endpoint


class Group(Body):
    """An end-user group by id."""

    user_group_id: str


def list_users(call: Call) -> dict[str, Any]:
    """Return the end users of the workspace that fit every filter, by name."""
    text, name = ((call.parameter(each) or "").casefold() for each in ("query", "name"))
    emails = {email.casefold() for email in call.query.get("emails", ())}
    ids = set(call.query.get("user_ids", ()))
    group_ids = set(call.query.get("user_group_ids", ()))
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


def get_user(call: Call, user_id: str) -> dict[str, Any]:
    """One end user."""
    return {"data": _user(_person(call, user_id), _groups_of(call))}


def add_to_group(call: Call, user_id: str) -> dict[str, Any]:
    """Make somebody a member of a group; whoever is one stays one."""
    person, group = _person(call, user_id), _group(call, call.body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=True)
    return {"data": _user(person, _groups_of(call))}


def remove_from_group(call: Call, user_id: str) -> dict[str, Any]:
    """Make somebody no member of a group any more."""
    person, group = _person(call, user_id), _group(call, call.body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=False)
    return {"data": _user(person, _groups_of(call))}


def list_groups(call: Call) -> dict[str, Any]:
    """Return the end-user groups of the client's environment, by name."""
    groups = end_user_groups.list_groups(call.world, call.client.environment_id)
    return {"data": [build_group_row(each) for each in groups]}


def get_group(call: Call, group_id: str) -> dict[str, Any]:
    """One end-user group."""
    return {"data": build_group_row(_group(call, group_id))}


def list_members(call: Call, group_id: str) -> dict[str, Any]:
    """Return the members of an end-user group, by name."""
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


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/api/iam/users",
        summary="Lists the end users that fit every filter, by name.",
        quota=IAM,
        view=list_users,
        query=("query", "name", "emails", "user_ids", "user_group_ids"),
    ),
    Endpoint(
        method="GET",
        path="/api/iam/users/:user_id",
        summary="Tells of one end user.",
        quota=IAM,
        view=get_user,
    ),
    Endpoint(
        method="POST",
        path="/api/iam/users/:user_id/add_to_group",
        summary="Makes an end user a member of a group.",
        quota=IAM,
        view=add_to_group,
        body=Group,
    ),
    Endpoint(
        method="POST",
        path="/api/iam/users/:user_id/remove_from_group",
        summary="Makes an end user no member of a group any more.",
        quota=IAM,
        view=remove_from_group,
        body=Group,
    ),
    Endpoint(
        method="GET",
        path="/api/iam/user_groups",
        summary="Lists the end-user groups of the client's environment, by name.",
        quota=IAM,
        view=list_groups,
    ),
    Endpoint(
        method="GET",
        path="/api/iam/user_groups/:group_id",
        summary="Tells of one end-user group.",
        quota=IAM,
        view=get_group,
    ),
    Endpoint(
        method="GET",
        path="/api/iam/user_groups/:group_id/members",
        summary="Lists the members of an end-user group, by name.",
        quota=IAM,
        view=list_members,
    ),
)

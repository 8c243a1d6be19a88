"""End users and their groups (Workato docs, Developer API, Workato Identity)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import (
    end_user_accounts,
    end_user_groups,
    end_user_removal,
    group_changes,
    people,
)
from simulator.domain.end_user_accounts import MOST_AT_ONCE
from simulator.errors import FieldError, NotFound
from simulator.systems.developer_api.endpoint import IAM, ApiEndpoint, Body, Call, LongQuery, Query
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Table
from simulator.world import World

ENDPOINTS = Table(ApiEndpoint, "/api/iam/", quota=IAM)
_REFUSED = {422: "a name or an e-mail address is invalid or taken"}


class UserQuery(LongQuery):
    """Which end users."""

    query: str = ""
    name: str = ""
    emails: list[str] = []
    user_ids: list[str] = []
    user_group_ids: list[str] = []
    environment_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None


class Group(Body):
    """An end-user group by id."""

    user_group_id: str


class NewUser(Body):
    """An end user; without `full_name`, they are called what stands before the @."""

    email: str
    full_name: str = ""


class NewUsers(Body):
    """One end user, or several as `users`, which are made all or not at all (our choice)."""

    email: str | None = None
    full_name: str = ""
    users: Annotated[list[NewUser], Field(max_length=MOST_AT_ONCE)] | None = None


class GroupQuery(LongQuery):
    """Which end-user groups."""

    query: str = ""


class NewGroup(Body):
    """An end-user group, and its members."""

    name: str
    user_ids: list[str] = []


class GroupChange(Body):
    """Changes to an end-user group."""

    name: str


class Members(Body):
    """End users by their ids."""

    user_ids: Annotated[list[str], Field(min_length=1, max_length=MOST_AT_ONCE)]


class OptionalMembers(Body):
    """The same, where they may be named elsewhere."""

    user_ids: Annotated[list[str], Field(max_length=MOST_AT_ONCE)] = []


class GroupMemberQuery(Query):
    """End users by their ids, as many as an address holds."""

    user_ids: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = []


class UserChange(Body):
    """Changes to an end user; `active` is our choice."""

    email: str | None = None
    full_name: str | None = None
    active: bool | None = None


@ENDPOINTS.add("GET", "users")
def list_users(call: Call, query: UserQuery) -> dict[str, Any]:
    """List the end users that match every filter, by name."""
    chosen = query.environment_id
    found = people.list_end_users(
        call.world,
        call.workspace_id,
        query.query,
        name=query.name,
        emails=query.emails,
        ids=query.user_ids,
        group_ids=query.user_group_ids,
        environment_id=call.environment.id if chosen is None else chosen,
    )
    return {"data": _users(call, query.cut(found))}


@ENDPOINTS.add("GET", "users/:user_id")
def get_user(call: Call, user_id: str) -> dict[str, Any]:
    """Return an end user."""
    return {"data": _user(call, _person(call, user_id))}


@ENDPOINTS.add("POST", "users", problems=_REFUSED)
def create_users(call: Call, body: NewUsers) -> dict[str, Any]:
    """Create one or more end users, and invite them."""
    if body.users is None:
        if body.email is None:
            raise FieldError("email", "can't be blank")
        with _named_as_in_bodies():
            made = end_user_accounts.create(
                call.world, call.workspace_id, name=body.full_name, email=body.email
            )
        return {"data": _user(call, made)}
    new = [end_user_accounts.NewUser(name=one.full_name, email=one.email) for one in body.users]
    ids = end_user_accounts.create_many(call.world, call.workspace_id, new)
    found = people.list_end_users(call.world, call.workspace_id, ids=ids).first(len(ids))
    by_id = {each.id: each for each in found}
    return {"data": _users(call, [by_id[each] for each in ids])}


@ENDPOINTS.add("PUT", "users/:user_id", problems=_REFUSED)
def update_user(call: Call, user_id: str, body: UserChange) -> dict[str, Any]:
    """Change an end user's e-mail address or name, or disable and enable them."""
    user = _person(call, user_id)
    status = None if body.active is None else "active" if body.active else "disabled"
    with _named_as_in_bodies():
        end_user_accounts.change_end_user(
            call.world, user, name=body.full_name, email=body.email, status=status
        )
    return {"data": _user(call, user)}


@ENDPOINTS.add("DELETE", "users/:user_id")
def delete_user(call: Call, user_id: str) -> dict[str, Any]:
    """Delete an end user and their sign-ins, tokens, memberships and connections."""
    end_user_removal.remove(call.world, _person(call, user_id))
    return {"success": True}


@ENDPOINTS.add("POST", "users/:user_id/add_to_group")
def add_to_group(call: Call, user_id: str, body: Group) -> dict[str, Any]:
    """Add an end user to a group; no error if they are a member already."""
    person, group = _person(call, user_id), _group(call, body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=True)
    return {"data": _user(call, person)}


@ENDPOINTS.add("POST", "users/:user_id/remove_from_group")
def remove_from_group(call: Call, user_id: str, body: Group) -> dict[str, Any]:
    """Remove an end user from a group."""
    person, group = _person(call, user_id), _group(call, body.user_group_id)
    end_user_groups.set_member(call.world, group, person, is_member=False)
    return {"data": _user(call, person)}


@ENDPOINTS.add("GET", "user_groups")
def list_groups(call: Call, query: GroupQuery) -> dict[str, Any]:
    """List the end-user groups of the client's environment, by name."""
    environment_id = call.environment.id
    found = end_user_groups.list_groups(call.world, environment_id, query.query)
    return {"data": build_group_rows(call.world, query.cut(found))}


@ENDPOINTS.add("POST", "user_groups", problems=_REFUSED)
def create_group(call: Call, body: NewGroup) -> dict[str, Any]:
    """Create an end-user group in the client's environment, with members or without."""
    group = group_changes.create_group(
        call.world, call.environment, body.name, body.user_ids, may_be_empty=True
    )
    return {"data": _group_row(call, group)}


@ENDPOINTS.add("PUT", "user_groups/:group_id", problems=_REFUSED)
def update_group(call: Call, group_id: str, body: GroupChange) -> dict[str, Any]:
    """Rename an end-user group."""
    group = _group(call, group_id)
    group_changes.rename_group(call.world, group, body.name)
    return {"data": _group_row(call, group)}


@ENDPOINTS.add("DELETE", "user_groups/:group_id")
def delete_group(call: Call, group_id: str) -> dict[str, Any]:
    """Delete an end-user group; its members lose the access it gave them."""
    end_user_groups.delete_group(call.world, _group(call, group_id))
    return {"success": True}


@ENDPOINTS.add("POST", "user_groups/:group_id/add_users")
def add_users(call: Call, group_id: str, body: Members) -> dict[str, Any]:
    """Add end users to an end-user group; no error if they are members already."""
    group = _group(call, group_id)
    group_changes.add_members(call.world, group, body.user_ids)
    return {"data": _group_row(call, group)}


@ENDPOINTS.add("DELETE", "user_groups/:group_id/remove_users")
def remove_users(
    call: Call, group_id: str, query: GroupMemberQuery, body: OptionalMembers
) -> dict[str, Any]:
    """Remove end users, named in the body or in the query, from an end-user group."""
    group, ids = _group(call, group_id), [*body.user_ids, *query.user_ids]
    if not ids:
        raise FieldError("user_ids", "can't be blank")
    group_changes.remove_members(call.world, group, ids)
    return {"data": _group_row(call, group)}


@ENDPOINTS.add("GET", "user_groups/:group_id")
def get_group(call: Call, group_id: str) -> dict[str, Any]:
    """Return an end-user group."""
    return {"data": _group_row(call, _group(call, group_id))}


@ENDPOINTS.add("GET", "user_groups/:group_id/members")
def list_members(call: Call, group_id: str, query: LongQuery) -> dict[str, Any]:
    """List the members of an end-user group, by name."""
    found = people.list_members(call.world, _group(call, group_id))
    return {"data": _users(call, query.cut(found))}


def build_group_rows(world: World, groups: Iterable[EndUserGroup]) -> list[dict[str, Any]]:
    """Return groups as the Developer API shows them, with the number of their members.

    Args:
        groups: the groups.
    """
    shown = list(groups)
    counts = end_user_groups.count_members(world, [each.id for each in shown])
    return [
        {
            "id": each.id,
            "name": each.name,
            "users_count": counts[each.id],
            "created_at": each.created_at,
            "updated_at": each.updated_at,
        }
        for each in shown
    ]


def _group_row(call: Call, group: EndUserGroup) -> dict[str, Any]:
    return build_group_rows(call.world, [group])[0]


@contextmanager
def _named_as_in_bodies() -> Iterator[None]:
    """Name errors by the member of the body."""
    try:
        yield
    except FieldError as error:
        if error.field == "name":
            raise FieldError("full_name", error.message) from None
        raise


def _user(call: Call, person: EndUser) -> dict[str, Any]:
    return _users(call, [person])[0]


def _users(call: Call, persons: Iterable[EndUser]) -> list[dict[str, Any]]:
    """Show end users with the ids of their groups in the client's environment."""
    shown = list(persons)
    groups = end_user_groups.get_memberships(
        call.world, [each.id for each in shown], call.environment.id
    )
    return [
        {
            "id": each.id,
            "email": each.email,
            "full_name": each.name,
            "status": each.status,
            "user_group_ids": [group.id for group in groups.get(each.id, ())],
            "created_at": each.created_at,
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
    if group.environment_id != call.environment.id:
        raise NotFound("This end-user group does not exist.")
    return group

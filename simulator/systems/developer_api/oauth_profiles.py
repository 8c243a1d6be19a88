"""Custom OAuth profiles, and the customers they are assigned to (Workato docs, Developer API).

Paths, members and the answers of reading, assigning and unassigning are documented; the bodies are
those that public clients send. That an update may leave members out, and that a profile in use is
not deleted: our choice.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import CustomOAuthProfile
from simulator.domain import customers, oauth_profile_customers, oauth_profiles, workspaces
from simulator.domain.api_clients import Quota
from simulator.domain.oauth_profiles import LONGEST_NAME, LONGEST_VALUE
from simulator.errors import FieldError, NotFound
from simulator.systems.developer_api.endpoint import ApiEndpoint, Body, Call, PageQuery, Query
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

_PROFILES = Quota(name="custom OAuth profiles", requests=60, interval=timedelta(minutes=1))

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=_PROFILES, is_whole_workspace=True)

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Value = Annotated[str, Field(min_length=1, max_length=LONGEST_VALUE)]


class Client(Body):
    """The OAuth client of an app; `token` is the verification token of a Slack app."""

    client_id: Value
    client_secret: Value
    token: Annotated[str, Field(max_length=LONGEST_VALUE)] = ""


class ClientChange(Body):
    """What is to change of the OAuth client."""

    client_id: Value | None = None
    client_secret: Value | None = None
    token: Annotated[str, Field(max_length=LONGEST_VALUE)] | None = None


class NewProfile(Body):
    """A profile, for an app that has them."""

    name: Name
    provider: Annotated[str, Field(min_length=1, max_length=100)]
    data: Client


class ProfileChange(Body):
    """Changes to a profile; it stays one for the same app."""

    name: Name | None = None
    provider: str | None = None
    data: ClientChange | None = None


class Unassignment(Query):
    """Whether a profile is taken away although connections of the customer have it."""

    force: bool = False


@ENDPOINTS.add("GET", "custom_oauth_profiles")
def list_profiles(call: Call, query: PageQuery) -> dict[str, Any]:
    """List profiles, by id: a page; never with a secret."""
    found = oauth_profiles.find_profiles(call.world, call.workspace_id)
    return {"result": _rows(call, found.cut(query.part.offset, query.part.size))}


@ENDPOINTS.add("POST", "custom_oauth_profiles")
def create_profile(call: Call, body: NewProfile) -> dict[str, Any]:
    """Create a profile."""
    made = oauth_profiles.create(
        call.world,
        call.workspace_id,
        name=body.name,
        provider=body.provider,
        client_id=body.data.client_id,
        client_secret=body.data.client_secret,
        verification_token=body.data.token,
    )
    return {"result": _rows(call, [made])[0]}


@ENDPOINTS.add("GET", "custom_oauth_profiles/:id")
def get_profile(call: Call, id: str) -> dict[str, Any]:
    """Return a custom OAuth profile."""
    return {"result": _rows(call, [_found(call, id)])[0]}


@ENDPOINTS.add("PUT", "custom_oauth_profiles/:id")
def update_profile(call: Call, id: str, body: ProfileChange) -> dict[str, Any]:
    """Change a profile; its connections ask for consent with the new client from then on."""
    profile, data = _found(call, id), body.data or ClientChange()
    if body.provider not in (None, profile.provider):
        raise FieldError("provider", "can't be changed")
    oauth_profiles.change(
        call.world,
        profile,
        name=body.name,
        client_id=data.client_id,
        client_secret=data.client_secret,
        verification_token=data.token,
    )
    return {"result": _rows(call, [profile])[0]}


@ENDPOINTS.add("DELETE", "custom_oauth_profiles/:id")
def delete_profile(call: Call, id: str) -> dict[str, Any]:
    """Delete a profile that no connection has."""
    oauth_profiles.delete(call.world, _found(call, id))
    return {"result": {"success": True}}


@ENDPOINTS.add("POST", "managed_users/:managed_user_id/custom_oauth_profiles/:id/assign")
def assign_profile(call: Call, managed_user_id: str, id: str) -> dict[str, Any]:
    """Let the connections of a customer have a profile."""
    profile, customer = _both(call, managed_user_id, id)
    oauth_profile_customers.assign(call.world, profile, customer)
    return {"result": {"success": True}}


@ENDPOINTS.add("DELETE", "managed_users/:managed_user_id/custom_oauth_profiles/:id/unassign")
def unassign_profile(
    call: Call,
    managed_user_id: str,
    id: str,
    query: Unassignment,
) -> dict[str, Any]:
    """Take a profile away from a customer; one that its connections have, only with `force`."""
    profile, customer = _both(call, managed_user_id, id)
    oauth_profile_customers.unassign(call.world, profile, customer, force=query.force)
    return {"result": {"success": True}}


def _both(call: Call, handle: str, number: str) -> tuple[CustomOAuthProfile, int]:
    customers.check_vendor(call.world, call.workspace_id)
    account = customers.get_account(call.world, call.workspace_id, handle)
    return _found(call, number), account.workspace.id


def _found(call: Call, number: str) -> CustomOAuthProfile:
    profile_id = parse_whole_number(number) or 0
    try:
        return oauth_profiles.get_profile(call.world, call.workspace_id, profile_id)
    except NotFound:
        raise NotFound(f"There is no custom OAuth profile {number} in this workspace.") from None


def _rows(call: Call, found: Sequence[CustomOAuthProfile]) -> list[dict[str, Any]]:
    ids = [each.id for each in found]
    connections = oauth_profiles.count_connections(call.world, ids)
    assigned = oauth_profiles.count_customers(call.world, ids)
    owner = workspaces.get_owner(call.world, call.workspace_id)
    return [
        {
            "id": each.id,
            "user_id": owner.id,
            "name": each.name,
            "provider": each.provider,
            "data": {"client_id": each.client_id},
            "shared_accounts_count": connections.get(each.id, 0),
            "oem_customers_count": assigned.get(each.id, 0),
            "created_at": each.created_at,
            "updated_at": each.updated_at,
        }
        for each in found
    ]

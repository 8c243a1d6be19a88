"""Clients of the API platform as of version 1, whose keys are access profiles (Workato docs).

Both versions are about the same clients and keys: the collections of a profile are its client's.
"""

from typing import Any, Literal

from simulator.db.tables import ApiPlatformClient, ApiPlatformKey
from simulator.domain import api_platform_clients, workspaces
from simulator.systems.developer_api.api_platform_clients import (
    ClientQuery,
    Ids,
    check_collections,
)
from simulator.systems.developer_api.endpoint import (
    API_PLATFORM,
    ApiEndpoint,
    Body,
    Call,
    Name,
    Number,
    NumberText,
    PageQuery,
)
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=API_PLATFORM)

Addresses = list[str]


class FirstClient(Body):
    """A client; it says who it is by tokens."""

    name: Name
    project_id: Number | None = None


class ProfileQuery(PageQuery):
    """Which access profiles: of one client, by default all."""

    api_client_id: NumberText | None = None


class NewAccessProfile(Body):
    """An access profile; collections that are named are its client's from then on."""

    name: Name
    api_client_id: Number
    api_collection_ids: Ids | None = None
    active: bool = True
    auth_type: Literal["token"] = "token"
    ip_allow_list: Addresses = []
    ip_deny_list: Addresses = []


class AccessProfileChange(Body):
    """Changes to an access profile; members that are left out keep their values."""

    name: Name | None = None
    api_collection_ids: Ids | None = None
    active: bool | None = None
    ip_allow_list: Addresses | None = None
    ip_deny_list: Addresses | None = None


@ENDPOINTS.add("GET", "api_clients")
def list_first_api_clients(call: Call, query: ClientQuery) -> list[dict[str, Any]]:
    """List the API platform clients (version 1 of the endpoint)."""
    found = api_platform_clients.find_clients(call.world, call.workspace_id, query.project_id)
    return [_client(each) for each in query.cut(found)]


@ENDPOINTS.add("POST", "api_clients")
def create_first_api_client(call: Call, body: FirstClient) -> dict[str, Any]:
    """Create an API platform client (version 1); its access profiles name the collections."""
    if body.project_id is not None:
        workspaces.get_project(call.world, call.workspace_id, body.project_id)
    made = api_platform_clients.create_client(
        call.world,
        call.workspace_id,
        name=body.name,
        description="",
        project_id=body.project_id,
        email=None,
        auth_type="token",
        collection_ids=[],
        settings={},
    )
    return _client(made)


@ENDPOINTS.add("GET", "api_access_profiles")
def list_access_profiles(call: Call, query: ProfileQuery) -> list[dict[str, Any]]:
    """List access profiles, which are the keys of clients in version 1."""
    found = api_platform_clients.find_keys_of_workspace(
        call.world, call.workspace_id, query.api_client_id
    )
    keys = query.cut(found)
    clients = api_platform_clients.get_clients_of(call.world, keys)
    return [_profile(clients[each.client_id], each) for each in keys]


@ENDPOINTS.add("POST", "api_access_profiles")
def create_access_profile(call: Call, body: NewAccessProfile) -> dict[str, Any]:
    """Create an access profile; only this response contains its secret."""
    client = api_platform_clients.get_client(call.world, call.workspace_id, body.api_client_id)
    _give(call, client, body.api_collection_ids)
    key, token = api_platform_clients.create_key(
        call.world,
        client,
        name=body.name,
        active=body.active,
        ip_allow_list=body.ip_allow_list,
        ip_deny_list=body.ip_deny_list,
    )
    return _profile(client, key, token)


@ENDPOINTS.add("PUT", "api_access_profiles/:api_access_profile_id")
def update_access_profile(
    call: Call, api_access_profile_id: int, body: AccessProfileChange
) -> dict[str, Any]:
    """Change an access profile."""
    client, key = _found(call, api_access_profile_id)
    _give(call, client, body.api_collection_ids)
    api_platform_clients.change_key(
        call.world,
        key,
        name=body.name,
        active=body.active,
        ip_allow_list=body.ip_allow_list,
        ip_deny_list=body.ip_deny_list,
    )
    return _profile(client, key)


@ENDPOINTS.add("PUT", "api_access_profiles/:api_access_profile_id/enable")
def enable_access_profile(call: Call, api_access_profile_id: int) -> dict[str, Any]:
    """Enable an access profile."""
    return update_access_profile(call, api_access_profile_id, AccessProfileChange(active=True))


@ENDPOINTS.add("PUT", "api_access_profiles/:api_access_profile_id/disable")
def disable_access_profile(call: Call, api_access_profile_id: int) -> dict[str, Any]:
    """Disable an access profile."""
    return update_access_profile(call, api_access_profile_id, AccessProfileChange(active=False))


@ENDPOINTS.add("PUT", "api_access_profiles/:api_access_profile_id/refresh_secret")
def refresh_access_profile(call: Call, api_access_profile_id: int) -> dict[str, Any]:
    """Replace an access profile's secret; only this response contains the new one."""
    client, key = _found(call, api_access_profile_id)
    token = api_platform_clients.refresh_key(call.world, key)
    return _profile(client, key, token)


def _found(call: Call, number: int) -> tuple[ApiPlatformClient, ApiPlatformKey]:
    key = api_platform_clients.get_key_of_workspace(call.world, call.workspace_id, number)
    return api_platform_clients.get_client(call.world, call.workspace_id, key.client_id), key


def _give(call: Call, client: ApiPlatformClient, ids: list[int] | None) -> None:
    if ids is not None:
        check_collections(call, ids)
        api_platform_clients.change_client(call.world, client, collection_ids=ids)


def _client(client: ApiPlatformClient) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "project_id": client.project_id,
        "created_at": client.created_at,
        "updated_at": client.updated_at,
    }


def _profile(
    client: ApiPlatformClient, key: ApiPlatformKey, token: str | None = None
) -> dict[str, Any]:
    document = {
        "id": key.id,
        "name": key.name,
        "api_client_id": client.id,
        "api_collection_ids": client.collection_ids,
        "active": key.active,
        "auth_type": client.auth_type,
        "ip_allow_list": key.ip_allow_list,
        "ip_deny_list": key.ip_deny_list,
        "created_at": key.created_at,
        "updated_at": key.active_since,
    }
    return document if token is None else {**document, "secret": token}

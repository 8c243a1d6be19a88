"""Clients of the API platform and their keys (Workato docs, API platform, version 2)."""

from typing import Any, Literal

from simulator.db.tables import ApiPlatformClient, ApiPlatformKey
from simulator.domain import api_collections, api_platform_clients, workspaces
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

ENDPOINTS = Table(ApiEndpoint, "/api/v2/", quota=API_PLATFORM)

Ids = list[Number]
#: What is kept of a client as it was said; its secrets are not.
_SETTINGS = {"api_policy_id", "jwt_method", "oidc_issuer", "oidc_jwks_uri", "mtls_enabled",
             "validation_formula", "cert_bundle_ids"}  # fmt: skip


class ClientQuery(PageQuery):
    """Which clients: of one project, by default all."""

    project_id: NumberText | None = None


class NewClient(Body):
    """A client; how it says who it is, is kept and not used, as nothing here is called by it."""

    name: Name
    description: str = ""
    project_id: Number | None = None
    email: str | None = None
    api_collection_ids: Ids = []
    auth_type: Literal["token", "jwt", "oauth2", "oidc"] = "token"
    api_policy_id: Number | None = None
    jwt_method: Literal["hmac", "rsa"] | None = None
    oidc_issuer: str | None = None
    oidc_jwks_uri: str | None = None
    mtls_enabled: bool = False
    validation_formula: str | None = None
    cert_bundle_ids: Ids = []


class PlatformClientChange(Body):
    """Changes to a client; members that are left out keep their values."""

    name: Name | None = None
    description: str | None = None
    api_collection_ids: Ids | None = None


class NewKey(Body):
    """A key."""

    name: Name
    active: bool = True
    ip_allow_list: list[str] = []
    ip_deny_list: list[str] = []


class KeyChange(Body):
    """Changes to a key; members that are left out keep their values."""

    name: Name | None = None
    active: bool | None = None
    ip_allow_list: list[str] | None = None
    ip_deny_list: list[str] | None = None


@ENDPOINTS.add("GET", "api_clients")
def list_api_clients(call: Call, query: ClientQuery) -> dict[str, Any]:
    """List the API platform clients."""
    found = api_platform_clients.find_clients(call.world, call.workspace_id, query.project_id)
    page = found.part(query.part)
    rows = _describe(call, list(page))
    return query.wrap("data", rows, page.page.total)


@ENDPOINTS.add("POST", "api_clients")
def create_api_client(call: Call, body: NewClient) -> dict[str, Any]:
    """Create an API platform client, which may call API collections."""
    check_collections(call, body.api_collection_ids)
    if body.project_id is not None:
        workspaces.get_project(call.world, call.workspace_id, body.project_id)
    client = api_platform_clients.create_client(
        call.world,
        call.workspace_id,
        name=body.name,
        description=body.description,
        project_id=body.project_id,
        email=body.email,
        auth_type=body.auth_type,
        collection_ids=body.api_collection_ids,
        settings=body.model_dump(include=_SETTINGS),
    )
    return {"data": _describe(call, [client])[0]}


@ENDPOINTS.add("GET", "api_clients/:api_client_id")
def get_api_client(call: Call, api_client_id: int) -> dict[str, Any]:
    """Return an API platform client."""
    return {"data": _describe(call, [_found(call, api_client_id)])[0]}


@ENDPOINTS.add("PUT", "api_clients/:api_client_id")
def update_api_client(call: Call, api_client_id: int, body: PlatformClientChange) -> dict[str, Any]:
    """Change an API platform client's name, description or collections."""
    client = _found(call, api_client_id)
    check_collections(call, body.api_collection_ids or [])
    api_platform_clients.change_client(
        call.world,
        client,
        name=body.name,
        description=body.description,
        collection_ids=body.api_collection_ids,
    )
    return {"data": _describe(call, [client])[0]}


@ENDPOINTS.add("DELETE", "api_clients/:api_client_id")
def delete_api_client(call: Call, api_client_id: int) -> dict[str, Any]:
    """Delete an API platform client and its keys."""
    api_platform_clients.delete_client(call.world, _found(call, api_client_id))
    return {"success": True}


@ENDPOINTS.add("GET", "api_clients/:api_client_id/api_keys")
def list_api_keys(call: Call, api_client_id: int, query: PageQuery) -> dict[str, Any]:
    """List a client's API keys; of each token only the last characters are shown."""
    client = _found(call, api_client_id)
    page = api_platform_clients.find_keys(call.world, client).part(query.part)
    rows = [_key(client, each) for each in page]
    return query.wrap("data", rows, page.page.total)


@ENDPOINTS.add("POST", "api_clients/:api_client_id/api_keys")
def create_api_key(call: Call, api_client_id: int, body: NewKey) -> dict[str, Any]:
    """Create an API key; only this response contains its token."""
    client = _found(call, api_client_id)
    key, token = api_platform_clients.create_key(
        call.world,
        client,
        name=body.name,
        active=body.active,
        ip_allow_list=body.ip_allow_list,
        ip_deny_list=body.ip_deny_list,
    )
    return {"data": _key(client, key, token)}


@ENDPOINTS.add("PUT", "api_clients/:api_client_id/api_keys/:api_key_id")
def update_api_key(
    call: Call, api_client_id: int, api_key_id: int, body: KeyChange
) -> dict[str, Any]:
    """Change an API key."""
    client = _found(call, api_client_id)
    key = api_platform_clients.get_key(call.world, client, api_key_id)
    api_platform_clients.change_key(
        call.world,
        key,
        name=body.name,
        active=body.active,
        ip_allow_list=body.ip_allow_list,
        ip_deny_list=body.ip_deny_list,
    )
    return {"data": _key(client, key)}


@ENDPOINTS.add("DELETE", "api_clients/:api_client_id/api_keys/:api_key_id")
def delete_api_key(call: Call, api_client_id: int, api_key_id: int) -> dict[str, Any]:
    """Delete an API key."""
    client = _found(call, api_client_id)
    key = api_platform_clients.get_key(call.world, client, api_key_id)
    api_platform_clients.delete_key(call.world, key)
    return {"success": True}


@ENDPOINTS.add("PUT", "api_clients/:api_client_id/api_keys/:api_key_id/enable")
def enable_api_key(call: Call, api_client_id: int, api_key_id: int) -> dict[str, Any]:
    """Enable an API key."""
    return update_api_key(call, api_client_id, api_key_id, KeyChange(active=True))


@ENDPOINTS.add("PUT", "api_clients/:api_client_id/api_keys/:api_key_id/disable")
def disable_api_key(call: Call, api_client_id: int, api_key_id: int) -> dict[str, Any]:
    """Disable an API key."""
    return update_api_key(call, api_client_id, api_key_id, KeyChange(active=False))


@ENDPOINTS.add("PUT", "api_clients/:api_client_id/api_keys/:api_key_id/refresh_secret")
def refresh_api_key(call: Call, api_client_id: int, api_key_id: int) -> dict[str, Any]:
    """Replace an API key's token; only this response contains the new one."""
    client = _found(call, api_client_id)
    key = api_platform_clients.get_key(call.world, client, api_key_id)
    token = api_platform_clients.refresh_key(call.world, key)
    return {"data": _key(client, key, token)}


def _found(call: Call, number: int) -> ApiPlatformClient:
    return api_platform_clients.get_client(call.world, call.workspace_id, number)


def check_collections(call: Call, ids: list[int]) -> None:
    """Refuse ids of unknown collections.

    Args:
        call: the call who asks.
        ids: the ids as they were sent.

    Raises:
        NotFound: there is no such collection.
    """
    for each in ids:
        api_collections.get_collection(call.world, call.workspace_id, each)


def _describe(call: Call, clients: list[ApiPlatformClient]) -> list[dict[str, Any]]:
    counts = api_platform_clients.count_keys(call.world, [each.id for each in clients])
    ids = {number for each in clients for number in each.collection_ids}
    names = api_collections.get_names(call.world, call.workspace_id, ids)
    return [_client(each, counts[each.id], names) for each in clients]


def _client(
    client: ApiPlatformClient, counts: tuple[int, int], names: dict[int, str]
) -> dict[str, Any]:
    collections = [number for number in client.collection_ids if number in names]
    return {
        "id": client.id,
        "name": client.name,
        "description": client.description,
        "project_id": client.project_id,
        "active_api_keys_count": counts[0],
        "total_api_keys_count": counts[1],
        "created_at": client.created_at,
        "updated_at": client.updated_at,
        "logo": None,
        "logo_2x": None,
        "is_legacy": False,
        "email": client.email,
        "auth_type": client.auth_type,
        "mtls_enabled": bool(client.settings.get("mtls_enabled")),
        "validation_formula": client.settings.get("validation_formula"),
        "cert_bundle_ids": client.settings.get("cert_bundle_ids") or [],
        "api_policies": [],
        "api_collections": [{"id": number, "name": names[number]} for number in collections],
    }


def _key(
    client: ApiPlatformClient, key: ApiPlatformKey, token: str | None = None
) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "auth_type": client.auth_type,
        "ip_allow_list": key.ip_allow_list,
        "ip_deny_list": key.ip_deny_list,
        "active": key.active,
        "active_since": key.active_since,
        "auth_token": token or f"…{key.token_end}",
    }

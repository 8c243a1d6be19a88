"""MCP servers, their tools, policies and user groups (Workato docs, Developer API, MCP servers)."""

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement

from simulator.db.tables import McpServer, PackageAsset
from simulator.domain import (
    asset_folders,
    collection_servers,
    end_user_groups,
    folders,
    locations,
    recipes,
    server_deletion,
    server_lists,
    servers,
)
from simulator.domain.folders import Place as FolderPlace
from simulator.errors import FieldError, NotFound, naming
from simulator.systems.developer_api import iam
from simulator.systems.developer_api.endpoint import (
    MCP,
    ApiEndpoint,
    Body,
    Call,
    Name,
    Number,
    NumberText,
    PageQuery,
)
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/mcp/", quota=MCP)

AuthType = Literal["workato_idp", "hashed_token", "token"]


class ServerQuery(PageQuery):
    """Which servers."""

    project_id: NumberText | None = None
    folder_id: Annotated[int | None, Field(ge=0, lt=10**12), DIGITS] = None
    authentication_method: Literal["token", "workato_idp"] | None = None
    per_page: Annotated[int, Field(ge=1, le=50), DIGITS] = 50


class ServerChange(Body):
    """Changes to a server; members that are left out keep their values."""

    name: Name | None = None
    description: str | None = None
    auth_type: AuthType | None = None
    folder_id: Number | None = None


class NewServer(Body):
    """A server to be created; `asset_id` is the API collection whose endpoints are its tools.

    Workato documents `auth_type` for updates alone; here it counts at once, too (our choice).
    """

    name: Name
    folder_id: Number
    description: str = ""
    auth_type: AuthType = "hashed_token"
    asset_id: Number | None = None


class ServerPlace(Body):
    """Where a server is to be moved."""

    folder_id: Number


class Groups(Body):
    """End-user groups by id."""

    idp_user_group_ids: Annotated[list[str], Field(min_length=1)]


@ENDPOINTS.add("GET", "mcp_servers")
def list_servers(call: Call, query: ServerQuery) -> dict[str, Any]:
    """List the MCP servers of the client's environment, by name."""
    method = query.authentication_method
    found = server_lists.list_servers(
        call.world,
        call.workspace_id,
        environment_id=call.environment.id,
        project_id=query.project_id,
        inside=None if query.folder_id is None else _is_in(call, query.folder_id),
        uses_workato_identity=None if method is None else method == "workato_idp",
        whole=True,
    ).part(query.part)
    places = locations.get_server_places(call.world, found.rows)
    shown = [_server(call, each, places[each.number]) for each in found]
    return query.wrap("data", shown, found.page.total)


@ENDPOINTS.add("GET", "mcp_servers/:handle")
def get_server(call: Call, handle: str) -> dict[str, Any]:
    """Return an MCP server."""
    return {"data": _server(call, get_found(call, handle))}


@ENDPOINTS.add("POST", "mcp_servers")
def create_server(call: Call, body: NewServer) -> dict[str, Any]:
    """Create an MCP server, without tools or with those of an API collection (`asset_id`)."""
    place = _place(call, body.folder_id)
    if body.asset_id is None:
        server = servers.create(
            call.world, place.project, call.environment.id, body.name.strip(), body.description
        )
    else:
        server = _create_from_collection(call, body, place)
    asset_folders.move(call.world, server, place)
    _choose_access(call, server, body.auth_type)
    return {"data": _server(call, server)}


@ENDPOINTS.add("PUT", "mcp_servers/:handle")
def change_server(call: Call, handle: str, body: ServerChange) -> dict[str, Any]:
    """Change an MCP server's name, description, access method or folder."""
    server = get_found(call, handle)
    servers.change(call.world, server, name=body.name, description=body.description)
    if body.auth_type is not None:
        _choose_access(call, server, body.auth_type)
    if body.folder_id is not None:
        _move(call, server, body.folder_id)
    return {"data": _server(call, server)}


@ENDPOINTS.add("PUT", "mcp_servers/:handle/update_folder")
def move_server(call: Call, handle: str, body: ServerPlace) -> dict[str, Any]:
    """Move an MCP server to another folder; its tools must belong to that folder's project."""
    server = get_found(call, handle)
    _move(call, server, body.folder_id)
    return {"data": _server(call, server)}


@ENDPOINTS.add("DELETE", "mcp_servers/:handle")
def delete_server(call: Call, handle: str) -> dict[str, Any]:
    """Delete an MCP server with its tools, token, limits and access; its recipes are kept."""
    server_deletion.delete_server(call.world, get_found(call, handle), call.client.name)
    return {"success": True}


@ENDPOINTS.add("POST", "mcp_servers/:handle/token_renew")
def renew_token(call: Call, handle: str) -> dict[str, Any]:
    """Renew a legacy MCP token; a hashed token is revoked instead, and none is returned."""
    server = get_found(call, handle)
    if server.shows_its_token or server.uses_workato_identity:
        servers.generate_token(call.world, server)
    else:
        servers.revoke_token(call.world, server)
    return {"data": _server(call, server)}


@ENDPOINTS.add("POST", "mcp_servers/:handle/tokens")
def create_token(call: Call, handle: str) -> dict[str, Any]:
    """Create an MCP token, which only this response contains; the previous one stops working."""
    server = get_found(call, handle)
    token = servers.generate_token(call.world, server)
    url = servers.get_url(call.world, server)
    return {
        "data": {
            "token": token,
            "mcp_url": f"{url}?wkt_token={token}",
            "created_at": server.token_created_at,
        }
    }


@ENDPOINTS.add("POST", "mcp_servers/:handle/assign_user_groups")
def assign_groups(call: Call, handle: str, body: Groups) -> dict[str, Any]:
    """Give end-user groups access to an MCP server."""
    server = get_found(call, handle)
    servers.assign_groups(call.world, server, body.idp_user_group_ids)
    return {"data": _server(call, server)}


@ENDPOINTS.add("POST", "mcp_servers/:handle/remove_user_groups")
def remove_groups(call: Call, handle: str, body: Groups) -> dict[str, Any]:
    """Remove the access of end-user groups to an MCP server."""
    server = get_found(call, handle)
    for group_id in dict.fromkeys(body.idp_user_group_ids):
        servers.remove_group(call.world, server, group_id)
    return {"data": _server(call, server)}


@ENDPOINTS.add("GET", "user_groups")
def list_assignable_groups(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the end-user groups that can be given access, with the number of their members."""
    found = end_user_groups.list_groups(call.world, call.environment.id)
    groups = found.part(query.part)
    shown = iam.build_group_rows(call.world, groups)
    return {"data": shown, "count": groups.page.total}


def get_found(call: Call, handle: str) -> McpServer:
    """Return a server of the client's environment.

    Args:
        call: the call who asks.
        handle: the handle of the server.

    Raises:
        NotFound: it does not exist.
    """
    server = servers.get_server(call.world, call.workspace_id, handle)
    if server.environment_id != call.environment.id:
        raise NotFound(f"There is no MCP server '{handle}' in this environment.")
    return server


def _place(call: Call, number: int) -> FolderPlace:
    with naming("folder_id"):
        return folders.get_place(call.world, call.workspace_id, number)


def _is_in(call: Call, number: int) -> ColumnElement[bool]:
    with naming("folder_id"):
        return asset_folders.is_listed(
            call.world, call.workspace_id, McpServer, number, with_subfolders=False
        )


def _create_from_collection(call: Call, body: NewServer, place: FolderPlace) -> McpServer:
    with naming("asset_id"):
        collection = collection_servers.find_collection(
            call.world, call.workspace_id, body.asset_id or 0
        )
    if collection.project_id != place.project.id:
        raise FieldError(
            "asset_id",
            "All assets of an MCP server must be in the same project, its Location. The API "
            f"collection '{collection.name}' is in {collection.project.name}.",
        )
    return collection_servers.create_from_collection(
        call.world, collection, call.environment.id, body.name.strip(), body.description
    )


def _choose_access(call: Call, server: McpServer, auth_type: str) -> None:
    if auth_type == server.auth_type:
        return
    if auth_type == "token":
        sentence = "is legacy: no server gets it any more. Use hashed_token, or workato_idp"
        raise FieldError("auth_type", sentence)
    if auth_type == "workato_idp":
        servers.switch_to_workato_identity(call.world, server)
    else:
        servers.revoke_token(call.world, server)  # of a legacy server, whose token is shown
        servers.switch_to_token_access(call.world, server)


def _move(call: Call, server: McpServer, number: int) -> None:
    place = _place(call, number)
    with naming("folder_id"):
        servers.move(call.world, server, place)


def _method(server: McpServer) -> str:
    return "workato_idp" if server.uses_workato_identity else "token"


def _server(call: Call, server: McpServer, place: FolderPlace | None = None) -> dict[str, Any]:
    place = place or locations.get_server_places(call.world, [server])[server.number]
    top = FolderPlace(project=server.project)
    inside = [top] if place.folder is None else [top, place]
    url = servers.get_url(call.world, server)
    return {
        "id": server.handle,
        "name": server.name,
        "description": server.description,
        "asset_type": "project_assets" if server.collection_id is None else "api_collection",
        "logo_url": None,
        "mcp_url": servers.add_token(call.world, server, url),
        "auth_type": server.auth_type,
        "authentication_method": _method(server),
        "folder_id": place.number,
        "project_id": server.project_id,
        "folders": [{"id": each.number, "name": each.name} for each in inside],
        "has_vua_dependent_tools": any(map(recipes.needs_verified_access, server.tools)),
        "idp_user_group_ids": [group.id for group in server.groups],
        "api_collection": _collection(call, server),
        "tools_count": len(server.tools),
        "created_at": server.created_at,
        "updated_at": server.updated_at,
    }


def _collection(call: Call, server: McpServer) -> dict[str, Any] | None:
    """The API collection that a server has; None if it has none, or the collection is gone."""
    if server.collection_id is None:
        return None
    found = call.world.db.session.get(PackageAsset, server.collection_id)
    if found is None:
        return None
    return {
        "id": found.id,
        "type": "api_collection",
        "name": found.name,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }

"""API collections and their endpoints (Workato docs, Developer API, API platform)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.db.tables import PackageAsset, Project
from simulator.domain import (
    api_collections,
    api_endpoints,
    collection_servers,
    folders,
    openapi_collections,
    recipes,
    workspaces,
)
from simulator.domain.api_endpoints import Endpoint
from simulator.domain.openapi_collections import Imported
from simulator.net.addresses import AIHUB
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
from simulator.systems.developer_api.refusals import refused_as_success_false
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=API_PLATFORM)


class Document(Body):
    """An OpenAPI document."""

    content: str
    format: Literal["json", "yaml"] = "json"


class NewCollection(Body):
    """A collection; with a document, one recipe and endpoint for each of its operations."""

    name: Name
    project_id: Number | None = None
    openapi_spec: Document | None = None


class NewEndpoint(Body):
    """An endpoint; `flow_id` is the recipe that answers it."""

    name: Name
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, Field(min_length=1, max_length=500)]
    flow_id: Number


class EndpointQuery(PageQuery):
    """Which endpoints: of one collection, by default all."""

    api_collection_id: NumberText | None = None


@ENDPOINTS.add("GET", "api_collections")
def list_api_collections(call: Call, query: PageQuery) -> list[dict[str, Any]]:
    """List the API collections."""
    found = api_collections.find_collections(call.world, call.workspace_id)
    return [_collection(call, each) for each in query.cut(found)]


@ENDPOINTS.add("POST", "api_collections")
def create_api_collection(call: Call, body: NewCollection) -> dict[str, Any]:
    """Create an API collection; `openapi_spec` adds a stopped recipe per operation."""
    project = _project(call, body.project_id)
    if body.openapi_spec is None:
        made = api_collections.create_collection(call.world, project, body.name)
        return _collection(call, made)
    imported = openapi_collections.import_document(
        call.world,
        project,
        body.name,
        body.openapi_spec.content,
        is_yaml=body.openapi_spec.format == "yaml",
    )
    return {**_collection(call, imported.collection), **_results(imported)}


@ENDPOINTS.add("DELETE", "api_collections/:id")
def delete_api_collection(call: Call, id: int) -> dict[str, Any]:
    """Delete an API collection and its endpoints; refused if an MCP server uses the collection."""
    with refused_as_success_false():
        api_collections.delete_collection(call.world, _found(call, id))
    return {"success": True}


@ENDPOINTS.add("POST", "api_collections/:id/api_endpoints")
def create_api_endpoint(call: Call, id: int, body: NewEndpoint) -> dict[str, Any]:
    """Create a disabled endpoint for an API recipe."""
    recipe = recipes.get_recipe(call.world, call.workspace_id, body.flow_id)
    made = api_endpoints.create_endpoint(
        call.world,
        _found(call, id),
        name=body.name,
        method=body.method,
        path=body.path,
        recipe=recipe,
    )
    collection_servers.follow_endpoint(call.world, made)
    return _endpoint(call, made)


@ENDPOINTS.add("GET", "api_endpoints")
def list_api_endpoints(call: Call, query: EndpointQuery) -> list[dict[str, Any]]:
    """List the API endpoints."""
    collection = None
    if query.api_collection_id is not None:
        collection = _found(call, query.api_collection_id)
    found = api_endpoints.find_endpoints(call.world, call.workspace_id, collection)
    rows = query.cut(found)
    return [_endpoint(call, each) for each in api_endpoints.read(call.world, rows)]


@ENDPOINTS.add("PUT", "api_endpoints/:api_endpoint_id/enable")
def enable_api_endpoint(call: Call, api_endpoint_id: int) -> dict[str, Any]:
    """Enable an endpoint; its recipe must be running."""
    return _switch(call, api_endpoint_id, active=True)


@ENDPOINTS.add("PUT", "api_endpoints/:api_endpoint_id/disable")
def disable_api_endpoint(call: Call, api_endpoint_id: int) -> dict[str, Any]:
    """Disable an endpoint."""
    return _switch(call, api_endpoint_id, active=False)


def _switch(call: Call, number: int, *, active: bool) -> dict[str, Any]:
    endpoint = api_endpoints.get_endpoint(call.world, call.workspace_id, number)
    with refused_as_success_false():
        api_endpoints.set_active(call.world, endpoint, active=active)
    collection_servers.follow_endpoint(call.world, endpoint)
    return {"success": True}


def _found(call: Call, number: int) -> PackageAsset:
    return api_collections.get_collection(call.world, call.workspace_id, number)


def _project(call: Call, number: int | None) -> Project:
    if number is None:
        return folders.get_or_create_home_assets(call.world, call.workspace_id).project
    return workspaces.get_project(call.world, call.workspace_id, number)


def _collection(call: Call, row: PackageAsset) -> dict[str, Any]:
    origin = call.world.addresses.base_url(AIHUB)
    return {
        "id": row.id,
        "name": row.name,
        "project_id": str(row.project_id),
        "version": str((row.document or {}).get("version") or "1.0"),
        "url": api_collections.make_url(call.world, row),
        "api_spec_url": f"{origin}/doc/service/{_handle(row)}/swagger",
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _handle(collection: PackageAsset) -> str:
    return str((collection.document or {}).get("handle") or collection.id)


def _results(imported: Imported) -> dict[str, Any]:
    return {
        "message": "Import completed successfully",
        "import_results": {
            "success": not imported.failed,
            "total_endpoints": imported.total,
            "failed_endpoints": len(imported.failed),
            "failed_actions": imported.failed,
        },
    }


def _endpoint(call: Call, endpoint: Endpoint) -> dict[str, Any]:
    document = endpoint.row.document or {}
    path = str(document.get("path") or "")
    base = f"/{_handle(endpoint.collection)}/{path}"
    below = f"/{path.strip('/')}"
    return {
        "id": endpoint.row.id,
        "api_collection_id": endpoint.collection.id,
        "flow_id": endpoint.recipe.id,
        "name": endpoint.row.name,
        "method": str(document.get("method") or ""),
        "url": api_collections.make_url(call.world, endpoint.collection, below),
        "legacy_url": None,
        "base_path": base,
        "path": path,
        "active": endpoint.active,
        "legacy": bool(document.get("legacy")),
        "created_at": endpoint.row.created_at,
        "updated_at": endpoint.row.updated_at,
    }

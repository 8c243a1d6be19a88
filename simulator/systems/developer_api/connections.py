"""Connections and runtime user connections (Workato docs, Developer API, connections)."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Connection, Tag
from simulator.domain import (
    asset_folders,
    connections,
    disconnection,
    recipes,
    runtime_connections,
    tags,
)
from simulator.systems.developer_api.endpoint import (
    CONNECTIONS,
    LIST_CONNECTIONS,
    ApiEndpoint,
    Body,
    Call,
    LongQuery,
    Moment,
    Number,
    NumberText,
)
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=CONNECTIONS)

#: Whom a runtime user connection is for: any text (that 255 characters are the most, our choice).
ExternalId = Annotated[str, Field(min_length=1, max_length=255)]


class ConnectionQuery(LongQuery):
    """Which connections."""

    folder_id: NumberText | None = None
    project_id: NumberText | None = None
    provider: str | None = None
    updated_after: Moment | None = None
    parent_id: NumberText | None = None
    external_id: str | None = None
    include_runtime_connections: bool = False
    includes: list[str] = []


class Disconnection(Body):
    """How a connection is to be disconnected."""

    force: bool = False


class NewRuntimeConnection(Body):
    """A runtime user connection, and where the browser and the news of it are to go."""

    parent_id: str | Number
    folder_id: str | Number
    external_id: ExternalId
    name: str = ""
    callback_url: str = ""
    redirect_url: str = ""


@ENDPOINTS.add("GET", "connections", quota=LIST_CONNECTIONS)
def list_connections(call: Call, query: ConnectionQuery) -> list[dict[str, Any]]:
    """List connections; `include_runtime_connections=true` includes those of end users.

    `includes[]=tags` fills `tags` with the handles of each one's tags; it is null otherwise.
    """
    inside = None
    if query.folder_id is not None:
        inside = asset_folders.is_listed(
            call.world, call.workspace_id, Connection, query.folder_id, with_subfolders=False
        )
    found = connections.list_in_environment(
        call.world,
        call.environment.id,
        inside=inside,
        project_id=query.project_id,
        provider=query.provider,
        updated_after=query.updated_after,
        parent_id=query.parent_id,
        external_id=query.external_id,
        with_children=query.include_runtime_connections,
    )
    return describe_connections(call, query.cut(found), with_tags="tags" in query.includes)


@ENDPOINTS.add("GET", "connections/:connection_id", quota=LIST_CONNECTIONS)
def get_connection(call: Call, connection_id: int) -> dict[str, Any]:
    """Return a connection, in the shape of the list (our choice: none is documented)."""
    found = connections.get_in_environment(call.world, call.environment.id, connection_id)
    return describe_connection(call, found)


@ENDPOINTS.add("POST", "connections/runtime_user_connections")
def create_runtime_connection(call: Call, body: NewRuntimeConnection) -> dict[str, Any]:
    """Create a runtime user connection for an end user, or for any other external id.

    `url` is the app's consent page.
    """
    environment_id = call.environment.id
    number = parse_whole_number(str(body.parent_id)) or 0
    parent = connections.get_in_environment(call.world, environment_id, number)
    child = runtime_connections.begin(
        call.world,
        parent,
        folder_id=parse_whole_number(str(body.folder_id)) or 0,
        external_id=body.external_id,
        name=body.name,
        callback_url=body.callback_url,
        redirect_url=body.redirect_url,
    )
    return {"data": {"id": child.id, "url": _oauth_url(call, child)}}


@ENDPOINTS.add("GET", "connections/runtime_user_connections/:connection_id/get_oauth_url")
def get_oauth_url(call: Call, connection_id: int) -> dict[str, Any]:
    """Return a new single-use address at which to authorize a runtime user connection."""
    child = runtime_connections.get_runtime_connection(
        call.world, call.environment.id, connection_id
    )
    return {"data": {"url": _oauth_url(call, child)}}


@ENDPOINTS.add("POST", "connections/:connection_id/disconnect")
def disconnect_connection(call: Call, connection_id: int, body: Disconnection) -> dict[str, Any]:
    """Disconnect a connection; `force` is needed if running recipes use it."""
    connection = connections.get_in_environment(call.world, call.environment.id, connection_id)
    used_by = recipes.list_running_with(call.world, connection)
    if used_by and not body.force:
        names = ", ".join(f"'{each.name}'" for each in used_by)
        message = f"Running recipes use this connection: {names}. Stop them, or send force: true."
        return {"success": False, "errors": {"running": [message]}}
    disconnection.disconnect(call.world, connection, "Disconnected through the Developer API.")
    return {"success": True}


@ENDPOINTS.add("DELETE", "connections/:connection_id")
def delete_connection(call: Call, connection_id: int) -> dict[str, Any]:
    """Delete a connection and its runtime user connections; refused if a running recipe uses it."""
    connection = connections.get_in_environment(call.world, call.environment.id, connection_id)
    if used_by := recipes.list_running_with(call.world, connection):
        names = ", ".join(f"'{each.name}'" for each in used_by)
        message = f"Running recipes use this connection: {names}. Stop them first."
        return {"success": False, "errors": {"running": [message]}}
    disconnection.delete(call.world, connection)
    return {"success": True}


def _oauth_url(call: Call, child: Connection) -> str:
    return call.world.addresses.local(runtime_connections.build_url(call.world, child))


def describe_connection(call: Call, connection: Connection) -> dict[str, Any]:
    """Return the response object of a connection.

    Args:
        call: the call who asks.
        connection: the connection.
    """
    return describe_connections(call, [connection])[0]


def describe_connections(
    call: Call, found: Sequence[Connection], *, with_tags: bool = True
) -> list[dict[str, Any]]:
    """Return the response objects of connections.

    Args:
        call: the call who asks.
        found: the connections.
        with_tags: whether `tags` has the handles of its tags; it is null otherwise.
    """
    places = asset_folders.get_numbers(call.world, found)
    rows = [_row(each, places[each.id]) for each in found]
    if not with_tags:  # what Workato's own OpenAPI document has for it then
        return [row | {"tags": None} for row in rows]
    labels = tags.list_of_connections(call.world, [each.id for each in found])
    return [row | {"tags": _handles(labels.get(row["id"], ()))} for row in rows]


def _handles(labels: Sequence[Tag]) -> list[str]:
    return [each.handle for each in labels]


def _row(connection: Connection, folder_number: int) -> dict[str, Any]:
    return {
        "id": connection.id,
        "application": connection.provider,
        "provider": connection.provider,
        "name": connection.name,
        "description": None,
        "authorized_at": connection.authorized_at,
        "authorization_status": connection.authorization_status,
        "authorization_error": connection.authorization_error,
        "created_at": connection.created_at,
        "updated_at": connection.updated_at,
        "external_id": connection.external_id,
        "folder_id": folder_number,
        "connection_lost_at": connection.connection_lost_at,
        "connection_lost_reason": connection.connection_lost_reason,
        "parent_id": connection.parent_id,
    }

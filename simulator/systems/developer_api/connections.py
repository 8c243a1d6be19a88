"""Connections and runtime user connections (Workato docs, Developer API, connections)."""

from datetime import datetime
from typing import Any

from simulator.db.tables import Connection
from simulator.domain import connections, disconnection, recipes
from simulator.systems.developer_api.endpoint import (
    CONNECTIONS,
    LIST_CONNECTIONS,
    Body,
    Call,
    Endpoint,
)
from simulator.validation.parsing import parse_whole_number


class Disconnection(Body):
    """How a connection is to be disconnected."""

    force: bool = False


def list_connections(call: Call) -> list[dict[str, Any]]:
    """Return the connections that fit every filter; those of end users only on request."""
    filters = {name: call.parameter(name) for name in ("folder_id", "parent_id", "external_id")}
    with_children = call.parameter("include_runtime_connections") == "true"
    rows = [
        _row(each)
        for each in connections.list_in_environment(call.world, call.client.environment_id)
        if with_children or each.parent_id is None
    ]
    return [
        row
        for row in rows
        if all(text is None or text == str(row[name]) for name, text in filters.items())
    ]


def disconnect(call: Call, connection_id: str) -> dict[str, Any]:
    """Give a connection's tokens up; one that running recipes use only by force."""
    number, environment_id = parse_whole_number(connection_id) or 0, call.client.environment_id
    connection = connections.get_in_environment(call.world, environment_id, number)
    used_by = recipes.list_running_with(call.world, connection)
    if used_by and not call.body.force:
        names = ", ".join(f"'{each.name}'" for each in used_by)
        message = f"Running recipes use this connection: {names}. Stop them, or send force: true."
        return {"success": False, "errors": {"running": [message]}}
    disconnection.disconnect(call.world, connection, "Disconnected through the Developer API.")
    return {"success": True}


def delete(call: Call, connection_id: str) -> dict[str, Any]:
    """Delete a connection that no running recipe uses, its runtime user connections with it."""
    number, environment_id = parse_whole_number(connection_id) or 0, call.client.environment_id
    connection = connections.get_in_environment(call.world, environment_id, number)
    if used_by := recipes.list_running_with(call.world, connection):
        names = ", ".join(f"'{each.name}'" for each in used_by)
        message = f"Running recipes use this connection: {names}. Stop them first."
        return {"success": False, "errors": {"running": [message]}}
    disconnection.delete(call.world, connection)
    return {"success": True}


def _row(connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.id,
        "application": connection.provider,
        "provider": connection.provider,
        "name": connection.name,
        "description": None,
        "authorized_at": _moment(connection.authorized_at),
        "authorization_status": connection.authorization_status,
        "authorization_error": connection.authorization_error,
        "created_at": _moment(connection.created_at),
        "updated_at": _moment(connection.updated_at),
        "external_id": connection.end_user_id,
        "folder_id": connection.project_id,
        "connection_lost_at": _moment(connection.connection_lost_at),
        "connection_lost_reason": connection.connection_lost_reason,
        "parent_id": connection.parent_id,
        "tags": [],
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/api/connections",
        summary="Lists connections; those of end users with `include_runtime_connections=true`.",
        quota=LIST_CONNECTIONS,
        view=list_connections,
        query=("folder_id", "parent_id", "external_id", "include_runtime_connections"),
    ),
    Endpoint(
        method="POST",
        path="/api/connections/:connection_id/disconnect",
        summary="Disconnects a connection; one that running recipes use, only with `force`.",
        quota=CONNECTIONS,
        view=disconnect,
        body=Disconnection,
    ),
    Endpoint(
        method="DELETE",
        path="/api/connections/:connection_id",
        summary="Deletes a connection that no running recipe uses, its runtime user connections "
        "with it.",
        quota=CONNECTIONS,
        view=delete,
    ),
)

"""Connections: created, changed and asked for pick lists (Workato docs, connections)."""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Connection
from simulator.domain import connection_changes, connection_inputs, connections, folders, pick_lists
from simulator.domain.folders import Place
from simulator.systems.developer_api.connections import describe_connection
from simulator.systems.developer_api.endpoint import (
    CONNECTIONS,
    ApiEndpoint,
    Body,
    Call,
    Name,
    Number,
)
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=CONNECTIONS)

#: An empty one is none, as Go clients write it.
OptionalId = Annotated[str, Field(max_length=255)]
Provider = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")]


class NewConnection(Body):
    """A connection; `input` is what the app's form asks for."""

    name: Name
    provider: Provider
    parent_id: Number | None = None
    folder_id: Number | None = None
    external_id: OptionalId | None = None
    shell_connection: bool = False
    input: dict[str, Any] = {}


class ConnectionChange(Body):
    """What is to change of a connection; members that are left out stay as they are."""

    name: Name | None = None
    parent_id: Number | None = None
    folder_id: Number | None = None
    external_id: OptionalId | None = None
    shell_connection: bool = False
    input: dict[str, Any] | None = None


class PickListBody(Body):
    """A pick list and its parameters."""

    pick_list_name: Annotated[str, Field(min_length=1)]
    pick_list_params: dict[str, Any] = {}


@ENDPOINTS.add("POST", "connections")
def create_connection(call: Call, body: NewConnection) -> dict[str, Any]:
    """Create a connection; where it takes consent, a person authorizes it in the web app."""
    place = _place(call, body.folder_id)
    if place is None:
        place = folders.get_or_create_home_assets(call.world, call.workspace_id)
    made = connection_changes.create(
        call.world,
        call.environment.id,
        place,
        name=body.name,
        provider=body.provider,
        given=body.input,
        parent=_parent(call, body.parent_id),
        external_id=body.external_id or None,
    )
    if not body.shell_connection:
        connection_changes.connect(call.world, made)
    return describe_connection(call, made)


@ENDPOINTS.add("PUT", "connections/:connection_id")
def update_connection(call: Call, connection_id: int, body: ConnectionChange) -> dict[str, Any]:
    """Change a connection; new OAuth settings require it to be authorized again.

    `parent_id` makes a connection that was never authorized a runtime user connection of the
    parent, which has the same provider.
    """
    connection = _found(call, connection_id)
    connection_changes.change(
        call.world,
        connection,
        name=body.name,
        place=_place(call, body.folder_id),
        given=body.input,
        parent=_parent(call, body.parent_id),
        external_id=body.external_id,
    )
    if not body.shell_connection:
        connection_changes.connect(call.world, connection)
    return describe_connection(call, connection)


@ENDPOINTS.add("POST", "connections/:connection_id")
def update_connection_by_post(
    call: Call, connection_id: int, body: ConnectionChange
) -> dict[str, Any]:
    """Change a connection, as PUT does; Workato's lists of permissions name this method."""
    return update_connection(call, connection_id, body)


@ENDPOINTS.add("POST", "connections/:connection_id/pick_list")
def get_pick_list(call: Call, connection_id: int, body: PickListBody) -> dict[str, Any]:
    """Return the labels and values of a pick list, fetched from the connection's app."""
    found = pick_lists.read(
        call.world, _found(call, connection_id), body.pick_list_name, body.pick_list_params
    )
    return {"data": [[label, value, None, False] for label, value in found]}


@ENDPOINTS.add("GET", "connections/:adapter_name/input_schema")
def get_connection_input_schema(call: Call, adapter_name: str) -> dict[str, Any]:  # noqa: ARG001
    """Return the fields of `input` for a connection to an app."""
    return {"result": connection_inputs.describe(adapter_name)}


def _found(call: Call, number: int) -> Connection:
    return connections.get_in_environment(call.world, call.environment.id, number)


def _parent(call: Call, number: int | None) -> Connection | None:
    return None if number is None else _found(call, number)


def _place(call: Call, number: int | None) -> Place | None:
    if number is None or number == folders.HOME:
        return None
    return folders.get_place(call.world, call.workspace_id, number)

"""Data tables (Workato docs, Developer API, data tables); records live at another host."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from simulator.db.tables import DataTable
from simulator.domain import data_tables, folders
from simulator.domain.data_tables import Column
from simulator.randomness import name_uuid
from simulator.systems.developer_api.endpoint import (
    DATA_TABLES,
    ApiEndpoint,
    Body,
    Call,
    Name,
    Number,
    PageQuery,
)
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=DATA_TABLES)

#: What Workato's own command line reads of a column that refers to none (our choice).
_NONE = "00000000-0000-0000-0000-000000000000"
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
Uuid = Annotated[str, Field(pattern=_UUID)]


class Relation(Body):
    """The column of another table that a column refers to."""

    table_id: Uuid
    field_id: Uuid


class ColumnMembers(Body):
    """A column."""

    name: Name
    type: Literal["boolean", "date", "date_time", "integer", "number", "string", "file", "relation"]
    optional: bool = True
    field_id: Uuid | None = None
    hint: str | None = None
    default_value: Any = None
    metadata: dict[str, Any] = {}
    multivalue: bool = False
    relation: Relation | None = None


class NewTable(Body):
    """A table."""

    name: Name
    folder_id: Number
    # Called `schema` in JSON; pydantic has a method of that name.
    columns: Annotated[list[ColumnMembers], Field(min_length=1, alias="schema")]


class TableChange(Body):
    """Changes to a table; members that are left out keep their values."""

    name: Name | None = None
    folder_id: Number | None = None
    columns: Annotated[list[ColumnMembers] | None, Field(min_length=1, alias="schema")] = None


@ENDPOINTS.add("GET", "data_tables")
def list_data_tables(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the data tables, by name."""
    found = data_tables.find_tables(call.world, call.workspace_id)
    return {"data": _rows(call, query.cut(found))}


@ENDPOINTS.add("POST", "data_tables")
def create_data_table(call: Call, body: NewTable) -> dict[str, Any]:
    """Create a data table."""
    place = folders.get_place(call.world, call.workspace_id, body.folder_id)
    table = data_tables.create(call.world, place, body.name, _read(body.columns))
    return {"data": _rows(call, [table])[0]}


@ENDPOINTS.add("GET", "data_tables/:data_table_id")
def get_data_table(call: Call, data_table_id: str) -> dict[str, Any]:
    """Return a data table."""
    return {"data": _rows(call, [_found(call, data_table_id)])[0]}


@ENDPOINTS.add("PUT", "data_tables/:data_table_id")
def update_data_table(call: Call, data_table_id: str, body: TableChange) -> dict[str, Any]:
    """Change a data table's name, project or columns."""
    table, place = _found(call, data_table_id), None
    if body.folder_id is not None:
        place = folders.get_place(call.world, call.workspace_id, body.folder_id)
    columns = None if body.columns is None else _read(body.columns)
    data_tables.change(call.world, table, name=body.name, place=place, columns=columns)
    return {"data": _rows(call, [table])[0]}


@ENDPOINTS.add("DELETE", "data_tables/:data_table_id")
def delete_data_table(call: Call, data_table_id: str) -> dict[str, Any]:
    """Delete a data table and its records."""
    data_tables.delete(call.world, _found(call, data_table_id))
    return {"data": {"status": 200}}


@ENDPOINTS.add("POST", "data_tables/:data_table_id/truncate")
def truncate_data_table(call: Call, data_table_id: str) -> dict[str, Any]:
    """Delete every record of a data table."""
    data_tables.truncate(call.world, _found(call, data_table_id))
    return {"data": {"status": 200}}


def _found(call: Call, handle: str) -> DataTable:
    return data_tables.get_table(call.world, call.workspace_id, handle)


def _read(columns: list[ColumnMembers]) -> list[Column]:
    further = ("hint", "default_value", "metadata", "multivalue", "relation")
    return [
        Column(
            name=each.name,
            type=each.type,
            optional=each.optional,
            field_id=each.field_id,
            further=each.model_dump(include=set(further)),
        )
        for each in columns
    ]


def _rows(call: Call, tables: Sequence[DataTable]) -> list[dict[str, Any]]:
    places = data_tables.get_folder_numbers(call.world, tables)
    return [_row(call, each, places[each.id]) for each in tables]


def _row(call: Call, table: DataTable, folder_number: int) -> dict[str, Any]:
    made = table.created_at or call.client.created_at
    changed = table.updated_at or made
    return {
        "id": table.handle,
        "name": table.name,
        "schema": [_column(table, each) for each in table.columns if isinstance(each, dict)],
        "folder_id": folder_number,
        "created_at": made,
        "updated_at": changed,
    }


def _column(table: DataTable, column: dict[str, Any]) -> dict[str, Any]:
    name = str(column.get("title") or column.get("name") or column.get("label"))
    relation = column.get("relation")
    return {
        "type": column.get("type", "string"),
        "name": name,
        "optional": not column.get("required", False),
        "field_id": _uuid(table, str(column.get("id") or name)),
        "hint": column.get("hint"),
        "default_value": column.get("default_value"),
        "metadata": column.get("metadata") or {},
        "multivalue": bool(column.get("multivalue")),
        "relation": relation or {"table_id": _NONE, "field_id": _NONE},
    }


def _uuid(table: DataTable, name: str) -> str:
    """Return the UUID of a column, or one made of its name where an import has another kind."""
    try:
        return str(UUID(name))
    except ValueError:
        return name_uuid(table.handle, name)

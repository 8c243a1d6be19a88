"""Lookup tables and their rows (Workato docs, Developer API, lookup tables)."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import LookupEntry, LookupTable
from simulator.domain import lookup_tables, workspaces
from simulator.errors import FieldError, NotFound
from simulator.systems.developer_api.endpoint import (
    DELETING_LOOKUP_TABLES,
    LOOKUP_TABLES,
    ApiEndpoint,
    Body,
    Call,
    LongQuery,
    Number,
    PageQuery,
    Query,
)
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.web.endpoints import Table

#: Of a column.
_MEMBERS = ("label", "name", "type", "control_type")
ENDPOINTS = Table(ApiEndpoint, "/api/", quota=LOOKUP_TABLES)


class LookupQuery(Query):
    """Which row: `by[label]=text`, once for each column."""

    by: dict[str, str] = {}


class RowQuery(LongQuery):
    """Which rows."""

    by: dict[str, str] = {}


class Column(Body):
    """A column."""

    label: Annotated[str, Field(min_length=1)]


class TableMembers(Body):
    """A table; its schema is a list of columns, or the same as JSON in a text."""

    name: str | None = None
    project_id: Number | None = None
    # Called `schema` in JSON; pydantic has a method of that name.
    columns: Annotated[list[Column] | str, Field(alias="schema")] = []


class TableBody(TableMembers):
    """The same, in an envelope or without one."""

    lookup_table: TableMembers | None = None


class Ids(Body):
    """The tables to be deleted."""

    ids: list[Number]


class Row(Body):
    """A row's fields, by the labels of the columns."""

    data: dict[str, str]


@ENDPOINTS.add("GET", "lookup_tables")
def list_lookup_tables(call: Call, query: PageQuery) -> list[dict[str, Any]]:
    """List the lookup tables."""
    found = lookup_tables.find_tables(call.world, call.workspace_id)
    return [_table(call, each) for each in query.cut(found)]


@ENDPOINTS.add("POST", "lookup_tables")
def create_lookup_table(call: Call, body: TableBody) -> dict[str, Any]:
    """Create a lookup table, in a project or for the whole workspace."""
    given = body.lookup_table or body
    if given.project_id is not None:
        workspaces.get_project(call.world, call.workspace_id, given.project_id)
    table = lookup_tables.create(
        call.world, call.workspace_id, given.project_id, given.name or "", _labels(given.columns)
    )
    return _table(call, table)


@ENDPOINTS.add("POST", "lookup_tables/batch_delete", quota=DELETING_LOOKUP_TABLES)
def delete_lookup_tables(call: Call, body: Ids) -> dict[str, Any]:
    """Delete lookup tables and their rows."""
    found = [lookup_tables.get_table(call.world, call.workspace_id, each) for each in body.ids]
    lookup_tables.delete(call.world, found)
    return {"success": True}


@ENDPOINTS.add("GET", "lookup_tables/:lookup_table_id/lookup")
def look_up_row(call: Call, lookup_table_id: int, query: LookupQuery) -> dict[str, Any]:
    """Return the first row with these values."""
    table = _found(call, lookup_table_id)
    found = lookup_tables.find_rows(call.world, table, query.by).first(1)
    if not found:
        raise NotFound(f"The lookup table '{table.name}' has no such row.")
    return _row(call, table, found[0])


@ENDPOINTS.add("GET", "lookup_tables/:lookup_table_id/rows")
def list_lookup_rows(call: Call, lookup_table_id: int, query: RowQuery) -> list[dict[str, Any]]:
    """List the rows of a lookup table."""
    table = _found(call, lookup_table_id)
    found = lookup_tables.find_rows(call.world, table, query.by)
    return [_row(call, table, each) for each in query.cut(found)]


@ENDPOINTS.add("POST", "lookup_tables/:lookup_table_id/rows")
def add_lookup_row(call: Call, lookup_table_id: int, body: Row) -> dict[str, Any]:
    """Add a row to a lookup table."""
    table = _found(call, lookup_table_id)
    return _row(call, table, lookup_tables.add_row(call.world, table, body.data))


@ENDPOINTS.add("GET", "lookup_tables/:lookup_table_id/rows/:row_id")
def get_lookup_row(call: Call, lookup_table_id: int, row_id: int) -> dict[str, Any]:
    """Return a row of a lookup table."""
    table = _found(call, lookup_table_id)
    return _row(call, table, lookup_tables.get_row(call.world, table, row_id))


@ENDPOINTS.add("PUT", "lookup_tables/:lookup_table_id/rows/:row_id")
def update_lookup_row(call: Call, lookup_table_id: int, row_id: int, body: Row) -> dict[str, Any]:
    """Change fields of a row; fields that are left out keep their values."""
    table = _found(call, lookup_table_id)
    row = lookup_tables.get_row(call.world, table, row_id)
    lookup_tables.change_row(call.world, table, row, body.data)
    return _row(call, table, row)


@ENDPOINTS.add("DELETE", "lookup_tables/:lookup_table_id/rows/:row_id")
def delete_lookup_row(call: Call, lookup_table_id: int, row_id: int) -> dict[str, Any]:
    """Delete a row of a lookup table."""
    row = lookup_tables.get_row(call.world, _found(call, lookup_table_id), row_id)
    lookup_tables.delete_row(call.world, row)
    return {"success": True}


def _found(call: Call, number: int) -> LookupTable:
    return lookup_tables.get_table(call.world, call.workspace_id, number)


def _labels(columns: list[Column] | str) -> list[str]:
    if not isinstance(columns, str):
        return [each.label for each in columns]
    try:
        written = parse_strict_json(columns.encode("utf-8", "surrogatepass"), "It")
    except NotJson as error:
        raise FieldError("schema", str(error)) from None
    if not isinstance(written, list) or not all(isinstance(each, dict) for each in written):
        raise FieldError("schema", "must be a list of columns")
    return [str(each.get("label") or "") for each in written]


def _in_order(column: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column with its members in one order; PostgreSQL keeps them in another."""
    names = [*(name for name in _MEMBERS if name in column), *sorted({*column} - {*_MEMBERS})]
    return {name: column[name] for name in names}


def _table(call: Call, table: LookupTable) -> dict[str, Any]:
    made = table.created_at or call.client.created_at
    return {
        "id": table.id,
        "name": table.name,
        "schema": json.dumps([_in_order(each) for each in table.columns]),
        "created_at": made,
        "updated_at": table.updated_at or made,
        "project_id": None if table.project_id is None else str(table.project_id),
    }


def _row(call: Call, table: LookupTable, row: LookupEntry) -> dict[str, Any]:
    made = row.created_at or table.created_at or call.client.created_at
    return {
        "id": row.id,
        "created_at": made,
        "updated_at": row.updated_at or made,
        "data": lookup_tables.show_row(table, row),
    }

"""Links from one data table to another: what can be linked to, and what a link shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from simulator.db.tables import DataRecord, DataTable
from simulator.domain import data_records, data_tables
from simulator.domain.data_column_forms import ColumnRow
from simulator.world import World

#: So many tables and records are offered in a menu: more is no menu any more (our choice).
_MOST = 300


def list_targets(world: World, workspace_id: int) -> dict[str, str]:
    """Return the columns that a Link to table may show: texts alone (Workato docs, column types).

    Args:
        workspace_id: the id of the tables' workspace.

    Returns:
        `table/column`, both UUIDs → what people read.
    """
    tables = data_tables.find_tables(world, workspace_id).first(_MOST)
    return {
        f"{table.handle}/{each.id}": f"{table.name}: {each.name}"
        for table in tables
        for each in data_records.list_fields(table)
        if each.type == "string" and not each.is_list
    }


def show(
    world: World, table: DataTable, rows: Sequence[ColumnRow], records: Sequence[DataRecord]
) -> Mapping[str, Mapping[str, str]]:
    """Return what records show of those that they link to: column's id → record's id → text.

    Args:
        table: the table with the columns.
        rows: its columns, as `data_column_forms.describe` returned them.
        records: the records of the table.
    """
    return {
        row.field_id: _name(world, table, row, {str(value) for value in _values(row, records)})
        for row in rows
        if row.type == "relation"
    }


def list_options(world: World, table: DataTable, row: ColumnRow) -> list[tuple[str, str]]:
    """Return the records that a column may link to; empty where there are too many for a menu.

    Args:
        table: the table with the column.
        row: a Link to table.

    Returns:
        (id, what people read) of each.
    """
    found = _find(world, table, row)
    if found is None:
        return []
    linked, shown = found
    own = select(DataRecord).where(DataRecord.table_id == linked.id)
    records = world.db.session.scalars(own.order_by(DataRecord.sequence).limit(_MOST + 1)).all()
    if len(records) > _MOST:
        return []
    return [(each.id, str(each.fields.get(shown) or each.id)) for each in records]


def _values(row: ColumnRow, records: Sequence[DataRecord]) -> list[Any]:
    found = []
    for record in records:
        value = record.fields.get(row.field_id)
        found += value if isinstance(value, list) else [value] if value else []
    return found


def _name(world: World, table: DataTable, row: ColumnRow, ids: set[str]) -> dict[str, str]:
    found = _find(world, table, row)
    if found is None or not ids:
        return {}
    linked, shown = found
    own = DataRecord.table_id == linked.id, DataRecord.id.in_(ids)
    records = world.db.session.scalars(select(DataRecord).where(*own))
    return {each.id: str(each.fields.get(shown) or each.id) for each in records}


def _find(world: World, table: DataTable, row: ColumnRow) -> tuple[DataTable, str] | None:
    """Return the linked table and the id of the column that is shown, if the table is there."""
    handle, _, field_id = row.link.partition("/")
    own = DataTable.workspace_id == table.workspace_id, DataTable.handle == handle
    linked = world.db.session.scalar(select(DataTable).where(*own))
    return None if linked is None else (linked, field_id)

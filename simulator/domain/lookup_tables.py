"""Lookup tables and their rows, as programs see them: fields go by the labels of their columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy import delete as delete_rows

from simulator.db.claim import did_change, lock
from simulator.db.listing import Found, contains
from simulator.db.tables import LookupEntry, LookupTable
from simulator.domain import revisions
from simulator.domain.recipe_data import list_column_names
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: Columns of a table, and characters of a name (Workato docs, lookup tables; our choice).
MOST_COLUMNS = 10
LONGEST_NAME = 100


def find_tables(world: World, workspace_id: int) -> Found[LookupTable]:
    """Return the lookup tables of a workspace, by id.

    Args:
        workspace_id: the workspace's id.
    """
    found = select(LookupTable).where(LookupTable.workspace_id == workspace_id)
    return Found(world.db.session, found.order_by(LookupTable.id))


def search_tables(world: World, workspace_id: int, text: str) -> Found[LookupTable]:
    """Return the lookup tables of a workspace whose names contain a text, by name.

    Args:
        workspace_id: the workspace's id.
        text: whatever its case; empty for all.
    """
    found = select(LookupTable).where(LookupTable.workspace_id == workspace_id)
    found = found.where(*contains(text, LookupTable.name))
    return Found(world.db.session, found.order_by(LookupTable.name, LookupTable.id))


def get_table(world: World, workspace_id: int, number: int) -> LookupTable:
    """Return a lookup table.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(LookupTable, number)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound(f"There is no lookup table {number} in this workspace.")
    return found


def create(
    world: World, workspace_id: int, project_id: int | None, name: str, labels: Sequence[str]
) -> LookupTable:
    """Create a lookup table without rows.

    Args:
        workspace_id: the workspace's id.
        project_id: the id of one project; None for one of the workspace.
        name: 1 to 100 characters.
        labels: the labels of the columns, in order: at most ten.

    Raises:
        FieldError: on the field that is wrong.
    """
    name, stripped = check_name(name), check_labels(labels)
    now = world.clock.now()
    table = LookupTable(
        workspace_id=workspace_id,
        project_id=project_id,
        name=name,
        columns=[
            {"label": each, "name": f"col{number}", "type": "string", "control_type": "text"}
            for number, each in enumerate(stripped, 1)
        ],
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(table)
    world.db.session.flush()
    return table


def check_name(name: str) -> str:
    """Return the name of a new table, without white space around it.

    Args:
        name: 1 to 100 characters.

    Raises:
        FieldError: on `name`.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise FieldError("name", f"must be 1 to {LONGEST_NAME} characters")
    return name


def check_labels(labels: Sequence[str]) -> list[str]:
    """Return the labels of a new table's columns, without white space around them.

    Args:
        labels: the labels of the columns, in order.

    Raises:
        FieldError: on `schema`.
    """
    stripped = [each.strip() for each in labels]
    if not all(stripped) or len(set(stripped)) < len(stripped):
        raise FieldError("schema", "each column needs a label, which no other column has")
    if len(stripped) > MOST_COLUMNS:
        raise FieldError("schema", f"has more than {MOST_COLUMNS} columns")
    return stripped


def delete(world: World, tables: Sequence[LookupTable]) -> None:
    """Delete lookup tables with their rows.

    Args:
        tables: the tables to delete.
    """
    ids = [each.id for each in tables]
    session = world.db.session
    session.execute(delete_rows(LookupEntry).where(LookupEntry.table_id.in_(ids)))
    session.execute(delete_rows(LookupTable).where(LookupTable.id.in_(ids)))


def find_rows(
    world: World, table: LookupTable, fields: Mapping[str, str] | None = None, text: str = ""
) -> Found[LookupEntry]:
    """Return the rows of a table, in order.

    Args:
        table: the table.
        fields: label → text that the rows have there; None for every row.
        text: one of the columns contains it, whatever its case; empty for no filter.

    Raises:
        FieldError: on `by`, when the table has no such column.
    """
    found = select(LookupEntry).where(LookupEntry.table_id == table.id)
    for column, value in _to_columns(table, fields or {}, "by").items():
        found = found.where(_field(column) == value)
    columns = dict.fromkeys(list_column_names(table).values())
    if columns:
        found = found.where(*contains(text, *map(_field, columns)))
    return Found(world.db.session, found.order_by(LookupEntry.id))


def get_row(world: World, table: LookupTable, number: int) -> LookupEntry:
    """Return a row of a table.

    Args:
        table: the table.
        number: the row's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(LookupEntry, number)
    if found is None or found.table_id != table.id:
        raise NotFound(f"The lookup table '{table.name}' has no row {number}.")
    return found


def add_row(world: World, table: LookupTable, fields: Mapping[str, str]) -> LookupEntry:
    """Add a row.

    Args:
        table: the table.
        fields: label → text.

    Raises:
        FieldError: on `data`, when the table has no such column.
    """
    now, values = world.clock.now(), _to_columns(table, fields, "data")
    row = LookupEntry(table_id=table.id, fields=values, created_at=now, updated_at=now)
    world.db.session.add(row)
    world.db.session.flush()
    return row


def add_rows(world: World, table: LookupTable, rows: Sequence[Sequence[str]]) -> None:
    """Add many rows at once, in order.

    Args:
        table: the table.
        rows: texts of each, in the order of the columns; those at the end may be left out.
    """
    now, columns = world.clock.now(), list(dict.fromkeys(list_column_names(table).values()))
    own = {"table_id": table.id, "created_at": now, "updated_at": now}
    values = [{**own, "fields": dict(zip(columns, each, strict=False))} for each in rows]
    if values:
        world.db.session.execute(insert(LookupEntry), values)


def change_row(
    world: World,
    table: LookupTable,
    row: LookupEntry,
    fields: Mapping[str, str],
    seen: str | None = None,
) -> None:
    """Change fields of a row; the others stay.

    Args:
        table: the table.
        row: one of its rows.
        fields: label → text.
        seen: the revision that the change was made for; None for whichever is the present one.

    Raises:
        FieldError: on `data`, when the table has no such column.
        NotFound: somebody else deletes it at the same moment.
        Outdated: its revision is another one.
    """
    values = _to_columns(table, fields, "data")
    if not lock(world.db.session, row):
        raise NotFound("This row does not exist any more.")
    revisions.check(seen, row.fields)
    row.fields, row.updated_at = {**row.fields, **values}, world.clock.now()


def delete_row(world: World, row: LookupEntry) -> None:
    """Delete a row.

    Args:
        row: the row of a table.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    own = delete_rows(LookupEntry).where(LookupEntry.id == row.id)
    if not did_change(world.db.session, own):
        raise NotFound("This row does not exist any more.")
    world.db.session.expunge(row)


def show_row(table: LookupTable, row: LookupEntry) -> dict[str, Any]:
    """Return a row's fields by the labels of their columns.

    Args:
        table: the table.
        row: one of its rows.
    """
    return {
        str(column.get("label") or column.get("name")): row.fields.get(
            str(column.get("id") or column.get("name")), ""
        )
        for column in table.columns
        if isinstance(column, Mapping)
    }


def _to_columns(table: LookupTable, fields: Mapping[str, str], member: str) -> dict[str, str]:
    names = list_column_names(table)
    for name in fields:
        if name not in names:
            labels = ", ".join(show_row(table, LookupEntry(fields={}))) or "none"
            raise FieldError(
                member, f"the table '{table.name}' has no column '{name}'; there are: {labels}"
            )
    return {names[name]: text for name, text in fields.items()}


def _field(column: str) -> ColumnElement[str]:
    found: ColumnElement[str] = LookupEntry.fields[column].as_string()
    return found

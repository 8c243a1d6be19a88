"""Data that recipes read besides step outputs: properties, lookup tables, data tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from simulator.db.tables import DataRecord, DataTable, LookupEntry, LookupTable, Property
from simulator.domain.data_records import list_defaults
from simulator.domain.formulas import FormulaError
from simulator.validation.parsing import parse_whole_number, shorten
from simulator.world import World

LOOKUP = "lookup_table"


def read_properties(world: World, workspace_id: int, project_id: int) -> dict[str, str]:
    """Return properties by name: those of the project go before those of the account.

    Args:
        workspace_id: the workspace's id.
        project_id: the project's id.
    """
    statement = select(Property).where(
        Property.workspace_id == workspace_id,
        or_(Property.project_id.is_(None), Property.project_id == project_id),
    )
    rows = world.db.session.scalars(statement).all()
    return {row.name: row.value for row in sorted(rows, key=lambda row: row.project_id or 0)}


class StoredTables:
    """The tables of a workspace; every change is committed at once.

    Args:
        world: with an open unit of work, each time.
        workspace_id: the workspace's id.
    """

    def __init__(self, world: World, workspace_id: int) -> None:
        self._world, self._workspace_id = world, workspace_id

    def find(self, kind: str, table: Any) -> list[dict[str, Any]]:
        """Return all rows of a table, in order, each with its id as `id`.

        Args:
            kind: `lookup_table` or `workato_db_table`.
            table: its id, its name, or the UUID of a data table.

        Raises:
            FormulaError: there is no such table.
        """
        found = self._get(kind, table)
        return [_show(found, row) for row in self._world.db.session.scalars(_rows_of(found))]

    def add(self, kind: str, table: Any, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Add a row; return it.

        Args:
            kind: see `find`.
            table: its id, its name, or the UUID of a data table.
            fields: column → value.

        Raises:
            FormulaError: there is no such table or column.
        """
        found, session = self._get(kind, table), self._world.db.session
        values = _to_columns(found, fields)
        row: LookupEntry | DataRecord
        now = self._world.clock.now()
        own: dict[str, Any] = {"table_id": found.id, "fields": values}
        own |= {"created_at": now, "updated_at": now}
        if isinstance(found, LookupTable):
            row = LookupEntry(**own)
        else:
            own["fields"] = {**list_defaults(found), **values}
            row = DataRecord(id=self._world.randomness.uuid("record"), **own)
        session.add(row)
        session.flush()
        shown = _show(found, row)
        self._world.db.commit()
        return shown

    def update(
        self, kind: str, table: Any, row_id: str, fields: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Change fields of a row; return it, or None if there is none with this id.

        Args:
            kind: see `find`.
            table: its id, its name, or the UUID of a data table.
            row_id: the id of the row.
            fields: column → value, of those that change.

        Raises:
            FormulaError: there is no such table or column.
        """
        found = self._get(kind, table)
        locked = _rows_of(found, [row_id]).with_for_update()
        row = self._world.db.session.scalar(locked.execution_options(populate_existing=True))
        if row is None:
            return None
        row.fields = {**row.fields, **_to_columns(found, fields)}
        row.updated_at = self._world.clock.now()
        shown = _show(found, row)
        self._world.db.commit()
        return shown

    def delete(self, kind: str, table: Any, row_ids: Sequence[str]) -> int:
        """Delete rows; return how many there were.

        Args:
            kind: see `find`.
            table: its id, its name, or the UUID of a data table.
            row_ids: the ids of the rows; what is none of the table's is ignored.

        Raises:
            FormulaError: there is no such table.
        """
        found, session = self._get(kind, table), self._world.db.session
        rows = session.scalars(_rows_of(found, row_ids)).all()
        for row in rows:
            session.delete(row)
        self._world.db.commit()
        return len(rows)

    def _get(self, kind: str, table: Any) -> LookupTable | DataTable:
        model: Any = LookupTable if kind == LOOKUP else DataTable
        number = parse_whole_number(str(table))
        named = model.name == str(table) if number is None else model.id == number
        if number is None and model is DataTable:  # as the Developer API calls it
            named = or_(named, DataTable.handle == str(table).lower())
        statement = select(model).where(model.workspace_id == self._workspace_id, named)
        found: LookupTable | DataTable | None = self._world.db.session.scalar(
            statement.order_by(model.id).limit(1)
        )
        if found is None:
            what = "lookup table" if kind == LOOKUP else "data table"
            raise FormulaError(f"There is no {what} '{shorten(table)}' in this workspace.")
        return found


def _rows_of(table: LookupTable | DataTable, row_ids: Sequence[str] | None = None) -> Select[Any]:
    if isinstance(table, LookupTable):
        statement = select(LookupEntry).where(LookupEntry.table_id == table.id)
        if row_ids is not None:
            numbers = [number for text in row_ids if (number := parse_whole_number(text))]
            statement = statement.where(LookupEntry.id.in_(numbers))
        return statement.order_by(LookupEntry.id)
    records = select(DataRecord).where(DataRecord.table_id == table.id)
    if row_ids is not None:
        records = records.where(DataRecord.id.in_(row_ids))
    return records.order_by(DataRecord.sequence)


def list_column_names(table: LookupTable | DataTable) -> dict[str, str]:
    """Return what recipes may call a column → what rows call it.

    Args:
        table: the table with its columns.
    """
    names: dict[str, str] = {}
    for column in table.columns:
        if not isinstance(column, Mapping):
            continue
        stored = str(column.get("id") or column.get("name"))
        for name in (
            stored,
            stored.replace("-", "_"),
            column.get("name"),
            column.get("label"),
            column.get("title"),
        ):
            if name:
                names.setdefault(str(name), stored)
    return names


def _to_columns(table: LookupTable | DataTable, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's fields by the names that rows have them under.

    Raises:
        FormulaError: the table has no such column.
    """
    names = list_column_names(table)
    for name in fields:
        if name not in names:
            known = ", ".join(dict.fromkeys(names.values())) or "none"
            raise FormulaError(
                f"The table '{table.name}' has no column '{shorten(name)}'. There are: {known}."
            )
    return {names[name]: value for name, value in fields.items()}


def _show(table: LookupTable | DataTable, row: LookupEntry | DataRecord) -> dict[str, Any]:
    """Return a row under every name that recipes may call its columns."""
    shown = {name: row.fields.get(stored) for name, stored in list_column_names(table).items()}
    return {**shown, "id": str(row.id)}

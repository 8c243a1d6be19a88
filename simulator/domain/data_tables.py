"""Data tables: created, changed, emptied and deleted; recipes read and write their records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from simulator.db.claim import lock
from simulator.db.listing import Found, contains
from simulator.db.tables import DataRecord, DataTable
from simulator.domain import data_records, revisions
from simulator.domain.folders import Place
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: Kinds of columns (Workato docs, Developer API, data tables).
TYPES = ("boolean", "date", "date_time", "integer", "number", "string", "file", "relation")
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that a table is to have.

    Attributes:
        name: for people, and in recipes.
        type: one of `TYPES`.
        optional: whether records may leave it out.
        field_id: a UUID; None for a new one.
        further: what else is said of it, such as `hint` and `default_value`.
    """

    name: str
    type: str
    optional: bool
    field_id: str | None
    further: Mapping[str, Any]


def find_tables(
    world: World, workspace_id: int, project_id: int | None = None, text: str = ""
) -> Found[DataTable]:
    """Return the data tables of a workspace, by name.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
        project_id: of one project; None for those of every project.
        text: what their names contain, whatever its case; empty for all.
    """
    found = select(DataTable).where(DataTable.workspace_id == workspace_id)
    if project_id is not None:
        found = found.where(DataTable.project_id == project_id)
    found = found.where(*contains(text, DataTable.name))
    return Found(world.db.session, found.order_by(DataTable.name, DataTable.id))


def get_table(world: World, workspace_id: int, handle: str) -> DataTable:
    """Return a data table.

    Args:
        world: with an open unit of work.
        workspace_id: the workspace's id.
        handle: a UUID.

    Raises:
        NotFound: it does not exist.
    """
    own = DataTable.workspace_id == workspace_id, DataTable.handle == handle.lower()
    found = world.db.session.scalar(select(DataTable).where(*own))
    if found is None:
        raise NotFound(f"There is no data table '{handle}' in this workspace.")
    return found


def create(world: World, place: Place, name: str, columns: Sequence[Column]) -> DataTable:
    """Create a data table without records.

    Args:
        world: with an open unit of work.
        place: the project that it belongs to, whichever folder of it (our choice).
        name: 1 to 100 characters.
        columns: one or more.

    Raises:
        FieldError: on the field that is wrong.
    """
    now = world.clock.now()
    table = DataTable(
        workspace_id=place.project.workspace_id,
        project_id=place.project.id,
        handle=world.randomness.uuid("data table"),
        name=_check_name(name),
        columns=_store(world, columns),
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(table)
    world.db.session.flush()
    return table


def change(
    world: World,
    table: DataTable,
    *,
    name: str | None = None,
    place: Place | None = None,
    columns: Sequence[Column] | None = None,
    seen: str | None = None,
) -> None:
    """Change a data table; records keep what they have in columns that stay.

    Records without a value in a required column get its default value (Workato docs, data tables).

    Args:
        world: with an open unit of work.
        table: to be changed.
        name: None leaves it unchanged.
        place: the project that it is moved to; None leaves it there.
        columns: None leaves them unchanged.
        seen: the revision that the change was made for; None for whichever is the present one.

    Raises:
        FieldError: on the field that is wrong.
        NotFound: somebody else deletes it at the same moment.
        Outdated: its revision is another one.
    """
    if not lock(world.db.session, table):
        raise NotFound("This data table does not exist any more.")
    revisions.check(seen, *get_content(table))
    if name is not None:
        table.name = _check_name(name)
    if place is not None:
        table.project_id = place.project.id
    if columns is not None:
        table.columns = _store(world, columns)
        _fill(world, table)
    table.updated_at = world.clock.now()


def get_content(table: DataTable) -> tuple[Any, ...]:
    """Return what a revision of a table is made of.

    Args:
        table: the table.
    """
    return table.name, table.project_id, table.columns


def truncate(world: World, table: DataTable) -> None:
    """Delete every record of a table.

    Args:
        world: with an open unit of work.
        table: to be emptied.
    """
    world.db.session.execute(delete_rows(DataRecord).where(DataRecord.table_id == table.id))
    table.updated_at = world.clock.now()


def delete(world: World, table: DataTable) -> None:
    """Delete a table with its records.

    Args:
        world: with an open unit of work.
        table: to be deleted.
    """
    truncate(world, table)
    world.db.session.delete(table)
    world.db.session.flush()


def _fill(world: World, table: DataTable) -> None:
    """Give records the default values of required columns in which they have none."""
    defaults = data_records.list_defaults(table)
    required = [each.id for each in data_records.list_fields(table) if each.required]
    for name in (each for each in required if each in defaults):
        own = DataRecord.table_id == table.id, data_records.has_value(name).is_(False)
        for record in world.db.session.scalars(select(DataRecord).where(*own)):
            record.fields = {**record.fields, name: defaults[name]}


def _check_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise FieldError("name", f"must be 1 to {LONGEST_NAME} characters")
    return name


def _store(world: World, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the columns as they are stored, which is as exports have them."""
    if not columns:
        raise FieldError("schema", "must have one column or more")
    names = [each.name.strip() for each in columns]
    for name in names:
        if not 0 < len(name) <= LONGEST_NAME:
            raise FieldError("schema", f"a column's name must be 1 to {LONGEST_NAME} characters")
        if names.count(name) > 1:
            raise FieldError("schema", f"has the column '{name}' twice")
    return [
        {
            **each.further,
            "id": each.field_id or world.randomness.uuid("data table column"),
            "title": name,
            "type": each.type,
            "required": not each.optional,
        }
        for each, name in zip(columns, names, strict=True)
    ]

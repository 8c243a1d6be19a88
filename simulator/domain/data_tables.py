"""Data tables: created, changed, emptied and deleted; recipes read and write their records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import or_, select

from simulator.db.claim import lock
from simulator.db.listing import Found, contains
from simulator.db.tables import DataRecord, DataTable, Folder
from simulator.domain import data_records, revisions
from simulator.domain.folders import HOME, Place
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
        workspace_id: the workspace's id.
        project_id: the id of one project; None for those of every project.
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
        place: the folder that it is put into.
        name: 1 to 100 characters.
        columns: one or more.

    Raises:
        FieldError: on the field that is wrong.
    """
    now = world.clock.now()
    table = DataTable(
        workspace_id=place.project.workspace_id,
        project_id=place.project.id,
        folder_id=place.folder.id if place.folder else None,
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
        table: the table to change.
        name: None leaves it unchanged.
        place: the folder that it is moved to; None leaves it there.
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
        table.folder_id = place.folder.id if place.folder else None
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


def get_folder_numbers(world: World, tables: Sequence[DataTable]) -> dict[int, int]:
    """Return the number of the folder that each table is in: its id → the folder.

    Args:
        tables: some.
    """
    ids = [each.folder_id for each in tables if each.folder_id is not None]
    there = (
        set(world.db.session.scalars(select(Folder.id).where(Folder.id.in_(ids)))) if ids else ()
    )
    return {
        each.id: HOME + each.folder_id
        if each.folder_id is not None and each.folder_id in there
        else each.project_id
        for each in tables
    }


def list_inside(world: World, place: Place) -> Sequence[DataTable]:
    """Return the tables in a folder, at any depth.

    Args:
        place: the folder.
    """
    found = select(DataTable).where(DataTable.project_id == place.project.id)
    if place.path:
        here = or_(
            Folder.path == place.path, Folder.path.startswith(f"{place.path}/", autoescape=True)
        )
        own = select(Folder.id).where(Folder.project_id == place.project.id, here)
        found = found.where(DataTable.folder_id.in_(own))
    return world.db.session.scalars(found.order_by(DataTable.id)).all()


def truncate(world: World, table: DataTable) -> None:
    """Delete every record of a table.

    Args:
        table: to be emptied.
    """
    world.db.session.execute(delete_rows(DataRecord).where(DataRecord.table_id == table.id))
    table.updated_at = world.clock.now()


def delete(world: World, table: DataTable) -> None:
    """Delete a table with its records.

    Args:
        table: the table to delete.
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

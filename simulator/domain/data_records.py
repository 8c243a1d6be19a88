"""Records of a data table, as programs read and write them (Workato docs, data tables)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy import delete as delete_rows

from simulator.db.tables import DataRecord, DataTable
from simulator.domain import revisions
from simulator.domain.data_values import Field, check
from simulator.errors import FieldError, NotFound
from simulator.validation.parsing import shorten
from simulator.world import World

#: What every record has beside its columns, and the type of each.
META = {"$record_id": "string", "$created_at": "date_time", "$updated_at": "date_time"}


def list_fields(table: DataTable) -> list[Field]:
    """Return the columns of a table, in order.

    Args:
        table: the table with its columns.
    """
    return [
        Field(
            id=str(each.get("id") or each.get("name")),
            name=str(each.get("title") or each.get("name") or each.get("label")),
            type=str(each.get("type", "string")),
            required=bool(each.get("required")),
            is_list=bool(each.get("multivalue")),
            default=each.get("default_value"),
            hint=str(each.get("hint") or ""),
        )
        for each in table.columns
        if isinstance(each, Mapping)
    ]


def find_field(table: DataTable, name: str, member: str) -> Field:
    """Return the column of a table that a program names, by its name or its UUID.

    Args:
        table: the table with its columns.
        name: the name of the column.
        member: the member of the request, which a mistake is told at.

    Raises:
        FieldError: the table has no such column.
    """
    fields = list_fields(table)
    for each in fields:
        if name in (each.name, each.id):
            return each
    known = ", ".join(f"'{each.name}'" for each in fields) or "none"
    raise FieldError(member, f"'{shorten(name)}' is no column of the table. There are: {known}.")


def list_defaults(table: DataTable) -> dict[str, Any]:
    """Return what a new record has in columns of which it says nothing, by the columns' ids.

    Args:
        table: the table with its columns.
    """
    return {each.id: each.default for each in list_fields(table) if each.default is not None}


def create(world: World, table: DataTable, given: Mapping[str, Any]) -> DataRecord:
    """Add a record to a table; it has the default values of columns that are left out.

    Args:
        table: the table.
        given: column's name or UUID → value.

    Raises:
        FieldError: on a column that there is not, or whose value is none of its type.
    """
    values = _read(table, list_defaults(table), given)
    now = world.clock.now()
    record = DataRecord(
        id=world.randomness.uuid("record"),
        table_id=table.id,
        fields=values,
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(record)
    world.db.session.flush()
    return record


def get(world: World, table: DataTable, record_id: str, *, lock: bool = True) -> DataRecord:
    """Return a record of a table, locked until the unit of work ends.

    Args:
        table: the table.
        record_id: its UUID.
        lock: whether it is to be changed; False leaves it unlocked.

    Raises:
        NotFound: it does not exist.
    """
    own = DataRecord.table_id == table.id, DataRecord.id == record_id.lower()
    query = select(DataRecord).where(*own)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = world.db.session.scalar(query)
    if found is None:
        raise NotFound(f"The data table '{table.name}' has no record '{shorten(record_id)}'.")
    return found


def change(
    world: World,
    table: DataTable,
    record: DataRecord,
    given: Mapping[str, Any],
    seen: str | None = None,
) -> None:
    """Change values of a record; what is left out stays as it is.

    Args:
        table: the table.
        record: the record as `get` returned it.
        given: column's name or UUID → value.
        seen: the revision that the change was made for; None for whichever is the present one.

    Raises:
        FieldError: as when it is created.
        Outdated: its revision is another one.
    """
    revisions.check(seen, record.fields)
    record.fields = _read(table, record.fields, given)
    record.updated_at = world.clock.now()


def delete(world: World, record: DataRecord) -> None:
    """Delete a record.

    Args:
        record: the record as `get` returned it.
    """
    own = DataRecord.sequence == record.sequence
    world.db.session.execute(delete_rows(DataRecord).where(own))


def has_value(field_id: str) -> ColumnElement[bool]:
    """Return the condition that a record has something in a column, and no empty text.

    Args:
        field_id: the field id of the column.
    """
    return func.coalesce(cast(DataRecord.fields[field_id].as_string(), Text), "") != ""


def count_values(world: World, table: DataTable, field_id: str) -> int:
    """Return how many records of a table have something in a column.

    Args:
        table: the table whose records they are.
        field_id: the field id of the column.
    """
    own = DataRecord.table_id == table.id, has_value(field_id)
    return world.db.session.scalar(select(func.count()).select_from(DataRecord).where(*own)) or 0


def find_mistakes(
    table: DataTable, before: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, str]:
    """Return what is wrong with a change of a record: column's name or UUID → the sentence's end.

    Args:
        table: the table with its columns.
        before: what the record has, by the columns' ids.
        given: column's name or UUID → value.
    """
    return _review(table, before, given)[1]


def _read(table: DataTable, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record after a change; what is left out stays as it was before."""
    values, mistakes = _review(table, before, given)
    for name, sentence in mistakes.items():
        raise FieldError(name, sentence)
    return values


def _review(
    table: DataTable, before: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    values, mistakes = dict(before), dict[str, str]()
    for name, value in given.items():
        try:
            if name in META:
                raise FieldError(name, "is set by Workato")
            found = find_field(table, name, name)
            values[found.id] = check(found, value)
        except FieldError as error:
            mistakes[name] = error.message
    for each in list_fields(table):
        has_mistake = each.name in mistakes or each.id in mistakes
        if each.required and not has_mistake and values.get(each.id) in (None, "", []):
            mistakes[each.name] = "can't be blank"
    return values, mistakes

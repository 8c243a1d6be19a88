"""Records of a data table, as programs read and write them (Workato docs, data tables)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from simulator.db.tables import DataRecord, DataTable
from simulator.errors import FieldError, NotFound
from simulator.validation.parsing import shorten
from simulator.world import World

#: What every record has beside its columns, and the type of each.
META = {"$record_id": "string", "$created_at": "date_time", "$updated_at": "date_time"}
#: Numbers are smaller, whatever their sign, so that every database can compare them (our choice).
LARGEST = 10**250


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column, as records have it.

    Attributes:
        id: under which rows have its value.
        name: for people, and in programs.
        type: one of `data_tables.TYPES`.
        required: whether no record may leave it out.
        is_list: whether it has several values.
    """

    id: str
    name: str
    type: str
    required: bool
    is_list: bool


def list_fields(table: DataTable) -> list[Field]:
    """Return the columns of a table, in order.

    Args:
        table: with its columns.
    """
    return [
        Field(
            id=str(each.get("id") or each.get("name")),
            name=str(each.get("title") or each.get("name") or each.get("label")),
            type=str(each.get("type", "string")),
            required=bool(each.get("required")),
            is_list=bool(each.get("multivalue")),
        )
        for each in table.columns
        if isinstance(each, Mapping)
    ]


def find_field(table: DataTable, name: str, member: str) -> Field:
    """Return the column of a table that a program names, by its name or its UUID.

    Args:
        table: with its columns.
        name: of the column.
        member: of the request, which a mistake is told at.

    Raises:
        FieldError: the table has no such column.
    """
    fields = list_fields(table)
    for each in fields:
        if name in (each.name, each.id):
            return each
    known = ", ".join(f"'{each.name}'" for each in fields) or "none"
    raise FieldError(member, f"'{shorten(name)}' is no column of the table. There are: {known}.")


def create(world: World, table: DataTable, given: Mapping[str, Any]) -> DataRecord:
    """Add a record to a table.

    Args:
        world: with an open unit of work.
        table: where.
        given: column's name or UUID → value.

    Raises:
        FieldError: on a column that there is not, or whose value is none of its type.
    """
    values = _read(table, {}, given)
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


def get(world: World, table: DataTable, record_id: str) -> DataRecord:
    """Return a record of a table, locked until the unit of work ends.

    Args:
        world: with an open unit of work.
        table: where.
        record_id: its UUID.

    Raises:
        NotFound: there is none.
    """
    own = DataRecord.table_id == table.id, DataRecord.id == record_id.lower()
    locked = select(DataRecord).where(*own).with_for_update()
    found = world.db.session.scalar(locked.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"The data table '{table.name}' has no record '{shorten(record_id)}'.")
    return found


def change(world: World, table: DataTable, record: DataRecord, given: Mapping[str, Any]) -> None:
    """Change values of a record; what is left out stays as it is.

    Args:
        world: with an open unit of work.
        table: where.
        record: as `get` returned it.
        given: column's name or UUID → value.

    Raises:
        FieldError: as when it is created.
    """
    record.fields = _read(table, record.fields, given)
    record.updated_at = world.clock.now()


def delete(world: World, record: DataRecord) -> None:
    """Delete a record.

    Args:
        world: with an open unit of work.
        record: as `get` returned it.
    """
    own = DataRecord.sequence == record.sequence
    world.db.session.execute(delete_rows(DataRecord).where(own))


def read_moment(text: str) -> datetime:
    """Return the moment of an ISO 8601 text; without an offset, it is of UTC.

    Args:
        text: such as 2026-08-31T12:00:00Z.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def write_moment(moment: datetime) -> str:
    """Return a moment as records have it: in UTC, with microseconds, so that texts are in order.

    Args:
        moment: with a time zone.
    """
    written = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return written.replace("+00:00", "Z")


def is_number(value: Any) -> bool:
    """Return whether a value is a number that a record can have, or be compared with.

    Args:
        value: out of JSON.
    """
    is_numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return is_numeric and abs(value) < LARGEST


def _read(table: DataTable, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record after a change; what is left out stays as it was before."""
    values = dict(before)
    for name, value in given.items():
        if name in META:
            raise FieldError(name, "is given by Workato")
        found = find_field(table, name, name)
        values[found.id] = _check(found, value)
    for each in list_fields(table):
        if each.required and values.get(each.id) in (None, ""):
            raise FieldError(each.name, "can't be blank")
    return values


def _check(found: Field, value: Any) -> Any:
    if value is None:
        return None
    if not found.is_list:
        return _check_one(found, value)
    if not isinstance(value, list):
        raise FieldError(found.name, "must be a list")
    return [_check_one(found, each) for each in value]


def _check_one(found: Field, value: Any) -> Any:
    match found.type:
        case "boolean" if isinstance(value, bool):
            return value
        case "integer" if is_number(value) and value == int(value):
            return int(value)
        case "number" if is_number(value):
            return value
        case "string" | "relation" if isinstance(value, str):
            return value
        case "date" | "date_time" if isinstance(value, str):
            return _read_time(found, value)
        case "file":
            raise FieldError(found.name, "is a file, which is uploaded at an address of its own")
    raise FieldError(found.name, f"must be {_WORDS.get(found.type, found.type)}")


def _read_time(found: Field, value: str) -> str:
    try:
        if found.type == "date":
            return date.fromisoformat(value).isoformat()
        return write_moment(read_moment(value))
    except (ValueError, OverflowError):
        raise FieldError(found.name, f"must be {_WORDS[found.type]}") from None


_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "relation": "the id of a record",
    "date": "a date such as 2026-08-31",
    "date_time": "a moment such as 2026-08-31T12:00:00Z",
}

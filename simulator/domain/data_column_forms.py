"""Columns of a data table as people fill them in, and what a change of them would lose.

Names of types, and that a Link to table or a File is never required and has no default value, are
Workato's (docs, data tables, column types and new columns). That a Long text is a text that says
so in its metadata is our choice: the Developer API has one type for both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.db.tables import DataTable
from simulator.domain import data_records, data_values
from simulator.domain.data_tables import Column
from simulator.domain.data_values import Field
from simulator.errors import FieldError
from simulator.world import World

#: What people call types of columns; a File, which no page uploads, is offered to none.
TYPES: Mapping[str, str] = {
    "string": "Short text",
    "long_text": "Long text",
    "integer": "Integer",
    "number": "Decimal",
    "boolean": "Boolean",
    "date": "Date",
    "date_time": "DateTime",
    "relation": "Link to table",
    "file": "File",
}
_NEVER_REQUIRED = ("relation", "file")
_LONG = "multiline"


@dataclass(frozen=True, kw_only=True)
class ColumnRow:
    """A column in a form.

    Attributes:
        field_id: the field id of a stored column; empty for a new one.
        name: the name as typed.
        type: one of `TYPES`.
        default: the default as typed.
        hint: the hint as typed.
        link: `table/column`, the UUIDs of what a Link to table shows; empty for none.
        required: whether no record may leave it out.
        is_list: whether it has several values.
    """

    field_id: str = ""
    name: str = ""
    type: str = "string"
    default: str = ""
    hint: str = ""
    link: str = ""
    required: bool = False
    is_list: bool = False


@dataclass(frozen=True, kw_only=True)
class ValueLoss:
    """What becomes of values when columns are changed.

    Attributes:
        name: the name of the column.
        count: how many records have something there.
        becomes: the type that it gets; empty for a column that is removed.
    """

    name: str
    count: int
    becomes: str = ""


def describe(table: DataTable) -> list[ColumnRow]:
    """Return the columns of a table as a form shows them.

    Args:
        table: the table with its columns.
    """
    return [
        ColumnRow(
            field_id=found.id,
            name=found.name,
            type=name_type(each),
            default=data_values.write_typed(found, found.default),
            hint=found.hint,
            link=_write_link(each.get("relation")),
            required=found.required,
            is_list=found.is_list,
        )
        for found, each in zip(data_records.list_fields(table), _iter_columns(table), strict=True)
    ]


def name_type(column: Mapping[str, Any]) -> str:
    """Return which of `TYPES` a stored column is.

    Args:
        column: the column of a table.
    """
    kind = str(column.get("type", "string"))
    metadata = column.get("metadata")
    is_long = isinstance(metadata, Mapping) and bool(metadata.get(_LONG))
    return "long_text" if kind == "string" and is_long else kind


def read(
    rows: Sequence[ColumnRow], links: Mapping[str, str], table: DataTable | None = None
) -> tuple[list[Column], dict[tuple[int, str], str]]:
    """Return the columns that a form means, and what is wrong with it.

    Args:
        rows: the rows of the form; one without a name is none.
        links: what a Link to table may show.
        table: the table whose columns are changed; what no form shows of them stays.

    Returns:
        The columns, and (place of the row, part of it) → a sentence.
    """
    stored = {str(each.get("id") or each.get("name")): each for each in _iter_columns(table)}
    columns, mistakes, names = [], dict[tuple[int, str], str](), set[str]()
    for place, row in enumerate(rows):
        if not row.name:
            if row.default or row.hint or row.link:
                mistakes[place, "name"] = "Enter a name."
            continue
        before = stored.get(row.field_id, {})
        if row.name in names:
            mistakes[place, "name"] = "Another column has this name."
        names.add(row.name)
        for part, sentence in _iter_mistakes(row, links):
            mistakes[place, part] = sentence
        columns.append(
            Column(
                name=row.name,
                type="string" if row.type == "long_text" else row.type,
                optional=not row.required,
                field_id=row.field_id if before else None,
                further=_say_further(row, before),
            )
        )
    return columns, mistakes


def list_losses(world: World, table: DataTable, columns: Sequence[Column]) -> list[ValueLoss]:
    """Return which values would be lost, or be of another type than their column, by a change.

    Args:
        table: the table as it is now.
        columns: the columns that it is to have.
    """
    after = {each.field_id: each for each in columns if each.field_id}
    losses = []
    for found in data_records.list_fields(table):
        column = after.get(found.id)
        is_list = column is not None and bool(column.further.get("multivalue"))
        if column and (column.type, is_list) == (found.type, found.is_list):
            continue
        count = data_records.count_values(world, table, found.id)
        if count or column is None:
            becomes = TYPES.get(column.type, column.type) if column else ""
            losses.append(ValueLoss(name=found.name, count=count, becomes=becomes))
    return losses


def _iter_columns(table: DataTable | None) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in (table.columns if table else ()) if isinstance(each, Mapping))


def _as_field(row: ColumnRow) -> Field:
    kind = "string" if row.type == "long_text" else row.type
    return Field(
        id=row.field_id, name=row.name, type=kind, required=row.required, is_list=row.is_list
    )


def _iter_mistakes(row: ColumnRow, links: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if row.type not in TYPES:
        yield "type", "Select a type."
        return
    label = TYPES[row.type]
    if row.type == "relation" and row.link not in links:
        yield "link", "Select the column that it shows."
    elif row.type != "relation" and row.link:
        yield "link", f"A {label} shows no other table: select None, or the type Link to table."
    if row.type in _NEVER_REQUIRED:
        if row.required:
            yield "required", f"A {label} cannot be required."
        if row.default:
            yield "default", f"A {label} has no default value."
        return
    try:
        data_values.check(_as_field(row), data_values.read_typed(_as_field(row), row.default))
    except FieldError as error:
        yield "default", f"The default value {error.message}."


def _say_further(row: ColumnRow, before: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is stored of a column besides its name and type."""
    metadata = dict(before.get("metadata") or {})
    metadata.pop(_LONG, None)
    if row.type == "long_text":
        metadata[_LONG] = True
    table_id, _, field_id = row.link.partition("/")
    further = dict(before) | {
        "hint": row.hint or None,
        "default_value": _read_default(row),
        "metadata": metadata,
        "multivalue": row.is_list,
        "relation": None,
    }
    if row.type == "relation":
        relation = before.get("relation")
        is_new = row.link != _write_link(relation)
        further["relation"] = {"table_id": table_id, "field_id": field_id} if is_new else relation
    return further


def _read_default(row: ColumnRow) -> Any:
    found = _as_field(row)
    try:
        return data_values.check(found, data_values.read_typed(found, row.default))
    except FieldError:  # which stands beside the field
        return None


def _write_link(relation: Any) -> str:
    if not isinstance(relation, Mapping) or not relation.get("table_id"):
        return ""
    return f"{relation['table_id']}/{relation.get('field_id')}"

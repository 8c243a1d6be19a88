"""Lookup tables and data tables: find, add, change and delete rows.

Names of inputs are those of public recipes where one shows them, and else our choice: `parameters`
or members of their own for columns, `id`, `entry_id` or `record_id` for a row.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.domain.engine.conditions import OPERANDS, is_present, to_text
from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action, get_mapping
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.values import render_text

LOOKUP, DATA = "lookup_table", "workato_db_table"
#: The column of every data table that holds the record's id (recipe-skills, datatable-recipes).
RECORD_ID = "11fbe9a6_a16d_4d7e_86ea_afe42ec03005"
_SETTINGS = (
    "lookup_table_id", "table_id", "id", "entry_id", "record_id", "parameters", "record", "entry",
    "limit", "sort_by", "sort_direction", "filter", "filters", "where", "next_page_token",
    "entries", "records",
)  # fmt: skip
#: Rows of one answer where no limit is written, and at most.
_LIMIT, _MOST = 100, 1_000


def get_entry(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first entry with these values, as `entry` and at the root; empty without one."""
    found = _matching(job, LOOKUP, inputs)
    entry = found[0] if found else {}
    return {"entry": entry, **entry, "success": bool(found)}


def search(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows with these values: `entries` or `records`, and `list_size`."""
    kind = action.step.provider
    found = _matching(job, kind, inputs)
    column = to_text(inputs.get("sort_by")).replace("-", "_")
    if column:
        descending = to_text(inputs.get("sort_direction")).startswith("desc")
        found.sort(key=lambda row: to_text(row.get(column)), reverse=descending)
    text = render_text(inputs.get("limit"))
    shown = found[: min(int(text), _MOST) if text.isdigit() else _LIMIT]
    return {_plural(kind): shown, "list_size": len(shown)}


def get_entries(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return every entry of a lookup table."""
    entries = _shown(LOOKUP, job.tables.find(LOOKUP, _table(inputs)))
    return {"entries": entries, "list_size": len(entries)}


def add(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Add a row."""
    kind = action.step.provider
    return _output(kind, job.tables.add(kind, _table(inputs), _columns(inputs)))


def add_several(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Add several rows."""
    kind = action.step.provider
    rows = inputs.get(_plural(kind))
    added = [
        job.tables.add(kind, _table(inputs), _columns(row))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
    ]
    return {_plural(kind): _shown(kind, added), "list_size": len(added)}


def update(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Change a row; columns without a value stay as they are."""
    kind, row_id = action.step.provider, _row_id(inputs)
    fields = {name: value for name, value in _columns(inputs).items() if is_present(value)}
    row = job.tables.update(kind, _table(inputs), row_id, fields)
    if row is None:
        raise FormulaError(f"The table has no row with the id '{row_id}'.")
    return _output(kind, row)


def upsert(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Change the record whose first column here has this value, or add one: `record_created`."""
    fields = _columns(inputs)
    if not fields:
        raise FormulaError("The record to add or change has no column.")
    key = next(iter(fields))
    for row in job.tables.find(DATA, _table(inputs)):
        if to_text(row.get(key)) == to_text(fields[key]):
            changed = job.tables.update(DATA, _table(inputs), row["id"], fields)
            return {"record_created": False, **_output(DATA, changed or row)}
    added = job.tables.add(DATA, _table(inputs), fields)
    return {"record_created": True, **_output(DATA, added)}


def delete(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a row: `success` says whether there was one."""
    kind = action.step.provider
    return {"success": job.tables.delete(kind, _table(inputs), [_row_id(inputs)]) > 0}


def truncate(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Delete every row."""
    kind = action.step.provider
    rows = [row["id"] for row in job.tables.find(kind, _table(inputs))]
    return {"success": True, "list_size": job.tables.delete(kind, _table(inputs), rows)}


def _table(inputs: Mapping[str, Any]) -> Any:
    table = inputs.get("lookup_table_id", inputs.get("table_id"))
    if isinstance(table, Mapping):
        table = table.get("name")
    if not table:
        raise FormulaError("No table is selected.")
    return table


def _columns(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an input says of columns: within one member, or as members of its own."""
    within = inputs.get("parameters", inputs.get("record", inputs.get("entry")))
    if isinstance(within, Mapping):
        return {name: value for name, value in within.items() if name != RECORD_ID}
    settings = (*_SETTINGS, RECORD_ID)
    return {name: value for name, value in inputs.items() if name not in settings}


def _row_id(inputs: Mapping[str, Any]) -> str:
    for name in ("id", "entry_id", "record_id", RECORD_ID):
        if is_present(inputs.get(name)):
            return to_text(inputs[name])
    raise FormulaError("No row is named: its id is empty.")


def _matching(job: JobView, kind: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = {name: value for name, value in _columns(inputs).items() if is_present(value)}
    filters = inputs.get("filters", inputs.get("filter"))
    rows: Iterable[dict[str, Any]] = job.tables.find(kind, _table(inputs))
    if isinstance(filters, list):
        rows = [row for row in rows if all(_passes(row, get_mapping(one)) for one in filters)]
    equals = OPERANDS["equals_to"]
    return _shown(
        kind, [row for row in rows if all(equals(row.get(name), given[name]) for name in given)]
    )


_COMPARISONS = {
    "equals": "equals_to",
    "is_not_equal_to": "not_equals_to",
    "is_null": "blank",
    "is_not_null": "present",
    "is_before": "less_than",
    "is_after": "greater_than",
    "is_false": "is_not_true",
}


def _passes(row: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    operand = str(written.get("operand") or "equals")
    operand = _COMPARISONS.get(operand, operand)
    if operand not in OPERANDS:
        raise FormulaError(f"Rows cannot be filtered by '{operand}'.")
    value = row.get(str(written.get("column")).replace("-", "_"))
    if operand in ("less_than", "greater_than") and value is None:
        return False
    return OPERANDS[operand](value, written.get("value"))


def _shown(kind: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if kind == LOOKUP:
        return [dict(row) for row in rows]
    return [{**row, RECORD_ID: row["id"]} for row in rows]


def _output(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    (shown,) = _shown(kind, [row])
    return {("entry" if kind == LOOKUP else "record"): shown, **shown}


def _plural(kind: str) -> str:
    return "entries" if kind == LOOKUP else "records"


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    (LOOKUP, "get_entry"): get_entry,
    (LOOKUP, "search_entries"): search,
    (LOOKUP, "get_entries"): get_entries,
    (LOOKUP, "add_entry"): add,
    (LOOKUP, "add_batch_of_entries"): add_several,
    (LOOKUP, "update_entry"): update,
    (LOOKUP, "delete_entry"): delete,
    (LOOKUP, "truncate"): truncate,
    (DATA, "get_records"): search,
    (DATA, "search_records"): search,
    (DATA, "add_record"): add,
    (DATA, "create_record"): add,
    (DATA, "create_records_batch"): add_several,
    (DATA, "update_record"): update,
    (DATA, "upsert_record"): upsert,
    (DATA, "delete_record"): delete,
    (DATA, "truncate_table"): truncate,
}

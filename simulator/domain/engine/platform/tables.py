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
    "entries", "records", "values_to_be_removed", "primary_field_id",
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


def update_several(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Change several rows, each named by its id; columns without a value stay as they are."""
    kind, changed = action.step.provider, []
    for row in _rows(kind, inputs):
        fields = {name: value for name, value in _columns(row).items() if is_present(value)}
        found = job.tables.update(kind, _table(inputs), _row_id(row), fields)
        if found is None:
            raise FormulaError(f"The table has no row with the id '{_row_id(row)}'.")
        changed.append(found)
    return {_plural(kind): _shown(kind, changed), "list_size": len(changed)}


def remove_values(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Empty the columns that `values_to_be_removed` names; they are empty text in the output."""
    named = inputs.get("values_to_be_removed")
    names = named if isinstance(named, list) else render_text(named).replace(",", " ").split()
    columns = [_column(each) for each in names]
    if not columns:
        raise FormulaError(
            "No column is named whose value is to be removed (`values_to_be_removed`)."
        )
    row = job.tables.update(DATA, _table(inputs), _row_id(inputs), dict.fromkeys(columns, ""))
    if row is None:
        raise FormulaError(f"The table has no row with the id '{_row_id(inputs)}'.")
    return _output(DATA, row)


def upsert(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Change the record that has this value in the primary field, or add one: `created`.

    `primary_field_id` names the field; without it, it is the first column here (our choice).
    """
    fields = _columns(inputs)
    if not fields:
        raise FormulaError("The record to add or change has no column.")
    key = _column(inputs.get("primary_field_id")) or next(iter(fields), "")
    if key not in fields:
        raise FormulaError("The record to add or change has no value for its primary field.")
    for row in job.tables.find(DATA, _table(inputs)):
        if to_text(row.get(key)) == to_text(fields[key]):
            changed = job.tables.update(DATA, _table(inputs), row["id"], fields)
            return {"created": False, "record_created": False, **_output(DATA, changed or row)}
    added = job.tables.add(DATA, _table(inputs), fields)
    return {"created": True, "record_created": True, **_output(DATA, added)}


def delete(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a row: `success` says whether there was one."""
    kind = action.step.provider
    return {"success": job.tables.delete(kind, _table(inputs), [_row_id(inputs)]) > 0}


def delete_several(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Delete the rows with these ids: `success`, and `list_size`, how many there were."""
    kind = action.step.provider
    ids = [_row_id(row) for row in _rows(kind, inputs)]
    return {"success": True, "list_size": job.tables.delete(kind, _table(inputs), ids)}


def truncate(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Delete every row."""
    kind = action.step.provider
    rows = [row["id"] for row in job.tables.find(kind, _table(inputs))]
    return {"success": True, "list_size": job.tables.delete(kind, _table(inputs), rows)}


def _rows(kind: str, inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows that an input names, as objects or by their ids alone."""
    singular = "entry" if kind == LOOKUP else "record"
    for name in (_plural(kind), f"{singular}_ids", "ids"):
        given = inputs.get(name)
        if isinstance(given, str):
            given = given.replace(",", " ").split()
        if isinstance(given, list):
            return [each if isinstance(each, Mapping) else {"id": each} for each in given]
    raise FormulaError(f"No rows are named (`{_plural(kind)}`).")


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


def _column(named: Any) -> str:
    """Return the name of a column, which some inputs have with dashes, and pills never."""
    return render_text(named).replace("-", "_")


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
    (LOOKUP, "delete_entries"): delete_several,
    (LOOKUP, "truncate"): truncate,
    (DATA, "get_records"): search,
    (DATA, "search_records"): search,
    (DATA, "add_record"): add,
    (DATA, "create_record"): add,
    (DATA, "create_records_batch"): add_several,
    (DATA, "update_record"): update,
    (DATA, "update_records_batch"): update_several,
    (DATA, "remove_values_from_record"): remove_values,
    (DATA, "upsert_record"): upsert,
    (DATA, "delete_record"): delete,
    (DATA, "delete_records_batch"): delete_several,
    (DATA, "truncate_table"): truncate,
}

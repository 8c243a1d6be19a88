"""The records of a data table: filtered, sorted, added, changed and deleted by hand."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import DataRecord, DataTable
from simulator.domain import (
    data_column_forms,
    data_filters,
    data_links,
    data_record_queries,
    data_records,
    data_values,
    revisions,
    workspaces,
)
from simulator.domain.data_filters import Filter
from simulator.domain.data_record_queries import Order
from simulator.domain.revisions import Outdated
from simulator.errors import FieldError
from simulator.systems.aihub.context import person, searched
from simulator.systems.aihub.data_tables import get_table
from simulator.web.application import current_world

bp = Blueprint("data_records", __name__, url_prefix="/data_tables/<handle>")

#: Records on a page (Workato docs, data tables, limits).
_SIZE = 200
#: What every record has, as people call it (Workato docs, auto-generated columns).
_OWN = {
    "$record_id": "Record ID",
    "$created_at": "Created time",
    "$updated_at": "Last modified time",
}


@bp.get("")
def listing(handle: str) -> str:
    """Return a table's records.

    `by`, `how` and `value` are filters, each as often as there are filters; `sort` is a column,
    after a minus the largest first; `own` shows what Workato gives every record.
    """
    world, table, (_, number) = current_world(), get_table(handle), searched()
    filters, where, errors, refused = _read_filters(table)
    sort = request.args.get("sort", "")
    try:
        order = Order(by=sort.removeprefix("-"), descending=sort[:1] == "-") if sort else None
        found = data_record_queries.find(world, table, where=where, order=order)
    except FieldError:  # a column that was removed meanwhile
        found, sort = data_record_queries.find(world, table, where=where), ""
    part, rows = found.page(number, _SIZE), data_column_forms.describe(table)
    links = data_links.show(world, table, rows, part.rows)
    own = _OWN if request.args.get("own") else {}
    active: dict[str, Any] = {
        "by": [each.by for each in filters],
        "how": [each.how for each in filters],
        "value": [each.value for each in filters],
        "sort": sort or None,
        "own": request.args.get("own") or None,
    }
    return render_template(
        "aihub/data_table.html",
        table=table,
        project=workspaces.get_project(world, person().workspace_id, table.project_id),
        fields=data_records.list_fields(table),
        hints={each.field_id: each.hint for each in rows},
        types={each.field_id: data_column_forms.TYPES.get(each.type, each.type) for each in rows},
        found=part,
        shown={each.id: _show(table, each, links) for each in part},
        own=own,
        filters=[(each, _without(active, place)) for place, each in enumerate(filters)],
        may_add=len(filters) < data_filters.MOST,
        operands=data_filters.OPERANDS,
        refused=refused,
        errors=errors,
        sort=sort,
        active=active,
    )


@bp.route("/records/new", methods=["GET", "POST"])
def add(handle: str) -> Response | tuple[str, int]:
    """Add a record; the form begins with default values."""
    world, table = current_world(), get_table(handle)
    defaults = data_records.list_defaults(table)
    if request.method == "GET":
        return _form(table, _write(table, defaults))
    typed = _typed(table)
    given = _read(table, typed)
    mistakes = data_records.find_mistakes(table, defaults, given)
    if mistakes:
        return _form(table, typed, errors=_tell(table, mistakes))
    data_records.create(world, table, given)
    flash("Added the record.", "success")
    return redirect(url_for("data_records.listing", handle=handle), 303)


@bp.route("/records/<record_id>", methods=["GET", "POST"])
def edit(handle: str, record_id: str) -> Response | tuple[str, int]:
    """Change a record; what somebody else changed meanwhile is shown first."""
    world, table = current_world(), get_table(handle)
    is_sent = request.method == "POST"
    record = data_records.get(world, table, record_id, lock=is_sent)
    before = _write(table, record.fields)
    if not is_sent:
        return _form(table, before, record)
    typed, seen = _typed(table), request.form.get("seen")
    # What stays as it was shown is left out: a form shows some values less exactly than they are.
    changed = {key: text for key, text in typed.items() if text != before[key]}
    given = _read(table, changed)
    mistakes = data_records.find_mistakes(table, record.fields, given)
    if mistakes:
        return _form(table, before | typed, record, errors=_tell(table, mistakes), seen=seen)
    try:
        data_records.change(world, table, record, given, seen)
    except Outdated:
        return _form(table, before | typed, record, present=before)
    flash("Saved the record.", "success")
    return redirect(url_for("data_records.listing", handle=handle), 303)


@bp.route("/records/<record_id>/delete", methods=["GET", "POST"])
def delete(handle: str, record_id: str) -> Response | str:
    """Ask, and delete a record."""
    world, table = current_world(), get_table(handle)
    is_sent = request.method == "POST"
    record = data_records.get(world, table, record_id, lock=is_sent)
    back = url_for("data_records.listing", handle=handle)
    if not is_sent:
        names = {each.id: each.name for each in data_records.list_fields(table)}
        values = {names[key]: text for key, text in _write(table, record.fields).items()}
        return render_template(
            "aihub/table_question.html",
            title=f"Delete a record of {table.name}?",
            values=values,
            button="Delete record",
            back=back,
        )
    data_records.delete(world, record)
    flash("Deleted the record.", "success")
    return redirect(back, 303)


def _read_filters(
    table: DataTable,
) -> tuple[list[Filter], Mapping[str, Any] | None, dict[str, str], Filter | None]:
    """Return the filters of the address, what they ask for, and what is wrong with a last one."""
    lists = (request.args.getlist(name) for name in ("by", "how", "value"))
    filters: list[Filter] = []
    conditions, errors, refused = [], dict[str, str](), None
    for by, how, value in list(zip(*lists, strict=False))[: data_filters.MOST]:
        chosen = Filter(by=by, how=how, value=value)
        try:
            condition = data_filters.to_condition(table, chosen)
            data_record_queries.find(current_world(), table, where=condition)
        except FieldError as error:
            errors, refused = {error.field: error.message}, chosen
        else:
            filters.append(chosen)
            conditions.append(condition)
    return filters, {"$and": conditions} if conditions else None, errors, refused


def _without(active: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Return the address's parameters without one of the filters."""
    return dict(active) | {
        name: [each for index, each in enumerate(active[name]) if index != place]
        for name in ("by", "how", "value")
    }


def _show(
    table: DataTable, record: DataRecord, links: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return what a record shows: column's id → text."""
    shown = _write(table, record.fields)
    for key, names in links.items():
        shown[key] = "\n".join(names.get(each, each) for each in shown[key].split("\n"))
    return shown


def _write(table: DataTable, values: Mapping[str, Any]) -> dict[str, str]:
    return {
        each.id: data_values.write_typed(each, values.get(each.id))
        for each in data_records.list_fields(table)
    }


def _typed(table: DataTable) -> dict[str, str]:
    """Return what the form says of columns that are still there: column's id → text."""
    known = {each.id for each in data_records.list_fields(table)}
    sent = {
        key: request.form.get(f"value-{name[3:]}", "").replace("\r\n", "\n")
        for name, key in request.form.items()
        if name.startswith("id-")
    }
    return {key: text for key, text in sent.items() if key in known}


def _read(table: DataTable, typed: Mapping[str, str]) -> dict[str, Any]:
    return {
        each.id: data_values.read_typed(each, typed[each.id])
        for each in data_records.list_fields(table)
        if each.id in typed
    }


def _tell(table: DataTable, mistakes: Mapping[str, str]) -> dict[str, str]:
    """Return sentences by the columns' ids, of mistakes by their ids or names."""
    return {
        each.id: f"{each.name} {mistakes.get(each.id, mistakes.get(each.name))}."
        for each in data_records.list_fields(table)
        if each.id in mistakes or each.name in mistakes
    }


def _form(
    table: DataTable,
    values: Mapping[str, str],
    record: DataRecord | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    present: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> tuple[str, int]:
    """Return the form; `present` is what somebody else made of the record meanwhile."""
    world, rows = current_world(), data_column_forms.describe(table)
    if seen is None and record is not None:
        seen = revisions.write(record.fields)
    page = render_template(
        "aihub/data_record.html",
        table=table,
        project=workspaces.get_project(world, person().workspace_id, table.project_id),
        rows=rows,
        values=values,
        options={
            each.field_id: data_links.list_options(world, table, each)
            for each in rows
            if each.type == "relation" and not each.is_list
        },
        record=record,
        present=present,
        errors=errors or {},
        seen=seen or "",
    )
    return page, 422 if errors else 409 if present is not None else 200

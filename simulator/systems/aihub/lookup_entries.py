"""The entries of a lookup table: found, added, changed and deleted by hand."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import LookupEntry, LookupTable
from simulator.domain import lookup_tables, revisions
from simulator.domain.revisions import Outdated
from simulator.systems.aihub.context import searched
from simulator.systems.aihub.lookup_tables import get_table
from simulator.web.application import current_world

bp = Blueprint("lookup_entries", __name__, url_prefix="/tools/lookup_tables/<int:table_id>")


@bp.get("")
def listing(table_id: int) -> str:
    """Return a table; `q` is what one of an entry's columns contains."""
    world, table, (text, number) = current_world(), get_table(table_id), searched()
    found = lookup_tables.find_rows(world, table, text=text).page(number)
    return render_template(
        "aihub/lookup_table.html",
        table=table,
        labels=_labels(table),
        found=found,
        shown={row.id: lookup_tables.show_row(table, row) for row in found},
        q=text,
    )


@bp.route("/entries/new", methods=["GET", "POST"])
def add(table_id: int) -> Response | str:
    """Add an entry."""
    world, table = current_world(), get_table(table_id)
    if request.method == "GET":
        return _form(table, {})
    lookup_tables.add_row(world, table, _typed(table))
    flash("Added the entry.", "success")
    return redirect(url_for("lookup_entries.listing", table_id=table_id), 303)


@bp.route("/entries/<int:row_id>", methods=["GET", "POST"])
def edit(table_id: int, row_id: int) -> Response | str | tuple[str, int]:
    """Change an entry; what somebody else changed meanwhile is shown first."""
    world, table = current_world(), get_table(table_id)
    row = lookup_tables.get_row(world, table, row_id)
    before = _show(table, row)
    if request.method == "GET":
        return _form(table, before, row)
    typed, seen = _typed(table), request.form.get("seen")
    changed = {name: text for name, text in typed.items() if text != before[name]}
    try:
        lookup_tables.change_row(world, table, row, changed, seen)
    except Outdated as error:
        return _form(table, typed, row, present=_show(table, row)), error.status
    flash("Saved the entry.", "success")
    return redirect(url_for("lookup_entries.listing", table_id=table_id), 303)


@bp.route("/entries/<int:row_id>/delete", methods=["GET", "POST"])
def delete(table_id: int, row_id: int) -> Response | str:
    """Ask, and delete an entry."""
    world, table = current_world(), get_table(table_id)
    row, back = lookup_tables.get_row(world, table, row_id), url_for(".listing", table_id=table_id)
    if request.method == "GET":
        return render_template(
            "aihub/table_question.html",
            title=f"Delete an entry of {table.name}?",
            values=lookup_tables.show_row(table, row),
            button="Delete entry",
            back=back,
        )
    lookup_tables.delete_row(world, row)
    flash("Deleted the entry.", "success")
    return redirect(back, 303)


def _show(table: LookupTable, row: LookupEntry) -> dict[str, str]:
    return {label: str(value) for label, value in lookup_tables.show_row(table, row).items()}


def _labels(table: LookupTable) -> list[str]:
    return list(lookup_tables.show_row(table, LookupEntry(fields={})))


def _typed(table: LookupTable) -> dict[str, str]:
    """Return what the form says of columns that it had; they go by the labels in it."""
    labels = _labels(table)
    sent = {
        label: request.form.get(f"value-{number}", "").replace("\r\n", "\n")
        for number, label in enumerate(request.form.getlist("label"))
    }
    return {label: text for label, text in sent.items() if label in labels}


def _form(
    table: LookupTable,
    values: Mapping[str, str],
    row: LookupEntry | None = None,
    present: Mapping[str, str] | None = None,
) -> str:
    """Return the form; `present` is what somebody else made of the entry meanwhile."""
    return render_template(
        "aihub/lookup_entry.html",
        table=table,
        labels=_labels(table),
        values=values,
        present=present,
        row=row,
        seen=revisions.write(row.fields) if row is not None else "",
    )

"""Tools > Lookup tables: the tables of the workspace; they are made and deleted by hand."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import LookupTable
from simulator.domain import lookup_files, lookup_tables, table_usage, workspaces
from simulator.domain.lookup_files import LookupFile
from simulator.errors import FieldError
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("lookup_tables", __name__, url_prefix="/tools/lookup_tables")

#: Recipes that are named.
_NAMED = 20


@bp.get("")
def listing() -> str:
    """Return the lookup tables of the workspace; `q` is what their names contain."""
    world, (text, number) = current_world(), searched()
    found = lookup_tables.search_tables(world, person().workspace_id, text).page(number)
    return render_template(
        "aihub/lookup_tables.html",
        found=found,
        q=text,
        counts=table_usage.count_rows(world, found.rows),
        projects=workspaces.name_projects(world, (each.project_id for each in found)),
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a lookup table with columns that are typed, or with the entries of a CSV file."""
    world, errors = current_world(), dict[str, str]()
    if request.method == "POST":
        name, columns = request.form.get("name", ""), LookupFile(labels=(), rows=())
        try:
            columns = _read_columns()
        except FieldError as error:
            # The form has no field for the columns of a file but the file itself.
            wrong = "file" if request.files.get("file") else "columns"
            errors[wrong if error.field == "schema" else error.field] = error.sentence
        try:
            lookup_tables.check_name(name)
        except FieldError as error:
            errors[error.field] = error.sentence
        if not errors:
            own = _project_id()
            table = lookup_tables.create(world, person().workspace_id, own, name, columns.labels)
            lookup_tables.add_rows(world, table, columns.rows)
            count = len(columns.rows)
            added = f" with {count:,} entr{'ies' if count != 1 else 'y'}" if count else ""
            flash(f"Created the lookup table '{table.name}'{added}.", "success")
            return redirect(url_for("lookup_entries.listing", table_id=table.id), 303)
    page = render_template(
        "aihub/lookup_table_new.html",
        typed=request.form,
        errors=errors,
        projects=[
            (each.id, each.name)
            for each in workspaces.offer_projects(
                world, person().workspace_id, [request.form.get("project")]
            )
        ],
        most=lookup_tables.MOST_COLUMNS,
        longest=lookup_tables.LONGEST_NAME,
    )
    return page, 422 if errors else 200


@bp.route("/<int:table_id>/delete", methods=["GET", "POST"])
def delete(table_id: int) -> Response | str:
    """Ask, naming the recipes that use it, and delete the table with its entries."""
    world, table = current_world(), get_table(table_id)
    if request.method == "GET":
        count = table_usage.count_rows(world, [table]).get(table.id, 0)
        entries = f"{count:,} entr{'ies' if count != 1 else 'y'}"
        return render_template(
            "aihub/table_question.html",
            title=f"Delete {table.name}?",
            losses=[f"The lookup table is deleted with its {entries}."],
            recipes=table_usage.list_recipes(world, table)[:_NAMED],
            button="Delete table",
            back=url_for("lookup_entries.listing", table_id=table.id),
        )
    name = table.name
    lookup_tables.delete(world, [table])
    flash(f"Deleted the lookup table '{name}'.", "success")
    return redirect(url_for("lookup_tables.listing"), 303)


def get_table(table_id: int) -> LookupTable:
    """Return the table that an address names.

    Args:
        table_id: the table id of the address.

    Raises:
        NotFound: there is none in the workspace.
    """
    return lookup_tables.get_table(current_world(), person().workspace_id, table_id)


def _project_id() -> int | None:
    """Return the project of a new table; None for one of the whole workspace."""
    typed = request.form.get("project", "")
    number = parse_whole_number(typed)
    if number is None:
        return None
    return workspaces.get_project(current_world(), person().workspace_id, number).id


def _read_columns() -> LookupFile:
    """Return the columns and the first entries: of the file, if one was sent."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        read = lookup_files.read(sent.read())
    else:
        typed = request.form.get("columns", "").splitlines()
        read = LookupFile(labels=[each for each in typed if each.strip()], rows=())
    if not read.labels:
        raise FieldError("columns", "Enter a column, or choose a CSV file.")
    lookup_tables.check_labels(read.labels)
    return read

"""Data tables of a project: listed, made, their columns changed, emptied and deleted by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import DataTable
from simulator.domain import (
    data_column_forms,
    data_links,
    data_tables,
    locations,
    revisions,
    table_usage,
    workspaces,
)
from simulator.domain.data_column_forms import TYPES, ColumnRow, ValueLoss
from simulator.domain.folders import Place
from simulator.domain.revisions import Outdated
from simulator.errors import FieldError
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("data_tables", __name__)

#: Empty rows that a form ends with, and how many rows it may have.
_SPARE, _MOST = 3, 110
#: Recipes that are named.
_NAMED = 20
_QUESTION = "aihub/table_question.html"


@dataclass(frozen=True, kw_only=True)
class _Form:
    """What a form of a table says, and what is wrong with it.

    Attributes:
        name: the name as typed.
        location: number of the project.
        rows: the rows of the columns.
        errors: name of the field → a sentence.
        present: the columns as somebody else left them meanwhile; None where nobody did.
    """

    name: str = ""
    location: str = ""
    rows: Sequence[ColumnRow] = ()
    errors: Mapping[str, str] | None = None
    present: Sequence[ColumnRow] | None = None


@bp.get("/projects/<int:project_id>/data_tables")
def listing(project_id: int) -> str:
    """Return the data tables of a project; `q` is what their names contain."""
    world, (text, number) = current_world(), searched()
    project = workspaces.get_project(world, person().workspace_id, project_id)
    found = data_tables.find_tables(world, person().workspace_id, project_id, text).page(number)
    return render_template(
        "aihub/data_tables.html",
        project=project,
        found=found,
        q=text,
        counts=table_usage.count_rows(world, found.rows),
    )


@bp.route("/data_tables/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a data table, in the project that `location` names."""
    if request.method == "GET":
        return _page(_Form(location=request.args.get("location", "")))
    world, form, links = current_world(), _read_form(), _list_links(())
    if request.form.get("do") == "rows":
        return _page(form)
    columns, mistakes = data_column_forms.read(form.rows, links)
    errors = _name_mistakes(mistakes)
    try:
        place = _read_project(form.location)
        if not errors:
            table = data_tables.create(world, place, form.name, columns)
    except FieldError as error:
        errors[error.field] = error.sentence
    if errors:
        return _page(replace(form, errors=errors))
    flash(f"Created the data table '{table.name}'.", "success")
    return redirect(url_for("data_records.listing", handle=table.handle), 303)


@bp.route("/data_tables/<handle>/edit", methods=["GET", "POST"])
def edit(handle: str) -> Response | tuple[str, int]:
    """Change name, project and columns; it is asked first where values would be lost."""
    world, table = current_world(), get_table(handle)
    stored = data_column_forms.describe(table)
    here = _Form(name=table.name, location=str(table.project_id), rows=stored)
    if request.method == "GET":
        return _page(here, table)
    form, seen = _read_form(), request.form.get("seen")
    if request.form.get("do") == "rows":
        return _page(form, table, seen)
    columns, mistakes = data_column_forms.read(form.rows, _list_links(stored), table)
    errors = _name_mistakes(mistakes)
    try:
        revisions.check(seen, *data_tables.get_content(table))
        place = _read_project(form.location)
        losses = [] if errors else data_column_forms.list_losses(world, table, columns)
        if losses and request.form.get("confirmed") != "yes":
            return _ask(table, losses), 200
        if not errors:
            moved = None if place.project.id == table.project_id else place
            data_tables.change(
                world, table, name=form.name, place=moved, columns=columns, seen=seen
            )
    except Outdated:
        present = data_column_forms.describe(table)
        return _page(replace(form, present=present), table)
    except FieldError as error:
        errors[error.field] = error.sentence
    if errors:
        return _page(replace(form, errors=errors), table, seen)
    flash("Saved.", "success")
    return redirect(url_for("data_records.listing", handle=handle), 303)


@bp.route("/data_tables/<handle>/truncate", methods=["GET", "POST"])
def truncate(handle: str) -> Response | str:
    """Ask, and delete every record of a table."""
    world, table = current_world(), get_table(handle)
    back = url_for("data_records.listing", handle=handle)
    if request.method == "GET":
        return render_template(
            _QUESTION,
            title=f"Delete all records of {table.name}?",
            losses=[f"{_count(table)} deleted. The table and its columns stay."],
            button="Delete all records",
            back=back,
        )
    data_tables.truncate(world, table)
    flash(f"Deleted all records of '{table.name}'.", "success")
    return redirect(back, 303)


@bp.route("/data_tables/<handle>/delete", methods=["GET", "POST"])
def delete(handle: str) -> Response | str:
    """Ask, naming the recipes that use it, and delete a table with its records."""
    world, table = current_world(), get_table(handle)
    if request.method == "GET":
        return render_template(
            _QUESTION,
            title=f"Delete {table.name}?",
            losses=[f"{_count(table)} deleted with the data table."],
            recipes=table_usage.list_recipes(world, table)[:_NAMED],
            button="Delete table",
            back=url_for("data_records.listing", handle=handle),
        )
    name, project_id = table.name, table.project_id
    data_tables.delete(world, table)
    flash(f"Deleted the data table '{name}'.", "success")
    return redirect(url_for("data_tables.listing", project_id=project_id), 303)


def get_table(handle: str) -> DataTable:
    """Return the table that an address names.

    Args:
        handle: a UUID.

    Raises:
        NotFound: there is none in the workspace.
    """
    return data_tables.get_table(current_world(), person().workspace_id, handle)


def _count(table: DataTable) -> str:
    count = table_usage.count_rows(current_world(), [table]).get(table.id, 0)
    return "1 record is" if count == 1 else f"{count:,} records are"


def _ask(table: DataTable, losses: Sequence[ValueLoss]) -> str:
    """Ask before values are lost; the question carries the whole form."""
    again = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "once", "confirmed")
    ]
    return render_template(
        _QUESTION,
        title=f"Change the columns of {table.name}?",
        losses=[_tell_loss(each) for each in losses],
        recipes=table_usage.list_recipes(current_world(), table)[:_NAMED],
        again=[*again, ("confirmed", "yes")],
        button="Change columns",
        back=url_for("data_tables.edit", handle=table.handle),
    )


def _tell_loss(loss: ValueLoss) -> str:
    records = f"{loss.count:,} records have" if loss.count != 1 else "1 record has"
    if not loss.becomes:
        return f"The column '{loss.name}' is removed, and what {records} in it."
    return (
        f"The column '{loss.name}' becomes {loss.becomes}. What {records} in it stays as it "
        "is until somebody changes it, and may be none of that type."
    )


def _read_form() -> _Form:
    """Return what was sent; a row whose Remove was ticked is none."""
    form, rows = request.form, []
    for number in range(_MOST):
        if f"name-{number}" not in form:
            break
        if form.get(f"remove-{number}") == "yes":
            continue
        rows.append(
            ColumnRow(
                field_id=form.get(f"id-{number}", ""),
                name=form.get(f"name-{number}", "").strip(),
                type=form.get(f"type-{number}", ""),
                default=form.get(f"default-{number}", ""),
                hint=form.get(f"hint-{number}", "").strip(),
                link=form.get(f"link-{number}", ""),
                required=form.get(f"required-{number}") == "yes",
                is_list=form.get(f"list-{number}") == "yes",
            )
        )
    while rows and rows[-1] == replace(ColumnRow(), type=rows[-1].type):
        rows.pop()
    return _Form(name=form.get("name", ""), location=form.get("location", ""), rows=rows)


def _list_links(stored: Sequence[ColumnRow]) -> dict[str, str]:
    """Return what a Link to table may show, and what the stored ones show already."""
    own = {each.link: "As it is now" for each in stored if each.type == "relation"}
    return own | data_links.list_targets(current_world(), person().workspace_id)


def _read_project(typed: str) -> Place:
    place = locations.read_location(current_world(), person().workspace_id, typed)
    return Place(project=place.project)


def _name_mistakes(mistakes: Mapping[tuple[int, str], str]) -> dict[str, str]:
    return {f"{part}-{place}": sentence for (place, part), sentence in mistakes.items()}


def _page(form: _Form, table: DataTable | None = None, seen: str | None = None) -> tuple[str, int]:
    world, workspace_id = current_world(), person().workspace_id
    if seen is None and table is not None:
        seen = revisions.write(*data_tables.get_content(table))
    stored = data_column_forms.describe(table) if table is not None else ()
    number = parse_whole_number(form.location)
    projects = [
        (each.id, each.name) for each in workspaces.offer_projects(world, workspace_id, [number])
    ]
    page = render_template(
        "aihub/data_table_form.html",
        table=table,
        form=form,
        rows=[*form.rows, *[ColumnRow()] * _SPARE],
        project=next((each for each in projects if each[0] == number), None),
        projects=projects,
        types=list(TYPES.items()),
        links=[(key, text) for key, text in _list_links(stored).items() if key],
        labels=TYPES,
        errors=form.errors or {},
        seen=seen,
    )
    return page, 422 if form.errors else 409 if form.present is not None else 200

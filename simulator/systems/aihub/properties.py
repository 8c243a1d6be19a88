"""Tools > Properties: values that recipes read by name, of the workspace or of one project."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Project
from simulator.domain import properties, workspaces
from simulator.errors import FieldError, NotFound
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person, require, searched
from simulator.validation.paging import Page
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("properties", __name__, url_prefix="/tools/properties")

#: Properties on a page.
_SIZE = 50


@bp.get("")
def listing() -> str:
    """Return the properties of the workspace, or of the project that `project` names.

    `q` is what their names begin with, `page` which part of them, and `edit` the name of the one
    whose value is to be changed.
    """
    return _page(_project(), {"name": request.args.get("edit", "")})


@bp.post("")
def save() -> Response | tuple[str, int]:
    """Store a property; one of the same name gets the value."""
    world, project, typed = current_world(), _project(), request.form
    name = typed.get("name", "").strip()
    value = typed.get("value", "").replace("\r\n", "\n")
    try:
        if not name:
            raise FieldError("name", "Enter a name.")
        if len(value) > properties.LONGEST_VALUE:
            longest = f"{properties.LONGEST_VALUE:,}"
            raise FieldError("value", f"A value has at most {longest} characters.")
        own = None if project is None else project.id
        done = "add" if _stored(own, name) is None else "change"
        require(f"properties.{done}{'' if project is None else '?project'}")
        meanwhile.check(None, lambda: _stored(own, _edited(name)))
        properties.upsert(world, person().workspace_id, own, {name: value})
    except FieldError as error:
        field = "name" if error.field == "properties" else error.field
        return _page(project, typed, {field: error.message}), 422
    flash(f"Saved the property '{name}'.", "success")
    back = None if project is None else project.id
    return redirect(url_for("properties.listing", project=back), 303)


@bp.route("/delete", methods=["GET", "POST"])
def delete() -> Response | str:
    """Ask, and delete the property that `name` names."""
    world, workspace_id, project = current_world(), person().workspace_id, _project()
    name, own = request.values.get("name", ""), None if project is None else project.id
    found = properties.list_with_prefix(world, workspace_id, own, name)
    if name not in found:
        raise NotFound("This property does not exist.")
    if request.method == "GET":
        return render_template(
            "aihub/property_delete.html", project=project, name=name, value=found[name]
        )
    properties.delete(world, workspace_id, own, [name])
    flash(f"Deleted the property '{name}'.", "success")
    return redirect(url_for("properties.listing", project=own), 303)


def _edited(name: str) -> str:
    """The name of the property that the form was filled in from."""
    return request.form.get("edited") or name


def _stored(project_id: int | None, name: str) -> str | None:
    """The value of a property; None where there is none."""
    there = properties.list_with_prefix(current_world(), person().workspace_id, project_id, name)
    return there.get(name)


def _project() -> Project | None:
    number = parse_whole_number(request.values.get("project"))
    if number is None:
        return None
    return workspaces.get_project(current_world(), person().workspace_id, number)


def _page(
    project: Project | None, typed: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    world, workspace_id = current_world(), person().workspace_id
    (prefix, number), own = searched(), None if project is None else project.id
    found = properties.list_with_prefix(world, workspace_id, own, prefix)
    page = Page.nearest(number, size=_SIZE, total=len(found))
    name, errors = typed.get("name", ""), errors or {}
    if name and "value" not in typed:
        typed = {"name": name, "value": _stored(own, name) or ""}
    return render_template(
        "aihub/properties.html",
        project=project,
        rows=list(found.items())[page.offset :][: page.size],
        page=page,
        q=prefix,
        typed=typed,
        edited=_edited(name),
        seen=meanwhile.mark(_stored(own, _edited(name)), errors) if name else "",
        errors=errors,
        longest=properties.LONGEST_NAME,
        editing=bool(name) and not errors,
    )
